// Characters that draw nothing, judged by where they stand. Sources: Unicode 15.0 chapter 23 (layout controls,
// deprecated format characters), UAX #31 section 2.3, UAX #14 (ZW, SA, WJ). Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <optional>
#include <set>

#include "inspect/detect/characters.hpp"
#include "inspect/detect/joiner_context.hpp"
#include "inspect/detect/soft_hyphen.hpp"

namespace telltale::inspect {
namespace {

using unicode::Category;
using unicode::Char;
using unicode::char_at;
using unicode::char_before;

/// Default ignorable and format characters, and two that only look like nothing. Selectors, tags and direction have
/// detectors of their own.
constexpr unicode::CodeRange invisible_ranges[]{
    {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x0600, 0x0605},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
    {0x200B, 0x200D},   {0x2060, 0x2065},   {0x206A, 0x206F},   {0x2800, 0x2800},   {0x3164, 0x3164},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
    {0x13430, 0x13455}, {0x16FE4, 0x16FE4}, {0x1BCA0, 0x1BCA3}, {0x1D159, 0x1D159}, {0x1D173, 0x1D17A},
    {0xE0080, 0xE00FF}, {0xE01F0, 0xE0FFF}};

constexpr char32_t soft_hyphen = 0xAD;
constexpr char32_t grapheme_joiner = 0x34F;
constexpr char32_t zero_width_space = 0x200B;
constexpr char32_t word_joiner = 0x2060;
constexpr char32_t byte_order_mark = 0xFEFF;
constexpr char32_t object_replacement = 0xFFFC;
constexpr char32_t braille_blank = 0x2800;

bool is_invisible(char32_t code) {
  return unicode::is_in(invisible_ranges, code);
}

bool is_ascii_word(char32_t code) {
  return code < 0x80 && (unicode::is_letter(code) || unicode::category(code) == Category::number);
}

bool is_filler(char32_t code) {
  return code == 0x115F || code == 0x1160 || code == 0x3164 || code == 0xFFA0 || code == braille_blank ||
         code == 0x17B4 || code == 0x17B5;
}

bool is_jamo(char32_t code) {
  return (code >= 0x1100 && code <= 0x11FF) || (code >= 0xA960 && code <= 0xA97F) ||
         (code >= 0xD7B0 && code <= 0xD7FF) || (code >= 0x3131 && code <= 0x318E) || (code >= 0xFFA0 && code <= 0xFFDC);
}

std::string_view family_of(char32_t code) {
  if (code == soft_hyphen) return "soft-hyphen";
  if (is_filler(code)) return "filler";
  if ((code >= 0x200B && code <= 0x200D) || (code >= 0x2060 && code <= 0x2064) || code == byte_order_mark ||
      code == grapheme_joiner)
    return "zero-width";
  return "format";
}

/// One text, while its invisible characters are judged.
class Invisibles {
 public:
  explicit Invisibles(const Judged& judged)
      : judged_(judged), text_(judged.text), lines_(judged.text, judged.surroundings()) {}

  [[nodiscard]] bool is_right(const Char& one) {
    if (has_context(one)) return true;
    if (judged_.voice == Voice::tool && is_table_entry(text_, one.range())) return true;
    return !judged_.is_client() && is_quoted_example(text_, one.range());
  }

 private:
  [[nodiscard]] bool has_context(const Char& one) {
    switch (one.code) {
      case soft_hyphen:
        if (!soft_hyphens_) soft_hyphens_.emplace(text_, judged_.range, judged_.is_client());
        return soft_hyphens_->is_right(one.begin);
      case 0x200C:
      case 0x200D:
        return is_joiner_right(text_, one);
      case zero_width_space:
        return breaks_line(one);
      case word_joiner:
        return holds_line(one);
      case byte_order_mark:
        return !judged_.is_client() && one.begin == judged_.range.begin;
      case grapheme_joiner:
        return unicode::is_mark(next(one)) && (!judged_.is_client() || next(one) > 0x36F);
      case object_replacement:
        return !judged_.is_client() && !is_ascii_word(previous(one)) && !is_ascii_word(next(one));
      case braille_blank:
        return is_braille(one);
      default:
        return one.code >= 0x2061 && one.code <= 0x2064 ? is_operator(one) : among_its_own(one);
    }
  }

  [[nodiscard]] char32_t previous(const Char& one) const { return char_before(text_, one.begin).code; }
  [[nodiscard]] char32_t next(const Char& one) const { return char_at(text_, one.end).code; }

  /// ZWSP: a place to break lines, in scripts without blanks. Web pages also put it behind the joints of long names.
  [[nodiscard]] bool breaks_line(const Char& one) const {
    const char32_t before = previous(one);
    const char32_t after = next(one);
    if (before == one.code || after == one.code) return false;
    for (const char32_t side : {before, after})
      if (unicode::is_unspaced(side) || unicode::is_east_asian(side)) return true;
    constexpr std::string_view joints = "@/\\_.-:&=?";
    return !judged_.is_client() && before < 0x80 && joints.find(static_cast<char>(before)) != std::string_view::npos &&
           is_ascii_word(after);
  }

  /// WJ: keeps dashes and figures with their words; never inside a word.
  [[nodiscard]] bool holds_line(const Char& one) const {
    const char32_t before = previous(one);
    const char32_t after = next(one);
    if (before == one.code || after == one.code) return false;
    for (const char32_t side : {before, after}) {
      if (unicode::is_unspaced(side) || unicode::is_east_asian(side)) return true;
      if (judged_.is_client() || side == Char::none) continue;
      if (unicode::is_dash(side) || side == '/' || (side >= 0x80 && unicode::category(side) == Category::space) ||
          side == 0x2026)
        return true;
    }
    return false;
  }

  /// Invisible operators: in formulas, between short operands.
  [[nodiscard]] bool is_operator(const Char& one) {
    if (judged_.is_client() || !lines_.facts(one.begin).mathematics) return false;
    const Char before = char_before(text_, one.begin);
    const Char after = char_at(text_, one.end);
    if (is_invisible(before.code) || is_invisible(after.code)) return false;
    if (!unicode::is_letter(before.code) || !unicode::is_letter(after.code)) return true;
    return !unicode::is_letter(char_before(text_, before.begin).code) ||
           !unicode::is_letter(char_at(text_, after.end).code);
  }

  [[nodiscard]] bool is_braille(const Char& one) {
    if (lines_.facts(one.begin).braille) return true;
    if (judged_.is_client()) return false;
    if (!piece_has_braille_) piece_has_braille_ = unicode::facts_of(text_, judged_.range).braille;
    return *piece_has_braille_;
  }

  /// Everything that belongs to one script or notation: right beside a character of it.
  [[nodiscard]] bool among_its_own(const Char& one) const {
    const char32_t sides[]{previous(one), next(one)};
    return std::any_of(std::begin(sides), std::end(sides), [&one](char32_t side) {
      if (side > 0x10FFFF || is_invisible(side)) return false;
      if (is_jamo(one.code)) return is_jamo(side);
      if (one.code >= 0x1D100 && one.code <= 0x1D1FF) return side >= 0x1D100 && side <= 0x1D1FF;
      if (one.code >= 0x1BCA0 && one.code <= 0x1BCA3) return side >= 0x1BC00 && side <= 0x1BC9F;
      if (one.code >= 0x0600 && one.code <= 0x08FF)
        return unicode::is_right_to_left(side) || unicode::digit_value(side) >= 0;
      const unicode::Script script = unicode::script(one.code);
      return script == unicode::Script::other && unicode::script_number(one.code) == unicode::script_number(side);
    });
  }

  Judged judged_;
  std::string_view text_;
  unicode::Lines lines_;
  std::optional<SoftHyphens> soft_hyphens_;
  std::optional<bool> piece_has_braille_;
};

/// Bits that a run of such characters can carry: what a choice among the kinds of it is worth, at least one each.
double bits_of(char32_t code) {
  return family_of(code) == "zero-width" ? 2 : 1;
}

/// A braille blank is as wide as a blank and is put in place of one; between blanks it stands for nothing.
std::string_view neutral_of(std::string_view text, const Char& one) {
  if (one.code != braille_blank) return {};
  const bool apart = is_ascii_word(char_before(text, one.begin).code) && is_ascii_word(char_at(text, one.end).code);
  return apart ? " " : "";
}

}  // namespace

void detect_invisible(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static const unicode::Sieve sieve(invisible_ranges);
  for_each_judged(passage, marks, [&](const Judged& judged) {
    Runs runs(marks);
    Invisibles invisibles(judged);
    const auto close = [&] {
      runs.close(runs.is_open() ? decode_binary(judged.text.substr(runs.range().begin, runs.range().size())) : "");
    };
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) {
      if (!is_invisible(one.code) || !match.has_family(family_of(one.code)) || invisibles.is_right(one)) return;
      if (runs.is_open() && runs.range().end != one.begin) close();
      runs.add(one.range(), neutral_of(judged.text, one), bits_of(one.code));
    });
    close();
  });
}

}  // namespace telltale::inspect
