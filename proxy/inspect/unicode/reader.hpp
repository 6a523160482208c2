#pragma once
#include <algorithm>
#include <bitset>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

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

/// The same past characters that draw nothing: the neighbour that a reader sees, and that stripping leaves.
[[nodiscard]] Char visible_at(std::string_view text, std::size_t at);
[[nodiscard]] Char visible_before(std::string_view text, std::size_t at);

/// Offset of the first byte >= 0x80 in [from, end); `end` if there is none.
[[nodiscard]] std::size_t next_non_ascii(std::string_view text, std::size_t from, std::size_t end);
/// Offset of the first byte in [from, end) that is `one` or `other`, both ASCII, or >= 0x80; `end` if there is none.
[[nodiscard]] std::size_t next_sign(std::string_view text, std::size_t from, std::size_t end, char one, char other);
/// Offset of the first C0 control other than tab, LF, CR, or DEL, in [from, end); `end` if there is none.
[[nodiscard]] std::size_t next_control(std::string_view text, std::size_t from, std::size_t end);

/// First and last code point, rising.
using CodeRange = std::pair<char32_t, char32_t>;
/// True if one of the ranges (in rising order) holds `code`. Cost: a binary search.
[[nodiscard]] bool is_in(const CodeRange* ranges, std::size_t count, char32_t code);
template <std::size_t N>
[[nodiscard]] bool is_in(const CodeRange (&ranges)[N], char32_t code) {
  return is_in(ranges, N, code);
}

/// Tells by the first two bytes of a UTF-8 sequence whether a walk has to decode it: exact below U+0800, to blocks of
/// 64 code points below U+10000, of 4096 above.
class Sieve {
 public:
  template <std::size_t N>
  explicit Sieve(const CodeRange (&ranges)[N]) : Sieve(ranges, N) {}
  Sieve(const CodeRange* ranges, std::size_t count);

  explicit Sieve(const std::vector<CodeRange>& ranges) : Sieve(ranges.data(), ranges.size()) {}

  /// `at` is where a sequence begins, or inside of one: then no.
  [[nodiscard]] bool takes(std::string_view text, std::size_t at) const {
    const auto lead = static_cast<unsigned char>(text[at]);
    return lead >= 0xC0 && at + 1 < text.size() &&
           keys_[(lead & 0x3FU) << 6U | (static_cast<unsigned char>(text[at + 1]) & 0x3FU)];
  }

 private:
  std::bitset<64 * 64> keys_;
};

/// Calls `visit(Char)` for each code point in `range` that the sieve takes. `visit` may return an offset to go on from.
/// Cost: a fast scan over ASCII.
template <class Visit>
void for_each_char(std::string_view text, ByteRange range, const Sieve& sieve, Visit&& visit) {
  for (std::size_t at = range.begin; at < range.end;) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
      at = next_non_ascii(text, at, range.end);
      continue;
    }
    if (!sieve.takes(text, at)) {
      ++at;
      while (at < range.end && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
      continue;
    }
    const Char one = char_at(text, at);
    at = one.end;
    if constexpr (std::is_void_v<std::invoke_result_t<Visit, const Char&>>)
      visit(one);
    else
      at = std::max(at, visit(one));
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
