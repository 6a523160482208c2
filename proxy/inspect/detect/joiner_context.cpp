// Where ZWJ and ZWNJ are at home. Covered by tests/unit/inspect/characters_marked_test.cpp.
#include "inspect/detect/joiner_context.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;
using unicode::Joining;

constexpr char32_t non_joiner = 0x200C;
constexpr char32_t joiner = 0x200D;
constexpr char32_t emoji_style = 0xFE0F;
constexpr char32_t cancel_tag = 0xE007F;
constexpr int most_marks_on_a_letter = 8;  ///< far more than any orthography stacks

/// The nearest character in front that is no mark.
Char base_before(std::string_view text, std::size_t at) {
  Char one = char_before(text, at);
  for (int i = 0; i < most_marks_on_a_letter && unicode::is_mark(one.code); ++i) one = char_before(text, one.begin);
  return one;
}

Char base_after(std::string_view text, std::size_t at) {
  Char one = char_at(text, at);
  for (int i = 0; i < most_marks_on_a_letter && unicode::is_mark(one.code); ++i) one = char_at(text, one.end);
  return one;
}

bool is_cursive(char32_t code) {
  const Joining one = unicode::joining(code);
  return unicode::is_letter(code) && (one == Joining::left || one == Joining::right || one == Joining::both);
}

/// Letters and signs of the scripts that have a virama: their clusters are steered by joiners.
bool is_brahmic(char32_t code) {
  return (code >= 0x0900 && code <= 0x0DFF) || (code >= 0x0F00 && code <= 0x109F) ||
         (code >= 0x1700 && code <= 0x17FF) || (code >= 0x1A20 && code <= 0x1BFF) ||
         (code >= 0xA800 && code <= 0xA82F) || (code >= 0xA880 && code <= 0xA8DF) ||
         (code >= 0xA900 && code <= 0xAAFF) || (code >= 0xABC0 && code <= 0xABFF) ||
         (code >= 0x11000 && code <= 0x11FFF);
}

bool ends_emoji(char32_t code) {
  return code == emoji_style || code == cancel_tag || unicode::is_pictographic(code) || unicode::is_skin_tone(code);
}

bool joins_emoji(const Char& before, const Char& after) {
  return ends_emoji(before.code) && unicode::is_pictographic(after.code);
}

}  // namespace

bool is_joiner_right(std::string_view text, const Char& one) {
  const Char before = char_before(text, one.begin);
  const Char after = char_at(text, one.end);
  // One at a time: a second joiner changes nothing that the first has not changed.
  if (before.code == non_joiner || before.code == joiner) return false;
  if (one.code == joiner && joins_emoji(before, after)) return true;
  if (unicode::is_virama(before.code)) return true;
  const char32_t base = base_before(text, one.begin).code;
  const char32_t next = base_after(text, one.end).code;
  if (is_cursive(base) || is_cursive(next)) return true;
  return is_brahmic(base) && (is_brahmic(after.code) || is_brahmic(next));
}

}  // namespace telltale::inspect
