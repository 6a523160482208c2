#pragma once
#include "core/error.hpp"

namespace telltale::app {

/// What the process answers with (the table in README.md). Where several apply, unreadable wins over not_covered, and
/// that over findings.
enum class ExitCode : int { clean = 0, findings = 1, usage = 2, unreadable = 3, not_covered = 4, internal = 5 };

/// The exit code of a failed start or read, by whose fault it is.
[[nodiscard]] constexpr ExitCode exit_code_of(Fault fault) {
  switch (fault) {
    case Fault::configuration:
      return ExitCode::usage;
    case Fault::input:
      return ExitCode::unreadable;
    default:
      return ExitCode::internal;
  }
}

}  // namespace telltale::app
