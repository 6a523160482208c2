#pragma once
#include <cstdint>
#include <vector>

#include "compare/arrangement.hpp"

namespace telltale::compare {

/// The level of a run that does not have what is compared.
inline constexpr std::uint32_t no_level = 0xFFFFFFFF;

/// How the runs fall apart by one feature or one factor: level of each run, 0 ... count - 1, or no_level. Factors have
/// a level for every run.
struct Split {
  std::vector<std::uint32_t> levels;
  std::uint32_t count = 0;
  std::uint32_t missing = 0;  ///< runs without a level; they do not count

  [[nodiscard]] std::size_t present() const { return levels.size() - missing; }
};

/// The same split with levels numbered by first occurrence: equal for features that say the same.
[[nodiscard]] Split canonical(const std::vector<std::uint32_t>& levels);

/// "Does this feature depend on that factor?"
struct Hypothesis {
  std::uint32_t feature = 0;
  std::uint32_t factor = 0;
  double weight = 1.0;  ///< divides its p among the others; in (0, 1]
};

struct TestResult {
  bool exact = false;
  std::size_t arrangements = 0;
  std::vector<double> p;         ///< by hypothesis, of itself
  std::vector<double> adjusted;  ///< by hypothesis, with all others in mind
};

/// Permutation test of all hypotheses at once. Statistic: plug-in mutual information over the
/// runs that have a level. p = (b + 1) / (B + 1), exact where all arrangements fit. Family-wise control
/// by the minimum of weighted p values over all hypotheses, stepping down; it uses that features move together.
/// Sources: Westfall and Young, Resampling-Based Multiple Testing, 1993 (algorithm 2.8); Phipson and Smyth, 2010.
/// Cost: arrangements x hypotheses x runs, held under `most_work` by drawing fewer arrangements, never under 1,000.
[[nodiscard]] TestResult test_all(const std::vector<Split>& features, const std::vector<Split>& factors,
                                  const std::vector<Hypothesis>& hypotheses, Random& random);

/// p of "feature depends on factor, also where `given` is the same": the factor is shuffled within its levels.
[[nodiscard]] double test_given(const Split& feature, const Split& factor, const Split& given, Random& random);

/// Plug-in mutual information in bits, less its expected bias (Miller and Madow); not under zero.
[[nodiscard]] double mutual_information(const Split& feature, const Split& factor);

/// The split by two factors at once.
[[nodiscard]] Split product(const Split& a, const Split& b);

inline constexpr std::size_t most_work = 400'000'000;

}  // namespace telltale::compare
