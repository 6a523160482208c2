#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

// Which cells `sweep run` runs, and in which order. Pure. See docs/sweep.md.

namespace telltale::app {

/// A fact of the environment to vary, and its values. An UPPER_CASE name is an environment variable, whose empty value
/// stands for "not set"; the others are in `known_factors`.
struct SweepFactor {
  std::string name;
  std::vector<std::string> levels;
};

enum class Design : std::uint8_t {
  full,          ///< every combination
  pairwise,      ///< every pair of values of two factors in at least one cell
  one_at_a_time  ///< the first values of all, and each other value alone with these
};

/// One environment: the index into `levels` of each factor.
using Cell = std::vector<std::size_t>;

/// A cell in one round of repeats.
struct PlannedRun {
  std::size_t cell = 0;
  unsigned round = 0;
};

/// Most cells of one design; past it a sweep is a mistake.
inline constexpr std::size_t most_cells = 4096;

/// "NAME=value,value,..."; `\,` is a comma inside a value. Error: option_invalid.
[[nodiscard]] Result<SweepFactor> parse_factor(std::string_view text);

/// The factors of a profile: timezone, gateway, locale, identity, everything. Error: option_invalid.
[[nodiscard]] Result<std::vector<SweepFactor>> profile_factors(std::string_view name);

/// True for an environment variable, as opposed to a fact such as `hostname`.
[[nodiscard]] bool is_variable_factor(std::string_view name);

/// Error: option_invalid if there are more than `most_cells`.
[[nodiscard]] Result<std::vector<Cell>> design_cells(const std::vector<SweepFactor>& factors, Design design);

/// One round of all cells after another, so that what drifts with time is no effect; inside a round shuffled.
[[nodiscard]] std::vector<PlannedRun> order_runs(std::size_t cells, unsigned rounds, std::uint64_t seed);

/// How often to repeat so that every value comes at least six times, and every cell twice.
[[nodiscard]] unsigned enough_rounds(const std::vector<SweepFactor>& factors, const std::vector<Cell>& cells);

/// What a folder of captures was made from, as text, the names of variables kept included: another plan does not go on
/// in it.
[[nodiscard]] std::string plan_text(const std::vector<SweepFactor>& factors, Design design,
                                    const std::vector<std::string>& client, const std::vector<std::string>& keep);

}  // namespace telltale::app
