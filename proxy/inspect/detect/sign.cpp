// Signs that only look like ASCII: a colon that is a ratio, a semicolon that is a Greek question mark. Quotes, dashes
// and blanks are typography and not looked at here. Source: UTS #39, confusables; NFKC. Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <optional>

#include "inspect/detect/characters.hpp"
#include "inspect/unicode/fold.hpp"

namespace telltale::inspect {
namespace {

using unicode::Category;
using unicode::Char;
using unicode::visible_at;
using unicode::visible_before;

constexpr char32_t low_quote = 0x201A;

/// Operators of mathematics that are drawn like signs of prose. The rest of Sm is never asked.
constexpr char32_t operators[]{0x2044, 0x2215, 0x2216, 0x2217, 0x2223, 0x2236, 0x29F5, 0x29F8, 0x29F9};

bool is_ascii_alnum(char32_t code) {
  return code < 0x80 && (unicode::is_letter(code) || (code >= '0' && code <= '9'));
}

bool is_ascii_letter(char32_t code) {
  return code < 0x80 && unicode::is_letter(code);
}

bool ends_word(char32_t code) {
  return is_ascii_alnum(code) || code == ')' || code == ']' || code == '}' || code == '"' || code == '\'' ||
         code == '`' || code == '>' || code == '/' || code == '.' || code == ':';
}

bool is_wide(char32_t code) {
  return (code >= 0xFF01 && code <= 0xFF5E) || (code >= 0xFE50 && code <= 0xFE6B);
}

/// Signs worth asking about: no emoji, no boxes, no arrows.
bool is_candidate(char32_t code) {
  if (code == 0x1C0 || code == 0x1C3) return true;
  // Dashes, quotes and bullets are of all signs the most frequent.
  if (code >= 0x2010 && code <= 0x2023) return code == low_quote;
  if (code < 0x2B9 || unicode::is_dash(code) || unicode::is_quotation(code) || (code >= 0x2190 && code <= 0x2211) ||
      (code >= 0x2300 && code <= 0x27BF))
    return false;
  switch (unicode::category(code)) {
    case Category::punctuation:
      return true;
    case Category::symbol:
      if (unicode::is_math_symbol(code) && !is_wide(code))
        return std::find(std::begin(operators), std::end(operators), code) != std::end(operators);
      return code < 0x2000 || is_wide(code) || code == 0xA789 || code == 0xA78A;
    case Category::letter:
      return code == 0x2D0;
    default:
      return false;
  }
}

class Signs {
 public:
  Signs(const Judged& judged, Marks& marks)
      : judged_(judged), lines_(judged.text, judged.surroundings()), runs_(marks) {}

  void take(const Char& one) {
    if (!is_candidate(one.code) || !stands_as_ascii(one) || is_at_home(one)) return;
    const char sign = one.code == low_quote ? ',' : unicode::ascii_sign(one.code);
    if (sign != 0) runs_.add(one.range(), std::string_view(&sign, 1), 1);
  }

 private:
  /// Where ASCII would stand: right behind a word, or (wide brackets) right before one.
  [[nodiscard]] bool stands_as_ascii(const Char& one) const {
    const char32_t before = visible_before(judged_.text, one.begin).code;
    const char32_t after = visible_at(judged_.text, one.end).code;
    if (one.code == low_quote) return is_ascii_alnum(before) && (after == ' ' || after == '\n');  // opens no quote
    if (one.code == 0x2D0) return judged_.is_client() && is_ascii_letter(before) && (after == ' ' || after == '\n');
    const bool number = before >= '0' && before <= '9' && after >= '0' && after <= '9';
    if (one.code == 0x2044 && number) return false;  // a fraction, as it is meant to be written
    if (is_wide(one.code) && is_ascii_alnum(after)) return true;
    if (!ends_word(before)) return false;
    return judged_.is_client() || is_prose(one, before, after);
  }

  /// What others wrote must leave no doubt: a sign between or behind letters as only prose has it.
  [[nodiscard]] static bool is_prose(const Char& one, char32_t before, char32_t after) {
    const bool letters = is_ascii_letter(before) && is_ascii_letter(after);
    switch (one.code) {
      case 0x2044:
      case 0x2215:
        return letters;
      case 0x2236:
      case 0xA789:
        return is_ascii_letter(before) && after == ' ';
      case 0x2217:
      case 0x2223:
      case 0x1C0:
        return false;
      default:
        return is_ascii_alnum(before);
    }
  }

  /// Lines that hold text the sign belongs to.
  [[nodiscard]] bool is_at_home(const Char& one) {
    const unicode::Facts& line = lines_.facts(one.begin);
    if (line.east_asian || line.right_to_left) return true;
    std::bitset<unicode::most_scripts> others = line.scripts;
    others.reset(unicode::script_number('a'));
    if (!is_wide(one.code) && one.code >= 0x370 && one.code < 0x2000 && others.any()) return true;
    if (!is_wide(one.code)) return false;
    if (judged_.voice == Voice::user) return true;  // an input method that was left on
    if (judged_.is_client()) return false;
    if (!piece_) piece_ = unicode::facts_of(judged_.text, judged_.range);
    return piece_->east_asian;
  }

  Judged judged_;
  unicode::Lines lines_;
  Runs runs_;
  std::optional<unicode::Facts> piece_;
};

}  // namespace

void detect_sign(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& /*match*/, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static constexpr unicode::CodeRange wanted[]{
      {0x1C0, 0x1C3},   {0x2B9, 0x2FF},   {0x374, 0x37E},   {0x387, 0x387},   {0x55A, 0x589},    {0x5BE, 0x5C6},
      {0x5F3, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},   {0x700, 0x70D},   {0x7F4, 0x7FA},    {0x1400, 0x1400},
      {0x166D, 0x166E}, {0x16EB, 0x16ED}, {0x1735, 0x1736}, {0x1800, 0x180A}, {0x2000, 0x206F},  {0x2212, 0x2236},
      {0x27C0, 0x2BFF}, {0x2CF9, 0x2E7F}, {0xA4FE, 0xA8FF}, {0xFE30, 0xFF65}, {0x10100, 0x1D24F}};
  static const unicode::Sieve sieve(wanted);
  for_each_judged(passage, marks, [&](const Judged& judged) {
    Signs signs(judged, marks);
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) { signs.take(one); });
  });
}

}  // namespace telltale::inspect
