#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "inspect/engine.hpp"

namespace telltale::compare {

/// A fact of the environment that differs between the runs.
struct Factor {
  std::string name;
  std::vector<std::string> same;      ///< other facts that change exactly with it: their effects cannot be told apart
  std::vector<std::string> levels;    ///< its values, sorted
  std::vector<std::uint32_t> of_run;  ///< index into `levels` for each run
};

struct FactorSet {
  std::vector<Factor> factors;          ///< sorted by name
  std::vector<std::string> untestable;  ///< facts with another value in every run: nothing repeats
};

/// The fact that only says which captures belong to one run of a client.
inline constexpr std::string_view run_fact = "run";

/// How `sweep run` writes the value of a variable that is not set.
inline constexpr std::string_view unset_level = "(unset)";

/// What differs between the environments of the runs. `only`: names to look at; empty is all.
/// Error: config_malformed if nothing differs, or if a name of `only` is no fact that differs and repeats; `detail`
/// says which facts do.
[[nodiscard]] Result<FactorSet> find_factors(const std::vector<inspect::Environment>& runs,
                                             const std::vector<std::string>& only);

/// Most factors one analysis looks at.
inline constexpr std::size_t most_factors = 32;

}  // namespace telltale::compare
