#pragma once
#include <array>
#include <string_view>

namespace telltale::http {

/// The two byte classes every part of a head is made of, as tables: one load a byte, no branch.
namespace grammar {

constexpr std::array<bool, 256> make_token_bytes() {
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr std::array<bool, 256> make_value_bytes() {
  std::array<bool, 256> table{};
  for (unsigned c = 0x20; c <= 0xFF; ++c) table[c] = c != 0x7F;
  table[static_cast<unsigned>('\t')] = true;
  return table;
}

inline constexpr auto token_bytes = make_token_bytes();
inline constexpr auto value_bytes = make_value_bytes();

}  // namespace grammar

/// A byte of a method or field name. Source: RFC 9110 section 5.6.2 (tchar).
[[nodiscard]] inline bool is_token_byte(char c) {
  return grammar::token_bytes[static_cast<unsigned char>(c)];
}

/// A byte of a field value: visible bytes, SP, HTAB and obs-text. Source: RFC 9110 section 5.5.
[[nodiscard]] inline bool is_value_byte(char c) {
  return grammar::value_bytes[static_cast<unsigned char>(c)];
}

/// A whole, non-empty token.
[[nodiscard]] inline bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (!is_token_byte(c)) return false;
  return true;
}

}  // namespace telltale::http
