// Variation selectors: right behind a base that has the variant, one at a time. Sources: StandardizedVariants.txt,
// emoji-variation-sequences.txt, UTS #37 (ideographic variation). Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include "inspect/detect/characters.hpp"

namespace telltale::inspect {
namespace {

using unicode::Category;
using unicode::Char;
using unicode::char_at;
using unicode::char_before;

constexpr char32_t text_style = 0xFE0E;
constexpr char32_t emoji_style = 0xFE0F;
constexpr char32_t keycap = 0x20E3;

constexpr unicode::CodeRange selector_ranges[]{{0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}};

bool is_selector(char32_t code) {
  return (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF);
}

bool is_keycap_base(char32_t code) {
  return (code >= '0' && code <= '9') || code == '#' || code == '*';
}

/// Text and emoji style. Writers put the selector behind any symbol that they want coloured or plain; only a client's
/// own text is held to the list.
bool takes_style(char32_t base, char32_t after, bool client) {
  if (is_keycap_base(base)) return after == keycap;
  if (base < 0x80) return false;
  if (unicode::is_emoji(base) || unicode::is_pictographic(base)) return true;
  return !client && unicode::category(base) == Category::symbol;
}

/// VS1 to VS14, by the kinds of base the list has: mathematics, wide punctuation, ideographs, script capitals, chess
/// pieces, and the letters of a few scripts.
bool takes_standard(char32_t base) {
  if (unicode::is_math_symbol(base) || unicode::is_ideograph(base)) return true;
  if (base >= 0x1D49C && base <= 0x1D4CF) return true;
  if (base >= 0x2654 && base <= 0x265F) return true;
  if ((base >= 0x3001 && base <= 0x3002) || (base >= 0xFF01 && base <= 0xFF1F)) return true;
  if (base >= 0x2100 && base <= 0x214F) return true;  // script capitals that were there before the block of them
  const bool myanmar = (base >= 0x1000 && base <= 0x109F) || (base >= 0xAA60 && base <= 0xAA7F);
  const bool phags_pa = base >= 0xA840 && base <= 0xA87F;
  const bool manichaean = base >= 0x10AC0 && base <= 0x10AFF;
  const bool egyptian = base >= 0x13000 && base <= 0x1342F;
  return myanmar || phags_pa || manichaean || egyptian;
}

bool is_right(std::string_view text, const Char& selector, bool client) {
  const char32_t base = char_before(text, selector.begin).code;
  if (base > 0x10FFFF || is_selector(base)) return false;
  if (selector.code > 0xFFFF) return unicode::is_ideograph(base);
  if (selector.code == text_style || selector.code == emoji_style)
    return takes_style(base, char_at(text, selector.end).code, client);
  return takes_standard(base);
}

}  // namespace

void detect_variation(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& /*match*/, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static const unicode::Sieve sieve(selector_ranges);
  for_each_judged(passage, marks, [&marks](const Judged& judged) {
    Runs runs(marks);
    const auto close = [&] {
      runs.close(runs.is_open() ? decode_selectors(judged.text.substr(runs.range().begin, runs.range().size())) : "");
    };
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) {
      if (!is_selector(one.code) || is_right(judged.text, one, judged.is_client())) return;
      if (!judged.is_client() && is_quoted_example(judged.text, one.range())) return;
      if (judged.voice == Voice::tool && !runs.is_open() && is_table_entry(judged.text, one.range())) return;
      if (runs.is_open() && runs.range().end != one.begin) close();
      runs.add(one.range(), "", one.code > 0xFFFF ? 8 : 4);
    });
    close();
  });
}

}  // namespace telltale::inspect
