#pragma once
#include <string_view>
#include <vector>

#include "compare/tokens.hpp"
#include "core/byte_range.hpp"

namespace telltale::compare {

/// A place in a text that not all texts fill alike.
struct Slot {
  std::vector<ByteRange> in_text;  ///< where it stands in each text, in their order; empty ranges where nothing does
};

/// Lays several texts over each other: all are aligned to `texts[reference]`, and where at least one of them differs
/// there is a slot. Slots come in order and do not overlap; past `most_slots` the rest of the texts is one slot. Words
/// that were replaced one by one have a slot each, so that a date that moves on does not hide its separators.
/// Cost: linear in all texts for texts that differ in few places.
[[nodiscard]] std::vector<Slot> find_slots(const std::vector<std::string_view>& texts, std::size_t reference,
                                           Spelling spelling, std::size_t most_slots);

}  // namespace telltale::compare
