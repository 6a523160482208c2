#pragma once
#include <bitset>
#include <cstdint>

namespace telltale::inspect::unicode {

// What the Unicode Character Database says of a code point; values that are no code points have no property at all.
// Source: Unicode 15.0 as compiled into ICU 72 (or what the system's ICU has). Each call is one or two table reads.

enum class Category : std::uint8_t {
  letter,
  mark,
  number,
  punctuation,
  symbol,
  space,
  control,
  format,
  surrogate,
  private_use,
  unassigned
};
[[nodiscard]] Category category(char32_t code);
[[nodiscard]] inline bool is_letter(char32_t code) {
  return category(code) == Category::letter;
}
[[nodiscard]] inline bool is_mark(char32_t code) {
  return category(code) == Category::mark;
}
[[nodiscard]] bool is_upper(char32_t code);
[[nodiscard]] bool is_lower(char32_t code);
[[nodiscard]] bool is_math_symbol(char32_t code);  ///< general category Sm
[[nodiscard]] bool is_raised(char32_t code);       ///< superscripts and subscripts, modifier letters
[[nodiscard]] bool is_dash(char32_t code);
[[nodiscard]] bool is_quotation(char32_t code);
[[nodiscard]] bool is_noncharacter(char32_t code);
[[nodiscard]] bool is_default_ignorable(char32_t code);
/// 0 to 9 for a decimal digit of any script; -1 otherwise.
[[nodiscard]] int digit_value(char32_t code);

/// Scripts that the detectors speak of by name; `other` is any further one, told apart by `script_number`.
enum class Script : std::uint8_t {
  common,
  inherited,
  latin,
  greek,
  cyrillic,
  han,
  hiragana,
  katakana,
  hangul,
  bopomofo,
  other
};
[[nodiscard]] Script script(char32_t code);
/// ICU's number of the script, below `most_scripts`.
[[nodiscard]] std::uint8_t script_number(char32_t code);
inline constexpr std::size_t most_scripts = 256;
/// Han, kana, Hangul, Bopomofo: text in which wide forms are at home.
[[nodiscard]] bool is_east_asian(char32_t code);
[[nodiscard]] bool is_ideograph(char32_t code);
/// Scripts written without blanks between words (Thai, Lao, Khmer, Myanmar ...): line breaking class SA.
[[nodiscard]] bool is_unspaced(char32_t code);

enum class Joining : std::uint8_t { none, transparent, left, right, both };
/// Joining_Type; characters that cause joining count as `both`.
[[nodiscard]] Joining joining(char32_t code);
/// Canonical combining class 9.
[[nodiscard]] bool is_virama(char32_t code);
/// Bidi class R or AL.
[[nodiscard]] bool is_right_to_left(char32_t code);

/// Emoji property, digits, `#` and `*` among them.
[[nodiscard]] bool is_emoji(char32_t code);
/// Extended_Pictographic: emoji and what is kept free for them.
[[nodiscard]] bool is_pictographic(char32_t code);
[[nodiscard]] bool is_skin_tone(char32_t code);

}  // namespace telltale::inspect::unicode
