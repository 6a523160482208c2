// Normal forms and look-alikes, asked of ICU. Covered by tests/unit/inspect/unicode_test.cpp.
#include "inspect/unicode/fold.hpp"

#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/unicode/property.hpp"

namespace telltale::inspect::unicode {
namespace {

constexpr std::size_t longest_form = 32;  ///< code units; U+FDFA, the longest there is, decomposes into 18

std::u16string as_utf16(std::string_view text) {
  std::u16string out(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &error);
  if (U_FAILURE(error) != 0) return {};
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string as_utf8(std::u16string_view text) {
  std::string out(text.size() * 3, '\0');
  std::int32_t length = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                     static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &error);
  if (U_FAILURE(error) != 0) return {};
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string normal_form(const UNormalizer2* form, std::string_view text) {
  const std::u16string from = as_utf16(text);
  std::u16string to(from.size() * 3 + longest_form, u'\0');
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t length = unorm2_normalize(form, from.data(), static_cast<std::int32_t>(from.size()), to.data(),
                                               static_cast<std::int32_t>(to.size()), &error);
  if (U_FAILURE(error) != 0) return std::string(text);
  return as_utf8(std::u16string_view(to).substr(0, static_cast<std::size_t>(length)));
}

const UNormalizer2* composer() {
  UErrorCode error = U_ZERO_ERROR;
  return unorm2_getNFCInstance(&error);
}

const UNormalizer2* compatibility_composer() {
  UErrorCode error = U_ZERO_ERROR;
  return unorm2_getNFKCInstance(&error);
}

struct CloseChecker {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

/// Opened once, read only; null if ICU came without its data.
const USpoofChecker* checker() {
  static const std::unique_ptr<USpoofChecker, CloseChecker> opened([] {
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker* const one = uspoof_open(&error);
    return U_SUCCESS(error) != 0 ? one : nullptr;
  }());
  return opened.get();
}

std::string skeleton(char32_t code) {
  if (checker() == nullptr) return {};
  std::string text;
  utf8::append(text, code);
  std::array<char, longest_form> out{};
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t length = uspoof_getSkeletonUTF8(checker(), 0, text.data(), static_cast<std::int32_t>(text.size()),
                                                     out.data(), static_cast<std::int32_t>(out.size()), &error);
  if (U_FAILURE(error) != 0 || length < 0) return {};
  return std::string(out.data(), static_cast<std::size_t>(length));
}

bool is_ascii_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alnum(c); });
}

/// What the prototypes of UTS #39 do not say: small capitals, and letters whose shape another size of the same letter
/// has. Rising.
constexpr std::array<std::pair<char32_t, char>, 48> further_letters{{
    {0x017F, 's'}, {0x0138, 'k'}, {0x0262, 'g'}, {0x026A, 'i'}, {0x0274, 'n'}, {0x0280, 'r'}, {0x028F, 'y'},
    {0x0299, 'b'}, {0x029C, 'h'}, {0x029F, 'l'}, {0x03B5, 'e'}, {0x03B7, 'n'}, {0x03BA, 'k'}, {0x03C4, 't'},
    {0x03C7, 'x'}, {0x03C9, 'w'}, {0x0432, 'b'}, {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x043F, 'n'},
    {0x0442, 't'}, {0x044C, 'b'}, {0x04CF, 'l'}, {0x1D00, 'a'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'},
    {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'}, {0x1D1C, 'u'},
    {0x1D20, 'v'}, {0x1D21, 'w'}, {0x1D22, 'z'}, {0x2C6C, 'z'}, {0xA730, 'f'}, {0xA731, 's'}, {0xA7AF, 'q'},
    {0xA7FE, 'I'}, {0xAB33, 'e'}, {0xAB37, 'l'}, {0xAB40, 'o'}, {0xAB53, 'x'}, {0xAB5B, 'y'},
}};

/// Scripts of capitals without case: their upright stroke is an I.
bool is_capital_script(char32_t code) {
  return (code >= 0xA4D0 && code <= 0xA4FF) || (code >= 0x10280 && code <= 0x1032F) ||
         (code >= 0x16A0 && code <= 0x16FF) || (code >= 0x16F00 && code <= 0x16F9F);
}

char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// A prototype in the case of what looks like it. Prototypes fold I, l, 1 and | into l, O and 0 into O.
char in_case_of(char32_t code, char prototype) {
  if (is_upper(code) || (prototype == 'l' && is_capital_script(code)))
    return prototype == 'l' ? 'I' : to_upper(prototype);
  return is_lower(code) ? ascii::to_lower(prototype) : prototype;
}

bool is_allowed_sign(char c) {
  constexpr std::string_view signs = "!#$%&()*+,./:;<=>?@[\\]^_{|}";
  return signs.find(c) != std::string_view::npos;
}

}  // namespace

std::string compose(std::string_view text) {
  return normal_form(composer(), text);
}

bool composes(char32_t letter, char32_t mark) {
  if (letter > 0x10FFFF || mark > 0x10FFFF) return false;
  return unorm2_composePair(composer(), static_cast<UChar32>(letter), static_cast<UChar32>(mark)) >= 0;
}

std::string compatible(char32_t code) {
  std::string text;
  utf8::append(text, code);
  return normal_form(compatibility_composer(), text);
}

bool is_composed(char32_t code) {
  if (code > 0x10FFFF) return false;
  std::array<char16_t, longest_form> out{};
  UErrorCode error = U_ZERO_ERROR;
  return unorm2_getRawDecomposition(composer(), static_cast<UChar32>(code), out.data(),
                                    static_cast<std::int32_t>(out.size()), &error) > 0;
}

std::string ascii_letters(char32_t code) {
  if (code < 0x80 || code > 0x10FFFF) return {};
  const int digit = digit_value(code);
  if (digit >= 0) return std::string(1, static_cast<char>('0' + digit));
  const auto* const own = std::find_if(further_letters.begin(), further_letters.end(),
                                       [code](const auto& row) { return row.first == code; });
  if (own != further_letters.end()) return std::string(1, own->second);
  std::string plain = compatible(code);
  if (is_ascii_word(plain)) return plain;
  if (!is_letter(code)) return {};
  const std::string prototype = skeleton(code);
  if (prototype == "rn") return "m";
  if (prototype.size() != 1 || !is_ascii_word(prototype)) return {};
  return std::string(1, in_case_of(code, prototype.front()));
}

char ascii_sign(char32_t code) {
  if (code < 0x80 || code > 0x10FFFF || is_dash(code) || is_quotation(code)) return 0;
  const std::string plain = compatible(code);
  if (plain.size() == 1) return is_allowed_sign(plain.front()) ? plain.front() : '\0';
  const std::string prototype = skeleton(code);
  if (prototype.size() != 1) return 0;
  if (prototype.front() == 'l' && !is_letter(code)) return '|';
  return is_allowed_sign(prototype.front()) ? prototype.front() : '\0';
}

}  // namespace telltale::inspect::unicode
