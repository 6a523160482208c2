#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

/// What is done with a request that was not, or not wholly, looked at: it goes on and that is said, or it is refused.
enum class WhenBlind : std::uint8_t { pass, block };

/// Why a request was not (wholly) looked at, as `coverage.causes` names it. In the modes observe and flag everything
/// goes on by default.
struct BlindCause {
  std::string_view name;
  WhenBlind in_strip;
  WhenBlind in_block;
  std::string_view sentence;  ///< what is wrong, as a clause behind "not inspected: "
};

/// All of them. The list of docs/configuration.md is compared with it.
[[nodiscard]] std::span<const BlindCause> blind_causes();
/// Null for a name that is not in the list.
[[nodiscard]] const BlindCause* find_blind_cause(std::string_view name);

/// What the operator decided in place of the defaults, by cause.
using BlindChoices = std::map<std::string, WhenBlind, std::less<>>;

/// "coding-unknown=block". Error: option_invalid; `detail` says what can be given.
[[nodiscard]] Result<std::pair<std::string, WhenBlind>> parse_blind_choice(std::string_view text);

/// The first cause that a request is refused for; empty: it may go on. A cause that is not in the list is refused in
/// block mode.
[[nodiscard]] std::string_view blocking_cause(const std::vector<std::string>& causes, Mode mode,
                                              const BlindChoices& choices);

}  // namespace telltale::inspect
