// Spaces that are not U+0020. Source: Unicode 15.0, section 6.2 (Space Characters); the French, Swiss and Slavic rules
// of non-breaking spaces. Covered by tests/unit/inspect/style_test.cpp.
#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/typography.hpp"
#include "inspect/style.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr char32_t no_break = 0xA0;
constexpr char32_t narrow_no_break = 0x202F;
constexpr char32_t ideographic = 0x3000;

bool is_odd_space(char32_t c) {
  return c == no_break || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == narrow_no_break || c == 0x205F ||
         c == ideographic;
}

/// What typesetters and their programs use: the no-break spaces, and thin, hair and figure space.
bool is_typesetters(char32_t c) {
  return c == no_break || c == narrow_no_break || c == 0x2009 || c == 0x200A || c == 0x2007;
}

/// As many are looked at in one text; more are what its author writes.
constexpr std::size_t most_gaps = 10'000;

/// One space, or a run of them, with what stands round it.
struct Gap {
  ByteRange range;
  char32_t form = 0;  ///< of the first
  std::size_t count = 0;
  char32_t left = 0;
  char32_t right = 0;
};

/// The next run of odd spaces at or after `from`.
std::optional<Gap> next_gap(std::string_view text, std::size_t from, std::size_t end) {
  for (std::size_t at = unicode::next_non_ascii(text, from, end); at < end;
       at = unicode::next_non_ascii(text, at + 1, end)) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte != 0xC2 && (byte < 0xE1 || byte > 0xE3)) continue;
    const utf8::Step one = utf8::decode(text, at);
    if (!one.valid || !is_odd_space(one.code_point)) continue;
    Gap gap;
    gap.range.begin = at;
    gap.form = one.code_point;
    while (at < end && is_odd_space(after(text, at))) {
      at += utf8::decode(text, at).length;
      ++gap.count;
    }
    gap.range.end = at;
    gap.left = before(text, gap.range.begin);
    gap.right = after(text, at);
    return gap;
  }
  return std::nullopt;
}

bool is_east_asian(char32_t c) {
  return (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xAC00 && c < 0xD7B0) || (c >= 0xF900 && c < 0xFB00) ||
         (c >= 0xFE30 && c < 0xFE50) || (c >= 0xFF00 && c < 0xFFF0) || c >= 0x20000;
}

bool draws_lines(std::string_view line) {
  for (std::size_t at = line.find('\xE2'); at != std::string_view::npos; at = line.find('\xE2', at + 1))
    if (const char32_t c = after(line, at); c >= 0x2500 && c < 0x2600) return true;
  return false;
}

/// Thousands ("1 000"), and a number with what it counts or measures ("10 km", "5 %", "no. 5", "p. 12").
bool is_number_gap(std::string_view text, const Gap& gap) {
  if (is_digit(gap.left) && is_digit(gap.right)) {
    std::size_t digits = 0;
    while (digits < 4 && is_digit(after(text, gap.range.end + digits))) ++digits;
    return digits == 3;
  }
  if (is_digit(gap.left)) {
    const std::string_view unit = letters_after(text, gap.range.end);
    return unit.size() <= 4 || !utf8::is_ascii(unit);
  }
  return is_digit(gap.right) && (gap.left == '.' || gap.left == 0xA7 || gap.left == 0x2116 || gap.left == '#');
}

/// Where typesetters put one whatever the language's words: beside French signs, dashes, and abbreviations.
bool is_typeset_gap(const Gap& gap) {
  if (gap.left == 0xAB || gap.right == 0xBB || gap.left == 0x2039 || gap.right == 0x203A) return true;
  const auto is_dash = [](char32_t c) { return c == 0x2013 || c == 0x2014 || c == 0x2212 || c == 0x2026 || c == 0xD7; };
  return is_dash(gap.left) || is_dash(gap.right);
}

/// "une question : oui", "z. B.", "w domu": spaces of other languages.
bool is_foreign_gap(std::string_view text, const Gap& gap) {
  if (!is_foreign(text, gap.range)) return false;
  if (gap.right == ':' || gap.right == ';' || gap.right == '!' || gap.right == '?' || gap.right == '%') return true;
  if (gap.left == '.' || gap.left == '"') return true;
  const std::string_view left = letters_before(text, gap.range.begin);
  return !left.empty() && left.size() <= 4;
}

/// What a text of another language or script may have in that place.
bool has_context(std::string_view text, const Gap& gap) {
  if (gap.form == ideographic || gap.form == 0x2003) return is_east_asian(gap.left) || is_east_asian(gap.right);
  if (gap.form == 0x1680) return (gap.left >= 0x1681 && gap.left <= 0x169C) || gap.right == 0x169B;
  if (!is_typesetters(gap.form)) return false;
  if (gap.form == narrow_no_break && gap.left >= 0x1800 && gap.left < 0x1880) return true;
  return is_typeset_gap(gap) || is_number_gap(text, gap) || is_foreign_gap(text, gap);
}

/// Numbers with a plain space before what they count: then the other space is a choice. At most `most` are counted.
std::size_t plain_number_gaps(const std::vector<Stretch>& stretches, std::size_t most) {
  std::size_t count = 0;
  for (const Stretch& one : stretches) {
    for (std::size_t at = one.text.find(' ', one.range.begin); at < one.range.end && count < most;
         at = one.text.find(' ', at + 1))
      if (at > 0 && is_digit(static_cast<unsigned char>(one.text[at - 1])) && is_ascii_letter(after(one.text, at + 1)))
        ++count;
  }
  return count;
}

/// What restores the text: one space, or nothing beside a space that is there.
std::string neutral_of(const Gap& gap) {
  return gap.left == ' ' || (gap.right == ' ' && gap.count == 1) ? std::string() : std::string(" ");
}

/// Between words of an English line that has plain spaces too.
bool is_lone_in_prose(std::string_view text, const Gap& gap) {
  const bool behind_word = is_ascii_letter(gap.left) || gap.left == '.' || gap.left == ',' || gap.left == ';';
  if (gap.count != 1 || !is_ascii_letter(gap.right) || !behind_word) return false;
  const ByteRange line = line_at(text, gap.range.begin);
  const std::string_view around = text.substr(line.begin, line.size());
  if (draws_lines(around) || around.find(' ') == std::string_view::npos) return false;
  return !has_context(text, gap) && !is_foreign(text, gap.range);
}

/// Web pages and word processors are full of no-break spaces: one or two among hundreds of others are odd, many are
/// the page's own. Of a user they are never held to be odd.
void look_for_lone_ones(std::string_view text, const Piece& piece, Marks& marks) {
  std::vector<Mark> ordinary;
  std::size_t gaps = 0;
  std::size_t at = piece.range.begin;
  while (const auto gap = next_gap(text, at, piece.range.end)) {
    at = gap->range.end;
    if (++gaps > most_gaps) break;
    const bool is_ordinary = gap->form == no_break || gap->form == narrow_no_break;
    if ((is_ordinary && piece.voice == Voice::user) || !is_lone_in_prose(text, *gap)) continue;
    Mark mark;
    mark.range = gap->range;
    mark.neutral = " ";
    mark.bits = is_ordinary ? 1 : 3;
    if (is_ordinary)
      ordinary.push_back(std::move(mark));
    else
      marks.push_back(std::move(mark));
  }
  if (ordinary.empty()) return;
  const std::string_view own = text.substr(piece.range.begin, piece.range.size());
  const auto spaces = static_cast<std::size_t>(std::count(own.begin(), own.end(), ' '));
  if (ordinary.size() > std::max<std::size_t>(1, spaces / 50)) return;
  for (Mark& mark : ordinary) marks.push_back(std::move(mark));
}

}  // namespace

void detect_odd_spaces(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  std::optional<std::size_t> number_gaps;
  std::size_t gaps = 0;
  for (const Stretch& stretch : stretches) {
    if (scene.passages[stretch.passage].text.is_ascii()) continue;
    // Not in the head of a `for`: GCC 12 ends a variable of the condition before the step that uses it.
    std::size_t at = stretch.range.begin;
    while (const auto gap = next_gap(stretch.text, at, stretch.range.end)) {
      at = gap->range.end;
      if (++gaps > most_gaps) return;
      const ByteRange line = line_at(stretch.text, gap->range.begin);
      if (draws_lines(stretch.text.substr(line.begin, line.size()))) continue;
      if (has_context(stretch.text, *gap)) {
        const bool is_unit = is_digit(gap->left) && is_ascii_letter(gap->right);
        if (!is_unit || is_foreign(stretch.text, gap->range)) continue;
        if (!number_gaps) number_gaps = plain_number_gaps(stretches, 2);
        if (*number_gaps < 2) continue;
      }
      Mark mark = mark_of(scene, stretch, gap->range, neutral_of(*gap), gap->form != no_break);
      mark.bits = gap->form == no_break ? 1 : 3;
      marks.push_back(std::move(mark));
    }
  }
}

void detect_lone_spaces(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& /*match*/, Marks& marks) {
  if (passage.text.is_ascii()) return;
  for (const Piece& piece : passage.pieces)
    if (piece.voice == Voice::tool || piece.voice == Voice::model || piece.voice == Voice::user)
      look_for_lone_ones(passage.text.view(), piece, marks);
}

}  // namespace telltale::inspect
