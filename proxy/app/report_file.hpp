#pragma once
#include <string>
#include <string_view>

// A report that is whole before it is written. `path` is the file; empty: standard output.

namespace telltale::app {

/// False, and said on standard error as `telltale COMMAND: ...`, if it could not be written. A reader that has seen
/// enough (`| head`) is no failure.
[[nodiscard]] bool write_report(std::string_view command, const std::string& path, std::string_view text);

/// True if that is a terminal whose user has not asked for no colour (NO_COLOR).
[[nodiscard]] bool wants_colour(const std::string& path);

}  // namespace telltale::app
