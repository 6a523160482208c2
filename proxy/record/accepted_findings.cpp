// Findings against those that were accepted before. Covered by tests/unit/record/accepted_findings_test.cpp.
#include "record/accepted_findings.hpp"

#include <algorithm>
#include <tuple>

namespace telltale::record {
namespace {

Standing standing_of(const AcceptedFinding* entry, std::optional<Day> day) {
  if (entry == nullptr) return Standing::fresh;
  if (!entry->expires) return Standing::unchanged;
  return day && *day <= *entry->expires ? Standing::unchanged : Standing::expired;
}

}  // namespace

const AcceptedFinding* AcceptedFindings::find(std::string_view fingerprint) const {
  const auto found = entries_.find(fingerprint);
  return found == entries_.end() ? nullptr : &found->second;
}

bool AcceptedFindings::put(std::string fingerprint, AcceptedFinding finding) {
  return !is_full() && entries_.try_emplace(std::move(fingerprint), std::move(finding)).second;
}

std::vector<ComparedFinding> compare_findings(const inspect::Verdict& verdict, std::string_view time,
                                              const AcceptedFindings& accepted, std::optional<Day> today,
                                              Digest digest) {
  const std::optional<Day> day = today ? today : day_of(time);
  std::vector<ComparedFinding> out;
  out.reserve(verdict.findings.size());
  for (const inspect::Finding& finding : verdict.findings) {
    ComparedFinding compared;
    compared.kind = kind_of(finding, verdict.api);
    compared.fingerprint = fingerprint_of(compared.kind, digest);
    const AcceptedFinding* const entry = accepted.find(compared.fingerprint);
    compared.standing = standing_of(entry, day);
    if (entry != nullptr) {
      compared.reason = entry->reason;
      if (entry->expires) compared.expires = day_text(*entry->expires);
    }
    out.push_back(std::move(compared));
  }
  return out;
}

void FindingTally::add(const std::vector<ComparedFinding>& compared) {
  for (const ComparedFinding& one : compared) {
    ++counts_[static_cast<std::size_t>(one.standing)];
    if (found_.size() < AcceptedFindings::most_entries)
      found_.try_emplace(one.fingerprint, one.kind);
    else
      overflowed_ = overflowed_ || !found_.contains(one.fingerprint);
  }
}

std::vector<FindingTally::Gone> FindingTally::gone(const AcceptedFindings& accepted) const {
  std::vector<Gone> out;
  for (const auto& [fingerprint, entry] : accepted.entries())
    if (!found_.contains(fingerprint)) out.push_back({fingerprint, &entry});
  std::sort(out.begin(), out.end(), [](const Gone& a, const Gone& b) {
    return std::tie(a.entry->kind, a.fingerprint) < std::tie(b.entry->kind, b.fingerprint);
  });
  return out;
}

std::optional<AcceptedFindings> FindingTally::to_accept(const AcceptedFindings& accepted) const {
  if (overflowed_) return std::nullopt;
  AcceptedFindings out;
  for (const auto& [fingerprint, kind] : found_) {
    const AcceptedFinding* const known = accepted.find(fingerprint);
    out.put(fingerprint, known != nullptr ? *known : AcceptedFinding{kind, "", std::nullopt});
  }
  return out;
}

}  // namespace telltale::record
