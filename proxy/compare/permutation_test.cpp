// Chance or not. Covered by tests/unit/compare/permutation_test.cpp.
#include "compare/permutation_test.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace telltale::compare {
namespace {

constexpr std::size_t most_arrangements = 20'000;
constexpr std::size_t usual_arrangements = 10'000;
constexpr std::size_t least_arrangements = 1'000;
// Statistics held at once; 8 bytes each.
constexpr std::size_t most_held = 24'000'000;

/// n log2 n in fixed point, so that equal tables have equal sums whatever the order of adding.
class Entropies {
 public:
  explicit Entropies(std::size_t runs) {
    for (std::size_t n = 0; n <= runs; ++n) {
      const auto x = static_cast<double>(n);
      table_.push_back(n < 2 ? 0 : static_cast<std::int64_t>(std::llround(x * std::log2(x) * 1048576.0)));
    }
  }
  /// Grows with the mutual information of the two, for all ways to deal out `factor`.
  [[nodiscard]] std::int64_t score(const Split& feature, const std::vector<std::uint32_t>& factor,
                                   std::uint32_t count) {
    cells_.assign(std::size_t{feature.count} * count, 0);
    if (feature.missing > 0) return score_present(feature, factor, count);
    for (std::size_t run = 0; run < factor.size(); ++run)
      ++cells_[std::size_t{feature.levels[run]} * count + factor[run]];
    std::int64_t sum = 0;
    for (const std::uint32_t n : cells_) sum += table_[n];
    return sum;
  }

 private:
  // Which environments the runs that count have is chance too, so their margin is not the same each time.
  [[nodiscard]] std::int64_t score_present(const Split& feature, const std::vector<std::uint32_t>& factor,
                                           std::uint32_t count) {
    margin_.assign(count, 0);
    for (std::size_t run = 0; run < factor.size(); ++run) {
      if (feature.levels[run] == no_level) continue;
      ++cells_[std::size_t{feature.levels[run]} * count + factor[run]];
      ++margin_[factor[run]];
    }
    std::int64_t sum = 0;
    for (const std::uint32_t n : cells_) sum += table_[n];
    for (const std::uint32_t n : margin_) sum -= table_[n];
    return sum;
  }

  std::vector<std::int64_t> table_;
  std::vector<std::uint32_t> cells_;
  std::vector<std::uint32_t> margin_;
};

using Scores = std::vector<std::int64_t>;  // of one hypothesis, by arrangement

std::size_t arrangements_for(std::size_t hypotheses, std::size_t runs, bool& may_be_exact) {
  const std::size_t each = std::max<std::size_t>(hypotheses, 1);
  const std::size_t affordable = std::min(most_work / (each * std::max<std::size_t>(runs, 1)), most_held / each);
  may_be_exact = affordable >= most_arrangements;
  return std::clamp(affordable, least_arrangements, usual_arrangements);
}

// The levels that several factors have together, numbered, and what each number means to each factor.
struct Labels {
  std::vector<std::uint32_t> of_run;
  std::vector<std::vector<std::uint32_t>> by_factor;

  explicit Labels(const std::vector<Split>& factors) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
    by_factor.resize(factors.size());
    for (std::size_t run = 0; run < factors.front().levels.size(); ++run) {
      std::vector<std::uint32_t> tuple;
      for (const Split& factor : factors) tuple.push_back(factor.levels[run]);
      const auto [found, is_new] = numbers.try_emplace(tuple, static_cast<std::uint32_t>(numbers.size()));
      of_run.push_back(found->second);
      if (!is_new) continue;
      for (std::size_t f = 0; f < factors.size(); ++f) by_factor[f].push_back(tuple[f]);
    }
  }
};

std::vector<Scores> score_all(const std::vector<Split>& features, const std::vector<Split>& factors,
                              const std::vector<Hypothesis>& hypotheses, const Labels& labels,
                              const Arrangements& arrangements) {
  Entropies entropies(labels.of_run.size());
  std::vector<Scores> out(hypotheses.size());
  for (Scores& scores : out) scores.reserve(arrangements.ways.size());
  std::vector<std::vector<std::uint32_t>> dealt(factors.size(), std::vector<std::uint32_t>(labels.of_run.size()));
  for (const std::vector<std::uint32_t>& way : arrangements.ways) {
    for (std::size_t f = 0; f < factors.size(); ++f)
      for (std::size_t run = 0; run < way.size(); ++run) dealt[f][run] = labels.by_factor[f][way[run]];
    for (std::size_t h = 0; h < hypotheses.size(); ++h) {
      const Split& feature = features[hypotheses[h].feature];
      const std::uint32_t factor = hypotheses[h].factor;
      out[h].push_back(entropies.score(feature, dealt[factor], factors[factor].count));
    }
  }
  return out;
}

// How many arrangements score at least as high, for each arrangement.
std::vector<float> ranks_of(const Scores& scores) {
  Scores sorted = scores;
  std::sort(sorted.begin(), sorted.end());
  std::vector<float> out;
  out.reserve(scores.size());
  for (const std::int64_t score : scores)
    out.push_back(static_cast<float>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), score)));
  return out;
}

// Westfall and Young, step-down: each hypothesis is compared with the best that those not better than it could have
// done by chance.
std::vector<double> adjust(const std::vector<std::vector<float>>& weighted) {
  const std::size_t ways = weighted.front().size();
  std::vector<std::size_t> order(weighted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&weighted](std::size_t l, std::size_t r) { return weighted[l][0] < weighted[r][0]; });
  std::vector<float> best(ways, std::numeric_limits<float>::max());
  std::vector<double> out(weighted.size());
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const std::vector<float>& own = weighted[*at];
    std::size_t as_good = 0;
    for (std::size_t way = 0; way < ways; ++way) {
      best[way] = std::min(best[way], own[way]);
      if (best[way] <= own[0]) ++as_good;
    }
    out[*at] = static_cast<double>(as_good) / static_cast<double>(ways);
  }
  for (std::size_t i = 1; i < order.size(); ++i) out[order[i]] = std::max(out[order[i]], out[order[i - 1]]);
  return out;
}

double entropy(const Split& split) {
  std::vector<double> sizes(split.count);
  for (const std::uint32_t level : split.levels)
    if (level != no_level) ++sizes[level];
  double out = 0;
  const auto all = static_cast<double>(split.present());
  for (const double size : sizes)
    if (size > 0) out -= size / all * std::log2(size / all);
  return out;
}

// Without the runs that `feature` has no level for.
Split among(const Split& factor, const Split& feature) {
  Split out = factor;
  for (std::size_t run = 0; run < out.levels.size(); ++run)
    if (feature.levels[run] == no_level) out.levels[run] = no_level;
  return canonical(out.levels);
}

}  // namespace

Split canonical(const std::vector<std::uint32_t>& levels) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  Split out;
  out.levels.reserve(levels.size());
  for (const std::uint32_t level : levels) {
    const bool is_missing = level == no_level;
    out.missing += is_missing ? 1U : 0U;
    out.levels.push_back(
        is_missing ? no_level : numbers.try_emplace(level, static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  out.count = static_cast<std::uint32_t>(numbers.size());
  return out;
}

Split product(const Split& a, const Split& b) {
  std::vector<std::uint32_t> levels;
  for (std::size_t run = 0; run < a.levels.size(); ++run) {
    const bool is_missing = a.levels[run] == no_level || b.levels[run] == no_level;
    levels.push_back(is_missing ? no_level : a.levels[run] * b.count + b.levels[run]);
  }
  return canonical(levels);
}

TestResult test_all(const std::vector<Split>& features, const std::vector<Split>& factors,
                    const std::vector<Hypothesis>& hypotheses, Random& random) {
  TestResult out;
  if (hypotheses.empty()) return out;
  const Labels labels(factors);
  bool may_be_exact = false;
  const std::size_t drawn = arrangements_for(hypotheses.size(), labels.of_run.size(), may_be_exact);
  Arrangements arrangements = arrange(labels.of_run, may_be_exact ? most_arrangements : drawn, random);
  // Too many to list: fewer, at random, tell as much.
  if (!arrangements.exact && arrangements.ways.size() > drawn) arrangements.ways.resize(drawn);
  out.exact = arrangements.exact;
  out.arrangements = arrangements.ways.size();
  std::vector<std::vector<float>> weighted;
  for (Scores& scores : score_all(features, factors, hypotheses, labels, arrangements)) {
    std::vector<float> ranks = ranks_of(scores);
    scores.clear();
    out.p.push_back(static_cast<double>(ranks[0]) / static_cast<double>(out.arrangements));
    const auto weight = static_cast<float>(hypotheses[weighted.size()].weight);
    for (float& rank : ranks) rank /= weight;
    weighted.push_back(std::move(ranks));
  }
  out.adjusted = adjust(weighted);
  return out;
}

double test_given(const Split& feature, const Split& factor, const Split& given, Random& random) {
  std::vector<std::vector<std::uint32_t>> strata(given.count);
  for (std::uint32_t run = 0; run < given.levels.size(); ++run) strata[given.levels[run]].push_back(run);
  Entropies entropies(feature.levels.size());
  std::vector<std::uint32_t> labels = factor.levels;
  const auto score = [&] {
    std::vector<std::uint32_t> both;
    for (std::size_t run = 0; run < labels.size(); ++run) both.push_back(labels[run] * given.count + given.levels[run]);
    return entropies.score(feature, both, factor.count * given.count);
  };
  const std::int64_t observed = score();
  std::size_t as_high = 1;
  const std::size_t arrangements = std::clamp(most_work / 10 / labels.size(), least_arrangements, usual_arrangements);
  for (std::size_t i = 1; i < arrangements; ++i) {
    shuffle_within(strata, labels, random);
    if (score() >= observed) ++as_high;
  }
  return static_cast<double>(as_high) / static_cast<double>(arrangements);
}

double mutual_information(const Split& feature, const Split& factor) {
  if (feature.present() == 0) return 0;
  const Split other = among(factor, feature);
  const Split both = product(feature, other);
  const double plug_in = entropy(feature) + entropy(other) - entropy(both);
  // Cells that occur, not all there could be: the usual form of the correction for sparse tables.
  const double cells = static_cast<double>(both.count) - feature.count - other.count + 1;
  const double bias = cells / (2.0 * static_cast<double>(feature.present()) * std::log(2.0));
  return std::max(0.0, plug_in - std::max(0.0, bias));
}

}  // namespace telltale::compare
