#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "diff/report.hpp"

namespace telltale::diff {

/// Collects differences: the same change at several endpoints or places is one, and noise is counted.
class Gather {
 public:
  explicit Gather(bool keep_noise) : keep_noise_(keep_noise) {}

  void add(Difference difference);
  void add_note(std::string note) { notes_.push_back(std::move(note)); }
  /// Differences in order of sort and place.
  void finish(DiffReport& report);

  static constexpr std::size_t most_differences = 5'000;
  static constexpr std::size_t most_also_at = 8;
  static constexpr std::size_t most_folded_places = 5;

 private:
  void fold(const Difference& difference);

  bool keep_noise_;
  std::vector<Difference> differences_;
  std::vector<Difference> noise_;
  std::map<std::string, std::size_t> known_;  ///< what a change says, to its index in `differences_`
  std::map<Noise, Folded> folded_;
  std::vector<std::string> notes_;
  std::uint64_t left_out_ = 0;
};

}  // namespace telltale::diff
