// Look-alikes of apostrophe and hyphen inside plain words that somebody else wrote: no keyboard and no typography puts
// them there. Covered by tests/unit/inspect/style_test.cpp.
#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/typography.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

/// Not U+2018, U+2019, U+00B4 and U+2032: people and their editors write those.
constexpr std::array<char32_t, 12> apostrophes{0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02C8, 0x02CA,
                                               0x055A, 0x05F3, 0x201B, 0xA78B, 0xA78C, 0xFF07};
/// Not U+2011 and the dashes: word processors write those.
constexpr std::array<char32_t, 7> hyphens{0x02D7, 0x2010, 0x2012, 0x2043, 0x2212, 0xFE63, 0xFF0D};
constexpr std::array<std::string_view, 8> contraction_ends{"s", "t", "d", "m", "re", "ve", "ll", "em"};

template <typename List, typename Item>
bool holds(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool is_plain_word(std::string_view word) {
  return word.size() > 1 && utf8::is_ascii(word);
}

/// What stands for the sign in a plain English word, or 0.
char neutral_of(std::string_view text, char32_t form, ByteRange here) {
  const std::string_view left = letters_before(text, here.begin);
  const std::string_view right = letters_after(text, here.end);
  if (holds(apostrophes, form))
    return is_plain_word(left) && holds(contraction_ends, ascii::lower(right)) ? '\'' : '\0';
  return is_plain_word(left) && is_plain_word(right) ? '-' : '\0';
}

/// The same line holds no other character beyond ASCII: no other language, no typesetting.
bool is_plain_line(std::string_view text, char32_t form, ByteRange here) {
  const ByteRange line = line_at(text, here.begin);
  const std::string own = as_text(form);
  std::size_t odd = 0;
  for (std::size_t at = line.begin; at < line.end; ++at) {
    if (static_cast<unsigned char>(text[at]) < 0x80) continue;
    if (text.substr(at, own.size()) != own || ++odd > 3) return false;
    at += own.size() - 1;
  }
  return true;
}

void look(std::string_view text, const Piece& piece, Marks& marks) {
  constexpr std::size_t most = 8;  // more are how a program prints: manual pages do
  const std::size_t first = marks.size();
  for (std::size_t at = piece.range.begin; at < piece.range.end;) {
    const auto byte = static_cast<unsigned char>(text[at]);
    // Lead bytes of the signs above.
    if (byte != 0xCA && byte != 0xCB && byte != 0xD5 && byte != 0xD7 && byte != 0xE2 && byte != 0xEA && byte != 0xEF) {
      ++at;
      continue;
    }
    const utf8::Step one = utf8::decode(text, at);
    const ByteRange here{at, at + one.length};
    at = here.end;
    if (!one.valid || (!holds(apostrophes, one.code_point) && !holds(hyphens, one.code_point))) continue;
    const char neutral = neutral_of(text, one.code_point, here);
    if (neutral == '\0' || !is_plain_line(text, one.code_point, here)) continue;
    if (marks.size() - first == most) return marks.cut_to(first);
    Mark mark;
    mark.range = here;
    mark.neutral = std::string(1, neutral);
    mark.bits = 2;
    marks.push_back(std::move(mark));
  }
}

}  // namespace

void detect_odd_signs(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& /*match*/, Marks& marks) {
  if (passage.text.is_ascii()) return;
  for (const Piece& piece : passage.pieces)
    if (piece.voice == Voice::user || piece.voice == Voice::tool || piece.voice == Voice::model)
      look(passage.text.view(), piece, marks);
}

}  // namespace telltale::inspect
