// Letters that could be one code point and are two, letters that are the double of another (kelvin, angstrom), and
// marks on letters that no orthography puts there. Source: UAX #15. Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <array>

#include "inspect/detect/characters.hpp"
#include "inspect/unicode/fold.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;
using unicode::Script;

constexpr std::size_t longest_cluster = 8;  ///< marks behind one letter that are composed with it
constexpr char32_t keycap = 0x20E3;
constexpr char32_t dot_above = 0x307;
constexpr double bits_of_a_form = 1;

constexpr unicode::CodeRange wanted_ranges[]{{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1100, 0x11FF}, {0x1AB0, 0x1AFF},
                                             {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x2126, 0x212B}, {0x3099, 0x309A},
                                             {0xA960, 0xA97F}, {0xF900, 0xFAFF}, {0xFE20, 0xFE2F}};

bool is_combining(char32_t code) {
  return code >= 0x300 && unicode::is_mark(code) && !unicode::is_default_ignorable(code);
}

bool is_vowel_or_final_jamo(char32_t code) {
  return code >= 0x1161 && code <= 0x11FF;
}

/// Scripts that are written in composed letters. Elsewhere (Hebrew, Arabic, Indic) typists and normal form C disagree.
bool is_composing_base(char32_t code) {
  if (code < 0x80) return unicode::is_letter(code);
  switch (unicode::script(code)) {
    case Script::latin:
    case Script::greek:
    case Script::cyrillic:
    case Script::hiragana:
    case Script::katakana:
      return unicode::is_letter(code);
    case Script::hangul:
      return true;
    default:
      return false;
  }
}

/// Marks through or round a letter: no orthography has them.
bool is_overlay(char32_t code) {
  return (code >= 0x334 && code <= 0x338) || (code >= 0x20D2 && code <= 0x20E0) || code == 0x20E4 ||
         (code >= 0x20E5 && code <= 0x20EB) || code == 0x489 || code == 0x488;
}

bool is_unit_double(char32_t code) {
  return code == 0x2126 || code == 0x212A || code == 0x212B;
}

/// A letter and the marks behind it.
struct Cluster {
  ByteRange range;
  char32_t base = Char::none;
  char32_t mark = Char::none;  ///< the first
  bool changes = false;        ///< normal form C is another string
};

Cluster cluster_round(std::string_view text, const Char& mark) {
  Char base = char_before(text, mark.begin);
  for (std::size_t i = 0; i < longest_cluster && is_combining(base.code); ++i) base = char_before(text, base.begin);
  Cluster cluster;
  cluster.base = base.code;
  cluster.mark = char_at(text, base.end).code;
  cluster.range = {base.code <= 0x10FFFF ? base.begin : mark.begin, mark.end};
  Char next = char_at(text, mark.end);
  const bool hangul = is_vowel_or_final_jamo(mark.code);
  for (std::size_t i = 0; i < longest_cluster; ++i, next = char_at(text, next.end)) {
    if (hangul ? !is_vowel_or_final_jamo(next.code) : !is_combining(next.code)) break;
    cluster.range.end = next.end;
  }
  const std::string_view here = text.substr(cluster.range.begin, cluster.range.size());
  cluster.changes = unicode::composes(cluster.base, cluster.mark) || (!hangul && unicode::compose(here) != here);
  return cluster;
}

/// File names of some systems are decomposed, whoever lists them: the word has a slash, or a dot inside.
bool is_in_file_name(std::string_view text, ByteRange range) {
  constexpr std::size_t side = 80;
  constexpr std::string_view blanks = " \t\n\r\"'`<>()";
  const std::size_t floor = range.begin - std::min(range.begin, side);
  const std::size_t before = text.find_last_of(blanks, range.begin);
  const std::size_t begin = before == std::string_view::npos ? floor : std::max(floor, before + 1);
  const std::size_t end = std::min({text.find_first_of(blanks, range.end), text.size(), range.end + side});
  const std::string_view word = text.substr(begin, end - begin);
  if (word.find('/') != std::string_view::npos || word.find('\\') != std::string_view::npos) return true;
  const std::size_t dot = word.rfind('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < word.size() &&
         unicode::is_letter(char_at(word, dot + 1).code);
}

bool is_hangul(char32_t code) {
  return unicode::script(code) == Script::hangul;
}

bool is_ascii_letter(char32_t code) {
  return code < 0x80 && unicode::is_letter(code);
}

/// How often a text composes its letters and how often it does not.
struct Usage {
  std::size_t composed = 0;
  std::size_t decomposed = 0;
  std::size_t clusters = 0;  ///< letters with marks behind them, whether they compose or not
  std::size_t overlays = 0;
  std::size_t strays = 0;  ///< marks that compose with nothing, on ASCII letters

  /// Composed more often than not, or with one exception in a text that has no other marks either.
  [[nodiscard]] bool is_mixed() const { return decomposed <= composed || (decomposed == 1 && clusters == 1); }
};

Usage usage_in(std::string_view text, ByteRange range) {
  // Composed Latin, Greek, Cyrillic and kana, and all marks.
  static constexpr unicode::CodeRange counted[]{{0xC0, 0x17F},    {0x1A0, 0x233},   {0x300, 0x4FF},   {0x1AB0, 0x1AFF},
                                                {0x1DC0, 0x1FFF}, {0x20D0, 0x20FF}, {0x3040, 0x30FF}, {0xFE20, 0xFE2F}};
  static const unicode::Sieve sieve(counted);
  Usage usage;
  std::size_t counted_end = 0;
  unicode::for_each_char(text, range, sieve, [&](const Char& one) {
    if (is_combining(one.code)) {
      usage.overlays += is_overlay(one.code) ? 1U : 0U;
      if (one.begin < counted_end) return;
      const Cluster cluster = cluster_round(text, one);
      counted_end = cluster.range.end;
      ++usage.clusters;
      usage.decomposed += cluster.changes && is_composing_base(cluster.base) ? 1U : 0U;
      usage.strays += !cluster.changes && is_ascii_letter(cluster.base) ? 1U : 0U;
      return;
    }
    // A composed base under further marks (as in half-composed Vietnamese) is no proof of composing.
    if (is_composing_base(one.code) && unicode::is_composed(one.code) && !is_combining(char_at(text, one.end).code))
      ++usage.composed;
  });
  return usage;
}

class Forms {
 public:
  Forms(const Judged& judged, const DetectorMatch& match, Marks& marks)
      : judged_(judged),
        match_(match),
        runs_(marks),
        usage_(usage_in(judged.text, judged.range)),
        lines_(judged.text, judged.surroundings()) {}

  void take(const Char& one) {
    if (one.begin < done_) return;
    if (is_unit_double(one.code) || (one.code >= 0xF900 && one.code <= 0xFAFF)) return take_double(one);
    if (!is_combining(one.code) && !is_vowel_or_final_jamo(one.code)) return;
    const Cluster cluster = cluster_round(judged_.text, one);
    done_ = cluster.range.end;
    if (cluster.range.end > judged_.range.end || cluster.range.begin < judged_.range.begin) return;
    if (!cluster.changes || !is_composing_base(cluster.base)) return take_stray(one, cluster);
    if (!match_.has_family("decomposed") || !is_choice(cluster)) return;
    std::string neutral = unicode::compose(judged_.text.substr(cluster.range.begin, cluster.range.size()));
    if (is_dot_on_english(cluster, neutral)) neutral.assign(1, static_cast<char>(cluster.base));
    runs_.close();
    runs_.add(cluster.range, neutral, bits_of_a_form);
  }

 private:
  /// Who decomposes throughout has a keyboard or a file system that does; who does it here and there, chooses.
  [[nodiscard]] bool is_choice(const Cluster& cluster) {
    if (judged_.is_client()) return true;
    if (is_hangul(cluster.base)) return false;  // jamo are how Korean is taken apart, on purpose or by a file system
    if (is_in_file_name(judged_.text, cluster.range) || is_quoted_example(judged_.text, cluster.range)) return false;
    return usage_.is_mixed() && usage_of_line(cluster.range.begin).is_mixed();
  }

  /// Dots and bars on a letter of a text without accents: put there, not a letter of some language.
  [[nodiscard]] bool is_dot_on_english(const Cluster& cluster, std::string_view composed) const {
    if (usage_.composed > 0 || !is_ascii_letter(cluster.base)) return false;
    const char32_t code = char_at(composed, 0).code;
    const bool scholarly = code >= 0x1E00 && code <= 0x1E9F;
    return (scholarly || cluster.mark == dot_above) && reads_as_english(judged_.view());
  }

  [[nodiscard]] const Usage& usage_of_line(std::size_t at) {
    const ByteRange line = lines_.range(at);
    if (line != line_) line_usage_ = usage_in(judged_.text, line);
    line_ = line;
    return line_usage_;
  }

  /// Units and compatibility ideographs. Others may have copied them; in a word they are nobody's spelling.
  void take_double(const Char& one) {
    const std::string composed = unicode::compose(judged_.text.substr(one.begin, one.end - one.begin));
    if (composed == judged_.text.substr(one.begin, one.end - one.begin) || !match_.has_family("singleton")) return;
    // "kK" is a unit.
    const Char before = char_before(judged_.text, one.begin);
    const bool in_word =
        unicode::is_letter(char_at(judged_.text, one.end).code) ||
        (unicode::is_letter(before.code) && unicode::is_letter(char_before(judged_.text, before.begin).code));
    if (!judged_.is_client() && (one.code >= 0xF900 || one.code == 0x2126 || !in_word)) return;
    runs_.add(one.range(), composed, bits_of_a_form);
  }

  /// A mark that does not compose with what it stands on.
  void take_stray(const Char& one, const Cluster& cluster) {
    if (!match_.has_family("stray-mark") || cluster.base >= 0x80 || one.code == keycap) return;
    const ByteRange marks{cluster.range.begin + 1, cluster.range.end};
    if (judged_.is_client()) {
      if (!unicode::is_letter(cluster.base) && !(cluster.base >= '0' && cluster.base <= '9')) return;
      runs_.add(marks, "", 7);
      return;
    }
    // Struck-out words are overlaid letter by letter.
    const bool letter = unicode::is_letter(cluster.base);
    const bool inside = unicode::is_letter(char_before(judged_.text, cluster.range.begin).code) &&
                        unicode::is_letter(char_at(judged_.text, cluster.range.end).code);
    if (letter && inside && is_overlay(cluster.mark) && usage_.overlays <= 2) return runs_.add(marks, "", 7);
    const bool one_letter_word = !is_ascii_letter(char_before(judged_.text, cluster.range.begin).code) &&
                                 !is_ascii_letter(char_at(judged_.text, cluster.range.end).code);
    // Names in the results of tools come from everywhere.
    if (judged_.voice == Voice::tool && cluster.base < 'a') return;
    if (letter && !one_letter_word && usage_.strays <= 2 && reads_as_english(judged_.view())) runs_.add(marks, "", 7);
  }

  Judged judged_;
  const DetectorMatch& match_;
  Runs runs_;
  Usage usage_;
  unicode::Lines lines_;
  ByteRange line_;
  Usage line_usage_;
  std::size_t done_ = 0;
};

}  // namespace

void detect_normal_form(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static const unicode::Sieve wanted(wanted_ranges);
  for_each_judged(passage, marks, [&](const Judged& judged) {
    bool any = false;
    unicode::for_each_char(judged.text, judged.range, wanted, [&](const Char& one) {
      any = any || is_combining(one.code) || is_vowel_or_final_jamo(one.code) || is_unit_double(one.code) ||
            (one.code >= 0xF900 && one.code <= 0xFAFF);
    });
    if (!any) return;
    Forms forms(judged, match, marks);
    unicode::for_each_char(judged.text, judged.range, wanted, [&](const Char& one) { forms.take(one); });
  });
}

}  // namespace telltale::inspect
