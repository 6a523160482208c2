// From what the detectors found to the verdict: actions under the mode, edits that do not collide, findings with
// their places. Covered by tests/unit/inspect/verdict_test.cpp and judge_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/utf8.hpp"
#include "http/integrity.hpp"
#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t excerpt_side = 20;  ///< bytes shown on either side
constexpr std::size_t excerpt_most = 60;  ///< bytes shown of the finding itself

constexpr std::size_t longest_way = 200;  ///< bytes shown of the way into what a string holds

Action most_of(Mode mode) {
  switch (mode) {
    case Mode::observe:
      return Action::pass;
    case Mode::flag:
      return Action::flag;
    case Mode::strip:
      return Action::strip;
    case Mode::block:
      return Action::block;
  }
  return Action::flag;
}

std::string sentence(const Rule& rule, const Found& found, const std::string& note) {
  std::string out = utf8::escaped(rule.summary);
  if (!note.empty()) out += ", " + note;
  if (!found.expected.empty())
    out += fmt::format(": {} where {} is neutral", fmt::join(found.code_points, " "), fmt::join(found.expected, " "));
  if (!found.inside.empty()) out += fmt::format(", inside {}", utf8::escaped(found.inside.substr(0, longest_way)));
  if (found.carries.empty()) return out;
  std::vector<std::string> parts;
  for (const auto& [name, value] : found.carries) parts.push_back(fmt::format("{}: {}", name, value));
  return fmt::format("{} ({})", out, fmt::join(parts, "; "));
}

std::string excerpt_of(const Pending& pending) {
  if (pending.rule->masked) return {};
  const RawText& text = pending.spot.text;
  const ByteRange range = pending.found.range;
  if (range.begin < text.range.begin || range.begin > text.range.end) return {};
  const Window window(text, range.begin, excerpt_side, std::min(range.size(), excerpt_most) + excerpt_side);
  return utf8::escaped(window.text());
}

std::string edit_name(const std::string& edit) {
  const bool odd = edit.size() <= 4 && utf8::length(edit) == 1;
  if (!odd) return edit;
  const utf8::Step one = utf8::decode(edit, 0);
  return one.valid ? utf8::name_of(one.code_point) : edit;
}

}  // namespace

void Inspection::sort_by_place() {
  std::stable_sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
    const auto key = [](const Pending& p) {
      return std::tuple(!p.spot.in_head, p.spot.text.range.begin, p.found.range.begin, std::string_view(p.rule->id));
    };
    return key(a) < key(b);
  });
}

Action Inspection::action_of(const Pending& pending, bool is_signed) const {
  const Rule& rule = *pending.rule;
  Action action = std::min(pending.info ? Action::flag : rule.action, most_of(policy_.mode));
  if (action != Action::strip) return action;
  if (pending.found.edits.empty()) return Action::flag;
  if (!is_signed) return action;
  const auto& danger = policy_.danger_strip_signed;
  return std::find(danger.begin(), danger.end(), rule.id) == danger.end() ? Action::flag : action;
}

/// Two rules may want the same bytes: the edit that begins first (then the longer one) is made; what lies inside it is
/// gone with it, and what only overlaps it stays and is flagged. A finding with several edits has all of them made or
/// none.
void Inspection::collect_edits(std::vector<Action>& actions) {
  struct Wanted {
    const Edit* edit;
    std::size_t finding;
    bool in_head;
  };
  std::vector<Wanted> wanted;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (actions[i] != Action::strip) continue;
    for (const Edit& edit : pending_[i].found.edits) wanted.push_back({&edit, i, pending_[i].spot.in_head});
  }
  std::stable_sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    const auto key = [](const Wanted& w) { return std::tuple(w.in_head, w.edit->range.begin, ~w.edit->range.end); };
    return key(a) < key(b);
  });
  // Each round takes out at least one finding; what is left after the last one goes without edits that collide.
  constexpr int most_rounds_of_edits = 8;
  std::vector<const Wanted*> made;
  for (int round = 0; round < most_rounds_of_edits; ++round) {
    made.clear();
    bool is_torn = false;
    for (const Wanted& one : wanted) {
      if (actions[one.finding] != Action::strip) continue;
      const Wanted* const last = made.empty() ? nullptr : made.back();
      if (last == nullptr || one.in_head != last->in_head || one.edit->range.begin >= last->edit->range.end) {
        made.push_back(&one);
      } else if (one.edit->range.end > last->edit->range.end) {
        actions[one.finding] = Action::flag;
        is_torn = is_torn || pending_[one.finding].found.edits.size() > 1;
      }
    }
    if (!is_torn) break;
  }
  for (const Wanted* one : made)
    if (actions[one->finding] == Action::strip)
      (one->in_head ? verdict_.head_edits : verdict_.body_edits).push_back(*one->edit);
}

void Inspection::tell(const std::vector<Action>& actions) {
  std::optional<CodePointCounter> counter;
  const Pending* counted = nullptr;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    verdict_.action = std::max(verdict_.action, actions[i]);
    if (verdict_.findings.size() >= limits_.findings) {
      ++verdict_.findings_not_listed;
      continue;
    }
    const Pending& pending = pending_[i];
    const RawText& text = pending.spot.text;
    const Found& found = pending.found;
    const bool same_text = counted != nullptr && counted->spot.in_head == pending.spot.in_head &&
                           counted->spot.text.range == text.range && counted->found.range.begin <= found.range.begin;
    if (!same_text) counter.emplace(text);
    counted = &pending;
    Finding told;
    told.rule = pending.rule->id;
    told.severity = pending.info ? Severity::info : pending.rule->severity;
    told.confidence = pending.confidence.value_or(pending.rule->confidence);
    told.where = pending.spot.value == codec::JsonValue::none ? pending.spot.where
                                                              : "body:" + document_.pointer(pending.spot.value);
    const std::size_t begin = counter->before(found.range.begin);
    CodePointCounter ahead = *counter;
    if (!pending.place_only) told.span = ByteRange{begin, ahead.before(found.range.end)};
    told.raw_span = found.range;
    told.source = pending.source;
    told.code_points = found.code_points;
    told.expected = found.expected;
    told.carries = found.carries;
    told.bits = found.bits;
    told.reference = pending.reference;
    told.action = actions[i];
    if (found.edit) told.edit = edit_name(*found.edit);
    told.message = sentence(*pending.rule, found, pending.note);
    told.excerpt = excerpt_of(pending);
    verdict_.findings.push_back(std::move(told));
  }
}

void Inspection::finish() {
  const std::pair<bool, const char*> bounds_met[] = {{tried_ > most_candidates, "candidates"},
                                                     {out_of_budget_, "opened_bytes"},
                                                     {too_nested_, "nesting"},
                                                     {left_out_, "findings"}};
  for (const auto& [is_met, cause] : bounds_met) {
    if (!is_met) continue;
    if (verdict_.coverage.state == Coverage::State::full) verdict_.coverage.state = Coverage::State::partial;
    verdict_.coverage.causes.emplace_back(cause);
  }
  sort_by_place();
  merge_changes();
  settle();
  std::vector<Action> actions;
  actions.reserve(pending_.size());
  const bool would_edit = std::any_of(pending_.begin(), pending_.end(), [this](const Pending& pending) {
    return action_of(pending, false) == Action::strip;
  });
  // Looked up only if it matters: it reads the body.
  const bool is_signed = would_edit && http::find_body_signature(*input_.head, input_.content).has_value();
  if (is_signed) verdict_.coverage.causes.emplace_back("signed_body");
  for (const Pending& pending : pending_) actions.push_back(action_of(pending, is_signed));
  collect_edits(actions);
  tell(actions);
  if (verdict_.action == Action::block) {
    verdict_.body_edits.clear();
    verdict_.head_edits.clear();
  }
}

}  // namespace telltale::inspect
