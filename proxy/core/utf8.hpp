#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace telltale::utf8 {

/// One decoded step. Ill-formed input yields `valid == false`, one byte long, so that every byte is accounted for.
struct Step {
  char32_t code_point = 0;
  std::uint8_t length = 1;
  bool valid = false;
};

/// The code point that starts at `text[at]`; `at < text.size()`. Overlong forms, surrogates and values past U+10FFFF
/// are invalid. Source: Unicode 15.0, table 3-7.
[[nodiscard]] Step decode(std::string_view text, std::size_t at);

/// Appends `code_point`; surrogates are written as three bytes (WTF-8), so that a lone one survives a round trip.
void append(std::string& out, char32_t code_point);

/// Number of code points; an ill-formed byte counts as one.
[[nodiscard]] std::size_t length(std::string_view text);

/// Byte offset of code point number `index`; text.size() if there are not so many.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::size_t index);

[[nodiscard]] bool is_ascii(std::string_view text);

/// `text` with every code point that is not printable ASCII as `U+XXXX` in angle brackets, for terminals and reports.
[[nodiscard]] std::string escaped(std::string_view text);

/// "U+02BC".
[[nodiscard]] std::string name_of(char32_t code_point);

}  // namespace telltale::utf8
