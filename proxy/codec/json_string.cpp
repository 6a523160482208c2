// One JSON string token: its escapes undone, and code points of the decoded text mapped to raw bytes and back.
// RFC 8259 section 7; lone surrogates as WTF-8. Covered by tests/unit/codec/json_string_test.cpp and the fuzz target
// json_string.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "codec/json_scan.hpp"
#include "codec/string_end.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::codec {
namespace {

struct Escape {
  char32_t code_point = 0;
  std::size_t raw = 0;  // bytes in the token; 0: a backslash that begins no escape
};

std::string_view inside(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return raw;
  return raw.substr(1, raw.size() - 2);
}

std::optional<char32_t> four_digits(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  char32_t value = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = ascii::hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

constexpr bool is_high_surrogate(char32_t c) {
  return c >= 0xD800 && c <= 0xDBFF;
}
constexpr bool is_low_surrogate(char32_t c) {
  return c >= 0xDC00 && c <= 0xDFFF;
}

Escape read_unicode_escape(std::string_view text, std::size_t at) {
  const std::optional<char32_t> first = four_digits(text, at);
  if (!first) return {};
  if (!is_high_surrogate(*first)) return {*first, 6};
  const std::optional<char32_t> second = four_digits(text, at + 6);
  if (!second || !is_low_surrogate(*second)) return {*first, 6};
  return {0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00), 12};
}

// The escape at `text[at]`, which is a backslash.
Escape read_escape(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return {};
  switch (text[at + 1]) {
    case '"':
    case '\\':
    case '/':
      return {static_cast<char32_t>(text[at + 1]), 2};
    case 'b':
      return {'\b', 2};
    case 'f':
      return {'\f', 2};
    case 'n':
      return {'\n', 2};
    case 'r':
      return {'\r', 2};
    case 't':
      return {'\t', 2};
    case 'u':
      return read_unicode_escape(text, at);
    default:
      return {};
  }
}

// Raw bytes of the unit at `at`: an escape, a pair of them, or one code point that stands for itself.
std::size_t unit_length(std::string_view text, std::size_t at) {
  if (text[at] == '\\') return std::max<std::size_t>(read_escape(text, at).raw, 1);
  return static_cast<unsigned char>(text[at]) < 0x80 ? 1 : utf8::decode(text, at).length;
}

// Where a unit begins, and how many code points stand before it.
struct Mark {
  std::size_t raw = 0;
  std::size_t code_point = 0;
};

constexpr std::size_t anywhere = std::numeric_limits<std::size_t>::max();

bool is_plain_block(std::string_view text, std::size_t at) {
  if (text.size() - at < StringBlock::size) return false;
  const StringBlock block = string_block(text.data() + at);
  return (block.stops | block.high) == 0;
}

// The last unit that begins at or before both limits, or the end of the text. Long prompts are mostly plain ASCII,
// which goes by a block at a time: without that, a thousand findings in a megabyte would take seconds.
Mark seek(std::string_view text, Mark from, std::size_t code_point, std::size_t byte) {
  while (from.raw < text.size()) {
    const bool far = code_point - from.code_point >= StringBlock::size && byte - from.raw >= StringBlock::size;
    const bool plain = far && is_plain_block(text, from.raw);
    const std::size_t length = plain ? StringBlock::size : unit_length(text, from.raw);
    const std::size_t count = plain ? StringBlock::size : 1;
    if (from.code_point + count > code_point || from.raw + length > byte) break;
    from.raw += length;
    from.code_point += count;
  }
  return from;
}

constexpr bool must_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
}

std::string undo_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t backslash = std::min(text.find('\\', at), text.size());
    out.append(text, at, backslash - at);
    at = backslash;
    if (at == text.size()) break;
    const Escape escape = read_escape(text, at);
    if (escape.raw == 0) {
      out.push_back('\\');
      ++at;
      continue;
    }
    utf8::append(out, escape.code_point);
    at += escape.raw;
  }
  return out;
}

}  // namespace

std::string decode_json_string(std::string_view raw) {
  return undo_escapes(inside(raw));
}

std::string decode_json_start(std::string_view raw, std::size_t most) {
  const std::string_view text = inside(raw);
  return undo_escapes(text.substr(0, seek(text, {}, most, anywhere).raw));
}

ByteRange raw_range_of(std::string_view raw, std::size_t begin, std::size_t end) {
  const std::string_view text = inside(raw);
  const std::size_t quote = text.size() == raw.size() ? 0 : 1;
  const Mark first = seek(text, {}, begin, anywhere);
  const Mark last = end <= begin ? first : seek(text, first, end, anywhere);
  return {quote + first.raw, quote + last.raw};
}

ByteRange code_points_of(std::string_view raw, ByteRange bytes) {
  const std::string_view text = inside(raw);
  const std::size_t quote = text.size() == raw.size() ? 0 : 1;
  const std::size_t begin = std::min(std::max(bytes.begin, quote) - quote, text.size());
  const std::size_t end = std::min(std::max(bytes.end, quote) - quote, text.size());
  const Mark first = seek(text, {}, anywhere, begin);
  if (end <= begin) return {first.code_point, first.code_point};
  const Mark last = seek(text, first, anywhere, end);
  return {first.code_point, last.code_point + (last.raw < end ? 1 : 0)};
}

std::string escape_json(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (auto run = text.begin(); run != text.end();) {
    const auto odd = std::find_if(run, text.end(), must_escape);
    out.append(run, odd);
    run = odd;
    if (run != text.end()) append_escaped(out, *run++);
  }
  return out;
}

}  // namespace telltale::codec
