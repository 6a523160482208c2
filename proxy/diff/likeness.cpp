// Which text became which. Covered by tests/unit/diff/likeness_test.cpp.
#include "diff/likeness.hpp"

#include <algorithm>

#include "compare/tokens.hpp"

namespace telltale::diff {
namespace {

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

// FNV-1a.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

struct Match {
  double likeness;
  std::size_t a;
  std::size_t b;
};

}  // namespace

Sketch::Sketch(std::string_view text) {
  std::vector<std::uint64_t> words;
  for (const ByteRange& token : compare::cut_tokens(text, compare::Spelling::plain)) {
    const std::string_view word = text.substr(token.begin, token.size());
    if (compare::is_word(word)) words.push_back(hash_of(word));
  }
  // A text of one or two words is told by each of them; one of none by its characters.
  const std::size_t run = words.size() < 8 ? 1 : 3;
  for (std::size_t i = 0; i + run <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < run; ++k) hash = mixed(hash + words[i + k]);
    hashes_.push_back(hash);
  }
  if (words.empty())
    for (const char c : text) hashes_.push_back(mixed(static_cast<unsigned char>(c)));
  std::sort(hashes_.begin(), hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
  if (hashes_.size() > most) hashes_.resize(most);
}

double Sketch::likeness(const Sketch& other) const {
  if (hashes_.empty() || other.hashes_.empty()) return hashes_.empty() == other.hashes_.empty() ? 1.0 : 0.0;
  // Where a sketch is full, only hashes up to its last can be looked for in it.
  std::uint64_t end = ~std::uint64_t{0};
  if (hashes_.size() == most) end = std::min(end, hashes_.back());
  if (other.hashes_.size() == most) end = std::min(end, other.hashes_.back());
  std::size_t both = 0;
  std::size_t any = 0;
  auto left = hashes_.begin();
  auto right = other.hashes_.begin();
  while ((left != hashes_.end() && *left <= end) || (right != other.hashes_.end() && *right <= end)) {
    const bool has_left = left != hashes_.end() && (right == other.hashes_.end() || *left <= *right);
    const bool has_right = right != other.hashes_.end() && (left == hashes_.end() || *right <= *left);
    ++any;
    if (has_left && has_right) ++both;
    if (has_left) ++left;
    if (has_right) ++right;
  }
  return any == 0 ? 0.0 : static_cast<double>(both) / static_cast<double>(any);
}

std::vector<std::pair<std::size_t, std::size_t>> pair_alike(const std::vector<std::string_view>& a,
                                                            const std::vector<std::string_view>& b, double least) {
  const std::size_t of_a = std::min(a.size(), most_paired);
  const std::size_t of_b = std::min(b.size(), most_paired);
  const std::vector<Sketch> sketches(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(of_b));
  std::vector<Match> matches;
  for (std::size_t i = 0; i < of_a; ++i) {
    const Sketch sketch(a[i]);
    for (std::size_t k = 0; k < of_b; ++k) {
      const double likeness = sketch.likeness(sketches[k]);
      if (likeness >= least) matches.push_back({likeness, i, k});
    }
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& l, const Match& r) { return l.likeness > r.likeness; });
  std::vector<bool> taken_a(of_a);
  std::vector<bool> taken_b(of_b);
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const Match& match : matches) {
    if (taken_a[match.a] || taken_b[match.b]) continue;
    taken_a[match.a] = taken_b[match.b] = true;
    out.emplace_back(match.a, match.b);
  }
  return out;
}

}  // namespace telltale::diff
