#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace telltale::app {

/// The one of `names` that `word` was likely meant to be: at most two letters wrong, left out, added or swapped with
/// the next (one in words of up to four). Empty if there is none; of equals the first.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace telltale::app
