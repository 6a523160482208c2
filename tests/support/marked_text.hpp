#pragma once
// Texts for the tests of detectors: who says them, and what in them is a marker.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/json_scan.hpp"
#include "core/utf8.hpp"
#include "inspect/edit.hpp"
#include "support/inspect_request.hpp"

namespace telltale::test {

/// A text as `{marked|neutral}` states it: "the sc{\u200d|}hema" is sent with the joiner and cleaned without.
struct MarkedText {
  std::string sent;
  std::string clean;
  std::vector<ByteRange> spans;  ///< code points of `sent`
};

inline MarkedText parse_marked(std::string_view text) {
  MarkedText out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find('{', at), text.size());
    out.sent.append(text.substr(at, open - at));
    out.clean.append(text.substr(at, open - at));
    if (open == text.size()) break;
    const std::size_t bar = text.find('|', open);
    const std::size_t close = text.find('}', bar);
    const std::size_t begin = utf8::length(out.sent);
    out.sent.append(text.substr(open + 1, bar - open - 1));
    out.clean.append(text.substr(bar + 1, close - bar - 1));
    out.spans.push_back({begin, utf8::length(out.sent)});
    at = close + 1;
  }
  return out;
}

/// A request in which `voice` says `text`: c the client, u the user, t a tool, m the model.
inline std::string body_of(char voice, std::string_view text) {
  const std::string said = json_quoted(text);
  switch (voice) {
    case 'c':
      return fmt::format(
          R"({{"model":"m","max_tokens":1,"system":{},"messages":[{{"role":"user","content":"hello"}}]}})", said);
    case 't':
      return fmt::format(
          R"({{"model":"m","max_tokens":1,"messages":[{{"role":"user","content":"hello"}},{{"role":"assistant","content":[{{"type":"tool_use","id":"t1","name":"read","input":{{}}}}]}},{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t1","content":{}}}]}}]}})",
          said);
    case 'm':
      return fmt::format(
          R"({{"model":"m","max_tokens":1,"messages":[{{"role":"user","content":"hello"}},{{"role":"assistant","content":{}}},{{"role":"user","content":"go on"}}]}})",
          said);
    default:
      return fmt::format(R"({{"model":"m","max_tokens":1,"messages":[{{"role":"user","content":{}}}]}})", said);
  }
}

struct Seen {
  std::vector<inspect::Finding> findings;  ///< above info
  std::string stripped;                    ///< the body after stripping
};

inline Seen look_at(const std::string& body, const inspect::RuleSet& rules) {
  const Request received = request(body);
  const inspect::Judgement judgement = judge(received, rules);
  Seen seen;
  for (const inspect::Finding& finding : judgement.verdict.findings)
    if (finding.severity != inspect::Severity::info) seen.findings.push_back(finding);
  seen.stripped = judgement.body.value_or(body);
  return seen;
}

}  // namespace telltale::test
