#pragma once
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::diff {

/// Bytes [b) of one text stand where bytes [a) of the other do; one of the two may be empty. Both begin and end on code
/// points, and hold words whole. `inner_a` and `inner_b`, inside them, leave out the characters that both begin and end
/// with: of "colour" and "color" they are "u" and nothing.
struct Change {
  ByteRange a;
  ByteRange b;
  ByteRange inner_a;
  ByteRange inner_b;
  friend bool operator==(const Change&, const Change&) = default;
};

struct TextChanges {
  std::vector<Change> changes;  ///< in order, apart
  bool coarse = false;          ///< some of them are blocks, too different to be compared word by word
};

/// What turns `a` into `b`: line by line, and within lines that differ word by word; what is no letter, digit or
/// underscore is a word of its own. Changes with less between them than they hold are one. Both texts may be any bytes.
/// Cost: linear for texts that differ in few places, and bounded for all: past `most_edits` edits or `most_work` steps
/// a stretch is one change, and `coarse` says so.
[[nodiscard]] TextChanges find_changes(std::string_view a, std::string_view b);

inline constexpr std::size_t most_edits = 768;
inline constexpr std::size_t most_work = 40'000'000;

}  // namespace telltale::diff
