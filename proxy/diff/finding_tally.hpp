#pragma once
#include <map>
#include <string>

#include "diff/report.hpp"
#include "record/capture.hpp"

namespace telltale::diff {

/// The kinds of findings of one side: equal rule, API, place and code points are one.
class FindingTally {
 public:
  /// Findings of one request, already masked.
  void add(const inspect::Verdict& verdict, const std::string& exchange, record::Digest digest);

  /// What one side has and the other has not, sorted; and how many both have.
  static void compare(const FindingTally& a, const FindingTally& b, DiffReport& report);

  static constexpr std::size_t most = 10'000;  ///< kinds; further ones are left out, and a note says so

 private:
  std::map<std::string, FindingChange> kinds_;  ///< by fingerprint
  std::uint64_t left_out_ = 0;
};

}  // namespace telltale::diff
