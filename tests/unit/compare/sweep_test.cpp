// The whole analysis on invented groups: what was planted is found where it stands, and noise is not.
#include "compare/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <set>

#include "planted.hpp"

namespace {

using namespace telltale;
using namespace telltale::compare;
using test::Group;
using test::Marker;
using test::Noise;

SweepReport analyse(const std::vector<record::Capture>& captures, const SweepOptions& options = {}) {
  Sweep sweep{Limits{}};
  for (const record::Capture& capture : captures) sweep.add(capture, "one.jsonl");
  auto report = sweep.analyse(options);
  REQUIRE(report);
  return std::move(*report);
}

bool finds(const SweepReport& report, const Marker& marker) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&marker](const SweepFinding& f) { return f.where.starts_with(marker.where); });
}

std::size_t places(const SweepReport& report) {
  std::set<std::string> out;
  for (const SweepFinding& finding : report.findings) out.insert(finding.where);
  return out.size();
}

// Every mix of noise but the order of that which the marker itself lies in.
Noise noise_of(std::uint64_t number) {
  return {true, (number & 1U) != 0, (number & 2U) != 0, (number & 4U) != 0, (number & 8U) != 0, (number & 16U) != 0};
}

// The p of what was planted, and of the most certain finding elsewhere; 1 where there is none.
struct Outcome {
  double hit = 1.0, astray = 1.0;
};

Outcome outcome_of(const Group& group, double alpha) {
  SweepOptions options;
  options.alpha = alpha;
  Outcome out;
  for (const SweepFinding& finding : analyse(test::make(group), options).findings) {
    const bool is_hit = group.marker != nullptr && finding.where.starts_with(group.marker->where);
    double& p = is_hit ? out.hit : out.astray;
    p = std::min(p, finding.p);
  }
  return out;
}

void say(std::string_view what, const std::vector<Outcome>& outcomes) {
  const auto share = [&outcomes](double alpha, double Outcome::*p) {
    const auto n = std::count_if(outcomes.begin(), outcomes.end(), [&](const Outcome& o) { return o.*p <= alpha; });
    return 100.0 * static_cast<double>(n) / static_cast<double>(outcomes.size());
  };
  std::cout << fmt::format("{} ({} groups)\n", what, outcomes.size());
  for (const double alpha : {0.01, 0.02, 0.03, 0.05})
    std::cout << fmt::format("  alpha {:.2f}: found {:5.1f} %, something else {:4.1f} %\n", alpha,
                             share(alpha, &Outcome::hit), share(alpha, &Outcome::astray));
}

std::vector<Outcome> planted(unsigned each, unsigned runs, double in_a, double in_b) {
  std::vector<Outcome> out;
  std::uint64_t seed = 1000;
  for (const Marker& marker : test::markers())
    for (unsigned i = 0; i < each; ++i, ++seed)
      out.push_back(outcome_of({&marker, noise_of(seed), runs, in_a, in_b, seed}, 0.05));
  return out;
}

std::vector<Outcome> unplanted(unsigned groups, unsigned runs) {
  std::vector<Outcome> out;
  for (unsigned i = 0; i < groups; ++i) out.push_back(outcome_of({nullptr, noise_of(i), runs, 0, 0, 5000 + i}, 0.05));
  return out;
}

TEST_CASE("six runs in each environment find every deterministic marker", "[compare][sweep]") {
  std::uint64_t seed = 0;
  for (const Marker& marker : test::markers()) {
    DYNAMIC_SECTION(marker.name) {
      const SweepReport report = analyse(test::make({&marker, noise_of(++seed), 6, 0.0, 1.0, seed}));
      CHECK(finds(report, marker));
      CHECK(places(report) == 1);
    }
  }
}

TEST_CASE("twenty sweeps of a client against itself find nothing", "[compare][sweep]") {
  for (std::uint64_t i = 0; i < 20; ++i)
    CHECK(analyse(test::make({nullptr, noise_of(i), i % 2 == 0 ? 6U : 12U, 0, 0, 5000 + i})).findings.empty());
}

// test_compare '[.measure]': the figures of docs/sweep.md.
TEST_CASE("how many are found, and how often in vain", "[.measure]") {
  say("deterministic, 6+6", planted(10, 6, 0.0, 1.0));
  say("0.12 against 0.88, 12+12", planted(20, 12, 0.12, 0.88));
  say("null, 6+6", unplanted(640, 6));
  say("null, 12+12", unplanted(640, 12));
}

}  // namespace
