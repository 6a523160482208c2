#pragma once
#include <string_view>
#include <vector>

namespace telltale::app {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// The packs of rules/ as they were when this binary was built, in name order. Defined in a generated file
/// (cmake/EmbedRules.cmake).
[[nodiscard]] const std::vector<EmbeddedFile>& embedded_rules();

}  // namespace telltale::app
