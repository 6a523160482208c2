// Controls, line ends of other systems, and code points that are no characters. Sources: ECMA-48 (escape sequences),
// Unicode 15.0 chapter 23 (controls, private use, noncharacters), UAX #14 (BK). Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <functional>
#include <utility>

#include "inspect/detect/characters.hpp"
#include "inspect/set_text.hpp"

namespace telltale::inspect {
namespace {

using unicode::Category;
using unicode::Char;
using unicode::char_at;
using unicode::char_before;

constexpr char32_t next_line = 0x85;
constexpr char32_t vertical_tab = 0x0B;
constexpr char32_t form_feed = 0x0C;
constexpr char32_t line_separator = 0x2028;
constexpr char32_t paragraph_separator = 0x2029;

bool is_line_end(char32_t code) {
  return code == next_line || code == vertical_tab || code == form_feed || code == line_separator ||
         code == paragraph_separator;
}

bool is_blank(char32_t code) {
  return code == Char::none || code == ' ' || code == '\t' || code == '\n' || code == '\r';
}

bool is_latin_letter(char32_t code) {
  return code < 0x250 && unicode::is_letter(code);
}

bool is_lower_ascii(char32_t code) {
  return code >= 'a' && code <= 'z';
}

/// "list of?open", "list of? open": the sentence goes on behind it as if it were not there.
bool is_mid_sentence(std::string_view text, const Char& one) {
  if (!is_latin_letter(char_before(text, one.begin).code)) return false;
  Char after = char_at(text, one.end);
  if (after.code == ' ') after = char_at(text, after.end);
  return is_lower_ascii(after.code);
}

/// Between blanks and words, where prose has nothing.
bool is_in_prose(std::string_view text, const Char& one) {
  const auto is_prose = [](char32_t code) {
    return code == ' ' || is_latin_letter(code) || (code >= '0' && code <= '9') || code == ',' || code == '.';
  };
  return is_prose(char_before(text, one.begin).code) && is_prose(char_at(text, one.end).code);
}

bool is_between_letters(std::string_view text, const Char& one) {
  return is_latin_letter(char_before(text, one.begin).code) && is_latin_letter(char_at(text, one.end).code);
}

/// A line end where the lines of the text end otherwise, in the midst of a sentence.
bool is_line_end_right(const Judged& judged, const Char& one) {
  const char32_t before = char_before(judged.text, one.begin).code;
  const char32_t after = char_at(judged.text, one.end).code;
  if (one.code == form_feed) return before == '\n' || before == Char::none || after == Char::none;
  if (after == one.code || before == one.code) return true;
  return !is_lower_ascii(after) || judged.view().find('\n') == std::string_view::npos;
}

/// A form feed that has a line to itself: where a page of a file begins.
bool is_page_break(std::string_view text, const Char& one) {
  if (one.code != form_feed) return false;
  const char32_t before = char_before(text, one.begin).code;
  const char32_t after = char_at(text, one.end).code;
  return (before == '\n' || before == Char::none) && (after == '\n' || after == '\r' || after == Char::none);
}

/// Output of programs is full of controls that mean something: colours, bells, overstriking, field separators. People
/// paste the first three of them.
bool is_control_right(const Judged& judged, const Char& one) {
  const char32_t code = one.code;
  constexpr std::string_view of_terminals("\x00\x07\x08\x1B", 4);
  constexpr std::string_view of_records("\x01\x1C\x1D\x1E\x1F");
  const auto is_of = [code](std::string_view set) {
    return code < 0x80 && set.find(static_cast<char>(code)) != std::string_view::npos;
  };
  if (is_of(of_terminals) || (judged.voice == Voice::tool && is_of(of_records))) return true;
  // Windows-1252 read as Latin-1 leaves its quotes and dashes as C1 controls, and so does UTF-8 read twice.
  const char32_t before = char_before(judged.text, one.begin).code;
  if (code >= 0x80 && (code == next_line || (code >= 0x91 && code <= 0x97))) return true;
  if (code >= 0x80 && before >= 0x80 && before <= 0xFF) return true;
  if (is_between_letters(judged.text, one)) return false;
  return judged.voice == Voice::tool || !is_in_prose(judged.text, one);
}

/// Icons of terminal fonts and web pages stand beside words; nothing puts one into a sentence behind a letter.
bool is_private_right(const Judged& judged, const Char& one) {
  constexpr char32_t first_powerline = 0xE0A0;
  constexpr char32_t last_powerline = 0xE0D7;
  if (one.code >= first_powerline && one.code <= last_powerline) return true;
  return !is_mid_sentence(judged.text, one);
}

/// What our tables do not know may be younger than they are: new emoji and ideographs are let be.
bool is_unassigned_right(const Judged& judged, const Char& one) {
  if (unicode::is_noncharacter(one.code)) return false;
  if (unicode::is_pictographic(one.code) || (one.code >= 0x20000 && one.code <= 0x3FFFF)) return true;
  return !judged.is_client() && !is_latin_letter(char_before(judged.text, one.begin).code) &&
         !is_latin_letter(char_at(judged.text, one.end).code);
}

/// What stands for a line end: a blank inside a sentence, a line end otherwise.
std::string_view neutral_line_end(std::string_view text, const Char& one) {
  const char32_t before = char_before(text, one.begin).code;
  const char32_t after = char_at(text, one.end).code;
  if (is_blank(before) || is_blank(after)) return "";
  return is_lower_ascii(after) ? " " : "\n";
}

/// Length of the half surrogate pair that WTF-8 has at `at`; 0 if there is none.
std::size_t surrogate_length(std::string_view text, std::size_t at) {
  if (at + 3 > text.size() || text[at] != '\xED') return 0;
  return static_cast<unsigned char>(text[at + 1]) >= 0xA0 && (static_cast<unsigned char>(text[at + 2]) & 0xC0U) == 0x80U
             ? 3
             : 0;
}

/// Whatever is not a letter, a mark, a number, a sign or a blank, by our tables: asked once.
const unicode::Sieve& sieve() {
  static const unicode::Sieve one = [] {
    constexpr char32_t last_plane_with_letters = 0x3FFFF;
    std::vector<unicode::CodeRange> ranges{{line_separator, paragraph_separator}};
    for (char32_t code = 0x80; code <= last_plane_with_letters; ++code) {
      const Category category = unicode::category(code);
      if (category != Category::control && category != Category::surrogate && category != Category::private_use &&
          category != Category::unassigned)
        continue;
      if (ranges.back().second + 1 == code)
        ranges.back().second = code;
      else
        ranges.push_back({code, code});
    }
    ranges.push_back({last_plane_with_letters + 1, 0x10FFFF});
    return unicode::Sieve(ranges);
  }();
  return one;
}

class Controls {
 public:
  /// `has_pages(at)`: whether the lines round it are those of a file, which may be cut into pages.
  Controls(const Judged& judged, const DetectorMatch& match, Marks& marks, std::function<bool(std::size_t)> has_pages)
      : judged_(judged), match_(match), has_pages_(std::move(has_pages)), runs_(marks) {}

  void look() {
    const std::size_t end = judged_.range.end;
    for (std::size_t at = unicode::next_control(judged_.text, judged_.range.begin, end); at < end;
         at = unicode::next_control(judged_.text, at + 1, end))
      take(char_at(judged_.text, at));
    runs_.close();
    unicode::for_each_char(judged_.text, judged_.range, sieve(), [this](const Char& one) { return take(one); });
  }

 private:
  /// Gives where to go on.
  std::size_t take(const Char& one) {
    if (one.code == Char::invalid) return take_ill_formed(one);
    if (one.code >= 0x2010 && one.code <= 0x2027) return one.end;  // dashes, quotes, bullets: of all the most frequent
    const bool client = judged_.is_client();
    const auto add = [&](std::string_view family, std::string_view neutral, double bits) {
      if (match_.has_family(family)) runs_.add(one.range(), neutral, bits);
    };
    if (is_page_break(judged_.text, one) && has_pages_(one.begin)) return one.end;
    if (is_line_end(one.code)) {
      if (client || !is_line_end_right(judged_, one)) add("line-separator", neutral_line_end(judged_.text, one), 1);
      return one.end;
    }
    switch (unicode::category(one.code)) {
      case Category::control:
        if (client || !is_control_right(judged_, one)) add("control", "", 5);
        break;
      case Category::private_use:
        if (client || !is_private_right(judged_, one)) add("private-use", "", 12);
        break;
      case Category::unassigned:
        if (!unicode::is_default_ignorable(one.code) && !is_unassigned_right(judged_, one)) add("unassigned", "", 8);
        break;
      default:
        break;
    }
    return one.end;
  }

  /// Half a surrogate pair: cut texts end so; elsewhere nothing writes one.
  std::size_t take_ill_formed(const Char& one) {
    const std::size_t length = surrogate_length(judged_.text, one.begin);
    if (length == 0) return one.end;
    const std::size_t end = one.begin + length;
    const Char after = char_at(judged_.text, end);
    const bool cut = is_blank(after.code) || after.code == '.' || after.code == 0x2026 ||
                     is_blank(char_before(judged_.text, one.begin).code);
    if ((judged_.is_client() || !cut) && match_.has_family("surrogate")) runs_.add({one.begin, end}, "", 10);
    return end;
  }

  Judged judged_;
  const DetectorMatch& match_;
  std::function<bool(std::size_t)> has_pages_;
  Runs runs_;
};

}  // namespace

void detect_control(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  const auto has_pages = [&](std::size_t at) { return is_in_set_text(scene, passage, at); };
  for_each_judged(passage, marks, [&](const Judged& judged) { Controls(judged, match, marks, has_pages).look(); });
}

}  // namespace telltale::inspect
