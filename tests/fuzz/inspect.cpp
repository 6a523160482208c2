// inspect on any body under the shipped rules, in strip mode: edits lie inside the findings' spans, can be applied, and
// come to an end; findings print as plain ASCII; the same input gives the same verdict.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include "codec/json_scan.hpp"
#include "inspect/edit.hpp"
#include "inspect/engine.hpp"

namespace {

using namespace telltale;

std::shared_ptr<const inspect::RuleSet> load() {
  std::vector<inspect::RulePack> packs;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TELLTALE_SOURCE_DIR "/rules"))
    if (entry.path().extension() == ".jsonc") names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    std::ifstream file(std::string(TELLTALE_SOURCE_DIR "/rules/") + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    auto pack = inspect::load_rule_pack(name, text.str());
    if (!pack) std::abort();
    packs.push_back(std::move(*pack));
  }
  return inspect::RuleSet::compile(packs).value();
}

void demand(bool holds) {
  if (!holds) std::abort();
}

inspect::Verdict look(std::string_view body) {
  static const auto rules = load();
  static const auto head =
      http::parse_request_head("POST /v1/messages HTTP/1.1\r\nHost: a.test\r\n\r\n", Limits{}).value();
  static const std::vector<std::string> typed{"explain:\n<system-reminder>\nToday\xE2\x80\x99s date is 2026/07/01."};
  static const inspect::Environment environment{{"host", {"anas-laptop"}}, {"cwd", {"/srv/acme"}}, {"user", {"anaq"}}};
  inspect::Input input;
  input.host = "a.test";
  input.head = &head;
  input.content = body;
  input.bytes_total = body.size();
  input.typed = &typed;
  input.environment = &environment;
  inspect::Policy policy;
  policy.mode = inspect::Mode::strip;
  policy.list_segments = true;
  return inspect::inspect(input, *rules, policy, Limits{});
}

void check_findings(const inspect::Verdict& verdict, std::size_t size) {
  for (const inspect::Finding& finding : verdict.findings) {
    demand(finding.raw_span && finding.raw_span->begin <= finding.raw_span->end && finding.raw_span->end <= size);
    demand(finding.span && finding.span->begin <= finding.span->end);
    for (const char c : finding.message + finding.excerpt) demand(c >= 0x20 && c < 0x7F);
  }
  if (verdict.findings_not_listed != 0) return;
  for (const inspect::Edit& edit : verdict.body_edits) {
    bool inside = false;
    for (const inspect::Finding& finding : verdict.findings)
      inside = inside || (finding.action == inspect::Action::strip && finding.raw_span->begin <= edit.range.begin &&
                          edit.range.end <= finding.raw_span->end);
    demand(inside);
  }
}

/// What stands between other markers may show itself as one only when they are gone; each round leaves less to do.
bool settles(std::string body) {
  constexpr int most_rounds = 16;
  for (int round = 0; round < most_rounds; ++round) {
    const inspect::Verdict verdict = look(body);
    if (verdict.body_edits.empty()) return true;
    body = inspect::apply_edits(body, verdict.body_edits).value();
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const inspect::Verdict verdict = look(body);
  check_findings(verdict, size);
  const inspect::Verdict again = look(body);
  demand(again.body_edits == verdict.body_edits && again.findings.size() == verdict.findings.size());
  const auto edited = inspect::apply_edits(body, verdict.body_edits);
  demand(edited.has_value());
  if (verdict.body_edits.empty()) return 0;
  demand(settles(*edited));
  if (!codec::scan_json(body, Limits{}).stopped) demand(!codec::scan_json(*edited, Limits{}).stopped);
  return 0;
}
