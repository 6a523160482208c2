#pragma once
#include <string>
#include <string_view>

#include "codec/json_scan.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

/// A string token without its quotes.
[[nodiscard]] constexpr std::string_view inside_quotes(std::string_view token) {
  return token.size() < 2 ? token : token.substr(1, token.size() - 2);
}

/// A member's decoded name, its first 256 code points: what is longer is no name that anyone knows. Empty for elements
/// of arrays.
[[nodiscard]] std::string member_name(const codec::JsonDocument& document, std::uint32_t value);

/// Turns `before` (at `range`) into `after`, touching only the bytes between their common start and end.
[[nodiscard]] Edit smallest_edit(ByteRange range, std::string_view before, std::string_view after);

/// A number without needless spelling: no exponent, sign or zero that could go ("3.2e4" is "32000", "0.70" is "0.7").
/// Empty if `text` is no number or that would be long. Any lexeme `scan_json` takes for a number will do.
[[nodiscard]] std::string plain_number(std::string_view text);

/// Bytes that have to go so that a member (or element) goes and nothing else: with the comma ahead of it, or behind it
/// if it is the first. The whole inside of the container if it is the only one.
[[nodiscard]] ByteRange with_comma(const codec::JsonDocument& document, std::uint32_t value);

/// A member with its name, an element alone.
[[nodiscard]] ByteRange item_range(const codec::JsonValue& value);

/// Where the one document of a text begins and ends. Not known if there are several, or if it was cut short.
struct JsonEnvelope {
  bool known = false;
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] JsonEnvelope envelope_of(const codec::JsonDocument& document);

/// Letters and digits of a name in lower case: what is left of it when its spelling is not looked at.
[[nodiscard]] std::string bare_word(std::string_view text);

}  // namespace telltale::inspect
