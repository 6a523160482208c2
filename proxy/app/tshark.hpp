#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace telltale::app {

/// Runs the tshark that is in PATH and gives its output line by line; no shell, no name resolution, a home of its own
/// without anybody's profiles and plug-ins, bounds on time, memory and output. What it complains of, if it failed
/// behind what it gave (a file that is cut off); empty if it did not. Errors: input_unreadable (not installed, with
/// what to install; a bound).
[[nodiscard]] Result<std::string> run_tshark(std::vector<std::string> arguments,
                                             const std::function<void(std::string_view line)>& take);

}  // namespace telltale::app
