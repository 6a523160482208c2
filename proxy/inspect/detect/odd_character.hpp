#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// A character that has no business in a name or a header value, and what stands there without it.
struct OddCharacter {
  ByteRange range;      ///< bytes of the text
  bool visible = true;  ///< false: it draws nothing
  std::string neutral;  ///< "" removes it
};

/// Invisible characters, odd blanks, and letters or signs that look like ASCII next to an ASCII letter or digit. Names
/// in other languages have none of these. Cost: nothing where the text is ASCII.
[[nodiscard]] std::vector<OddCharacter> odd_characters(std::string_view text);

}  // namespace telltale::inspect
