// What a mistyped word was meant to be. Optimal string alignment distance (Damerau 1964). Covered by
// tests/unit/app/options_test.cpp.
#include "app/suggest.hpp"

#include <algorithm>

namespace telltale::app {
namespace {

// Names of options are short; a longer word is none of them.
constexpr std::size_t longest = 40;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
  std::string_view best;
  if (word.size() > longest) return best;
  std::size_t least = word.size() <= 4 ? 2 : 3;
  for (const std::string_view name : names) {
    const std::size_t away = distance(word, name);
    if (away >= least) continue;
    least = away;
    best = name;
  }
  return best;
}

}  // namespace telltale::app
