// Who could have had which environment. Covered by tests/unit/compare/permutation_test.cpp.
#include "compare/arrangement.hpp"

#include <algorithm>
#include <map>

namespace telltale::compare {
namespace {

// n! / (a! b! ...), or `most` + 1 if it is more than `most`.
std::size_t count_ways(const std::vector<std::uint32_t>& labels, std::size_t most) {
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t label : labels) ++sizes[label];
  double ways = 1;
  std::size_t placed = 0;
  for (const auto& [label, size] : sizes)
    for (std::size_t i = 1; i <= size; ++i) {
      ways = ways * static_cast<double>(++placed) / static_cast<double>(i);
      if (ways > 4.0 * static_cast<double>(most) * static_cast<double>(labels.size())) return most + 1;
    }
  return ways > static_cast<double>(most) + 0.5 ? most + 1 : static_cast<std::size_t>(ways + 0.5);
}

void shuffle(std::vector<std::uint32_t>& labels, Random& random) {
  for (std::size_t i = labels.size(); i > 1; --i)
    std::swap(labels[i - 1], labels[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

std::uint32_t Random::below(std::uint32_t bound) {
  const std::uint32_t threshold = (0U - bound) % bound;
  for (;;) {
    const std::uint64_t product = (next() >> 32U) * bound;
    if (static_cast<std::uint32_t>(product) >= threshold) return static_cast<std::uint32_t>(product >> 32U);
  }
}

Arrangements arrange(const std::vector<std::uint32_t>& labels, std::size_t most, Random& random) {
  Arrangements out;
  out.exact = count_ways(labels, most) <= most;
  out.ways.push_back(labels);
  std::vector<std::uint32_t> way = labels;
  if (!out.exact) {
    out.ways.reserve(most);
    while (out.ways.size() < most) {
      shuffle(way, random);
      out.ways.push_back(way);
    }
    return out;
  }
  std::sort(way.begin(), way.end());
  do {
    if (way != labels) out.ways.push_back(way);
  } while (std::next_permutation(way.begin(), way.end()));
  return out;
}

void shuffle_within(const std::vector<std::vector<std::uint32_t>>& strata, std::vector<std::uint32_t>& labels,
                    Random& random) {
  for (const std::vector<std::uint32_t>& runs : strata)
    for (std::size_t i = runs.size(); i > 1; --i)
      std::swap(labels[runs[i - 1]], labels[runs[random.below(static_cast<std::uint32_t>(i))]]);
}

}  // namespace telltale::compare
