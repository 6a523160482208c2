// Names of code points, asked of ICU. Covered by tests/unit/inspect/unicode_test.cpp.
#include "inspect/unicode/name.hpp"

#include <unicode/uchar.h>

#include <algorithm>

namespace telltale::inspect::unicode {
namespace {

std::string name_of(UChar32 code, UCharNameChoice choice) {
  constexpr int longest = 128;
  std::string out(longest, '\0');
  UErrorCode error = U_ZERO_ERROR;
  const int length = u_charName(code, choice, out.data(), longest, &error);
  if (U_FAILURE(error) != 0) return {};
  out.resize(static_cast<std::size_t>(std::clamp(length, 0, longest)));
  return out;
}

// Has no name of its own, and ICU no alias for it.
std::string name_of_control(char32_t code) {
  switch (code) {
    case U'\t':
      return "TAB";
    case U'\n':
      return "LINE FEED";
    case U'\r':
      return "CARRIAGE RETURN";
    default:
      return code < 0x20 || code == 0x7F ? "CONTROL" : "";
  }
}

}  // namespace

std::string character_name(char32_t code) {
  if (code > 0x10FFFF) return {};
  const std::string name = name_of(static_cast<UChar32>(code), U_UNICODE_CHAR_NAME);
  return name.empty() ? name_of_control(code) : name;
}

}  // namespace telltale::inspect::unicode
