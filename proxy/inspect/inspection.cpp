// One inspection from request to verdict: reads the content, chooses the rules that apply, runs the passes. Covered by
// tests/unit/inspect/engine_test.cpp.
#include "inspect/inspection.hpp"

#include <algorithm>
#include <cstring>

#include "codec/registry.hpp"
#include "core/glob.hpp"
#include "core/utf8.hpp"
#include "inspect/client.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t no_match = ~std::size_t{0};

/// Names with an optional `*` at the end ("anthropic.*"); an empty list admits all.
bool admits(const std::vector<std::string>& globs, std::string_view name) {
  if (globs.empty()) return true;
  return std::any_of(globs.begin(), globs.end(), [name](std::string_view glob) {
    if (glob.empty() || glob.back() != '*') return glob == name;
    glob.remove_suffix(1);
    return name.substr(0, glob.size()) == glob;
  });
}

/// Text or not: no NUL, and hardly any other control among the first bytes.
bool looks_like_text(std::string_view content) {
  const std::string_view start = content.substr(0, 1024);
  std::size_t odd = 0;
  for (const char c : start) {
    if (c == '\0') return false;
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ++odd;
  }
  return odd * 32 <= start.size();
}

/// True if everything beyond ASCII is escaped, and there is such a thing.
bool writes_ascii(std::string_view content, std::size_t escape) {
  const auto is_wide = [content](std::size_t at) {
    if (content.substr(at, 2) != "\\u") return false;
    return content.substr(at + 2, 2) != "00" || (content.size() > at + 4 && content[at + 4] >= '8');
  };
  while (escape != std::string_view::npos && !is_wide(escape)) escape = next_hiding_escape(content, escape + 1);
  return escape != std::string_view::npos && utf8::is_ascii(content);
}

}  // namespace

Verdict inspect(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits) {
  return Inspection(input, rules, policy, limits).run();
}

Inspection::Inspection(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits)
    : input_(input), rules_(rules.compiled()), policy_(policy), limits_(limits) {
  verdict_.mode = policy.mode;
}

Verdict Inspection::run() {
  Client client = recognise_client(*input_.head, input_.content);
  verdict_.client_name = std::move(client.name);
  verdict_.client_version = std::move(client.version);
  read_content();
  verdict_.api = conversation_.api;
  set_coverage();
  choose_rules();
  look_at_head();
  look_at_target();
  if (is_json_) look_at_members({&document_, nullptr, "", "", false});
  prepare_environment();
  prepare_scene();
  if (is_json_ || is_text_) look_at_texts();
  run_detectors();
  look_into_strings();
  finish();
  return std::move(verdict_);
}

void Inspection::read_content() {
  if (input_.content.empty()) return;
  document_ = codec::scan_json(input_.content, limits_);
  // Prose can begin like JSON ("1. first"): a damaged document counts as one if it opened a container.
  is_json_ = !document_.values.empty() && (!document_.stopped || document_[0].kind == codec::JsonKind::object ||
                                           document_[0].kind == codec::JsonKind::array);
  if (is_json_) conversation_ = codec::decode_conversation({input_.head->method_text(), path()}, document_);
  if (!is_json_) {
    is_text_ = looks_like_text(input_.content);
    return;
  }
  hiding_escape_ = next_hiding_escape(input_.content, 0);
  writes_ascii_ = writes_ascii(input_.content, hiding_escape_);
}

void Inspection::set_coverage() {
  Coverage& coverage = verdict_.coverage;
  coverage.bytes_total = std::max<std::uint64_t>(input_.bytes_total, input_.content.size());
  coverage.causes = input_.blind_causes;
  coverage.bytes_inspected = input_.content.size();
  if (!input_.blind_causes.empty())
    coverage.state = input_.content.empty() ? Coverage::State::none : Coverage::State::partial;
  if (input_.content.empty()) return;
  if (!is_json_ && !is_text_) {
    coverage.state = Coverage::State::none;
    coverage.bytes_inspected = 0;
    coverage.causes.emplace_back("not-text");
    return;
  }
  if (!is_json_) {
    coverage.state = Coverage::State::partial;
    coverage.causes.emplace_back(name_of(Errc::json_malformed));
    return;
  }
  if (!document_.stopped) return;
  coverage.state = Coverage::State::partial;
  coverage.bytes_inspected = std::min<std::uint64_t>(document_.stopped->at, input_.content.size());
  coverage.causes.emplace_back(name_of(document_.stopped->code));
}

void Inspection::choose_rules() {
  active_ = rules_.always;
  last_match_.assign(rules_.rules.size(), no_match);
  for (const std::uint32_t number : rules_.scoped) active_[number] = applies(*rules_.rules[number]) ? 1 : 0;
}

bool Inspection::applies(const Rule& rule) const {
  const Where& where = rule.where;
  if (!admits(where.apis, verdict_.api) || !admits(where.clients, verdict_.client_name)) return false;
  if (!admits(where.paths, path())) return false;
  return where.hosts.empty() || std::any_of(where.hosts.begin(), where.hosts.end(), [this](const std::string& host) {
           return host_matches(host, input_.host);
         });
}

bool Inspection::pointer_allowed(const Rule& rule, std::uint32_t value) const {
  if (rule.where.pointers.empty()) return true;
  if (value == codec::JsonValue::none) return false;
  const std::string pointer = document_.pointer(value);
  return std::any_of(rule.where.pointers.begin(), rule.where.pointers.end(),
                     [&](const std::string& glob) { return pointer_matches(glob, pointer); });
}

Spot Inspection::spot_of(const codec::Segment& segment) const {
  const codec::JsonValue& value = document_[segment.value];
  Spot spot;
  spot.text = {document_.text,
               {value.raw.begin + std::size_t{1}, value.raw.end - std::size_t{1}},
               value.escaped,
               true,
               writes_ascii_};
  spot.kind = segment.kind;
  spot.value = segment.value;
  return spot;
}

Spot Inspection::raw_spot() const {
  Spot spot;
  spot.text = {input_.content, {0, input_.content.size()}, false, false};
  spot.where = "raw";
  return spot;
}

std::string_view Inspection::path() const {
  const std::string_view target = input_.head->target_text();
  return target.substr(0, target.find('?'));
}

/// Limits::findings_of_rule and findings_of_request: what a rule finds too often must not hide what others find.
bool Inspection::has_room_for(const Rule& rule) {
  if (pending_.size() < limits_.findings_of_request && ++findings_of_[&rule] <= limits_.findings_of_rule) return true;
  leave_out(1);
  return false;
}

void Inspection::leave_out(std::size_t count) {
  verdict_.findings_not_listed += count;
  left_out_ = left_out_ || count > 0;
}

void Inspection::add(const Rule& rule, Found found, const Spot& spot) {
  // Copies of a value in a list of events are one finding; copies in another member or header field are told too, as
  // whoever removes one would leave the others.
  const std::string place = spot.in_head ? spot.where : std::to_string(found.path);
  std::tuple<const Rule*, std::string, std::string> value(&rule, place, rule.every_occurrence ? "" : found.value);
  if (!rule.every_occurrence && values_.count(value) != 0) return;
  if (!has_room_for(rule)) return;
  if (!rule.every_occurrence) values_.insert(std::move(value));
  Pending pending;
  pending.rule = &rule;
  pending.found = std::move(found);
  pending.spot = spot;
  using codec::SegmentKind;
  switch (spot.kind) {
    case SegmentKind::system_text:
      pending.source = Source::template_text;
      break;
    case SegmentKind::user_text:
      pending.source = rule.where.client_places ? Source::template_text : Source::unexplained;
      break;
    case SegmentKind::assistant_text:
    case SegmentKind::tool_call:
      pending.source = Source::carried;
      break;
    case SegmentKind::tool_result:
      pending.source = Source::tool_result;
      break;
    case SegmentKind::tool_definition:
      pending.source = Source::tool_definition;
      break;
    case SegmentKind::metadata:
      pending.source = Source::metadata;
      break;
    default:
      pending.source = spot.in_head ? Source::metadata : Source::unexplained;
  }
  if (std::holds_alternative<PointerMatch>(rule.match)) pending.source = Source::metadata;
  if (std::holds_alternative<EnvironmentMatch>(rule.match)) {
    pending.source = Source::environment;
    pending.reference = Reference::environment;
  } else if (input_.typed != nullptr && spot.kind == SegmentKind::user_text) {
    pending.reference = Reference::typed;
  }
  pending_.push_back(std::move(pending));
}

}  // namespace telltale::inspect
