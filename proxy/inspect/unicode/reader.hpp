#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <string_view>
#include <utility>

#include "core/byte_range.hpp"
#include "inspect/unicode/property.hpp"

namespace telltale::inspect::unicode {

/// One code point of a UTF-8 text and where it stands.
struct Char {
  static constexpr char32_t none = 0xFFFFFFFF;     ///< there is nothing: before the start or past the end
  static constexpr char32_t invalid = 0xFFFFFFFE;  ///< an ill-formed byte
  char32_t code = none;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] ByteRange range() const { return {begin, end}; }
};

/// The one that begins at `at`; `none` at the end.
[[nodiscard]] Char char_at(std::string_view text, std::size_t at);
/// The one that ends at `at`; `none` at the start.
[[nodiscard]] Char char_before(std::string_view text, std::size_t at);

/// Offset of the first byte >= 0x80 in [from, end); `end` if there is none.
[[nodiscard]] std::size_t next_non_ascii(std::string_view text, std::size_t from, std::size_t end);
/// Offset of the first C0 control other than tab, LF, CR, or DEL, in [from, end); `end` if there is none.
[[nodiscard]] std::size_t next_control(std::string_view text, std::size_t from, std::size_t end);

/// First bytes of UTF-8 sequences: what a walk has to decode; the rest is stepped over.
using LeadBytes = std::bitset<256>;
/// Those of the code points in the ranges (first, last), all above ASCII.
[[nodiscard]] LeadBytes lead_bytes(const std::pair<char32_t, char32_t>* ranges, std::size_t count);
template <std::size_t N>
[[nodiscard]] LeadBytes lead_bytes(const std::pair<char32_t, char32_t> (&ranges)[N]) {
  return lead_bytes(ranges, N);
}

/// Calls `visit(Char)` for each code point in `range` whose first byte is in `leads`. Cost: a fast scan over ASCII.
template <class Visit>
void for_each_char(std::string_view text, ByteRange range, const LeadBytes& leads, Visit&& visit) {
  for (std::size_t at = range.begin; at < range.end;) {
    if (static_cast<unsigned char>(text[at]) < 0x80) at = next_non_ascii(text, at, range.end);
    if (at >= range.end) return;
    const auto lead = static_cast<unsigned char>(text[at]);
    if (!leads[lead]) {
      ++at;  // bytes behind a first byte are no first bytes: they are stepped over in the same way
      continue;
    }
    const Char one = char_at(text, at);
    visit(one);
    at = one.end;
  }
}

/// What a stretch of text is written in.
struct Facts {
  std::bitset<most_scripts> scripts;  ///< by script_number, of its letters
  bool right_to_left = false;
  bool east_asian = false;
  bool braille = false;      ///< patterns other than the blank one
  bool mathematics = false;  ///< an equals sign or a symbol of mathematics
  bool accented = false;     ///< Latin letters above ASCII
};
[[nodiscard]] Facts facts_of(std::string_view text, ByteRange range);

/// Facts of the lines (up to LF, CR or U+2029) of a text, one at a time: ask with rising offsets.
class Lines {
 public:
  Lines(std::string_view text, ByteRange within) : text_(text), within_(within) {}
  [[nodiscard]] ByteRange range(std::size_t at);
  [[nodiscard]] const Facts& facts(std::size_t at);

 private:
  std::string_view text_;
  ByteRange within_;
  ByteRange line_{1, 0};
  bool known_ = false;
  Facts facts_;
};

}  // namespace telltale::inspect::unicode
