#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// What a string of letters and digits that is no word looks like.
enum class TokenKind : std::uint8_t { hex, uuid, digits, random, version, encoded };
[[nodiscard]] std::string_view name_of(TokenKind kind);

struct OddToken {
  ByteRange range;
  TokenKind kind = TokenKind::random;
  std::string decoded;  ///< of an encoded one: the text it writes
};

/// The strings of `text` that are no word, number, name, version or date by their characters alone: hex of eight digits
/// or more with digits and letters mixed, UUIDs, long numbers that nobody would choose, runs that change between
/// capitals, small letters and digits like random ones, versions with a hash as a part, and base64 or hex that decodes
/// to text (also under XOR with one byte, or compressed). In order; bounded to 64.
[[nodiscard]] std::vector<OddToken> find_odd_tokens(std::string_view text);

}  // namespace telltale::inspect
