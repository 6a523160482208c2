// Kinds of look-alikes, by block and property. Covered by tests/unit/inspect/characters_marked_test.cpp.
#include "inspect/detect/disguise.hpp"

#include <algorithm>

#include "inspect/unicode/property.hpp"

namespace telltale::inspect {
namespace {

constexpr bool within(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

/// Latin letters, in no alphabet of today or in few, that are drawn like an ASCII letter. Phonetic letters that are
/// drawn otherwise, and letters with hooks and strokes, are nobody's disguise.
bool is_latin_double(char32_t code) {
  constexpr char32_t letters[]{0x0131, 0x0138, 0x017F, 0x01BD, 0x01C0, 0x0251, 0x0261, 0x0262, 0x0269, 0x026A, 0x0274,
                               0x0280, 0x028B, 0x028F, 0x0299, 0x029C, 0x029F, 0x2C6C, 0xA730, 0xA731, 0xA7AF, 0xA7FE};
  if (std::binary_search(std::begin(letters), std::end(letters), code)) return true;
  return within(code, 0x1D00, 0x1D22) || within(code, 0xAB30, 0xAB5A);
}

bool is_ligature(char32_t code) {
  return within(code, 0xFB00, 0xFB06) || within(code, 0x01C7, 0x01CC) || within(code, 0x01F1, 0x01F3);
}

bool is_letterlike(char32_t code) {
  // Not the units (ohm, kelvin, angstrom): those are letters in another normal form.
  return within(code, 0x2102, 0x2149) && code != 0x2126 && code != 0x212A && code != 0x212B && unicode::is_letter(code);
}

bool is_raised_digit(char32_t code) {
  return code == 0xB2 || code == 0xB3 || code == 0xB9 || within(code, 0x2070, 0x2079) || within(code, 0x2080, 0x2089);
}

bool is_enclosed(char32_t code) {
  return within(code, 0x24B6, 0x24E9) || within(code, 0x1F130, 0x1F149);
}

}  // namespace

Disguise disguise_of(char32_t code) {
  if (is_raised_digit(code)) return Disguise::raised;
  if (code < 0x131 || code > 0x10FFFF) return Disguise::none;
  if (within(code, 0xFF10, 0xFF19) || within(code, 0xFF21, 0xFF3A) || within(code, 0xFF41, 0xFF5A))
    return Disguise::wide;
  if (within(code, 0x1D400, 0x1D7FF) || is_letterlike(code)) return Disguise::styled;
  if (within(code, 0x2160, 0x217F)) return Disguise::roman;
  if (is_enclosed(code)) return Disguise::enclosed;
  if (is_ligature(code)) return Disguise::ligature;
  if (unicode::digit_value(code) >= 0) return Disguise::digit;
  if (!unicode::is_letter(code)) return Disguise::none;
  switch (unicode::script(code)) {
    case unicode::Script::latin:
      if (unicode::is_raised(code)) return Disguise::raised;
      return is_latin_double(code) ? Disguise::latin : Disguise::none;
    case unicode::Script::common:
    case unicode::Script::inherited:
    case unicode::Script::han:
    case unicode::Script::hiragana:
    case unicode::Script::katakana:
    case unicode::Script::hangul:
    case unicode::Script::bopomofo:
      return Disguise::none;
    default:
      return Disguise::script;
  }
}

std::string_view name_of(Disguise one) {
  switch (one) {
    case Disguise::none:
      return "none";
    case Disguise::script:
      return "script";
    case Disguise::wide:
      return "wide";
    case Disguise::styled:
      return "styled";
    case Disguise::latin:
      return "latin";
    case Disguise::raised:
      return "raised";
    case Disguise::enclosed:
      return "enclosed";
    case Disguise::ligature:
      return "ligature";
    case Disguise::roman:
      return "roman";
    case Disguise::digit:
      return "digit";
  }
  return "none";
}

}  // namespace telltale::inspect
