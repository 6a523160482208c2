// Lists that rule packs may name. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/known_lists.hpp"

namespace telltale::inspect {

const std::vector<std::string_view>* find_known_list(std::string_view name) {
  static const std::vector<std::string_view> zones{
#include "inspect/zone_names.inc"
  };
  return name == "iana-zones" ? &zones : nullptr;
}

}  // namespace telltale::inspect
