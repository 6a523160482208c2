#pragma once
#include <vector>

#include "compare/permutation_test.hpp"
#include "compare/sweep.hpp"

namespace telltale::compare {

/// A factor, or two at once.
struct Suspect {
  std::uint32_t first = 0;
  std::optional<std::uint32_t> second;
  Split split;
};

/// What was tested, and how it went.
struct Tested {
  const FactorSet& factors;
  const std::vector<Feature>& features;
  const std::vector<std::uint32_t>& split_of;  ///< by feature, index into `splits`; several features share one
  const std::vector<Split>& splits;
  const std::vector<Suspect>& suspects;
  const std::vector<Hypothesis>& hypotheses;
  const TestResult& result;
  double alpha;
};

/// Names places, forms and factors of what turned out not to be chance. Of a text, its slots are told and not what
/// follows from them.
[[nodiscard]] std::vector<SweepFinding> explain(const Tested& tested, Random& random);

}  // namespace telltale::compare
