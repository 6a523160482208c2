// What happens to requests that could not be looked at: one table, and the choices that stand in its place. In block
// mode nothing goes on that was not seen whole; strip mode promises that what rules strip does not leave, so there what
// could not be read at all, or could hide something at will, is refused too, while what was read as mere text goes on.
// Covered by tests/unit/inspect/uninspected_test.cpp.
#include "inspect/uninspected.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inspect/judge.hpp"

namespace telltale::inspect {
namespace {

constexpr WhenBlind pass = WhenBlind::pass;
constexpr WhenBlind block = WhenBlind::block;

constexpr BlindCause causes_known[] = {
    // name, strip, block
    {"coding-unknown", block, block, "its content coding is not known here"},
    {"coding-malformed", block, block, "its content coding is damaged"},
    {"coding-ratio", block, block, "it grows more when decoded than honest content does"},
    {"content-too-long", block, block, "it is longer than what is inspected"},
    {"json-too-deep", block, block, "its JSON is nested too deep"},
    {"json-too-many-values", block, block, "its JSON has too many values"},
    {"json-malformed", pass, block, "it is not JSON and was searched as text only"},
    {"not-text", pass, block, "it is neither JSON nor text"},
    {"opened_bytes", pass, block, "it holds more strings inside strings than are opened"},
    {"nesting", pass, block, "its strings hold strings deeper than are opened"},
    {"findings", pass, block, "it has more findings than are worked with"},
    {"candidates", pass, block, "it has more places to look at than are looked at"},
    {"signed_body", pass, block, "its body is signed, and what should be stripped stays in it"},
    {"edit-out-of-range", block, block, "an edit could not be placed"},
    {"edit-overlap", block, block, "two edits claim the same bytes"},
    {"internal", block, block, "an edited body could not be coded again"},
    {"detector-failed", block, block, "the inspection failed"},
    {"rules-stale", pass, pass, "the last reload failed, and the rules before it are in use"},
    {"not-recorded", pass, pass, "its capture cannot be written"},
    {"not_intercepted", pass, pass, "its host is not intercepted"},
    {"not_http", pass, pass, "it is not HTTP"},
    {"body_not_captured", pass, pass, "its body is not in the capture"},
    {"websocket", pass, pass, "it is a WebSocket, whose messages are not read"},
};

WhenBlind by_default(std::string_view cause, Mode mode) {
  if (mode == Mode::observe || mode == Mode::flag) return pass;
  const BlindCause* const known = find_blind_cause(cause);
  if (known == nullptr) return mode == Mode::block ? block : pass;
  return mode == Mode::block ? known->in_block : known->in_strip;
}

std::string names() {
  std::string out;
  for (const BlindCause& cause : causes_known) out += fmt::format("{}{}", out.empty() ? "" : ", ", cause.name);
  return out;
}

}  // namespace

std::span<const BlindCause> blind_causes() {
  return causes_known;
}

const BlindCause* find_blind_cause(std::string_view name) {
  const auto* const found = std::find_if(std::begin(causes_known), std::end(causes_known),
                                         [name](const BlindCause& cause) { return cause.name == name; });
  return found == std::end(causes_known) ? nullptr : found;
}

Result<std::pair<std::string, WhenBlind>> parse_blind_choice(std::string_view text) {
  const std::size_t sign = text.find('=');
  const std::string_view name = text.substr(0, sign);
  const std::string_view choice = sign == std::string_view::npos ? std::string_view() : text.substr(sign + 1);
  if (find_blind_cause(name) == nullptr)
    return fail(Errc::option_invalid, fmt::format("{} is no cause; give one of {}", name, names()));
  if (choice != "block" && choice != "pass")
    return fail(Errc::option_invalid, fmt::format("{}: give {}=block or {}=pass", text, name, name));
  return std::pair(std::string(name), choice == "block" ? block : pass);
}

std::string_view blocking_cause(const std::vector<std::string>& causes, Mode mode, const BlindChoices& choices) {
  for (const std::string& cause : causes) {
    const auto chosen = choices.find(cause);
    if ((chosen == choices.end() ? by_default(cause, mode) : chosen->second) == block) return cause;
  }
  return {};
}

void refuse_blind(const Policy& policy, Judgement& judgement) {
  Verdict& verdict = judgement.verdict;
  const std::string_view cause = blocking_cause(verdict.coverage.causes, policy.mode, policy.uninspected);
  if (cause.empty() || verdict.action == Action::block) return;
  judgement.refused_for = cause;
  judgement.head.reset();
  judgement.body.reset();
  verdict.action = Action::block;
  verdict.body_edits.clear();
  verdict.head_edits.clear();
}

}  // namespace telltale::inspect
