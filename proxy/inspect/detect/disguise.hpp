#pragma once
#include <cstdint>
#include <string_view>

namespace telltale::inspect {

/// Ways in which a letter or digit can stand for an ASCII one that it is not.
enum class Disguise : std::uint8_t {
  none,
  script,    ///< a letter of another script: U+0430
  wide,      ///< fullwidth forms
  styled,    ///< mathematical alphabets and letterlike symbols
  latin,     ///< small capitals, U+0131, U+0261: Latin, but not the letter it looks like
  raised,    ///< superscript and subscript letters
  enclosed,  ///< circled and squared letters
  ligature,  ///< U+FB01
  roman,     ///< roman numerals as one character
  digit,     ///< digits of another script
};

/// What `code` would be a disguise of; whether it is one is for its word and its line to say.
[[nodiscard]] Disguise disguise_of(char32_t code);
/// "script": the family by which a rule asks for it.
[[nodiscard]] std::string_view name_of(Disguise one);

}  // namespace telltale::inspect
