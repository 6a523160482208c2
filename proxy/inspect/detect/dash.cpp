// Hyphens, dashes and minus signs by the place they stand in: within words, before options, between numbers, between
// blanks, before list items. Source: Unicode 15.0, section 6.2 (Dashes and Hyphens). Covered by
// tests/unit/inspect/style_test.cpp.
#include <algorithm>
#include <array>

#include "core/utf8.hpp"
#include "inspect/detect/typography.hpp"
#include "inspect/style.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr char32_t hyphen = '-';
constexpr char32_t en_dash = 0x2013;
constexpr char32_t em_dash = 0x2014;
constexpr char32_t minus = 0x2212;

/// Everything that is drawn as a short line at half height. Sorted.
constexpr std::array<char32_t, 27> dash_forms{'-',    0x00AF, 0x02C9, 0x02D7, 0x058A, 0x05BE, 0x06D4, 0x1400, 0x1806,
                                              0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x207B, 0x208B,
                                              0x2212, 0x23AF, 0x2500, 0x2796, 0x2E3A, 0xFE58, 0xFE63, 0xFF0D, 0xFF70};
static_assert(std::is_sorted(dash_forms.begin(), dash_forms.end()));

enum Role : std::uint8_t { in_word, option, range_of_numbers, chain, sign, spaced, tight, bullet };

bool is_word_sign(char32_t c) {
  return is_letter(c) || is_digit(c);
}

/// The dashes of one stretch, code aside.
class Reader {
 public:
  Reader(const Stretch& stretch, std::uint32_t number, const CodeMap& code, Census& census)
      : stretch_(stretch), text_(stretch.text), number_(number), code_(code), census_(census) {}

  void read() {
    each_form(
        stretch_, census_, {'-', '-'},
        [](char32_t c) { return std::binary_search(dash_forms.begin(), dash_forms.end(), c); },
        [this](char32_t form, ByteRange here) { take(form, here); });
  }

 private:
  void take(char32_t form, ByteRange here) {
    const auto role = role_of(form, before(text_, here.begin), after(text_, here.end), here);
    if (!role) return;
    if (form == hyphen ? code_.covers(here.begin) && *role != option : code_.in_fence(here.begin)) return;
    census_.add({number_, here, form, *role});
  }

  [[nodiscard]] std::optional<Role> role_of(char32_t form, char32_t left, char32_t right, ByteRange here) const {
    if (is_digit(left) && is_digit(right)) return is_chain(here) ? chain : range_of_numbers;
    if (is_digit(right) && is_measure(letters_before(text_, here.begin), here)) return range_of_numbers;  // "60s-270s"
    if (is_word_sign(left) && is_word_sign(right)) {
      const bool is_wide = form == em_dash || form == 0x2015 || form == 0x2E3A;
      return is_wide ? tight : in_word;
    }
    if (left == ' ' && right == ' ') return is_line_start(here.begin) ? bullet : spaced;
    if (is_gap(left) && right == ' ') return bullet;
    const bool begins = is_gap(left) || left == '(' || left == '"' || left == '`' || left == '[';
    if (begins && is_digit(right)) return sign;
    if (begins && (is_ascii_letter(right) || right == hyphen)) return option;
    // The second of two: "--dry-run".
    if (left == hyphen && is_ascii_letter(right)) return option;
    return std::nullopt;
  }

  /// Letters behind a digit, as units are.
  [[nodiscard]] bool is_measure(std::string_view letters, ByteRange here) const {
    return !letters.empty() && letters.size() <= 3 && is_digit(before(text_, here.begin - letters.size()));
  }

  /// More than two numbers: a date, a telephone number, a version.
  [[nodiscard]] bool is_chain(ByteRange here) const {
    std::size_t begin = here.begin;
    while (begin > 0 && is_digit(before(text_, begin))) --begin;
    std::size_t end = here.end;
    while (end < text_.size() && is_digit(after(text_, end))) ++end;
    const auto joins = [](char32_t c) { return std::binary_search(dash_forms.begin(), dash_forms.end(), c); };
    return here.begin - begin > 5 || end - here.end > 5 || joins(before(text_, begin)) || joins(after(text_, end));
  }

  [[nodiscard]] bool is_line_start(std::size_t at) const {
    const ByteRange line = line_at(text_, at);
    return text_.substr(line.begin, at - line.begin).find_first_not_of(" \t") == std::string_view::npos;
  }

  const Stretch& stretch_;
  std::string_view text_;
  std::uint32_t number_;
  const CodeMap& code_;
  Census& census_;
};

/// Forms that typography has in that place.
bool is_known_there(char32_t form, Role role) {
  switch (role) {
    case in_word:
      return form == hyphen || form == 0x2011 || form == en_dash;
    case option:
      return form == hyphen;
    case range_of_numbers:
    case chain:
      return form == hyphen || form == en_dash || form == minus || form == 0x2012 || form == 0x2011 || form == em_dash;
    case sign:
      return form == hyphen || form == minus || form == en_dash;
    case spaced:
      return form == hyphen || form == en_dash || form == em_dash || form == minus || form == 0x2015 || form == 0x2500;
    case tight:
      return true;
    case bullet:
      return form == hyphen || form == en_dash || form == em_dash || form == 0x2043;
  }
  return true;
}

/// Writing of its own: Hebrew, Armenian, Mongolian, kana, drawings of lines.
bool belongs_there(char32_t form, char32_t left, char32_t right) {
  const bool ascii = left < 0x80 && right < 0x80;
  return !ascii || form == 0x2500 || form == 0x23AF;
}

/// "New York–London", "the Paris–Lyon line": an en dash that joins two names; "3–4": one that joins numbers.
bool joins_equals(const Use& use, char32_t left, std::string_view right) {
  if (use.form != en_dash && use.form != minus) return false;
  if (use.role == range_of_numbers || use.role == sign) return true;
  const char32_t first = right.empty() ? 0 : static_cast<unsigned char>(right.front());
  return use.role == in_word && use.form == en_dash && (is_digit(left) || (first >= 'A' && first <= 'Z'));
}

char32_t neutral_form(const Census& census, const Use& use) {
  for (const Census::Standing& one : {census.standing_in_text(use), census.standing_in_all(use)})
    if (one.usual != use.form && one.usual != 0 && is_known_there(one.usual, static_cast<Role>(use.role)))
      return one.usual;
  return hyphen;
}

/// What all rules for dashes start from.
struct Dashes {
  Census census;
};

Census read_dashes(const Scene& scene) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  Census census(stretches);
  for (std::uint32_t i = 0; i < stretches.size(); ++i)
    Reader(stretches[i], i, codes_of(scene).of(stretches[i]), census).read();
  return census;
}

}  // namespace

void detect_dashes(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  if (all_ascii(scene, stretches)) return;
  Census census = scene.shared.get<Dashes>([&scene] { return Dashes{read_dashes(scene)}; }).census;
  const auto judge = [&](const Use& use) -> std::optional<Decision> {
    const std::string_view text = stretches[use.stretch].text;
    const auto role = static_cast<Role>(use.role);
    const char32_t left = before(text, use.range.begin);
    const bool odd = !is_known_there(use.form, role) && !belongs_there(use.form, left, after(text, use.range.end));
    const bool loose = role == spaced || role == tight;
    if (!match.has_family(odd ? "odd" : loose ? "spaced" : "mixed")) return std::nullopt;
    const bool rare = census.is_minority(use) || (!loose && census.alternates(use));
    if (!odd && (!rare || joins_equals(use, left, letters_after(text, use.range.end)))) return std::nullopt;
    return Decision{neutral_form(census, use), odd};
  };
  mark_uses(scene, stretches, census, judge, marks);
}

}  // namespace telltale::inspect
