// What the rules find on one side only. Covered by tests/unit/diff/finding_tally_test.cpp.
#include "diff/finding_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "record/report_writer.hpp"

namespace telltale::diff {
namespace {

bool is_before(const FindingChange& l, const FindingChange& r) {
  const auto key = [](const FindingChange& c) {
    return std::tuple(!c.is_new, -static_cast<int>(c.finding.severity), c.finding.rule, c.api, c.finding.where,
                      c.finding.code_points);
  };
  return key(l) < key(r);
}

}  // namespace

void FindingTally::add(const inspect::Verdict& verdict, const std::string& exchange, record::Digest digest) {
  std::set<std::string> counted;
  for (const inspect::Finding& finding : verdict.findings) {
    const std::string kind = record::fingerprint_of(finding, verdict.api, digest);
    if (kinds_.size() == most && !kinds_.contains(kind)) {
      ++left_out_;
      continue;
    }
    const auto [known, is_new] = kinds_.try_emplace(kind);
    // Of equal ones that of the least id, whichever was read first.
    const bool is_earlier = exchange < known->second.exchange;
    if (is_new || is_earlier) known->second = {true, finding, verdict.api, exchange, known->second.requests};
    if (counted.insert(kind).second) ++known->second.requests;
  }
}

void FindingTally::compare(const FindingTally& a, const FindingTally& b, DiffReport& report) {
  for (const auto& [kind, change] : b.kinds_) {
    if (a.kinds_.contains(kind))
      ++report.findings_same;
    else
      report.findings.push_back(change);
  }
  for (const auto& [kind, change] : a.kinds_) {
    if (b.kinds_.contains(kind)) continue;
    report.findings.push_back(change);
    report.findings.back().is_new = false;
  }
  std::sort(report.findings.begin(), report.findings.end(), is_before);
  if (a.left_out_ + b.left_out_ > 0)
    report.notes.push_back(fmt::format("{} findings of further kinds were not compared", a.left_out_ + b.left_out_));
}

}  // namespace telltale::diff
