#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "inspect/needles.hpp"

namespace telltale::inspect {

/// A known value in a text, in whatever form.
struct Sighting {
  ByteRange range;
  std::uint32_t fact = 0;
  std::string_view form;               ///< "base64", "XOR and base64", ...; empty: as it is
  std::vector<std::uint32_t> further;  ///< more facts in the same encoded text

  [[nodiscard]] bool is_encoded() const { return !form.empty(); }
};

/// All of them, sorted, none inside another. Plain ones stand as words of their own; whether their surroundings make
/// them a statement about the machine is for the caller to judge. At most `runs_left` runs of token
/// characters are decoded, some microseconds each, and taken off it.
[[nodiscard]] std::vector<Sighting> find_known_values(std::string_view text, const NeedleSet& needles,
                                                      std::size_t& runs_left);

}  // namespace telltale::inspect
