// Quotation marks of the client's prose: the rarer of ASCII and typographic ones, and signs that are none. Covered by
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

/// Double quotation marks of any typography.
constexpr std::array<char32_t, 6> double_forms{'"', 0x201C, 0x201D, 0x201E, 0xAB, 0xBB};
/// Look like one, and are none: primes, modifier letters, ornaments, fullwidth forms.
constexpr std::array<char32_t, 14> odd_forms{0x02BA, 0x02DD, 0x02EE, 0x02F5, 0x02F6, 0x05F4, 0x2033,
                                             0x2036, 0x201F, 0x275D, 0x275E, 0x301D, 0x301E, 0xFF02};
constexpr std::array<char32_t, 6> single_forms{'\'', 0x2018, 0x2019, 0x201B, 0x2039, 0x203A};

constexpr std::size_t longest_quotation = 200;

enum Role : std::uint8_t { opening, closing, single_opening, single_closing };

template <typename List>
bool holds(const List& list, char32_t c) {
  return std::find(list.begin(), list.end(), c) != list.end();
}

bool is_quote(char32_t c) {
  return holds(double_forms, c) || holds(single_forms, c) || holds(odd_forms, c);
}

/// A line of JSON, of attributes or of code: its quotation marks are syntax.
bool is_syntax(std::string_view line) {
  for (const std::string_view sign : {"\":", "{\"", "=\"", "\"}", "[\"", "\"]", "(\"", "\")", "\\\"", "\",\""})
    if (line.find(sign) != std::string_view::npos) {
      if (sign != "(\"" && sign != "\")") return true;
      const std::size_t at = line.find("(\"");  // a call, and not a remark in brackets
      if (at != std::string_view::npos && at > 0 && line[at - 1] != ' ') return true;
    }
  return false;
}

bool is_word_sign(char32_t c) {
  return is_letter(c) || is_digit(c);
}

/// The quotation marks of one stretch that enclose words.
class Reader {
 public:
  Reader(const Stretch& stretch, std::uint32_t number, const CodeMap& code, Census& census)
      : stretch_(stretch), text_(stretch.text), number_(number), code_(code), census_(census) {}

  void read() {
    each_form(
        stretch_, census_, {'"', '\''}, [](char32_t c) { return is_quote(c); },
        [this](char32_t form, ByteRange here) { take(form, here); });
  }

 private:
  void take(char32_t form, ByteRange here) {
    const char32_t left = before(text_, here.begin);
    const char32_t right = after(text_, here.end);
    const bool is_single = holds(single_forms, form);
    const bool opens = !is_word_sign(left) && (is_word_sign(right) || right == '.' || right == '/' || right == '-');
    const bool closes = !is_gap(left) && !is_quote(left) && !is_word_sign(right) && !is_quote(right);
    if (opens == closes || is_inside(form, left, right)) return;
    if (is_single && (!opens && !is_open(here.begin))) return;  // an apostrophe at the end of a word
    if (form < 0x80 ? code_.covers(here.begin) : code_.covers_code(here.begin)) return;
    if (form < 0x80 && line_is_syntax(here.begin)) return;
    census_.add({number_, here, form, static_cast<std::uint8_t>((opens ? opening : closing) + (is_single ? 2 : 0))});
  }

  /// Inches, seconds and derivatives.
  [[nodiscard]] static bool is_inside(char32_t form, char32_t left, char32_t right) {
    return (form == 0x2033 || form == 0x2036) && (is_digit(left) || right == '(');
  }

  /// A single quotation mark opens a word before `at` in its line.
  [[nodiscard]] bool is_open(std::size_t at) const {
    ByteRange line = line_at(text_, at);
    line.begin = std::max(line.begin, at - std::min(at, longest_quotation));
    for (std::size_t i = line.begin; i < at; ++i) {
      const char32_t c = after(text_, i);
      if ((c == 0x2018 || c == 0x201B || c == '\'' || c == 0x2039) && !is_word_sign(before(text_, i))) return true;
    }
    return false;
  }

  bool line_is_syntax(std::size_t at) {
    if (!line_.contains(at)) {
      line_ = line_at(text_, at);
      syntax_ = is_syntax(text_.substr(line_.begin, line_.size()));
    }
    return syntax_;
  }

  const Stretch& stretch_;
  std::string_view text_;
  std::uint32_t number_;
  const CodeMap& code_;
  Census& census_;
  ByteRange line_;
  bool syntax_ = false;
};

/// The only pair of its role in the request: a choice if the text spells its apostrophes in ASCII.
bool is_lone(const Census& census, const Use& use, bool ascii_words) {
  return ascii_words && use.form >= 0x80 && census.standing_in_all(use).total <= 2 &&
         census.standing_in_all(use).mine == census.standing_in_all(use).total;
}

/// How often `sign` stands before one of the ends of English contractions.
std::size_t count_contractions(std::string_view text, std::string_view sign) {
  std::size_t count = 0;
  for (std::size_t at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at + sign.size())) {
    const std::string_view end = text.substr(at + sign.size(), 3);
    if (is_letter(before(text, at)) && (end.starts_with("s ") || end.starts_with("t ") || end.starts_with("re ")))
      ++count;
  }
  return count;
}

/// The words of the client are spelt with ASCII apostrophes, a stray one aside.
bool spells_in_ascii(const std::vector<Stretch>& stretches) {
  std::size_t plain = 0;
  std::size_t typographic = 0;
  for (const Stretch& one : stretches) {
    const std::string_view text = one.text.substr(one.range.begin, one.range.size());
    // What another rule turns into plain ones counts as such.
    for (const std::string_view sign : {"'", "\u02BC", "\u02B9", "\u02BB", "\u02C8", "\u2032", "\u00B4", "`", "\uFF07"})
      plain += count_contractions(text, sign);
    typographic += count_contractions(text, "\xE2\x80\x99");
  }
  return plain > typographic * 4;
}

/// The line, or the quoted words, are of another language: so are their marks.
bool is_explained(std::string_view text, const Use& use) {
  if (is_foreign(text, use.range)) return true;
  const ByteRange line = line_at(text, use.range.begin);
  ByteRange inside{use.range.end, line.end};
  const bool opens = use.role == opening || use.role == single_opening;
  if (!opens) inside = {line.begin, use.range.begin};
  std::size_t at = opens ? inside.begin : inside.end;
  const std::size_t stop = opens ? std::min(inside.end, inside.begin + longest_quotation)
                                 : std::max(inside.begin, inside.end - std::min(inside.end, longest_quotation));
  for (; at != stop; opens ? ++at : --at) {
    const char32_t c = opens ? after(text, at) : before(text, at);
    if (holds(double_forms, c) || c == 0x2018 || c == 0x2019) break;
  }
  return holds_foreign_words(text, opens ? ByteRange{inside.begin, at} : ByteRange{at, inside.end});
}

char32_t neutral_form(const Census& census, const Use& use) {
  const bool is_single = use.role >= single_opening;
  for (const Census::Standing& one : {census.standing_in_text(use), census.standing_in_all(use)})
    if (one.usual != use.form && one.usual != 0 && !holds(odd_forms, one.usual)) return one.usual;
  return is_single ? U'\'' : U'"';
}

}  // namespace

void detect_quotes(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  if (all_ascii(scene, stretches)) return;
  Census census(stretches);
  Codes& codes = codes_of(scene);
  for (std::uint32_t i = 0; i < stretches.size(); ++i) Reader(stretches[i], i, codes.of(stretches[i]), census).read();
  const bool ascii_words = spells_in_ascii(stretches);
  const auto judge = [&](const Use& use) -> std::optional<Decision> {
    const Stretch& stretch = stretches[use.stretch];
    const bool odd = holds(odd_forms, use.form) && !is_foreign(stretch.text, use.range);
    if (!match.has_family(odd ? "odd" : use.role >= single_opening ? "single" : "mixed")) return std::nullopt;
    const bool rare = census.is_minority(use) || census.alternates(use) || is_lone(census, use, ascii_words);
    if (!odd && (!rare || is_explained(stretch.text, use))) return std::nullopt;
    return Decision{neutral_form(census, use), odd};
  };
  mark_uses(scene, stretches, census, judge, marks);
}

}  // namespace telltale::inspect
