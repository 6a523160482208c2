// Apostrophes in words: look-alikes that no typography uses, and the rarer of the two that it does. Source: Unicode
// 15.0, section 6.2 (Apostrophes), and UTS #39 confusables of U+0027. Covered by tests/unit/inspect/style_test.cpp.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/typography.hpp"
#include "inspect/style.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr char32_t plain = 0x27;
constexpr char32_t typographic = 0x2019;

/// What looks like an apostrophe and is none; sorted.
constexpr std::array<char32_t, 45> odd_forms{0x0060, 0x00B4, 0x02B9, 0x02BA, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF,
                                             0x02C8, 0x02CA, 0x02CB, 0x02CC, 0x02D9, 0x02DD, 0x02EE, 0x02F4, 0x0374,
                                             0x0384, 0x055A, 0x05F3, 0x05F4, 0x07F4, 0x07F5, 0x144A, 0x16CC, 0x1FBD,
                                             0x1FBF, 0x1FEF, 0x1FFD, 0x1FFE, 0x2018, 0x201A, 0x201B, 0x2032, 0x2035,
                                             0x275B, 0x275C, 0xA717, 0xA721, 0xA78B, 0xA78C, 0xFF07, 0xFF40, 0x16F51};
static_assert(std::is_sorted(odd_forms.begin(), odd_forms.end()));

/// Of these, letters and signs of real spellings: Hawaiian, Uzbek, Qur'an with its hamza, Slavic soft signs. They count
/// as apostrophes only where English or French has one.
constexpr std::array<char32_t, 11> letter_forms{0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF,
                                                0x02C8, 0x2018, 0xA78B, 0xA78C, 0x02CA};

constexpr std::array<std::string_view, 8> contraction_ends{"s", "t", "d", "m", "re", "ve", "ll", "em"};
constexpr std::array<std::string_view, 22> elision_starts{
    "l", "d",      "j",       "qu",     "n",      "c",    "s",    "m",   "t",  "jusqu", "lorsqu",
    "o", "puisqu", "aujourd", "presqu", "quelqu", "dell", "nell", "all", "un", "sull",  "dall"};

enum Role : std::uint8_t { contraction, elision, other, possessive, date_line };

template <typename List, typename Item>
bool holds(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool is_odd(char32_t c) {
  return std::binary_search(odd_forms.begin(), odd_forms.end(), c);
}

/// What stands on either side of one apostrophe.
struct Word {
  std::string_view left;
  std::string_view right;
  [[nodiscard]] bool is_ascii() const { return utf8::is_ascii(left) && utf8::is_ascii(right); }
};

Word word_at(std::string_view text, ByteRange apostrophe) {
  return {letters_before(text, apostrophe.begin), letters_after(text, apostrophe.end)};
}

Role role_of(const Word& word) {
  if (word.right.empty()) return possessive;
  if (holds(contraction_ends, ascii::lower(word.right))) return contraction;
  return holds(elision_starts, ascii::lower(word.left)) ? elision : other;
}

/// True if the form can be nothing but a look-alike here, however often it is used.
bool is_impossible(char32_t form, const Word& word, Role role) {
  if (form == typographic || form == plain || !word.is_ascii()) return false;
  if (form == 0x2032 && word.left.size() < 2 && word.right.size() < 2) return false;  // a derivative
  if (form == '`') return role == contraction && word.left.size() > 1;
  if (holds(letter_forms, form)) return role == contraction || role == possessive || role == date_line;
  return role != possessive || form == 0x00B4 || form == 0xFF07 || form == 0x055A || form == 0x201B;
}

/// Inside a pair of ASCII double quotes of the same line: somebody's words, not the client's.
bool is_quoted(std::string_view text, std::size_t at) {
  const ByteRange line = line_at(text, at);
  const auto ticks = std::count(text.begin() + static_cast<std::ptrdiff_t>(line.begin),
                                text.begin() + static_cast<std::ptrdiff_t>(at), '"');
  return ticks % 2 == 1 && text.substr(0, line.end).find('"', at) != std::string_view::npos;
}

/// The apostrophes of one stretch, code aside.
class Reader {
 public:
  Reader(const Stretch& stretch, std::uint32_t number, const CodeMap& code, Census& census)
      : stretch_(stretch), text_(stretch.text), number_(number), code_(code), census_(census) {}

  void read() {
    each_form(
        stretch_, census_, {'\'', '`'}, [](char32_t c) { return c == plain || c == typographic || is_odd(c); },
        [this](char32_t form, ByteRange here) { take(form, here); });
  }

 private:
  void take(char32_t form, ByteRange here) {
    const Word word = word_at(text_, here);
    if (word.left.empty()) return;
    const Role role = is_date_line(word, here) ? date_line : role_of(word);
    if (role == possessive && !is_possessive(form, word, here)) return;
    if (code_.covers(here.begin) && !is_impossible(form, word, role)) return;
    if (code_.in_fence(here.begin)) return;
    if (form == '`' && code_.covers_code(here.begin)) return;  // the end of one: "find the `id`s first"
    census_.add({number_, here, form, role});
  }

  /// "Today's date is 2026-04-15.": marker.date-line knows what is neutral there, whatever the rest of the text does.
  [[nodiscard]] bool is_date_line(const Word& word, ByteRange here) const {
    constexpr std::string_view rest = "s date is ";
    const std::string_view behind = text_.substr(here.end, rest.size() + 11);
    return word.left == "Today" && behind.starts_with(rest) && behind.size() == rest.size() + 11 &&
           is_digit(after(behind, rest.size())) && behind.back() == '.';
  }

  /// "the users' files", and no end of a quotation: nothing was opened before in this line.
  [[nodiscard]] bool is_possessive(char32_t form, const Word& word, ByteRange here) const {
    if (word.left.size() < 3 || word.left.back() != 's') return false;
    if (after(text_, here.end) != ' ' || !is_ascii_letter(after(text_, here.end + 1))) return false;
    if (form == '`' || form == 0x2018 || form == 0x2032 || form == 0x02B9) return false;
    const ByteRange line = line_at(text_, here.begin);
    const std::string_view head = text_.substr(line.begin, here.begin - line.begin);
    return head.find("\xE2\x80\x98") == std::string_view::npos && head.find(" '") == std::string_view::npos &&
           head.find("('") == std::string_view::npos && !head.starts_with('\'');
  }

  const Stretch& stretch_;
  std::string_view text_;
  std::uint32_t number_;
  const CodeMap& code_;
  Census& census_;
};

/// The form that stands here in a text that is of one mind: its own usual one of the two, or the request's.
char32_t neutral_form(const Census& census, const Use& use) {
  if (use.role == date_line) return plain;
  for (const Census::Standing& one : {census.standing_in_text(use), census.standing_in_all(use)})
    if (one.usual != use.form && (one.usual == plain || one.usual == typographic)) return one.usual;
  std::size_t ascii_uses = 0;
  std::size_t typographic_uses = 0;
  for (const Role role : {contraction, elision, other, possessive}) {
    ascii_uses += census.count(role, plain);
    typographic_uses += census.count(role, typographic);
  }
  if (use.form == typographic) return plain;
  if (use.form == plain) return typographic;
  return typographic_uses > ascii_uses ? typographic : plain;
}

/// The only apostrophe of a request, and typographic: a choice in a text without any other typography.
bool is_lone(const Census& census, const Use& use, bool is_typeset) {
  if (use.form != typographic || use.role != contraction || is_typeset) return false;
  std::size_t others = 0;
  for (const Role role : {elision, other, possessive, date_line}) others += census.count(role, typographic);
  return others == 0 && census.standing_in_all(use).total == 1;
}

bool has_tick(const Stretch& one) {
  return one.text.substr(one.range.begin, one.range.size()).find('`') != std::string_view::npos;
}

/// The client's quotation marks are typographic for the most part.
bool has_curly_quotes(const std::vector<Stretch>& stretches) {
  std::size_t curly = 0;
  std::size_t straight = 0;
  for (const Stretch& one : stretches) {
    const std::string_view text = one.text.substr(one.range.begin, one.range.size());
    for (std::size_t at = text.find("\xE2\x80\x9C"); at != std::string_view::npos;
         at = text.find("\xE2\x80\x9C", at + 3))
      ++curly;
    straight += static_cast<std::size_t>(std::count(text.begin(), text.end(), '"')) / 2;
  }
  return curly > 2 && curly > straight;  // fewer may be strays themselves
}

/// Tells texts in which two other choices of typography are made both ways. Such a text was put together by several
/// hands, and an apostrophe of the other kind is more likely one more seam than a choice. Reads each text once.
class Seams {
 public:
  bool in(const Stretch& stretch) {
    const auto [known, is_new] = seen_.try_emplace(stretch.passage, false);
    if (is_new) known->second = is_patchwork(stretch.text);
    return known->second;
  }

 private:
  static bool is_patchwork(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> choices{
        {{"\xE2\x80\xA6", "..."}, {"\xE2\x80\x94", " - "}, {"\xE2\x80\x9C", "\""}}};
    return std::count_if(choices.begin(), choices.end(), [text](const auto& choice) {
             return text.find(choice.first) != std::string_view::npos &&
                    text.find(choice.second) != std::string_view::npos;
           }) > 1;
  }

  std::map<std::uint32_t, bool> seen_;
};

/// French in an English text: typeset there, and rightly so, if it is not often enough to compare with its like.
bool is_explained(const Census& census, const Use& use, const Stretch& stretch) {
  if (use.role == contraction) return false;
  const bool few = census.standing_in_all(use).total < 5;
  return few && (use.role == elision || is_foreign(stretch.text, use.range));
}

/// What all rules for apostrophes start from.
struct Apostrophes {
  Census census;
  bool is_typeset = false;
};

Apostrophes read_apostrophes(const Scene& scene) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  Apostrophes out{Census(stretches), false};
  const bool plain_text = all_ascii(scene, stretches);
  for (std::uint32_t i = 0; i < stretches.size(); ++i)
    if (!plain_text || has_tick(stretches[i]))
      Reader(stretches[i], i, codes_of(scene).of(stretches[i]), out.census).read();
  out.is_typeset = !out.census.uses().empty() && has_curly_quotes(stretches);
  return out;
}

}  // namespace

void detect_apostrophes(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  const Apostrophes& all = scene.shared.get<Apostrophes>([&scene] { return read_apostrophes(scene); });
  Census census = all.census;  // judging counts as if what it said were done
  Seams seams;
  const auto judge = [&](const Use& use) -> std::optional<Decision> {
    const Stretch& stretch = stretches[use.stretch];
    if (is_odd(use.form) && is_impossible(use.form, word_at(stretch.text, use.range), static_cast<Role>(use.role)))
      return Decision{neutral_form(census, use), true, false, match.has_family("odd"), 2};
    const bool rare = census.is_minority(use) || census.alternates(use) || is_lone(census, use, all.is_typeset);
    if (!rare || use.form == '`' || use.role == date_line || is_explained(census, use, stretch)) return std::nullopt;
    const bool told = match.has_family(seams.in(stretch) ? "patchwork" : "mixed");
    return Decision{neutral_form(census, use), false, is_quoted(stretch.text, use.range.begin), told};
  };
  mark_uses(scene, stretches, census, judge, marks);
}

}  // namespace telltale::inspect
