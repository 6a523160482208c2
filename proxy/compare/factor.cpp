// Which facts can be tested at all. Covered by tests/unit/compare/factor_test.cpp.
#include "compare/factor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace telltale::compare {
namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

Factor factor_of(const std::string& name, const std::vector<inspect::Environment>& runs) {
  std::vector<std::string> values;
  values.reserve(runs.size());
  for (const inspect::Environment& run : runs) {
    const auto found = run.find(name);
    values.push_back(found == run.end() ? std::string() : joined(found->second, " "));
  }
  const std::set<std::string> levels(values.begin(), values.end());
  Factor out{name, {}, {levels.begin(), levels.end()}, {}};
  for (const std::string& value : values)
    out.of_run.push_back(static_cast<std::uint32_t>(std::distance(levels.begin(), levels.find(value))));
  return out;
}

// Levels numbered by first occurrence: equal for factors that split the runs alike.
std::vector<std::uint32_t> split_of(const Factor& factor) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  std::vector<std::uint32_t> out;
  for (const std::uint32_t level : factor.of_run)
    out.push_back(numbers.try_emplace(level, static_cast<std::uint32_t>(numbers.size())).first->second);
  return out;
}

std::size_t size_of(const Factor& factor) {
  std::size_t out = 0;
  for (const std::string& level : factor.levels) out += level.size();
  return out;
}

// Of facts that change together the one with the longest values gives the name: "Asia/Tehran" says more than "+03:30".
void add_same(Factor& factor, Factor other) {
  std::vector<std::string> same = std::move(factor.same);
  if (size_of(other) > size_of(factor)) std::swap(factor, other);
  same.push_back(other.name);
  std::sort(same.begin(), same.end());
  factor.same = std::move(same);
}

Error nothing_differs(const FactorSet& set, std::size_t runs) {
  if (runs < 2) return {Errc::config_malformed, 0, "there is one run only; nothing to compare it with"};
  if (set.untestable.empty())
    return {Errc::config_malformed, 0,
            "the captures carry no environment that differs; each needs its facts in \"environment\""};
  return {Errc::config_malformed, 0,
          fmt::format("every run has another {}; repeat each environment at least once", joined(set.untestable, ", "))};
}

}  // namespace

Result<FactorSet> find_factors(const std::vector<inspect::Environment>& runs, const std::vector<std::string>& only) {
  std::set<std::string> names;
  for (const inspect::Environment& run : runs)
    for (const auto& [name, values] : run)
      if (name != run_fact) names.insert(name);
  FactorSet out;
  std::map<std::vector<std::uint32_t>, std::size_t> splits;
  std::set<std::string> usable;
  for (const std::string& name : names) {
    Factor factor = factor_of(name, runs);
    if (factor.levels.size() < 2) continue;
    if (factor.levels.size() == runs.size()) {
      out.untestable.push_back(name);
      continue;
    }
    usable.insert(name);
    const bool is_wanted = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
    if (!is_wanted) continue;
    const auto [found, is_new] = splits.try_emplace(split_of(factor), out.factors.size());
    if (!is_new)
      add_same(out.factors[found->second], std::move(factor));
    else if (out.factors.size() < most_factors)
      out.factors.push_back(std::move(factor));
  }
  for (const std::string& name : only) {
    if (usable.contains(name)) continue;
    const std::string others = joined({usable.begin(), usable.end()}, ", ");
    return fail(Errc::config_malformed, fmt::format("{} is no fact that differs and repeats{}{}", name,
                                                    others.empty() ? "" : "; these do: ", others));
  }
  if (out.factors.empty()) return tl::unexpected<Error>(nothing_differs(out, runs.size()));
  return out;
}

}  // namespace telltale::compare
