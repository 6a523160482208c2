#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

/// Words, lines and languages of a text, and what in it is code. Every look is bounded: words of 64 bytes, 2 KB of a
/// line on either side.
namespace telltale::inspect::style {

/// The code point that ends right before `at`, or stands at `at`; 0 at the ends of the text and for ill-formed bytes.
[[nodiscard]] char32_t before(std::string_view text, std::size_t at);
[[nodiscard]] char32_t after(std::string_view text, std::size_t at);

/// A letter, roughly: ASCII letters, and what lies in the blocks of letters. Enough to tell words from punctuation.
[[nodiscard]] bool is_letter(char32_t c);
[[nodiscard]] constexpr bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
/// SP, tab, line ends, and the end of the text.
[[nodiscard]] constexpr bool is_gap(char32_t c) {
  return c == 0 || c == ' ' || (c >= 9 && c <= 13);
}

/// The letters that end before `at`, or begin at `at`; at most 64 bytes.
[[nodiscard]] std::string_view letters_before(std::string_view text, std::size_t at);
[[nodiscard]] std::string_view letters_after(std::string_view text, std::size_t at);
/// The line round `at`, without its line end.
[[nodiscard]] ByteRange line_at(std::string_view text, std::size_t at);

/// True if the words near `at`, in its line, belong to another language than English: letters with accents, another
/// script, or more of the small words of other languages than of the English ones.
[[nodiscard]] bool is_foreign(std::string_view text, ByteRange at);
/// The same of the words of `range` alone.
[[nodiscard]] bool holds_foreign_words(std::string_view text, ByteRange range);

/// Which bytes of a text are code: fenced blocks, code spans, and words that are addresses, paths or identifiers.
class CodeMap {
 public:
  explicit CodeMap(std::string_view text);
  [[nodiscard]] bool covers(std::size_t at) const;
  [[nodiscard]] bool in_fence(std::size_t at) const;
  /// In a fence or a code span, whatever the word is.
  [[nodiscard]] bool covers_code(std::size_t at) const;

 private:
  std::string_view text_;
  std::vector<ByteRange> fences_;
  std::vector<ByteRange> spans_;
};

[[nodiscard]] std::string as_text(char32_t c);

}  // namespace telltale::inspect::style
