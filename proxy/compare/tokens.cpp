// Covered by tests/unit/compare/slots_test.cpp.
#include "compare/tokens.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

bool is_word_byte(char c) {
  return ascii::is_alnum(c) || c == '_';
}

bool is_unicode_escape(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at + 2),
                     text.begin() + static_cast<std::ptrdiff_t>(at + 6),
                     [](char c) { return ascii::hex_value(c) >= 0; });
}

// `\uD83D` or `\uDE00`: the second digit of a surrogate tells which half it is.
bool is_surrogate_escape(std::string_view text, std::size_t at, int low, int high) {
  if (!is_unicode_escape(text, at) || ascii::to_lower(text[at + 2]) != 'd') return false;
  const int digit = ascii::hex_value(text[at + 3]);
  return digit >= low && digit <= high;
}

std::size_t escape_length(std::string_view text, std::size_t at) {
  if (!is_unicode_escape(text, at)) return std::min<std::size_t>(2, text.size() - at);
  const bool is_pair = is_surrogate_escape(text, at, 0x8, 0xB) && is_surrogate_escape(text, at + 6, 0xC, 0xF);
  return is_pair ? 12 : 6;
}

std::size_t token_length(std::string_view text, std::size_t at, Spelling spelling) {
  if (is_word_byte(text[at])) {
    std::size_t end = at + 1;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    return end - at;
  }
  if (text[at] == '\\' && spelling == Spelling::json) return escape_length(text, at);
  return utf8::decode(text, at).length;
}

}  // namespace

std::vector<ByteRange> cut_tokens(std::string_view text, Spelling spelling) {
  std::vector<ByteRange> out;
  out.reserve(text.size() / 3 + 1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = token_length(text, at, spelling);
    out.push_back({at, at + length});
    at += length;
  }
  return out;
}

bool is_word(std::string_view token) {
  return !token.empty() && is_word_byte(token.front());
}

}  // namespace telltale::compare
