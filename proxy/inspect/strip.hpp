#pragma once
#include <string_view>
#include <vector>

#include "inspect/engine.hpp"

namespace telltale::inspect {

/// Edits on the text that `first` made, told as edits on the text they all began with: what both together do. `second`
/// made `result` out of what `first` made. Both must be sorted and apart; so are the edits that come out, each of them
/// covering one run of touching edits of either.
[[nodiscard]] std::vector<Edit> compose_edits(const std::vector<Edit>& first, const std::vector<Edit>& second,
                                              std::string_view result);

/// Looks again at what is left once the verdict's edits are made, and adds what is to be stripped then, until nothing
/// is: with one marker gone another may stand bare. So stripping what was stripped changes nothing. At most
/// `most_rounds`. Findings of later rounds have the place they come from in the content as received, and no span.
void strip_to_the_end(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits,
                      Verdict& verdict);
inline constexpr int most_rounds = 16;

}  // namespace telltale::inspect
