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

// Four zones and four hosts, three times each: the apostrophe tells the host, the separator two of the zones, unless
// the host is the vendor's own.
std::vector<record::Capture> two_factors() {
  std::vector<record::Capture> out;
  const std::string_view apostrophes[] = {"'", "\xE2\x80\x99", "\xCA\xBC", "\xCA\xB9"};
  for (unsigned cell = 0; cell < 48; ++cell) {
    const unsigned zone = cell % 4;
    const unsigned host = cell / 4 % 4;
    record::Capture capture = test::make({nullptr, noise_of(cell), 1, 0, 0, 900 + cell}).front();
    std::string& body = capture.request.body.bytes;
    body.replace(body.find("Today's") + 5, 1, apostrophes[host]);
    if (zone >= 2 && host > 0) body.replace(body.find("2026-03"), 7, "2026/03");
    capture.id = fmt::format("cell-{}", cell);
    capture.environment = {{"tz_name", {fmt::format("Zone/{}", zone)}}, {"api_host", {fmt::format("host-{}", host)}}};
    out.push_back(std::move(capture));
  }
  return out;
}

const SweepFinding& finding_at(const SweepReport& report, std::string_view form) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(), [form](const SweepFinding& f) {
    return std::any_of(f.forms.begin(), f.forms.end(), [form](const Form& one) { return one.text == form; });
  });
  REQUIRE(found != report.findings.end());
  return *found;
}

TEST_CASE("each place is put down to its factor, and to both where both matter", "[compare][sweep]") {
  const SweepReport report = analyse(two_factors());
  const SweepFinding& apostrophe = finding_at(report, "<U+02BC>");
  CHECK(apostrophe.factor == "api_host");
  CHECK(apostrophe.others.empty());
  CHECK(apostrophe.bits == Approx(2.0));
  CHECK(apostrophe.where == "body:/messages/0/content/0/text");
  const SweepFinding& separator = finding_at(report, "/");
  CHECK(separator.factor == "tz_name");
  REQUIRE(separator.others.size() == 1);
  CHECK(separator.others[0].name == "api_host");
  CHECK(separator.others[0].adds);
}

TEST_CASE("the report does not depend on the order of the captures", "[compare][sweep]") {
  std::vector<record::Capture> captures = test::make({&test::markers()[0], noise_of(31), 8, 0.1, 0.9, 77});
  for (std::size_t i = 0; i < captures.size(); ++i) captures[i].time = fmt::format("2026-03-14T10:{:02}:00.000Z", i);
  const std::string once = to_json(analyse(captures));
  CHECK(to_json(analyse(captures)) == once);
  std::reverse(captures.begin(), captures.end());
  CHECK(to_json(analyse(captures)) == once);
  std::swap(captures[1], captures[5]);
  CHECK(to_json(analyse(captures)) == once);
}

const Marker* marker_named(std::string_view name) {
  const auto& all = test::markers();
  const auto found = std::find_if(all.begin(), all.end(), [name](const Marker& m) { return m.name == name; });
  REQUIRE(found != all.end());
  return &*found;
}

TEST_CASE("a finding says where, what and how often", "[compare][sweep]") {
  const SweepReport report = analyse(test::make({marker_named("apostrophe"), noise_of(0), 6, 0.0, 1.0, 5}));
  REQUIRE(report.findings.size() == 1);
  const SweepFinding& finding = report.findings[0];
  CHECK(finding.span == ByteRange{23, 24});
  CHECK(finding.exchange == "B005");
  CHECK(finding.levels == std::vector<std::string>{"A", "B"});
  CHECK(finding.p == Approx(2.0 / 924));
  CHECK(finding.bits == Approx(1.0));
  CHECK(finding.severity == inspect::Severity::high);
  REQUIRE(finding.forms.size() == 2);
  CHECK(finding.forms[0].text == "'");
  CHECK(finding.forms[0].runs == std::vector<std::uint32_t>{6, 0});
  CHECK(finding.forms[1].code_points == std::vector<std::string>{"U+02BC"});
  CHECK(finding.forms[1].runs == std::vector<std::uint32_t>{0, 6});
}

TEST_CASE("a place that shows the fact as it is says so", "[compare][sweep]") {
  auto captures = test::make({nullptr, noise_of(0), 6, 0, 0, 3});
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const std::string zone = i < 6 ? "UTC" : "Asia/Tehran";
    captures[i].environment = {{"tz_name", {zone}}};
    std::string& body = captures[i].request.body.bytes;
    body.insert(body.find("Session "), "Zone: " + zone + ". ");
  }
  const SweepReport report = analyse(captures);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].discloses);
  CHECK(report.findings[0].severity == inspect::Severity::medium);
}

TEST_CASE("how a client was watched is a factor", "[compare][sweep]") {
  auto captures = test::make({&test::markers()[0], noise_of(0), 6, 0.0, 1.0, 3});
  for (std::size_t i = 0; i < captures.size(); ++i) {
    captures[i].environment.clear();
    captures[i].flow_via = i < 6 ? "connect" : "reverse";
    captures[i].flags = record::CaptureFlags{i >= 6, i < 6};
  }
  const SweepReport report = analyse(captures);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].factor == "entry");
  CHECK(report.findings[0].same == std::vector<std::string>{"base_url_set", "proxy_vars"});
}

TEST_CASE("too few runs for any finding are told", "[compare][sweep]") {
  const SweepReport report = analyse(test::make({&test::markers()[0], noise_of(0), 3, 0.0, 1.0, 5}));
  CHECK(report.findings.empty());
  CHECK(report.smallest_p == Approx(0.1));
  CHECK(to_text(report, false).find("too few runs") != std::string::npos);
}

TEST_CASE("a request that is made in one environment only is a finding", "[compare][sweep]") {
  Sweep sweep{Limits{}};
  for (record::Capture& capture : test::make({nullptr, noise_of(0), 6, 0, 0, 3})) {
    const std::string arm = capture.environment["arm"][0];
    capture.environment["run"] = {capture.id};
    sweep.add(capture, "f");
    capture.request.url = "https://telemetry.example.net/v1/batch";
    if (arm == "B") sweep.add(capture, "f");
  }
  const auto report = sweep.analyse({});
  REQUIRE(report);
  REQUIRE(report->findings.size() == 1);
  CHECK(report->findings[0].where == "requests");
  CHECK(report->findings[0].aspect == Aspect::requests);
}

// test_compare '[.measure]': the figures of docs/sweep.md.
TEST_CASE("how many certain markers are found", "[.measure]") {
  say("deterministic, 6+6", planted(10, 6, 0.0, 1.0));
}
TEST_CASE("how often noise alone gives a finding, few runs", "[.measure]") {
  say("null, 6+6", unplanted(640, 6));
}
TEST_CASE("how many noisy markers are found", "[.measure]") {
  say("0.12 against 0.88, 12+12", planted(10, 12, 0.12, 0.88));
}
TEST_CASE("how often noise alone gives a finding, more runs", "[.measure]") {
  say("null, 12+12", unplanted(320, 12));
}

}  // namespace
