// Text as it stands in a body, read without losing where each code point came from. JSON escapes: RFC 8259 section 7.
// Covered by tests/unit/inspect/raw_text_test.cpp.
#include "inspect/raw_text.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

/// Value of the four hexadecimal digits at `at`, or -1.
int hex4(std::string_view text, std::size_t at, std::size_t end) {
  if (at + 4 > end) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = ascii::hex_value(text[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

RawStep unicode_escape(std::string_view text, std::size_t at, std::size_t end) {
  const int high = hex4(text, at + 2, end);
  if (high < 0) return {U'\\', 1, false, true};
  const bool is_high = high >= 0xD800 && high < 0xDC00;
  if (is_high && at + 12 <= end && text[at + 6] == '\\' && text[at + 7] == 'u') {
    const int low = hex4(text, at + 8, end);
    if (low >= 0xDC00 && low < 0xE000)
      return {static_cast<char32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12, true, true};
  }
  return {static_cast<char32_t>(high), 6, true, true};
}

RawStep escape_step(std::string_view text, std::size_t at, std::size_t end) {
  if (at + 1 >= end) return {U'\\', 1, false, true};
  switch (text[at + 1]) {
    case 'n':
      return {U'\n', 2, true, true};
    case 't':
      return {U'\t', 2, true, true};
    case 'r':
      return {U'\r', 2, true, true};
    case 'b':
      return {U'\b', 2, true, true};
    case 'f':
      return {U'\f', 2, true, true};
    case 'u':
      return unicode_escape(text, at, end);
    case '"':
    case '\\':
    case '/':
      return {static_cast<char32_t>(text[at + 1]), 2, true, true};
    default:
      return {U'\\', 1, false, true};  // begins no escape: a backslash, as codec::decode_json_string has it
  }
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The nearest place at or before `at` where a code point begins.
std::size_t boundary_before(const RawText& text, std::size_t at) {
  while (at > text.range.begin && at < text.range.end && is_continuation(text.content[at])) --at;
  if (!text.escaped) return at;
  // The longest escape is a surrogate pair, 12 bytes: one that covers `at` begins in the 11 bytes before it. An odd
  // run of backslashes ahead of those means that the first of them is the second half of an escape.
  std::size_t i = at - std::min<std::size_t>(at - text.range.begin, 11);
  std::size_t run = 0;
  while (i - run > text.range.begin && text.content[i - run - 1] == '\\') ++run;
  if (run % 2 == 1) --i;
  while (i < at) {
    const std::size_t next = i + step(text, i).length;
    if (next > at) return i;
    i = next;
  }
  return at;
}

void append(std::string& out, const RawText& text, std::size_t at, const RawStep& one) {
  if (!one.escape)
    out.append(text.content.substr(at, one.length));
  else
    utf8::append(out, one.code_point);
}

}  // namespace

RawStep step(const RawText& text, std::size_t at) {
  const char c = text.content[at];
  if (c == '\\' && text.escaped) return escape_step(text.content, at, text.range.end);
  if (static_cast<unsigned char>(c) < 0x80) return {static_cast<char32_t>(c), 1, false, true};
  const utf8::Step one = utf8::decode(text.content.substr(0, text.range.end), at);
  if (!one.valid) return {static_cast<char32_t>(static_cast<unsigned char>(c)), 1, false, false};
  return {one.code_point, one.length, false, true};
}

std::size_t decoded_length(const RawStep& one) {
  if (!one.escape) return one.length;
  if (one.code_point < 0x80) return 1;
  if (one.code_point < 0x800) return 2;
  return one.code_point < 0x10000 ? 3 : 4;
}

Window::Window(const RawText& text, std::size_t at, std::size_t before, std::size_t after) {
  begin_ = boundary_before(text, at - std::min(at - text.range.begin, before));
  std::size_t end = at + std::min(text.range.end - at, after);
  starts_text_ = begin_ == text.range.begin;
  const bool plain = !text.escaped || std::memchr(text.content.data() + begin_, '\\', end - begin_) == nullptr;
  if (plain) {
    while (end < text.range.end && is_continuation(text.content[end])) ++end;
    view_ = text.content.substr(begin_, end - begin_);
    return;
  }
  decoded_.reserve(end - begin_ + 4);
  raw_at_.reserve(end - begin_ + 5);
  std::size_t i = begin_;
  while (i < end) {
    // Up to the next backslash bytes stand for themselves.
    const void* found = std::memchr(text.content.data() + i, '\\', end - i);
    std::size_t stop =
        found == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(found) - text.content.data());
    while (stop == end && stop < text.range.end && is_continuation(text.content[stop])) ++stop;
    decoded_.append(text.content.substr(i, stop - i));
    for (; i < stop; ++i) raw_at_.push_back(i);
    if (i >= end) break;
    const RawStep one = step(text, i);
    append(decoded_, text, i, one);
    raw_at_.resize(decoded_.size(), i);
    i += one.length;
  }
  raw_at_.push_back(i);
  view_ = decoded_;
}

std::size_t Window::offset_of(std::size_t at) const {
  if (raw_at_.empty()) return at - begin_;
  const auto after = std::upper_bound(raw_at_.begin(), raw_at_.end(), at);
  if (after == raw_at_.begin()) return 0;
  return static_cast<std::size_t>(std::lower_bound(raw_at_.begin(), raw_at_.end(), *(after - 1)) - raw_at_.begin());
}

std::string decode(const RawText& text) {
  if (!text.escaped) return std::string(text.content.substr(text.range.begin, text.range.size()));
  std::string out;
  out.reserve(text.range.size());
  std::size_t i = text.range.begin;
  while (i < text.range.end) {
    const void* found = std::memchr(text.content.data() + i, '\\', text.range.end - i);
    const std::size_t stop = found == nullptr
                                 ? text.range.end
                                 : static_cast<std::size_t>(static_cast<const char*>(found) - text.content.data());
    out.append(text.content.substr(i, stop - i));
    i = stop;
    if (i >= text.range.end) break;
    const RawStep one = step(text, i);
    append(out, text, i, one);
    i += one.length;
  }
  return out;
}

std::size_t CodePointCounter::before(std::size_t at) {
  const std::size_t end = std::min(at, text_.range.end);
  while (at_ < end) {
    const auto byte = static_cast<unsigned char>(text_.content[at_]);
    at_ += byte < 0x80 && byte != '\\' ? std::size_t{1} : step(text_, at_).length;
    ++count_;
  }
  return count_;
}

std::size_t next_hiding_escape(std::string_view content, std::size_t from) {
  std::size_t at = from;
#if defined(__SSE2__)
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i letter = _mm_set1_epi8('u');
  const __m128i slash = _mm_set1_epi8('/');
  for (; at + 17 <= content.size(); at += 16) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(content.data() + at));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(content.data() + at + 1));
    const __m128i hides = _mm_or_si128(_mm_cmpeq_epi8(next, letter), _mm_cmpeq_epi8(next, slash));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(here, backslash), hides)));
    if (mask != 0) return at + static_cast<unsigned>(__builtin_ctz(mask));
  }
#endif
  for (; at + 1 < content.size(); ++at)
    if (content[at] == '\\' && (content[at + 1] == 'u' || content[at + 1] == '/')) return at;
  return std::string_view::npos;
}

}  // namespace telltale::inspect
