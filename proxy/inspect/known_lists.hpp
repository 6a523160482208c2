#pragma once
#include <string_view>
#include <vector>

namespace telltale::inspect {

/// Lists that rules name in `known`: "iana-zones". Null for any other name.
[[nodiscard]] const std::vector<std::string_view>* find_known_list(std::string_view name);

}  // namespace telltale::inspect
