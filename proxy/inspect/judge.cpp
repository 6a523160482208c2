// The path of a request in one pure call: decode the content, inspect, splice, code again. Content-Length is the only
// field that may change without a finding. Covered by tests/unit/inspect/judge_test.cpp.
#include "inspect/judge.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "http/coding.hpp"
#include "inspect/edit.hpp"
#include "inspect/strip.hpp"

namespace telltale::inspect {
namespace {

/// All Content-Encoding fields as one list.
std::string codings_of(const http::RequestHead& head) {
  std::string list;
  for (const http::FieldRange& field : head.fields) {
    if (!ascii::equals_ignoring_case(head.name(field), "content-encoding")) continue;
    if (!list.empty()) list += ", ";
    list += head.value(field);
  }
  return list;
}

/// Content of a received body: the bytes themselves, or decoded; or why there is none.
struct Content {
  std::vector<http::Coding> codings;
  std::string decoded;  ///< if there are codings
  std::string_view text;
  std::vector<std::string> blind_causes;
  std::vector<std::string> typed;  ///< chosen of Received::typed_among
};

void decode(const Received& received, const Limits& limits, Content& content) {
  content.text = received.body;
  if (received.body.empty()) return;
  auto codings = http::parse_codings(codings_of(*received.head), limits);
  if (codings && codings->empty()) return;
  content.text = {};
  if (!codings) {
    content.blind_causes.emplace_back(name_of(codings.error().code));
    return;
  }
  auto decoded = http::decode_content(received.body, *codings, limits);
  if (!decoded) {
    content.blind_causes.emplace_back(name_of(decoded.error().code));
    return;
  }
  content.codings = std::move(*codings);
  content.decoded = std::move(*decoded);
  content.text = content.decoded;
}

void read_content(const Received& received, const Limits& limits, Content& content) {
  decode(received, limits, content);
  if (received.typed_among != nullptr) content.typed = received.typed_among->near(content.text);
}

/// Sets Content-Length where the head has one; a chunked request has none and keeps its head.
void fix_length(const http::RequestHead& head, std::size_t length, std::vector<Edit>& edits) {
  for (const http::FieldRange& field : head.fields) {
    if (!ascii::equals_ignoring_case(head.name(field), "content-length")) continue;
    std::string text = fmt::format("{}", length);
    if (head.value(field) != text) edits.push_back({field.value, std::move(text)});
  }
}

/// What could not be put back goes out as it came, and is then only flagged.
void leave_as_received(Verdict& verdict, const Error& error) {
  verdict.body_edits.clear();
  verdict.head_edits.clear();
  verdict.coverage.causes.emplace_back(name_of(error.code));
  verdict.action = Action::pass;
  for (Finding& finding : verdict.findings) {
    if (finding.action == Action::strip) finding.action = Action::flag;
    verdict.action = std::max(verdict.action, finding.action);
  }
}

Result<void> rewrite(const Received& received, const Content& content, Judgement& judgement) {
  std::vector<Edit> head_edits = judgement.verdict.head_edits;
  std::optional<std::string> body;
  if (!judgement.verdict.body_edits.empty()) {
    TT_TRY(body, apply_edits(content.text, judgement.verdict.body_edits));
    if (!content.codings.empty()) {
      TT_TRY(body, http::encode_content(*body, content.codings));
    }
    fix_length(*received.head, body->size(), head_edits);
  }
  if (!head_edits.empty()) {
    TT_TRY(judgement.head, apply_edits(received.head->raw, std::move(head_edits)));
  }
  judgement.body = std::move(body);
  return {};
}

Input input_of(const Received& received, const Content& content) {
  Input input;
  input.scheme = received.scheme;
  input.host = received.host;
  input.head = received.head;
  input.content = content.text;
  // A capture says `typed: []` where live traffic had no reference: both mean that nothing is known.
  if (received.typed != nullptr && !received.typed->empty()) input.typed = received.typed;
  if (!content.typed.empty()) input.typed = &content.typed;
  input.environment = received.environment;
  input.needles = received.needles;
  input.baselines = received.baselines;
  input.seen = received.seen;
  input.blind_causes = content.blind_causes;
  input.bytes_total = content.codings.empty() ? received.body.size() : content.text.size();
  return input;
}

}  // namespace

void learn(const Received& received, const Limits& limits, Baselines& baselines) {
  Content content;
  read_content(received, limits, content);
  if (!content.text.empty()) learn(input_of(received, content), limits, baselines);
}

Judgement judge(const Received& received, const RuleSet& rules, const Policy& policy, const Limits& limits) {
  Content content;
  read_content(received, limits, content);
  Input input = input_of(received, content);
  Judgement judgement;
  judgement.verdict = inspect(input, rules, policy, limits);
  strip_to_the_end(input, rules, policy, limits, judgement.verdict);
  if (const auto done = rewrite(received, content, judgement); !done) {
    judgement.head.reset();
    judgement.body.reset();
    leave_as_received(judgement.verdict, done.error());
  }
  judgement.typed = std::move(content.typed);
  refuse_blind(policy, judgement);
  return judgement;
}
}  // namespace telltale::inspect
