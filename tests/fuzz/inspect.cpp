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
#include "inspect/baselines.hpp"
#include "inspect/engine.hpp"
#include "inspect/judge.hpp"
#include "inspect/seen_texts.hpp"

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

constexpr std::string_view head_text =
    "POST /v1/messages HTTP/1.1\r\nHost: a.test\r\nUser-Agent: plum/1.0\r\nAccept: */*\r\n\r\n";

/// What this client said before: a system text, a note, a tool.
const inspect::Baselines& earlier() {
  static const auto known = [] {
    static const auto head = http::parse_request_head(std::string(head_text), Limits{}).value();
    const std::vector<std::string> typed{"Say hello."};
    inspect::Baselines out;
    for (const char* day : {"2026-01-02", "2026-03-04", "2026-05-06"}) {
      const std::string body =
          R"({"model":"m","max_tokens":1,"system":"You are a helper that lives in the terminal. Today is )" +
          std::string(day) +
          R"(.","messages":[{"role":"user","content":"<note>\nBe brief, please.\n</note>\nSay hello."}],)"
          R"("tools":[{"name":"a","description":"Reads a file of the workspace and returns it."}]})";
      inspect::Received received;
      received.host = "a.test";
      received.head = &head;
      received.body = body;
      received.typed = &typed;
      learn(received, Limits{}, out);
    }
    return out;
  }();
  return known;
}

inspect::Judgement look(std::string_view body, inspect::SeenTexts* seen = nullptr) {
  static const auto rules = load();
  static const auto head = http::parse_request_head(std::string(head_text), Limits{}).value();
  static const std::vector<std::string> typed{"explain:\n<system-reminder>\nToday\xE2\x80\x99s date is 2026/07/01.",
                                              "Say hello to them all."};
  static const inspect::Environment environment{{"host", {"anas-laptop"}}, {"cwd", {"/srv/acme"}}, {"user", {"anaq"}}};
  inspect::Received received;
  received.host = "a.test";
  received.head = &head;
  received.body = body;
  received.typed = &typed;
  received.environment = &environment;
  received.baselines = &earlier();
  received.seen = seen;
  inspect::Policy policy;
  policy.mode = inspect::Mode::strip;
  policy.list_segments = seen == nullptr;
  return inspect::judge(received, *rules, policy, Limits{});
}

bool is_of_head(const inspect::Finding& finding) {
  return finding.where.rfind("header", 0) == 0;
}

void check_findings(const inspect::Verdict& verdict, std::size_t size) {
  for (const inspect::Finding& finding : verdict.findings) {
    const std::size_t most = is_of_head(finding) ? head_text.size() : size;
    if (finding.raw_span) demand(finding.raw_span->begin <= finding.raw_span->end && finding.raw_span->end <= most);
    if (finding.span) demand(finding.span->begin <= finding.span->end);
    for (const char c : finding.message + finding.excerpt) demand(c >= 0x20 && c < 0x7F);
  }
}

/// Every edited byte lies in the span of a finding that says so.
void check_edits(const inspect::Verdict& verdict) {
  if (verdict.findings_not_listed != 0) return;
  for (const inspect::Edit& edit : verdict.body_edits) {
    std::size_t covered = edit.range.begin;
    for (bool grown = true; grown && covered < edit.range.end;) {
      grown = false;
      for (const inspect::Finding& finding : verdict.findings) {
        if (!finding.raw_span || is_of_head(finding) || finding.action != inspect::Action::strip) continue;
        if (finding.raw_span->begin > covered || finding.raw_span->end <= covered) continue;
        covered = finding.raw_span->end;
        grown = true;
      }
    }
    demand(covered >= edit.range.end);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const inspect::Judgement first = look(body);
  check_findings(first.verdict, size);
  check_edits(first.verdict);
  static inspect::SeenTexts seen(1);
  const inspect::Judgement again = look(body, &seen);
  demand(again.body == first.body && again.verdict.findings.size() == first.verdict.findings.size());
  if (!first.body) return 0;
  demand(!look(*first.body).body);
  if (!codec::scan_json(body, Limits{}).stopped) demand(!codec::scan_json(*first.body, Limits{}).stopped);
  return 0;
}
