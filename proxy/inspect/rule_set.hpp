#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

struct Rule;  // rule.hpp: one rule as its pack states it

/// One `rules/*.jsonc` file, read and proven: its hits hit and its misses miss.
struct RulePack {
  std::string name;  ///< file name, for messages
  std::vector<std::shared_ptr<const Rule>> rules;
  std::uint64_t digest = 0;  ///< of its text
};

/// Parses a pack (JSON with comments), compiles its patterns and runs its samples. All or nothing.
/// Errors: rule_malformed, rule_sample_failed; `detail` begins "NAME: /pointer: " or "NAME: rule-id: " and says what to
/// do.
[[nodiscard]] Result<RulePack> load_rule_pack(std::string_view name, std::string_view text);

/// All rules, compiled into what `inspect` runs. Immutable: share it between threads, swap it whole.
class RuleSet {
 public:
  /// Error: rule_malformed if two packs define the same id.
  [[nodiscard]] static Result<std::shared_ptr<const RuleSet>> compile(const std::vector<RulePack>& packs);
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  [[nodiscard]] const std::vector<std::shared_ptr<const Rule>>& rules() const;
  [[nodiscard]] const Rule* find(std::string_view id) const;

  struct Compiled;  // rule_compile.hpp
  [[nodiscard]] const Compiled& compiled() const { return *compiled_; }

 private:
  explicit RuleSet(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace telltale::inspect
