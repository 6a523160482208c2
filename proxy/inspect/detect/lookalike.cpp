// Letters and digits that only look like ASCII, judged word by word. A word in one script is fine; a letter of another
// script inside it, or a form that its line has no use for, is not. Source: UTS #39 (confusables, single-script test),
// narrowed by what people write: units, mathematics, endings on foreign words. Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <bitset>
#include <optional>

#include "inspect/detect/characters.hpp"
#include "inspect/detect/disguise.hpp"
#include "inspect/unicode/fold.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;
using unicode::Script;
using unicode::visible_at;
using unicode::visible_before;

constexpr std::size_t longest_word = 64;     ///< code points; what is longer is no word
constexpr std::size_t letters_asked = 2000;  ///< of a text, to find out whether it is written in a script
constexpr double bits_of_a_letter = 1;

bool is_ascii_letter(char32_t code) {
  return code < 0x80 && unicode::is_letter(code);
}

bool is_ascii_lower(char32_t code) {
  return code >= 'a' && code <= 'z';
}

bool is_ascii_digit(char32_t code) {
  return code >= '0' && code <= '9';
}

bool is_latin(char32_t code) {
  return is_ascii_letter(code) || (code >= 0xC0 && code < 0x10FFFF && unicode::is_letter(code) &&
                                   unicode::script(code) == Script::latin && disguise_of(code) == Disguise::none);
}

bool is_in_word(char32_t code) {
  if (code < 0x80) return is_ascii_letter(code) || is_ascii_digit(code);
  return unicode::is_letter(code) || unicode::is_mark(code) || unicode::digit_value(code) >= 0 ||
         disguise_of(code) != Disguise::none;
}

/// Greek letters that mathematics uses as symbols. The others are drawn like Latin ones, and nobody needs them.
bool is_symbol(char32_t code) {
  return unicode::script(code) == Script::greek && unicode::is_lower(code) && code != 0x3BF && code != 0x3F2 &&
         code != 0x3F3;
}

/// A letter of a word with what it may be.
struct Letter {
  Char at;
  Disguise disguise = Disguise::none;
  std::string ascii;  ///< what it looks like, if it is a disguise; may be empty
};

/// A word that holds at least one possible disguise.
struct Word {
  std::vector<Letter> letters;
  std::size_t latin = 0;    ///< real Latin letters
  std::size_t ascii = 0;    ///< letters and digits
  std::size_t foreign = 0;  ///< letters of other scripts
  bool all_foreign_look_latin = true;
  bool all_else_ascii = true;  ///< beside disguises nothing but ASCII

  [[nodiscard]] ByteRange range() const { return {letters.front().at.begin, letters.back().at.end}; }
  [[nodiscard]] char32_t code(std::size_t i) const { return i < letters.size() ? letters[i].at.code : Char::none; }
  [[nodiscard]] char32_t before(std::size_t i) const { return i == 0 ? Char::none : letters[i - 1].at.code; }
  /// Latin letters on this many sides.
  [[nodiscard]] int sides(std::size_t i) const { return int{is_latin(before(i))} + int{is_latin(code(i + 1))}; }
};

Word word_round(std::string_view text, const Char& one) {
  std::size_t begin = one.begin;
  for (std::size_t i = 0; i < longest_word; ++i) {
    const Char before = visible_before(text, begin);
    if (!is_in_word(before.code)) break;
    begin = before.begin;
  }
  Word word;
  for (Char at = char_at(text, begin); is_in_word(at.code) && word.letters.size() < 2 * longest_word;
       at = visible_at(text, at.end)) {
    Letter letter{at, disguise_of(at.code), {}};
    word.foreign += letter.disguise == Disguise::script ? 1U : 0U;
    word.latin += is_latin(at.code) ? 1U : 0U;
    word.ascii += at.code < 0x80 ? 1U : 0U;
    word.all_else_ascii = word.all_else_ascii && (letter.disguise != Disguise::none || at.code < 0x80);
    word.letters.push_back(std::move(letter));
  }
  return word;
}

/// Says of each disguise what it looks like: dear, so done for suspicious words only.
void compare(Word& word) {
  for (Letter& letter : word.letters) {
    if (letter.disguise == Disguise::none) continue;
    letter.ascii = unicode::ascii_letters(letter.at.code);
    if (letter.disguise == Disguise::script && letter.ascii.empty()) word.all_foreign_look_latin = false;
  }
}

/// End of the run of bytes above ASCII at `at` if it is a word of letters of some script, Greek to Georgian, with
/// nothing of ASCII on either side; else `at`.
std::size_t end_of_plain_word(std::string_view text, std::size_t at) {
  const auto is_alnum = [&](std::size_t i) {
    return i < text.size() && (is_ascii_letter(static_cast<unsigned char>(text[i])) ||
                               is_ascii_digit(static_cast<unsigned char>(text[i])));
  };
  if (is_in_word(char_before(text, at).code)) return at;
  std::size_t end = at;
  for (; end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80; ++end) {
    const auto byte = static_cast<unsigned char>(text[end]);
    const bool punctuation = byte == 0xE2 && end + 1 < text.size() && text[end + 1] == '\x80';
    if (byte >= 0xC0 && (byte < 0xCD || byte > 0xE1) && !punctuation) return at;
  }
  return is_alnum(end) ? at : end;
}

/// One text, while its words are judged.
class Lookalikes {
 public:
  Lookalikes(const Judged& judged, const DetectorMatch& match, Marks& marks)
      : judged_(judged), match_(match), lines_(judged.text, judged.surroundings()), runs_(marks) {}

  /// Gives where to go on.
  std::size_t take(const Char& one) {
    const Disguise disguise = disguise_of(one.code);
    if (disguise == Disguise::none) return one.end;
    // Text in another script passes by at the speed of a byte scan.
    const bool plain = !client() || (disguise == Disguise::script && is_written_in(unicode::script_number(one.code)));
    const std::size_t plain_end = plain ? end_of_plain_word(judged_.text, one.begin) : 0;
    if (plain_end > one.begin) return plain_end;
    judge_word(one);
    return word_end_;
  }

 private:
  void judge_word(const Char& one) {
    Word word = word_round(judged_.text, one);
    word_end_ = std::max(one.end, word.letters.back().at.end);
    if (word.foreign == word.letters.size() && (!client() || is_written_in(unicode::script_number(one.code)))) return;
    compare(word);
    for (std::size_t i = 0; i < word.letters.size(); ++i) {
      const Letter& letter = word.letters[i];
      if (letter.ascii.empty() || letter.at.begin < judged_.range.begin || letter.at.end > judged_.range.end) continue;
      if (!match_.has_family(name_of(letter.disguise)) || !is_disguised(word, i)) continue;
      runs_.add(letter.at.range(), letter.ascii, bits_of_a_letter);
    }
  }

  [[nodiscard]] bool is_disguised(const Word& word, std::size_t i) {
    switch (word.letters[i].disguise) {
      case Disguise::none:
        return false;
      case Disguise::script:
        return word.latin > 0 ? is_foreign_letter(word, i) : is_foreign_word(word);
      case Disguise::wide:
        return is_wide_disguise(word);
      case Disguise::styled:
        return is_styled_disguise(word, i);
      case Disguise::latin:
        return is_latin_disguise(word, i);
      case Disguise::raised:
        return is_raised_disguise(word, i);
      case Disguise::enclosed:
        return word.latin > 0 ? word.sides(i) > 0 : client() && word.letters.size() > 1;
      case Disguise::ligature:
        return client() || (word.latin > 0 && is_only_ligature());
      case Disguise::roman:
        return word.latin > 0 || (client() && !line(word).east_asian);
      case Disguise::digit:
        return is_foreign_digit(word, i);
    }
    return false;
  }

  /// A letter of another script in a word with Latin letters.
  [[nodiscard]] bool is_foreign_letter(const Word& word, std::size_t i) {
    const char32_t code = word.code(i);
    if (!word.all_foreign_look_latin) return false;
    if (is_symbol(code)) return word.sides(i) == 2 && word.latin >= 3;
    if (word.sides(i) == 2) return true;
    // "commit" with a Russian ending is Russian; the same letter in a text without Russian is a disguise.
    return !is_written_in(unicode::script_number(code));
  }

  /// A whole word of look-alikes: only in a client's own text, and only where nothing else is of that script.
  [[nodiscard]] bool is_foreign_word(const Word& word) {
    if (!client() || !word.all_foreign_look_latin) return false;
    const char32_t first = word.code(0);
    if (unicode::is_right_to_left(first)) return false;
    if (word.letters.size() == 1 && is_symbol(first)) return false;
    return !is_written_in(unicode::script_number(first)) && !is_quoted_example(judged_.text, word.range());
  }

  [[nodiscard]] bool is_wide_disguise(const Word& word) {
    if (client()) return !line(word).east_asian;
    if (piece().east_asian) return false;
    if (word.ascii > 0 || judged_.voice != Voice::user) return true;
    const bool lower = std::any_of(word.letters.begin(), word.letters.end(), [](const Letter& letter) {
      return letter.ascii.size() == 1 && is_ascii_lower(static_cast<unsigned char>(letter.ascii.front()));
    });
    return lower && reads_as_english(judged_.view());
  }

  [[nodiscard]] bool is_styled_disguise(const Word& word, std::size_t i) {
    if (client()) return word.letters.size() > 1;
    const char32_t code = word.code(i);
    if (unicode::digit_value(code) >= 0) return word.ascii > 0;
    if (word.latin < 2 || line(word).mathematics) return false;
    // Variables are italic; a letter of another style at the edge of a word is none.
    const bool italic = code >= 0x1D434 && code <= 0x1D49B;
    return word.sides(i) == 2 || (word.sides(i) == 1 && !italic) ||
           (i == 0 && is_ascii_lower(word.code(1)) && is_ascii_lower(word.code(2)));
  }

  [[nodiscard]] bool is_latin_disguise(const Word& word, std::size_t i) {
    const char32_t code = word.code(i);
    if (code == 0x131) return is_dotless_disguise(word);
    if (client()) return word.letters.size() > 1 && !is_phonetic(word);
    if (!word.all_else_ascii || word.letters.size() < 4 || is_phonetic(word)) return false;
    if (code == 0x17F) return reads_as_english(judged_.view()) && count_of("\xC5\xBF", 2) == 1;
    return word.latin * 2 > word.letters.size();
  }

  /// Turkish and its neighbours spell with it; they also have letters that English has not.
  [[nodiscard]] bool is_dotless_disguise(const Word& word) {
    const ByteRange around = client() ? judged_.range : lines_.range(word.range().begin);
    const std::string_view text = judged_.text.substr(around.begin, around.size());
    if (word.latin == 0 || !word.all_else_ascii || !reads_as_english(text)) return false;
    const bool name = word.code(0) >= 'A' && word.code(0) <= 'Z' && is_ascii_lower(word.code(1));
    if (!client() && name) return false;
    for (const std::string_view turkish : {"\xC4\x9F", "\xC5\x9F", "\xC4\xB0", "\xC3\xA7", "\xC3\xBC"})
      if (judged_.view().find(turkish) != std::string_view::npos) return false;
    return true;
  }

  [[nodiscard]] bool is_raised_disguise(const Word& word, std::size_t i) {
    // Exponents and notes stand at the end of a number; within one there is no such thing.
    if (unicode::category(word.code(i)) == unicode::Category::number)
      return is_ascii_digit(word.before(i)) && is_ascii_digit(word.code(i + 1));
    if (is_phonetic(word) || !word.all_else_ascii) return false;
    const bool inside = is_ascii_lower(word.before(i)) && is_ascii_lower(word.code(i + 1));
    if (inside) return word.letters.size() >= (client() ? 3U : 4U);
    return client() && word.latin == 0 && word.letters.size() > 2;
  }

  /// Digits of another script where nothing else is of that script.
  [[nodiscard]] bool is_foreign_digit(const Word& word, std::size_t i) {
    const char32_t code = word.code(i);
    const unicode::Facts& around = client() ? line(word) : piece();
    const bool arabic = (code >= 0x660 && code <= 0x669) || (code >= 0x6F0 && code <= 0x6F9);
    if (arabic ? around.right_to_left : around.scripts.test(unicode::script_number(code))) return false;
    if (client()) return true;
    return std::any_of(word.letters.begin(), word.letters.end(), [](const Letter& letter) {
      return is_ascii_digit(letter.at.code) || is_ascii_letter(letter.at.code);
    });
  }

  /// Text from a typeset page has ligatures throughout; one among plain spellings was chosen.
  [[nodiscard]] bool is_only_ligature() {
    constexpr std::size_t enough = 2;
    std::size_t ligatures = 0;
    for (const std::string_view one : {"\xEF\xAC\x80", "\xEF\xAC\x81", "\xEF\xAC\x82", "\xEF\xAC\x83", "\xEF\xAC\x84"})
      ligatures += count_of(one, 2);
    if (ligatures != 1) return false;
    return count_of("fi", enough) + count_of("fl", enough) + count_of("ff", enough) >= enough;
  }

  /// Between slashes or brackets, as phonetic transcriptions are.
  [[nodiscard]] bool is_phonetic(const Word& word) const {
    const char32_t before = visible_before(judged_.text, word.range().begin).code;
    const char32_t after = visible_at(judged_.text, word.range().end).code;
    const auto is_bracket = [](char32_t code) {
      return code == '/' || code == '[' || code == ']' || code == 0x2C8 || code == 0x2CC || code == 0x2D0;
    };
    return is_bracket(before) || is_bracket(after);
  }

  [[nodiscard]] std::size_t count_of(std::string_view needle, std::size_t most) const {
    const std::string_view text = judged_.view();
    std::size_t count = 0;
    for (std::size_t at = text.find(needle); at != std::string_view::npos && count < most;
         at = text.find(needle, at + needle.size()))
      ++count;
    return count;
  }

  /// True if the text has letters of the script that look like no ASCII letter: then it is written in it, in part.
  [[nodiscard]] bool is_written_in(std::uint8_t script) {
    if (asked_.test(script)) return written_.test(script);
    asked_.set(script);
    std::size_t letters = 0;
    static constexpr unicode::CodeRange letters_of_all[]{{0x370, 0x10FFFF}};
    static const unicode::Sieve sieve(letters_of_all);
    unicode::for_each_char(judged_.text, judged_.surroundings(), sieve, [&](const Char& one) {
      if (written_.test(script) || letters >= letters_asked || !unicode::is_letter(one.code)) return;
      if (unicode::script_number(one.code) != script || is_symbol(one.code)) return;
      ++letters;
      if (unicode::ascii_letters(one.code).empty()) written_.set(script);
    });
    return written_.test(script);
  }

  [[nodiscard]] bool client() const { return judged_.is_client(); }
  [[nodiscard]] const unicode::Facts& line(const Word& word) { return lines_.facts(word.range().begin); }
  [[nodiscard]] const unicode::Facts& piece() {
    if (!piece_) piece_ = unicode::facts_of(judged_.text, judged_.range);
    return *piece_;
  }

  Judged judged_;
  const DetectorMatch& match_;
  unicode::Lines lines_;
  Runs runs_;
  std::size_t word_end_ = 0;
  std::optional<unicode::Facts> piece_;
  std::bitset<unicode::most_scripts> asked_;
  std::bitset<unicode::most_scripts> written_;
};

}  // namespace

void detect_lookalike(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  if (passage.text.is_ascii()) return;
  // Raised digits, doubles of Latin letters, other alphabets, letterlike and enclosed forms; no ideographs.
  static constexpr unicode::CodeRange wanted[]{
      {0xB2, 0xB3},     {0xB9, 0xB9},     {0x131, 0x131},   {0x138, 0x138},   {0x17F, 0x17F},     {0x1BD, 0x2B8},
      {0x2E0, 0x2E4},   {0x370, 0x1DBF},  {0x1F00, 0x1FFF}, {0x2070, 0x209F}, {0x2102, 0x2188},   {0x24B6, 0x24E9},
      {0x2C60, 0x2DFF}, {0xA480, 0xABFF}, {0xFB00, 0xFDFF}, {0xFE70, 0xFF5A}, {0x10000, 0x1EFFF}, {0x1F130, 0x1F149}};
  static const unicode::Sieve sieve(wanted);
  for_each_judged(passage, marks, [&](const Judged& judged) {
    Lookalikes lookalikes(judged, match, marks);
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) { return lookalikes.take(one); });
  });
}

}  // namespace telltale::inspect
