#include "diff/finding_tally.hpp"

#include <catch2/catch.hpp>

#include "support/toy_digest.hpp"

namespace {

using namespace telltale;

inspect::Verdict verdict_of(std::vector<std::pair<std::string, std::string>> found) {
  inspect::Verdict out;
  out.api = "anthropic.messages";
  for (auto& [rule, where] : found) {
    inspect::Finding finding;
    finding.rule = rule;
    finding.where = where;
    finding.severity = rule == "marker.high" ? inspect::Severity::high : inspect::Severity::low;
    out.findings.push_back(std::move(finding));
  }
  return out;
}

TEST_CASE("findings of one side alone are told, worst of the new ones first", "[diff][findings]") {
  diff::FindingTally a;
  diff::FindingTally b;
  a.add(verdict_of({{"marker.both", "body:/messages/0/content"}, {"marker.old", "header:x"}}), "a1", test::toy_digest);
  // The same kind at another message, twice in one request.
  b.add(
      verdict_of({{"marker.both", "body:/messages/3/content"}, {"marker.low", "header:y"}, {"marker.low", "header:y"}}),
      "b1", test::toy_digest);
  b.add(verdict_of({{"marker.low", "header:y"}, {"marker.high", "raw"}}), "b2", test::toy_digest);
  diff::DiffReport report;
  diff::FindingTally::compare(a, b, report);
  CHECK(report.findings_same == 1);
  REQUIRE(report.findings.size() == 3);
  CHECK(report.findings[0].finding.rule == "marker.high");
  CHECK(report.findings[1].finding.rule == "marker.low");
  CHECK(report.findings[1].requests == 2);
  CHECK(report.findings[1].exchange == "b1");
  CHECK(report.findings[2].finding.rule == "marker.old");
  CHECK_FALSE(report.findings[2].is_new);
  CHECK(report.differs());
}

}  // namespace
