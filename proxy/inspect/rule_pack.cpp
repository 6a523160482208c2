// Loads a rule pack and proves it: every hit must hit, every miss must miss, and a stripped sample must stay as it is
// when stripped again. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/utf8.hpp"
#include "http/head.hpp"
#include "inspect/baselines.hpp"
#include "inspect/edit.hpp"
#include "inspect/engine.hpp"
#include "inspect/rule.hpp"
#include "inspect/rule_compile.hpp"
#include "inspect/rule_node.hpp"
#include "inspect/rule_set.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;

/// A request that holds `text` as one string of that kind, in the shape of the most common API.
std::string body_with(SegmentKind kind, const std::string& text) {
  const std::string quoted = "\"" + codec::escape_json(text) + "\"";
  const auto request = [](std::string_view system, std::string_view messages, std::string_view more) {
    return fmt::format(R"({{"model":"m","max_tokens":1,{}"messages":[{}]{}}})", system, messages, more);
  };
  const std::string hello = R"({"role":"user","content":[{"type":"text","text":"hello"}]})";
  const auto block = [&](std::string_view role, const std::string& content) {
    return fmt::format(R"({{"role":"{}","content":[{}]}})", role, content);
  };
  const std::string text_block = fmt::format(R"({{"type":"text","text":{}}})", quoted);
  switch (kind) {
    case SegmentKind::system_text:
      return request(fmt::format(R"("system":[{}],)", text_block), hello, "");
    case SegmentKind::assistant_text:
      return request("", hello + "," + block("assistant", text_block), "");
    case SegmentKind::tool_call:
      return request("",
                     hello + "," +
                         block("assistant",
                               fmt::format(R"({{"type":"tool_use","id":"t1","name":"n","input":{{"a":{}}}}})", quoted)),
                     "");
    case SegmentKind::tool_result:
      return request(
          "", block("user", fmt::format(R"({{"type":"tool_result","tool_use_id":"t1","content":[{}]}})", text_block)),
          "");
    case SegmentKind::tool_definition:
      return request(
          "", hello,
          fmt::format(R"(,"tools":[{{"name":"n","description":{},"input_schema":{{"type":"object"}}}}])", quoted));
    case SegmentKind::metadata:
      return request("", hello, fmt::format(R"(,"metadata":{{"user_id":{}}})", quoted));
    case SegmentKind::user_text:
      return request("", block("user", text_block), "");
    case SegmentKind::opaque:
    case SegmentKind::other:
      return fmt::format(R"({{"value":{}}})", quoted);
  }
  return {};
}

using Fields = std::vector<std::pair<std::string, std::string>>;

Result<http::RequestHead> head_of(const Sample& sample, const Fields& fields, const Limits& limits) {
  std::string raw = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", sample.method, sample.path, sample.host);
  for (const auto& [name, value] : fields) raw += fmt::format("{}: {}\r\n", name, value);
  return http::parse_request_head(raw + "\r\n", limits);
}

bool has_carries(const Verdict& verdict, const Carries& wanted) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& finding) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& pair) {
      return std::find(finding.carries.begin(), finding.carries.end(), pair) != finding.carries.end();
    });
  });
}

constexpr std::string_view no_match = "did not match; rule and sample disagree";

/// What most first rules stumble over: a sample that somebody typed, and a rule about clients' text.
bool is_outside_client_places(const Rule& rule, const Sample& sample) {
  return rule.where.client_places && rule.where.has(sample.kind) && sample.text &&
         sample.kind == codec::SegmentKind::user_text && sample.text->find('<') == std::string::npos;
}

/// One sample against its rule. Empty if it holds, else what is wrong.
class Trial {
 public:
  Trial(const RuleSet& rules, const Sample& sample) : rules_(rules), sample_(sample) { policy_.mode = Mode::strip; }

  std::string run(bool must_hit) {
    auto head = head_of(sample_, sample_.headers, limits_);
    if (!head) return fmt::format("is no request ({})", head.error().detail);
    auto earlier = head_of(sample_, sample_.earlier_headers.value_or(sample_.headers), limits_);
    if (!earlier) return fmt::format("has an earlier request that is none ({})", earlier.error().detail);
    head_ = std::move(*head);
    earlier_head_ = std::move(*earlier);
    const std::string body = sample_.text ? body_with(sample_.kind, *sample_.text) : sample_.body;
    const Verdict verdict = look(body);
    if (verdict.findings.empty() == must_hit)
      return std::string(must_hit ? no_match : "matched; rule and sample disagree");
    if (sample_.carries && !has_carries(verdict, *sample_.carries)) return "does not carry what the sample says";
    return check_edit(body, verdict);
  }

 private:
  [[nodiscard]] Verdict look(const std::string& body) const {
    Input input;
    input.host = sample_.host;
    input.head = &head_;
    input.content = body;
    input.bytes_total = body.size();
    if (!sample_.typed.empty()) input.typed = &sample_.typed;
    if (!sample_.environment.empty()) input.environment = &sample_.environment;
    const Baselines baselines = learned();
    input.baselines = &baselines;
    return inspect(input, rules_, policy_, limits_);
  }

  /// From the sample's earlier requests: other bodies, and the same head if none is given for them.
  [[nodiscard]] Baselines learned() const {
    Baselines baselines;
    for (const std::string& earlier : sample_.baseline) {
      const std::string body = sample_.text ? body_with(sample_.kind, earlier) : earlier;
      Input input;
      input.host = sample_.host;
      input.head = &earlier_head_;
      input.content = body;
      if (!sample_.typed.empty()) input.typed = &sample_.typed;
      learn(input, limits_, baselines);
    }
    return baselines;
  }

  [[nodiscard]] std::string check_edit(const std::string& body, const Verdict& verdict) const {
    const auto edited = apply_edits(body, verdict.body_edits);
    if (!edited) return fmt::format("cannot be edited ({})", edited.error().detail);
    if (sample_.edited) {
      const std::string wanted = sample_.text ? body_with(sample_.kind, *sample_.edited) : *sample_.edited;
      if (*edited != wanted)
        return fmt::format("strips to {} instead of {}", utf8::escaped(*edited), utf8::escaped(wanted));
    }
    if (verdict.body_edits.empty()) return {};
    return look(*edited).body_edits.empty() ? std::string() : "is stripped again after stripping";
  }

  const RuleSet& rules_;
  const Sample& sample_;
  Policy policy_;
  Limits limits_;
  http::RequestHead head_;
  http::RequestHead earlier_head_;
};

Result<void> prove(std::string_view pack, const std::shared_ptr<const Rule>& rule) {
  RulePack alone;
  alone.rules = {rule};
  TT_TRY(const auto set, RuleSet::compile({alone}));
  for (const bool must_hit : {true, false}) {
    for (const Sample& sample : must_hit ? rule->hits : rule->misses) {
      const std::string wrong = Trial(*set, sample).run(must_hit);
      if (wrong.empty()) continue;
      const bool outside = wrong == no_match && is_outside_client_places(*rule, sample);
      return fail(Errc::rule_sample_failed,
                  fmt::format("{}: {}: {} {}, pack not loaded{}", pack, rule->id, sample.pointer, wrong,
                              outside ? "; of user_text only what stands in a client's tags counts, unless "
                                        "/where/client_places is false"
                                      : ""));
    }
  }
  return {};
}

}  // namespace

Result<RulePack> load_rule_pack(std::string_view name, std::string_view text) {
  RulePack pack;
  pack.name = std::string(name);
  pack.digest = std::hash<std::string_view>{}(text);
  auto document = RuleDocument::parse(text);
  if (!document)
    return fail(Errc::rule_malformed, document.error().at, fmt::format("{}: /: {}", name, document.error().detail));
  RuleComplaint complaint;
  const RuleNode root = document->root(complaint);
  root.allow_only({"pack", "description", "rules"});
  if (!root.has("rules")) root.complain("needs \"rules\": a list of rules");
  for (const RuleNode& node : root.items("rules")) {
    complaint.rule.clear();
    pack.rules.push_back(std::make_shared<const Rule>(read_rule(node)));
    if (complaint.text) break;
  }
  if (complaint.text) return fail(Errc::rule_malformed, fmt::format("{}: {}", name, *complaint.text));
  for (const auto& rule : pack.rules) {
    if (auto proven = prove(name, rule); !proven) return tl::unexpected<Error>(std::move(proven).error());
  }
  return pack;
}

}  // namespace telltale::inspect
