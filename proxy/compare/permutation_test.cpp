// Chance or not. Covered by tests/unit/compare/permutation_test.cpp.
#include "compare/permutation_test.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "compare/score_tail.hpp"

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
    std::vector<std::int64_t> table(runs + 1);
    for (std::size_t n = 2; n <= runs; ++n) {
      const auto x = static_cast<double>(n);
      table[n] = static_cast<std::int64_t>(std::llround(x * std::log2(x) * 1048576.0));
    }
    for (std::size_t n = 0; n < runs; ++n) steps_.push_back(table[n + 1] - table[n]);
  }

  /// Grows with the mutual information of the two, for all ways to deal out `factor`. Cost: linear in the runs, however
  /// many cells the table has.
  [[nodiscard]] std::int64_t score(const Split& feature, const std::vector<std::uint32_t>& factor,
                                   std::uint32_t count) {
    cells_.resize(std::max(cells_.size(), std::size_t{feature.count} * count));  // all zero between calls
    if (feature.missing > 0) return score_present(feature, factor, count);
    std::int64_t sum = 0;
    for (std::size_t run = 0; run < factor.size(); ++run)
      sum += steps_[cells_[std::size_t{feature.levels[run]} * count + factor[run]]++];
    for (std::size_t run = 0; run < factor.size(); ++run)
      cells_[std::size_t{feature.levels[run]} * count + factor[run]] = 0;
    return sum;
  }

 private:
  // Which environments the runs that count have is chance too, so their margin is not the same each time.
  [[nodiscard]] std::int64_t score_present(const Split& feature, const std::vector<std::uint32_t>& factor,
                                           std::uint32_t count) {
    margin_.assign(count, 0);
    std::int64_t sum = 0;
    for (std::size_t run = 0; run < factor.size(); ++run) {
      if (feature.levels[run] == no_level) continue;
      sum += steps_[cells_[std::size_t{feature.levels[run]} * count + factor[run]]++];
      sum -= steps_[margin_[factor[run]]++];
    }
    for (std::size_t run = 0; run < factor.size(); ++run)
      if (feature.levels[run] != no_level) cells_[std::size_t{feature.levels[run]} * count + factor[run]] = 0;
    return sum;
  }

  std::vector<std::int64_t> steps_;  // from n to n + 1
  std::vector<std::uint32_t> cells_;
  std::vector<std::uint32_t> margin_;
};

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

/// The labels of each factor, as each arrangement deals them out.
std::vector<std::vector<std::vector<std::uint32_t>>> deal(const Labels& labels, const Arrangements& arrangements) {
  std::vector<std::vector<std::vector<std::uint32_t>>> out(labels.by_factor.size());
  for (std::size_t f = 0; f < out.size(); ++f)
    for (const std::vector<std::uint32_t>& way : arrangements.ways) {
      std::vector<std::uint32_t> dealt(way.size());
      for (std::size_t run = 0; run < way.size(); ++run) dealt[run] = labels.by_factor[f][way[run]];
      out[f].push_back(std::move(dealt));
    }
  return out;
}

// Pairs of runs that agree in feature and factor, if chance deals the factor out.
double coincidences(const Split& feature, const Split& factor) {
  const auto pairs = [](const Split& split) {
    std::vector<double> sizes(split.count);
    for (const std::uint32_t level : split.levels)
      if (level != no_level) ++sizes[level];
    double out = 0;
    for (const double size : sizes) out += size * (size - 1) / 2;
    return out;
  };
  const auto runs = static_cast<double>(factor.levels.size());
  return runs < 2 ? 0 : pairs(feature) * pairs(factor) / (runs * (runs - 1) / 2);
}

/// Westfall and Young, step-down: each hypothesis is compared with the best that those not better than it could have
/// done by chance. What is unlikely is small here, by arrangement; the first arrangement is how it was.
class Adjustment {
 public:
  explicit Adjustment(std::size_t ways) : hopeless_(ways, std::numeric_limits<float>::max()) {}

  void add(std::vector<float> unlikely, double p) {
    own_.push_back(unlikely[0]);
    kept_.emplace_back();
    if (p <= worth_keeping) {
      kept_.back() = std::move(unlikely);
      return;
    }
    for (std::size_t way = 0; way < unlikely.size(); ++way) hopeless_[way] = std::min(hopeless_[way], unlikely[way]);
  }

  [[nodiscard]] std::vector<double> adjusted() const {
    std::vector<std::size_t> order(own_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Those that went into one are worse than all others, whatever they scored.
    std::stable_sort(order.begin(), order.end(), [this](std::size_t l, std::size_t r) {
      return std::pair(kept_[l].empty(), own_[l]) < std::pair(kept_[r].empty(), own_[r]);
    });
    std::vector<float> best = hopeless_;
    std::vector<double> out(own_.size());
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      const std::vector<float>& unlikely = kept_[*at];
      std::size_t as_good = 0;
      for (std::size_t way = 0; way < best.size(); ++way) {
        if (!unlikely.empty()) best[way] = std::min(best[way], unlikely[way]);
        if (best[way] <= own_[*at]) ++as_good;
      }
      out[*at] = static_cast<double>(as_good) / static_cast<double>(best.size());
    }
    for (std::size_t i = 1; i < order.size(); ++i) out[order[i]] = std::max(out[order[i]], out[order[i - 1]]);
    return out;
  }

 private:
  // By themselves no surer than this, hypotheses are kept only as what they could have done by chance.
  static constexpr double worth_keeping = 0.1;
  std::vector<std::vector<float>> kept_;  // by hypothesis; empty for those that are not worth it
  std::vector<float> own_;
  std::vector<float> hopeless_;
};

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
  const auto dealt = deal(labels, arrangements);
  Entropies entropies(labels.of_run.size());
  Adjustment adjustment(out.arrangements);
  for (const Hypothesis& hypothesis : hypotheses) {
    const Split& feature = features[hypothesis.feature];
    const Split& factor = factors[hypothesis.factor];
    Scores scores;
    scores.reserve(out.arrangements);
    for (const auto& way : dealt[hypothesis.factor]) scores.push_back(entropies.score(feature, way, factor.count));
    const auto as_high = std::count_if(scores.begin(), scores.end(), [&](std::int64_t s) { return s >= scores[0]; });
    out.p.push_back(static_cast<double>(as_high) / static_cast<double>(out.arrangements));
    // Where all arrangements are there, ranks are all there is to know.
    std::vector<float> unlikely = out.exact ? ranks_of(scores) : log_unlikely(scores, coincidences(feature, factor));
    const auto weight = static_cast<float>(hypothesis.weight);
    for (float& one : unlikely) one = out.exact ? one / weight : one - std::log(weight);
    adjustment.add(std::move(unlikely), out.p.back());
  }
  out.adjusted = adjustment.adjusted();
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
