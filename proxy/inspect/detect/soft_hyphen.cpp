// Soft hyphens: hyphenation or marker. Covered by tests/unit/inspect/characters_marked_test.cpp.
#include "inspect/detect/soft_hyphen.hpp"

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;

constexpr char32_t soft_hyphen = 0xAD;
constexpr std::string_view soft_hyphen_text = "\xC2\xAD";
constexpr std::size_t shortest_word = 7;       ///< letters; shorter words are not hyphenated by any tool's default
constexpr std::size_t shortest_part = 2;       ///< letters
constexpr std::size_t shortest_compound = 14;  ///< letters; such a word is hyphenated by hand
constexpr std::size_t compound_part = 4;       ///< letters
constexpr std::size_t shortest_divided = 10;   ///< letters of a word that has several
constexpr std::size_t long_word = 8;           ///< letters; a text that is hyphenated hyphenates these
constexpr std::size_t longest_word = 40;       ///< letters looked at on either side
constexpr std::size_t hyphens_of_a_text = 2;   ///< from so many on a text counts as hyphenated

/// ASCII vowels, and every letter above: in most of Latin, those are vowels, and in other scripts we cannot tell.
bool may_be_vowel(char32_t code) {
  constexpr std::string_view vowels = "aeiouyAEIOUY";
  return code >= 0x80 || vowels.find(static_cast<char>(code)) != std::string_view::npos;
}

bool is_word(char32_t code) {
  return code == soft_hyphen || unicode::is_letter(code) || unicode::is_mark(code);
}

/// The word round a soft hyphen.
struct Word {
  std::size_t letters = 0;
  std::size_t hyphens = 1;
  std::size_t before = 0;  ///< letters between this soft hyphen and the one (or the edge) before it
  std::size_t after = 0;
  bool vowel_before = false;
  bool vowel_after = false;

  [[nodiscard]] bool has_syllables() const {
    return before >= shortest_part && after >= shortest_part && vowel_before && vowel_after;
  }
  [[nodiscard]] bool is_hyphenated() const { return letters >= shortest_word && has_syllables(); }
  [[nodiscard]] bool is_compound() const {
    if (hyphens > 1) return letters >= shortest_divided;
    return letters >= shortest_compound && before >= compound_part && after >= compound_part;
  }
};

Word word_round(std::string_view text, std::size_t at) {
  Word word;
  bool in_part = true;
  const auto take = [&](char32_t code, std::size_t& part, bool& vowel) {
    if (code == soft_hyphen) {
      ++word.hyphens;
      in_part = false;
      return;
    }
    ++word.letters;
    if (!in_part) return;
    ++part;
    vowel = vowel || may_be_vowel(code);
  };
  Char one = char_before(text, at);
  for (std::size_t i = 0; i < longest_word && is_word(one.code); ++i, one = char_before(text, one.begin))
    take(one.code, word.before, word.vowel_before);
  in_part = true;
  one = char_at(text, at + soft_hyphen_text.size());
  for (std::size_t i = 0; i < longest_word && is_word(one.code); ++i, one = char_at(text, one.end))
    take(one.code, word.after, word.vowel_after);
  return word;
}

/// Words without soft hyphens that a hyphenated text would have given some. Bytes above ASCII count as half letters.
std::size_t long_words(std::string_view text) {
  std::size_t count = 0;
  std::size_t half_letters = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const bool high = at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80;
    if (high || (at < text.size() && ascii::is_alpha(text[at]))) {
      half_letters += high ? 1U : 2U;
      if (text.substr(at, soft_hyphen_text.size()) == soft_hyphen_text) half_letters = 0;
      continue;
    }
    count += half_letters >= 2 * long_word ? 1U : 0U;
    half_letters = 0;
  }
  return count;
}

}  // namespace

SoftHyphens::SoftHyphens(std::string_view text, ByteRange range, bool client) : text_(text) {
  const std::string_view piece = text.substr(range.begin, range.size());
  // A client that writes ASCII hyphenates nothing: its texts are read by a model, not set in columns.
  hyphenates_ = !client || unicode::facts_of(text, range).accented;
  if (!hyphenates_) return;
  std::size_t fitting = 0;
  for (std::size_t at = piece.find(soft_hyphen_text); at != std::string_view::npos;
       at = piece.find(soft_hyphen_text, at + soft_hyphen_text.size()))
    fitting += word_round(text, range.begin + at).is_hyphenated() ? 1U : 0U;
  throughout_ = fitting >= hyphens_of_a_text && fitting >= long_words(piece);
}

bool SoftHyphens::is_right(std::size_t at) const {
  if (!hyphenates_) return false;
  const Word word = word_round(text_, at);
  return word.has_syllables() && (throughout_ || word.is_compound());
}

}  // namespace telltale::inspect
