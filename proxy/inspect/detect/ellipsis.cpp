// Three dots or one character. Covered by tests/unit/inspect/style_test.cpp.
#include "core/utf8.hpp"
#include "inspect/detect/typography.hpp"
#include "inspect/style.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr char32_t one_sign = 0x2026;
constexpr std::string_view dots = "...";

/// After a word, before a blank or the end of what is said: not the `...` of calls, paths and patterns.
bool ends_words(std::string_view text, ByteRange here) {
  const char32_t left = before(text, here.begin);
  const char32_t right = after(text, here.end);
  return (is_letter(left) || is_digit(left) || left == ',' || left == ' ') &&
         (is_gap(right) || right == ')' || right == '"');
}

void read(const Stretch& stretch, std::uint32_t number, const CodeMap& code, Census& census) {
  const std::string_view text = stretch.text.substr(0, stretch.range.end);
  for (std::size_t at = stretch.range.begin; !census.is_full(); ++at) {
    at = unicode::next_sign(text, at, text.size(), '.', '.');
    if (at >= text.size()) break;
    const bool is_dots = text[at] == '.' && text.substr(at).starts_with(dots);
    if (!is_dots && !text.substr(at).starts_with("\xE2\x80\xA6")) continue;
    const ByteRange here{at, at + 3};
    at += 2;
    if (ends_words(stretch.text, here) && !code.covers(here.begin))
      census.add({number, here, is_dots ? U'.' : one_sign, 0});
  }
}

}  // namespace

void detect_ellipses(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  if (all_ascii(scene, stretches)) return;
  Census census(stretches);
  Codes& codes = codes_of(scene);
  for (std::uint32_t i = 0; i < stretches.size(); ++i) read(stretches[i], i, codes.of(stretches[i]), census);
  const auto judge = [&](const Use& use) -> std::optional<Decision> {
    if (!census.is_minority(use)) return std::nullopt;
    return Decision{use.form == one_sign ? U'.' : one_sign};
  };
  const std::size_t first = marks.size();
  mark_uses(scene, stretches, census, judge, marks);
  for (std::size_t i = first; i < marks.size(); ++i)
    if (marks[i].neutral == ".") marks[i].neutral = dots;
}

}  // namespace telltale::inspect
