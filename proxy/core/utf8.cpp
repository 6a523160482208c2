// UTF-8 by table 3-7 of Unicode 15.0. Covered by tests/unit/core/utf8_test.cpp.
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <cstring>

namespace telltale::utf8 {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0U) == 0x80U;
}

// The range allowed for the second byte depends on the first: it keeps out overlong forms, surrogates, > U+10FFFF.
bool second_byte_fits(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

std::uint8_t sequence_length(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

}  // namespace

Step decode(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  const std::uint8_t length = sequence_length(first);
  if (length == 1) return {first, 1, true};
  if (length == 0) return {first, 1, false};
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text, at + i)) return {first, 1, false};
  if (!second_byte_fits(first, byte_at(text, at + 1))) return {first, 1, false};
  char32_t value = first & (0xFFU >> (length + 1U));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6U) | (byte_at(text, at + i) & 0x3FU);
  return {value, length, true};
}

void append(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
    return put(0x80 | (c & 0x3F));
  }
  if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    return put(0x80 | (c & 0x3F));
  }
  put(0xF0 | (c >> 18));
  put(0x80 | ((c >> 12) & 0x3F));
  put(0x80 | ((c >> 6) & 0x3F));
  put(0x80 | (c & 0x3F));
}

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080ULL) != 0) return false;
  }
  for (; i < text.size(); ++i)
    if (byte_at(text, i) >= 0x80) return false;
  return true;
}

std::size_t length(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += decode(text, at).length;
  return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += decode(text, at).length;
  return at;
}

std::string name_of(char32_t code_point) {
  return fmt::format("U+{:04X}", static_cast<std::uint32_t>(code_point));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Step step = decode(text, at);
    at += step.length;
    if (!step.valid)
      out += fmt::format("<0x{:02X}>", static_cast<std::uint32_t>(step.code_point));
    else if (step.code_point >= 0x20 && step.code_point < 0x7F)
      out.push_back(static_cast<char>(step.code_point));
    else
      out += fmt::format("<{}>", name_of(step.code_point));
  }
  return out;
}

}  // namespace telltale::utf8
