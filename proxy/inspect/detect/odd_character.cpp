// Characters that hide in names. Unlike in prose, there is no typography in a member name or a header value that could
// explain them. Covered by tests/unit/inspect/json_form_test.cpp and header_test.cpp.
#include "inspect/detect/odd_character.hpp"

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/joiner_context.hpp"
#include "inspect/unicode/fold.hpp"
#include "inspect/unicode/property.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {
namespace {

constexpr char32_t non_joiner = 0x200C;
constexpr char32_t joiner = 0x200D;

bool is_ascii_word(char32_t code) {
  return code < 0x80 && ascii::is_alnum(static_cast<char>(code));
}

}  // namespace

std::vector<OddCharacter> odd_characters(std::string_view text) {
  std::vector<OddCharacter> odd;
  if (utf8::is_ascii(text)) return odd;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::Char one = unicode::char_at(text, at);
    at = one.end;
    if (one.code < 0x80 || one.code > 0x10FFFF) continue;
    const unicode::Category category = unicode::category(one.code);
    if (unicode::is_default_ignorable(one.code) || category == unicode::Category::format ||
        category == unicode::Category::control) {
      const bool joins = one.code == joiner || one.code == non_joiner;
      const bool emoji = one.code == 0xFE0F && unicode::is_emoji(unicode::char_before(text, one.begin).code);
      if (!emoji && !(joins && is_joiner_right(text, one))) odd.push_back({one.range(), false, ""});
      continue;
    }
    if (category == unicode::Category::space) {
      odd.push_back({one.range(), true, " "});
      continue;
    }
    const bool beside = is_ascii_word(unicode::char_before(text, one.begin).code) ||
                        is_ascii_word(unicode::char_at(text, one.end).code);
    if (!beside) continue;
    std::string looks_like = unicode::ascii_letters(one.code);
    if (const char sign = unicode::ascii_sign(one.code); looks_like.empty() && sign != 0) looks_like = sign;
    if (!looks_like.empty()) odd.push_back({one.range(), true, std::move(looks_like)});
  }
  return odd;
}

}  // namespace telltale::inspect
