#pragma once
#include <memory>
#include <string>
#include <vector>

#include "inspect/rule_set.hpp"

namespace telltale::app {

/// The packs named (files, or folders of *.jsonc in name order), or the ones built into the binary if none is,
/// compiled. All or nothing. Errors: file_failed, rule_malformed, rule_sample_failed; `detail` names file and place.
[[nodiscard]] Result<std::shared_ptr<const inspect::RuleSet>> load_rules(const std::vector<std::string>& paths);

/// The same, still one by one, for `rules test`.
[[nodiscard]] Result<std::vector<inspect::RulePack>> read_packs(const std::vector<std::string>& paths);

}  // namespace telltale::app
