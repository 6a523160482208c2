// A space before a comma, a full stop and the like. Covered by tests/unit/inspect/blank_test.cpp.
#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr std::array<bool, 256> stops = [] {
  std::array<bool, 256> out{};
  for (const char c : {'.', ',', ';', ':', '!', '?'}) out[static_cast<unsigned char>(c)] = true;
  return out;
}();

constexpr bool is_stop(char c) {
  return stops[static_cast<unsigned char>(c)];
}

struct Early {
  std::uint32_t stretch = 0;
  ByteRange blank;
};

/// What follows is the next sentence, the next word, or nothing: not ".gitignore", "find . -name", "a ? b : c".
bool ends_here(std::string_view text, std::size_t stop, std::size_t end) {
  const std::size_t next = stop + 1;
  if (next >= end || text[next] == '\n' || text[next] == '\r') return true;
  if (text[next] != ' ' || next + 1 >= end || !ascii::is_alpha(text[next + 1])) return false;
  const bool is_upper = ascii::to_lower(text[next + 1]) != text[next + 1];
  return is_upper || text[stop] == ',';
}

}  // namespace

void detect_early_blanks(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  std::vector<Early> found;
  std::size_t usual = 0;  // stops right behind a word
  for (std::uint32_t i = 0; i < stretches.size(); ++i) {
    const auto& [passage, text, range] = stretches[i];
    for (std::size_t at = range.begin + 1; at < range.end; ++at) {
      if (!is_stop(text[at])) continue;
      if (text[at - 1] != ' ') {
        ++usual;
        continue;
      }
      std::size_t begin = at;
      while (begin > range.begin && text[begin - 1] == ' ') --begin;
      const char32_t left = before(text, begin);
      const bool behind_word = is_letter(left) || is_digit(left) || left == ')';
      if (behind_word && begin > range.begin && ends_here(text, at, range.end)) found.push_back({i, {begin, at}});
    }
  }
  if (found.size() > std::max<std::size_t>(1, usual / 20)) return;
  Codes& codes = codes_of(scene);
  for (const Early& one : found) {
    const Stretch& stretch = stretches[one.stretch];
    const ByteRange line = line_at(stretch.text, one.blank.begin);
    const std::string_view words = stretch.text.substr(line.begin, line.size());
    if (is_foreign(stretch.text, one.blank) || words.find(" ? ") != std::string_view::npos) continue;
    if (codes.of(stretch).covers(one.blank.begin)) continue;
    marks.push_back(mark_of(scene, stretch, one.blank, "", false));
  }
}

}  // namespace telltale::inspect
