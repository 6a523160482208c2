#pragma once
// Requests for the tests of the inspect room, and the shipped rules.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/json_scan.hpp"
#include "http/head.hpp"
#include "inspect/edit.hpp"
#include "inspect/engine.hpp"
#include "inspect/judge.hpp"

namespace telltale::test {

inline std::string file_text(const std::string& path) {
  std::ifstream file(std::string(TELLTALE_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::shared_ptr<const inspect::RuleSet> rules_from(const std::vector<std::string>& texts) {
  std::vector<inspect::RulePack> packs;
  for (const std::string& text : texts) {
    auto pack = inspect::load_rule_pack("test.jsonc", text);
    if (!pack) throw std::runtime_error(pack.error().detail);
    packs.push_back(std::move(*pack));
  }
  auto set = inspect::RuleSet::compile(packs);
  if (!set) throw std::runtime_error(set.error().detail);
  return *set;
}

/// The rules as they ship.
inline const inspect::RuleSet& shipped_rules() {
  static const auto set = [] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(TELLTALE_SOURCE_DIR "/rules"))
      if (entry.path().extension() == ".jsonc") names.push_back("rules/" + entry.path().filename().string());
    std::sort(names.begin(), names.end());
    std::vector<std::string> texts;
    for (const std::string& name : names) texts.push_back(file_text(name));
    return rules_from(texts);
  }();
  return *set;
}

/// The marker rules alone.
inline const inspect::RuleSet& marker_rules() {
  static const auto set = rules_from({file_text("rules/markers.jsonc")});
  return *set;
}

struct Request {
  http::RequestHead head;
  std::string body;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

inline Request request(std::string body, const Fields& fields = {}, std::string_view target = "/v1/messages",
                       bool with_length = true) {
  std::string raw = fmt::format("POST {} HTTP/1.1\r\nHost: gateway.example.test\r\n", target);
  for (const auto& [name, value] : fields) raw += fmt::format("{}: {}\r\n", name, value);
  if (with_length) raw += fmt::format("Content-Length: {}\r\n", body.size());
  raw += "\r\n";
  auto head = http::parse_request_head(std::move(raw), Limits{});
  if (!head) throw std::runtime_error(head.error().detail);
  return {std::move(*head), std::move(body)};
}

struct Options {
  inspect::Mode mode = inspect::Mode::strip;
  const std::vector<std::string>* typed = nullptr;
  const inspect::Environment* environment = nullptr;
  bool list_segments = false;
  std::vector<std::string> danger_strip_signed;
};

inline inspect::Judgement judge(const Request& request, const inspect::RuleSet& rules, const Options& options = {}) {
  inspect::Received received;
  received.host = "gateway.example.test";
  received.head = &request.head;
  received.body = request.body;
  received.typed = options.typed;
  received.environment = options.environment;
  inspect::Policy policy;
  policy.mode = options.mode;
  policy.list_segments = options.list_segments;
  policy.danger_strip_signed = options.danger_strip_signed;
  return inspect::judge(received, rules, policy, Limits{});
}

inline std::vector<inspect::Finding> findings_of(const inspect::Verdict& verdict, std::string_view rule) {
  std::vector<inspect::Finding> out;
  for (const inspect::Finding& finding : verdict.findings) {
    if (finding.rule == rule) out.push_back(finding);
  }
  return out;
}

inline std::string json_quoted(std::string_view text) {
  return "\"" + codec::escape_json(text) + "\"";
}

}  // namespace telltale::test
