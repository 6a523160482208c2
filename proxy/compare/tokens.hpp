#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::compare {

/// How a text spells its characters: as they are, or escaped as inside a JSON string.
enum class Spelling : std::uint8_t { plain, json };

/// Cuts a text into the units in which two texts differ: series of ASCII letters, digits and `_`; everything else by
/// the code point, an escape (also a surrogate pair of two) being one unit. Units cover the text without gaps.
[[nodiscard]] std::vector<ByteRange> cut_tokens(std::string_view text, Spelling spelling);

/// True for a unit of letters, digits and `_`.
[[nodiscard]] bool is_word(std::string_view token);

}  // namespace telltale::compare
