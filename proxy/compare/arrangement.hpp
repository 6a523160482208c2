#pragma once
#include <cstdint>
#include <vector>

namespace telltale::compare {

/// A small generator of our own: the same numbers on every machine and with every standard library.
/// Source: Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next();
  /// Evenly among 0 ... bound - 1. Source: Lemire, Fast Random Integer Generation in an Interval, 2019.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound);

 private:
  std::uint64_t state_;
};

/// Ways to deal the environments out to the runs. The first is how it was.
struct Arrangements {
  bool exact = false;                            ///< all different ways, each once
  std::vector<std::vector<std::uint32_t>> ways;  ///< label of each run
};

/// All ways to arrange `labels`, if there are at most `most`; else `most` of them, drawn at random.
[[nodiscard]] Arrangements arrange(const std::vector<std::uint32_t>& labels, std::size_t most, Random& random);

/// Shuffles labels among the runs of the same stratum.
void shuffle_within(const std::vector<std::vector<std::uint32_t>>& strata, std::vector<std::uint32_t>& labels,
                    Random& random);

}  // namespace telltale::compare
