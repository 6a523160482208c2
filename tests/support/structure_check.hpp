#pragma once
// What the structure pack says of a request, with or without earlier ones, and what stripping leaves of it.
#include <memory>
#include <string>
#include <vector>

#include "inspect/baselines.hpp"
#include "support/inspect_request.hpp"

namespace telltale::test {

inline const inspect::RuleSet& structure_rules() {
  static const auto set = rules_from({file_text("rules/structure.jsonc")});
  return *set;
}

/// Findings above information, as "rule@where", and what is left after stripping.
struct StructureResult {
  std::vector<std::string> found;
  std::string body;
  std::string head;
};

inline StructureResult structure_of(const Request& sent, const std::vector<Request>& earlier = {}) {
  inspect::Baselines baselines;
  const Limits limits;
  const auto input_of = [](const Request& one) {
    inspect::Input input;
    input.host = "gateway.example.test";
    input.head = &one.head;
    input.content = one.body;
    input.bytes_total = one.body.size();
    return input;
  };
  for (const Request& one : earlier) inspect::learn(input_of(one), limits, baselines);
  inspect::Input input = input_of(sent);
  input.baselines = &baselines;
  inspect::Policy policy;
  policy.mode = inspect::Mode::strip;
  const inspect::Verdict verdict = inspect::inspect(input, structure_rules(), policy, limits);
  StructureResult result;
  for (const inspect::Finding& finding : verdict.findings)
    if (finding.severity > inspect::Severity::info)
      result.found.push_back(finding.rule.substr(finding.rule.find('.') + 1) + "@" + finding.where);
  result.body = inspect::apply_edits(sent.body, verdict.body_edits).value();
  result.head = inspect::apply_edits(sent.head.raw, verdict.head_edits).value();
  return result;
}

}  // namespace telltale::test
