// The analysis from end to end. Covered by tests/unit/compare/sweep_test.cpp.
#include "compare/sweep.hpp"

#include <algorithm>
#include <map>

#include "compare/finding.hpp"

namespace telltale::compare {
namespace {

constexpr std::size_t most_paired_factors = 8;
constexpr double pair_weight = 0.5;
// Runs beyond the first of each form: with fewer there is nothing to go by.
constexpr std::size_t fewest_repeats = 3;

// FNV-1a, 64 bits.
std::uint64_t digest_of(std::string_view text) {
  std::uint64_t out = 0xCBF29CE484222325ULL;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return out;
}

// How the client was watched is a fact of its environment too: it may notice.
void add_set_up(const record::Capture& capture, inspect::Environment& environment) {
  const auto add = [&environment](const char* name, std::string value) {
    environment.try_emplace(name, std::vector<std::string>{std::move(value)});
  };
  add("entry", capture.flow_via);
  if (!capture.flags) return;
  add("base_url_set", capture.flags->base_url_set ? "yes" : "no");
  add("proxy_vars", capture.flags->proxy_vars ? "yes" : "no");
}

/// Features that split the runs alike are one question.
struct Splits {
  std::vector<Split> splits;
  std::vector<double> weights;  ///< the largest of each
  std::vector<std::uint32_t> of_feature;

  explicit Splits(const std::vector<Feature>& features) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
    for (const Feature& feature : features) {
      Split split = canonical(feature.levels);
      const auto next = static_cast<std::uint32_t>(splits.size());
      const auto [found, is_new] = numbers.try_emplace(split.levels, next);
      of_feature.push_back(found->second);
      if (is_new) {
        splits.push_back(std::move(split));
        weights.push_back(feature.weight);
      }
      weights[found->second] = std::max(weights[found->second], feature.weight);
    }
  }
};

std::vector<Suspect> suspects_of(const FactorSet& set) {
  std::vector<Suspect> out;
  for (std::uint32_t i = 0; i < set.factors.size(); ++i) {
    const Factor& factor = set.factors[i];
    out.push_back({i, std::nullopt, {factor.of_run, static_cast<std::uint32_t>(factor.levels.size()), 0}});
  }
  const auto singles = static_cast<std::uint32_t>(out.size());
  if (singles > most_paired_factors) return out;
  for (std::uint32_t i = 0; i < singles; ++i)
    for (std::uint32_t j = i + 1; j < singles; ++j) {
      Split both = product(out[i].split, out[j].split);
      // Of a pair that never repeats nothing can be learnt; one that is no finer than its half says nothing new.
      const bool is_new = both.count > out[i].split.count && both.count > out[j].split.count;
      if (is_new && both.count < both.levels.size()) out.push_back({i, j, std::move(both)});
    }
  return out;
}

std::vector<Split> splits_of(const std::vector<Suspect>& suspects) {
  std::vector<Split> out;
  for (const Suspect& suspect : suspects) out.push_back(suspect.split);
  return out;
}

std::vector<Hypothesis> hypotheses_of(const Splits& splits, const std::vector<Suspect>& suspects) {
  std::vector<Hypothesis> out;
  for (std::uint32_t s = 0; s < splits.splits.size(); ++s) {
    const Split& split = splits.splits[s];
    // Another value in (nearly) every run goes with any environment equally well.
    if (split.count < 2 || split.present() - split.count < fewest_repeats) continue;
    for (std::uint32_t f = 0; f < suspects.size(); ++f)
      out.push_back({s, f, splits.weights[s] * (suspects[f].second ? pair_weight : 1.0)});
  }
  return out;
}

// What a place would get that follows the factor to the letter, if it were the only one tested.
double smallest_p(const std::vector<Split>& factors, const FactorSet& set, Random& random) {
  std::vector<Hypothesis> perfect;
  for (std::uint32_t f = 0; f < set.factors.size(); ++f) perfect.push_back({f, f, 1.0});
  const TestResult result = test_all(factors, factors, perfect, random);
  return *std::min_element(result.p.begin(), result.p.end());
}

}  // namespace

void Sweep::add(const record::Capture& capture, std::string_view file) {
  Exchange exchange;
  exchange.sheet = take_apart(capture, vocabulary_, limits_);
  exchange.environment = capture.environment;
  add_set_up(capture, exchange.environment);
  exchange.id = capture.id;
  exchange.time = capture.time;
  exchange.file = file;
  exchange.digest = digest_of(capture.request.url + capture.request.body.bytes);
  exchange.number = exchanges_.size();
  exchanges_.push_back(std::move(exchange));
}

Result<SweepReport> Sweep::analyse(const SweepOptions& options) const {
  const Grid grid = lay_out(exchanges_);
  SweepReport out;
  TT_TRY(out.factors, find_factors(grid.runs, options.factors));
  out.exchanges = exchanges_.size();
  out.runs = grid.runs.size();
  out.alpha = options.alpha;
  for (const Series& series : grid.series) out.series.push_back(series.name);
  out.blind = static_cast<std::size_t>(
      std::count_if(exchanges_.begin(), exchanges_.end(), [](const Exchange& e) { return !e.sheet.blind.empty(); }));
  const std::vector<Feature> features = find_features(grid, vocabulary_);
  const Splits splits(features);
  const std::vector<Suspect> suspects = suspects_of(out.factors);
  const std::vector<Split> factors = splits_of(suspects);
  const std::vector<Hypothesis> hypotheses = hypotheses_of(splits, suspects);
  Random random(options.seed);
  const TestResult result = test_all(splits.splits, factors, hypotheses, random);
  out.features = features.size();
  out.tested = hypotheses.size();
  out.smallest_p = smallest_p(factors, out.factors, random);
  out.arrangements = result.arrangements;
  out.exact = result.exact;
  out.findings = explain(
      {out.factors, features, splits.of_feature, splits.splits, suspects, hypotheses, result, options.alpha}, random);
  return out;
}

}  // namespace telltale::compare
