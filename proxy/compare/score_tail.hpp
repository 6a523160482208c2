#pragma once
#include <cstdint>
#include <vector>

namespace telltale::compare {

/// The scores of one hypothesis, by arrangement.
using Scores = std::vector<std::int64_t>;

/// How many arrangements score at least as high, for each arrangement.
[[nodiscard]] std::vector<float> ranks_of(const Scores& scores);

/// How unlikely each score is among them, as natural logarithms. Most are their rank's. Where less than a handful score
/// as high, a rank cannot tell a place that follows a factor to the letter from the luckiest of ten thousand others;
/// the tail of a gamma distribution with the mean and the variance of the scores can.
///
/// `coincidences`: pairs of runs that agree in both, to be
/// expected by chance; where there are few, scores are as skewed as a Poisson variable. All arrangements are treated
/// alike, the first too, so a test that uses this stays a permutation test however well the gamma fits.
/// Source: Wilson and Hilferty, 1931.
[[nodiscard]] std::vector<float> log_unlikely(const Scores& scores, double coincidences);

}  // namespace telltale::compare
