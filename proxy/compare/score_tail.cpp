// What the best of many arrangements is worth. Covered by tests/unit/compare/score_tail_test.cpp.
#include "compare/score_tail.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::compare {
namespace {

// Ranks from here on are as good as any estimate.
constexpr float few = 10;
// What one outlier in so many scores does to their variance would hide it.
constexpr std::size_t outliers = 100;

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const Scores& sorted, std::size_t count) {
  Moments out;
  const auto n = static_cast<double>(count);
  const auto first = static_cast<double>(sorted.front());
  for (std::size_t i = 0; i < count; ++i) out.mean += (static_cast<double>(sorted[i]) - first) / n;
  for (std::size_t i = 0; i < count; ++i)
    out.variance += std::pow(static_cast<double>(sorted[i]) - first - out.mean, 2) / n;
  out.mean += first;
  return out;
}

// The logarithm of the chance that a normal variable is above z. Source: Abramowitz and Stegun, 26.2.12.
double log_tail(double z) {
  if (z < 3) return std::log(0.5 * std::erfc(z / std::sqrt(2.0)));
  const double square = z * z;
  const double pi = std::acos(-1.0);
  return -0.5 * square - std::log(z * std::sqrt(2 * pi)) + std::log1p(-1 / square + 3 / (square * square));
}

}  // namespace

std::vector<float> ranks_of(const Scores& scores) {
  Scores sorted = scores;
  std::sort(sorted.begin(), sorted.end());
  std::vector<float> out;
  out.reserve(scores.size());
  for (const std::int64_t score : scores)
    out.push_back(static_cast<float>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), score)));
  return out;
}

std::vector<float> log_unlikely(const Scores& scores, double coincidences) {
  const std::size_t size = scores.size();
  Scores sorted = scores;
  std::sort(sorted.begin(), sorted.end());
  Moments moments = moments_of(sorted, size - size / outliers);
  if (moments.variance <= 0) moments = moments_of(sorted, size);
  // From the lowest score on, not from what no dependence at all would score: where a few odd runs make all the
  // difference, scores lie far above that, close together, and are skewed all the same.
  const double above = moments.mean - static_cast<double>(sorted.front());
  const double natural = moments.variance > 0 ? above * above / moments.variance : 0;
  const double shape = std::min(natural, 4 * coincidences);
  const double spread = std::sqrt(moments.variance * shape);
  std::vector<float> out;
  out.reserve(size);
  for (const std::int64_t score : scores) {
    const auto rank = static_cast<float>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), score));
    float unlikely = std::log(std::max(rank, few) / static_cast<float>(size));
    if (rank < few && spread > 0) {
      const double ratio = 1 + (static_cast<double>(score) - moments.mean) / spread;
      const double z = 3 * std::sqrt(shape) * (std::cbrt(std::max(ratio, 0.0)) - 1 + 1 / (9 * shape));
      unlikely = std::min(unlikely, static_cast<float>(log_tail(z)));
    }
    out.push_back(rank < few ? unlikely : std::log(rank / static_cast<float>(size)));
  }
  return out;
}

}  // namespace telltale::compare
