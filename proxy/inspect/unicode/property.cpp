// Unicode properties, asked of ICU. Covered by tests/unit/inspect/unicode_test.cpp.
#include "inspect/unicode/property.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace telltale::inspect::unicode {
namespace {

UChar32 as_icu(char32_t code) {
  return code <= 0x10FFFF ? static_cast<UChar32>(code) : -1;
}

bool has(char32_t code, UProperty property) {
  return u_hasBinaryProperty(as_icu(code), property) != 0;
}

int type_of(char32_t code) {
  return u_charType(as_icu(code));
}

UScriptCode script_of(char32_t code) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode found = uscript_getScript(as_icu(code), &error);
  return U_SUCCESS(error) ? found : USCRIPT_UNKNOWN;
}

}  // namespace

Category category(char32_t code) {
  if (code > 0x10FFFF) return Category::unassigned;
  const std::uint32_t mask = U_MASK(type_of(code));
  if ((mask & U_GC_L_MASK) != 0) return Category::letter;
  if ((mask & U_GC_M_MASK) != 0) return Category::mark;
  if ((mask & U_GC_N_MASK) != 0) return Category::number;
  if ((mask & U_GC_P_MASK) != 0) return Category::punctuation;
  if ((mask & U_GC_S_MASK) != 0) return Category::symbol;
  if ((mask & U_GC_Z_MASK) != 0) return Category::space;
  if ((mask & U_GC_CC_MASK) != 0) return Category::control;
  if ((mask & U_GC_CF_MASK) != 0) return Category::format;
  if ((mask & U_GC_CS_MASK) != 0) return Category::surrogate;
  if ((mask & U_GC_CO_MASK) != 0) return Category::private_use;
  return Category::unassigned;
}

bool is_upper(char32_t code) {
  return type_of(code) == U_UPPERCASE_LETTER;
}

bool is_lower(char32_t code) {
  return type_of(code) == U_LOWERCASE_LETTER;
}

bool is_math_symbol(char32_t code) {
  return type_of(code) == U_MATH_SYMBOL;
}

bool is_raised(char32_t code) {
  const int type = u_getIntPropertyValue(as_icu(code), UCHAR_DECOMPOSITION_TYPE);
  return type == U_DT_SUPER || type == U_DT_SUB;
}

bool is_dash(char32_t code) {
  return has(code, UCHAR_DASH);
}

bool is_quotation(char32_t code) {
  return has(code, UCHAR_QUOTATION_MARK);
}

bool is_noncharacter(char32_t code) {
  return has(code, UCHAR_NONCHARACTER_CODE_POINT);
}

bool is_default_ignorable(char32_t code) {
  return has(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

int digit_value(char32_t code) {
  return code <= 0x10FFFF ? u_charDigitValue(as_icu(code)) : -1;
}

Script script(char32_t code) {
  switch (script_of(code)) {
    case USCRIPT_COMMON:
      return Script::common;
    case USCRIPT_INHERITED:
      return Script::inherited;
    case USCRIPT_LATIN:
      return Script::latin;
    case USCRIPT_GREEK:
      return Script::greek;
    case USCRIPT_CYRILLIC:
      return Script::cyrillic;
    case USCRIPT_HAN:
      return Script::han;
    case USCRIPT_HIRAGANA:
      return Script::hiragana;
    case USCRIPT_KATAKANA:
      return Script::katakana;
    case USCRIPT_HANGUL:
      return Script::hangul;
    case USCRIPT_BOPOMOFO:
      return Script::bopomofo;
    default:
      return Script::other;
  }
}

std::uint8_t script_number(char32_t code) {
  const int number = script_of(code);
  return number >= 0 && number < static_cast<int>(most_scripts) ? static_cast<std::uint8_t>(number) : 0;
}

bool is_east_asian(char32_t code) {
  const Script one = script(code);
  return one == Script::han || one == Script::hiragana || one == Script::katakana || one == Script::hangul ||
         one == Script::bopomofo || (code >= 0x3001 && code <= 0x303F);
}

bool is_ideograph(char32_t code) {
  return has(code, UCHAR_IDEOGRAPHIC);
}

bool is_unspaced(char32_t code) {
  return u_getIntPropertyValue(as_icu(code), UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

Joining joining(char32_t code) {
  switch (u_getIntPropertyValue(as_icu(code), UCHAR_JOINING_TYPE)) {
    case U_JT_TRANSPARENT:
      return Joining::transparent;
    case U_JT_LEFT_JOINING:
      return Joining::left;
    case U_JT_RIGHT_JOINING:
      return Joining::right;
    case U_JT_DUAL_JOINING:
    case U_JT_JOIN_CAUSING:
      return Joining::both;
    default:
      return Joining::none;
  }
}

bool is_virama(char32_t code) {
  return code <= 0x10FFFF && u_getCombiningClass(as_icu(code)) == 9;
}

bool is_right_to_left(char32_t code) {
  if (code > 0x10FFFF) return false;
  const UCharDirection direction = u_charDirection(as_icu(code));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

bool is_emoji(char32_t code) {
  return has(code, UCHAR_EMOJI);
}

bool is_pictographic(char32_t code) {
  return has(code, UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool is_skin_tone(char32_t code) {
  return has(code, UCHAR_EMOJI_MODIFIER);
}

}  // namespace telltale::inspect::unicode
