#pragma once
#include <string_view>

#include "core/byte_range.hpp"
#include "inspect/needles.hpp"

namespace telltale::inspect {

// What the surroundings say of a value that could be any word: `linux` in "Platform: linux" is a statement about the
// machine, in "linux, darwin or win32" it is not. All look at one line only, at most 64 bytes either side.

/// True if a label of the family names the value (`Platform: x`, `os=x`, `"arch":"x"`, `<shell>x</shell>`, `Local time:
/// 14:07:55 x`) and the value ends its field.
[[nodiscard]] bool has_label(std::string_view text, ByteRange value, Family family);
/// True if the value is all that stands behind a label of a few words, whatever they are: `Runs best on: x`.
[[nodiscard]] bool fills_line(std::string_view text, ByteRange value);
/// True if a word of the family stands near the value ("on a linux system"), or a time of day before a zone.
[[nodiscard]] bool has_word_near(std::string_view text, ByteRange value, Family family);
/// True if a sentence ends with the system or processor it is about: "Binaries are built for x."
[[nodiscard]] bool ends_sentence(std::string_view text, ByteRange value, Family family);
/// True if the value is given as an example: "such as x", "e.g. x".
[[nodiscard]] bool is_example(std::string_view text, ByteRange value);
/// True if the value is one of several alternatives of its family: `linux, darwin or win32`, `linux/amd64`.
[[nodiscard]] bool is_alternative(std::string_view text, ByteRange value, Family family);
/// True if the text is nothing but the value, blanks aside.
[[nodiscard]] bool is_whole(std::string_view text, ByteRange value);

}  // namespace telltale::inspect
