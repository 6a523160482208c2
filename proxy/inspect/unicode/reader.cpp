// Reading a text code point by code point, fast where it is ASCII. Covered by tests/unit/inspect/unicode_test.cpp.
#include "inspect/unicode/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/utf8.hpp"

namespace telltale::inspect::unicode {
namespace {

constexpr int most_invisible = 64;  ///< looked through between two visible characters
constexpr std::string_view paragraph_separator = "\xE2\x80\xA9";

bool is_odd_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

#ifdef __SSE2__
__m128i block(std::string_view text, std::size_t at) {
  __m128i bytes;
  __builtin_memcpy(&bytes, text.data() + at, sizeof bytes);
  return bytes;
}

/// One bit for each byte that `is_odd_control` holds of.
unsigned control_bits(__m128i bytes) {
  const __m128i high = _mm_set1_epi8(static_cast<char>(0xE0));
  const __m128i low = _mm_cmpeq_epi8(_mm_and_si128(bytes, high), _mm_setzero_si128());
  const __m128i tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
  const __m128i lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  const __m128i cr = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'));
  const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F));
  const __m128i usual = _mm_or_si128(tab, _mm_or_si128(lf, cr));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(del, _mm_andnot_si128(usual, low))));
}
#endif

}  // namespace

Char char_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {Char::none, text.size(), text.size()};
  const utf8::Step one = utf8::decode(text, at);
  return {one.valid ? one.code_point : Char::invalid, at, at + one.length};
}

Char char_before(std::string_view text, std::size_t at) {
  if (at == 0 || at > text.size()) return {};
  std::size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
  const Char one = char_at(text, begin);
  if (one.end == at) return one;
  return {Char::invalid, at - 1, at};
}

Char visible_at(std::string_view text, std::size_t at) {
  Char one = char_at(text, at);
  for (int i = 0; i < most_invisible && is_default_ignorable(one.code); ++i) one = char_at(text, one.end);
  return one;
}

Char visible_before(std::string_view text, std::size_t at) {
  Char one = char_before(text, at);
  for (int i = 0; i < most_invisible && is_default_ignorable(one.code); ++i) one = char_before(text, one.begin);
  return one;
}

std::size_t next_non_ascii(std::string_view text, std::size_t from, std::size_t end) {
  std::size_t at = from;
#ifdef __SSE2__
  for (; at + 16 <= end; at += 16) {
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(block(text, at)));
    if (bits != 0) return at + static_cast<std::size_t>(__builtin_ctz(bits));
  }
#endif
  while (at < end && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

std::size_t next_sign(std::string_view text, std::size_t from, std::size_t end, char one, char other) {
  std::size_t at = from;
#ifdef __SSE2__
  const __m128i first = _mm_set1_epi8(one);
  const __m128i second = _mm_set1_epi8(other);
  for (; at + 16 <= end; at += 16) {
    const __m128i bytes = block(text, at);
    const __m128i same = _mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second));
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(bytes, same)));
    if (bits != 0) return at + static_cast<std::size_t>(__builtin_ctz(bits));
  }
#endif
  while (at < end && static_cast<unsigned char>(text[at]) < 0x80 && text[at] != one && text[at] != other) ++at;
  return at;
}

std::size_t next_control(std::string_view text, std::size_t from, std::size_t end) {
  std::size_t at = from;
#ifdef __SSE2__
  for (; at + 16 <= end; at += 16) {
    const unsigned bits = control_bits(block(text, at));
    if (bits != 0) return at + static_cast<std::size_t>(__builtin_ctz(bits));
  }
#endif
  while (at < end && !is_odd_control(text[at])) ++at;
  return at;
}

bool is_in(const CodeRange* ranges, std::size_t count, char32_t code) {
  const CodeRange* const after = std::upper_bound(
      ranges, ranges + count, code, [](char32_t value, const CodeRange& range) { return value < range.first; });
  return after != ranges && code <= (after - 1)->second;
}

Sieve::Sieve(const CodeRange* ranges, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    for (char32_t code = ranges[i].first; code <= ranges[i].second;) {
      std::string bytes;
      utf8::append(bytes, code);
      keys_.set((static_cast<unsigned char>(bytes[0]) & 0x3FU) << 6U | (static_cast<unsigned char>(bytes[1]) & 0x3FU));
      const char32_t step = code < 0x800 ? 1 : code < 0x10000 ? 64 : 4096;
      code = (code / step + 1) * step;
    }
  }
}

Facts facts_of(std::string_view text, ByteRange range) {
  static constexpr CodeRange above_ascii[]{{0x80, 0x10FFFF}};
  static const Sieve all(above_ascii);
  Facts facts;
  facts.mathematics = text.substr(range.begin, range.size()).find('=') != std::string_view::npos;
  for_each_char(text, range, all, [&facts](const Char& one) {
    switch (category(one.code)) {
      case Category::letter:
        facts.scripts.set(script_number(one.code));
        facts.right_to_left = facts.right_to_left || is_right_to_left(one.code);
        facts.east_asian = facts.east_asian || is_east_asian(one.code);
        facts.accented = facts.accented || script(one.code) == Script::latin;
        break;
      case Category::symbol:
        facts.mathematics = facts.mathematics || is_math_symbol(one.code);
        facts.braille = facts.braille || (one.code > 0x2800 && one.code <= 0x28FF);
        break;
      case Category::punctuation:
        facts.right_to_left = facts.right_to_left || is_right_to_left(one.code);
        facts.east_asian = facts.east_asian || is_east_asian(one.code);
        break;
      default:
        break;
    }
  });
  return facts;
}

ByteRange Lines::range(std::size_t at) {
  if (at >= line_.begin && at < line_.end) return line_;
  known_ = false;
  const auto ends_line = [this](std::size_t i) {
    return text_[i] == '\n' || text_[i] == '\r' ||
           (text_[i] == '\xA9' && i >= 2 && text_.substr(i - 2, 3) == paragraph_separator);
  };
  std::size_t begin = at;
  const std::size_t floor = at >= line_.end && line_.end > line_.begin ? line_.end : within_.begin;
  while (begin > floor && !ends_line(begin - 1)) --begin;
  std::size_t end = at;
  while (end < within_.end && !ends_line(end)) ++end;
  line_ = {begin, std::max(end, at + 1)};
  return line_;
}

const Facts& Lines::facts(std::size_t at) {
  const ByteRange line = range(at);
  if (!known_) facts_ = facts_of(text_, line);
  known_ = true;
  return facts_;
}

}  // namespace telltale::inspect::unicode
