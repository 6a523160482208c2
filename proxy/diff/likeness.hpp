#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace telltale::diff {

/// A small digest of a text by which likeness is told without reading it again: the least hashes of its runs of three
/// words. Source: Broder, On the Resemblance and Containment of Documents, 1997.
class Sketch {
 public:
  explicit Sketch(std::string_view text);

  /// How much of the runs of words two texts share, 0 to 1. 1 does not mean that they are equal.
  [[nodiscard]] double likeness(const Sketch& other) const;

 private:
  static constexpr std::size_t most = 128;
  std::vector<std::uint64_t> hashes_;  ///< sorted, each once
};

/// Pairs of texts that are alike, most alike first, each text in one pair at most; of equally alike ones those that
/// stand first. Pairs less alike than `least` are none. Looks at no more than `most_paired` texts of either side.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> pair_alike(const std::vector<std::string_view>& a,
                                                                          const std::vector<std::string_view>& b,
                                                                          double least);

inline constexpr std::size_t most_paired = 128;

}  // namespace telltale::diff
