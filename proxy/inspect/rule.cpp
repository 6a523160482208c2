// Reads one rule of a pack and checks it by hand, key by key. The language is described in docs/rules.md. Covered by
// tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "inspect/detect/parse.hpp"
#include "inspect/known_lists.hpp"
#include "inspect/rule_node.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;

constexpr std::array<std::string_view, 9> kinds{"system_text", "user_text",   "assistant_text",
                                                "tool_call",   "tool_result", "tool_definition",
                                                "metadata",    "opaque",      "other"};

std::uint16_t bit(SegmentKind kind) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}

std::uint16_t read_kinds(const RuleNode& node, std::string_view key, std::uint16_t fallback) {
  const std::vector<std::string> names = node.texts(key);
  if (names.empty()) return fallback;
  std::uint16_t bits = 0;
  for (const std::string& name : names) {
    const auto kind = parse_kind(name);
    if (kind)
      bits = static_cast<std::uint16_t>(bits | bit(*kind));
    else
      node.at(key).complain(fmt::format("\"{}\" is no kind of text; known: {}", name, fmt::join(kinds, ", ")));
  }
  return bits;
}

Where read_where(const RuleNode& rule) {
  Where where;
  where.kinds = static_cast<std::uint16_t>(bit(SegmentKind::system_text) | bit(SegmentKind::user_text));
  if (!rule.has("where")) return where;
  const RuleNode node = rule.at("where");
  if (node.is_list()) {
    where.kinds = read_kinds(rule, "where", where.kinds);
    return where;
  }
  node.allow_only({"api", "client", "host", "path", "kind", "pointer", "header", "target", "client_places"});
  if (!node.is_object()) return where;
  where.apis = node.texts("api");
  where.clients = node.texts("client");
  where.hosts = node.texts("host");
  where.paths = node.texts("path");
  where.pointers = node.texts("pointer");
  for (const std::string& name : node.texts("header")) where.headers.push_back(ascii::lower(name));
  where.target = node.flag_or("target", false);
  where.client_places = node.flag_or("client_places", true);
  // A rule that names headers or the target means those; it says so if it means text as well.
  where.kinds = read_kinds(node, "kind", where.headers.empty() && !where.target ? where.kinds : std::uint16_t{0});
  return where;
}

Carries read_carries(const RuleNode& node) {
  Carries out;
  for (const auto& [key, value] : node.members()) out.emplace_back(key, value.text());
  return out;
}

std::vector<DecodeRow> read_decode(const RuleNode& rule) {
  std::vector<DecodeRow> rows;
  for (const RuleNode& node : rule.items("decode")) {
    node.allow_only({"when", "carries"});
    DecodeRow row;
    for (const auto& [slot, state] : node.at("when").members()) row.when[slot] = state_text(state, state.text());
    row.carries = read_carries(node.at("carries"));
    if (row.when.empty()) node.complain("\"when\" must name a slot and its state");
    rows.push_back(std::move(row));
  }
  return rows;
}

constexpr std::array<std::string_view, 5> risks{"unstated", "none", "low", "medium", "high"};

Risk read_risk(const RuleNode& rule) {
  Risk risk;
  if (!rule.has("risk")) return risk;
  const RuleNode node = rule.at("risk");
  node.allow_only({"level", "breaks"});
  const auto* const level = std::find(risks.begin() + 1, risks.end(), node.text("level"));
  if (level == risks.end())
    node.at("level").complain("must be none, low, medium or high");
  else
    risk.level = static_cast<Risk::Level>(level - risks.begin());
  risk.breaks = node.text("breaks");
  return risk;
}

void read_sample_body(const RuleNode& node, Sample& sample) {
  if (node.has("text")) {
    sample.text = node.text("text");
    if (node.has("kind")) {
      const auto kind = parse_kind(node.text("kind"));
      if (!kind) node.at("kind").complain("is no kind of text");
      sample.kind = kind.value_or(SegmentKind::user_text);
    }
    return;
  }
  if (!node.has("body")) {
    if (!node.has("headers") && !node.has("path")) node.complain("needs \"text\", \"body\", \"headers\" or \"path\"");
    return;
  }
  const RuleNode body = node.at("body");
  sample.body = body.is_text() ? body.text() : body.dump();
}

Sample read_sample(const RuleNode& node, std::string pointer) {
  Sample sample;
  sample.pointer = std::move(pointer);
  node.allow_only({"text", "kind", "method", "host", "path", "headers", "body", "typed", "environment", "baseline",
                   "earlier_headers", "edited", "carries", "note"});
  read_sample_body(node, sample);
  sample.method = node.text_or("method", sample.method);
  sample.host = node.text_or("host", sample.host);
  sample.path = node.text_or("path", sample.path);
  if (node.has("headers")) {
    for (const auto& [name, value] : node.at("headers").members()) sample.headers.emplace_back(name, value.text());
  }
  if (node.has("earlier_headers")) {
    sample.earlier_headers.emplace();
    for (const auto& [name, value] : node.at("earlier_headers").members())
      sample.earlier_headers->emplace_back(name, value.text());
  }
  sample.typed = node.texts("typed");
  sample.baseline = node.texts("baseline");
  if (node.has("environment")) {
    for (const auto& [name, value] : node.at("environment").members())
      sample.environment[name] = node.at("environment").texts(name);
  }
  if (node.has("edited")) {
    const RuleNode edited = node.at("edited");
    sample.edited = edited.is_object() || edited.is_list() ? edited.dump() : edited.text();
  }
  if (node.has("carries")) sample.carries = read_carries(node.at("carries"));
  return sample;
}

std::vector<Sample> read_samples(const RuleNode& rule, std::string_view key) {
  std::vector<Sample> out;
  for (const RuleNode& node : rule.items(key)) out.push_back(read_sample(node, fmt::format("{}[{}]", key, out.size())));
  return out;
}

void read_match(const RuleNode& node, Rule& rule) {
  using Reader = void (*)(const RuleNode&, Rule&);
  constexpr std::array<std::pair<std::string_view, Reader>, 6> readers{{{"template", read_template},
                                                                        {"detector", read_detector},
                                                                        {"header", read_header},
                                                                        {"pointer", read_pointer},
                                                                        {"environment", read_environment},
                                                                        {"pattern", read_pattern}}};
  // Last the one whose key others have as well: a header or a member may be narrowed by a pattern.
  for (const auto& [name, reader] : readers) {
    if (!node.has(name)) continue;
    reader(node, rule);
    return;
  }
  node.complain("needs one of \"template\", \"pattern\", \"header\", \"pointer\", \"environment\", \"detector\"");
}

void read_known(const RuleNode& node, Rule& rule) {
  if (!node.has("known")) return;
  if (node.at("known").is_text()) {
    const std::string name = node.text("known");
    const auto* list = find_known_list(name);
    if (list == nullptr) return node.at("known").complain(fmt::format("there is no list \"{}\"", name));
    rule.known.assign(list->begin(), list->end());
  } else {
    rule.known = node.texts("known");
  }
  std::sort(rule.known.begin(), rule.known.end());
}

/// What only makes sense together.
void check_rule(const RuleNode& node, const Rule& rule) {
  const auto good = [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; };
  if (!std::all_of(rule.id.begin(), rule.id.end(), good))
    node.at("id").complain("may hold letters, digits, \".\", \"-\" and \"_\" only");
  const bool knows_neutral =
      std::holds_alternative<TemplateMatch>(rule.match) || std::holds_alternative<DetectorMatch>(rule.match);
  if (rule.action == Action::strip && !rule.normalise_to && !knows_neutral)
    node.at("action").complain("\"strip\" needs \"normalise_to\": the text that replaces what was found");
  if (rule.hits.empty()) node.complain("needs at least one sample in \"hits\"");
  if (rule.misses.empty()) node.complain("needs at least one sample in \"misses\"");
  if (!std::holds_alternative<PointerMatch>(rule.match)) return;
  if (!rule.normalise_to) return;
  for (const PointerMatch::Path& path : std::get<PointerMatch>(rule.match).paths) {
    if (!path.steps.empty() || !path.header.empty())
      node.at("normalise_to").complain("a value inside another string cannot be edited; use action \"flag\"");
  }
}

}  // namespace

std::string_view name_of(Risk::Level level) {
  return risks[static_cast<std::size_t>(level)];
}

std::optional<SegmentKind> parse_kind(std::string_view name) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == name) return static_cast<SegmentKind>(i);
  }
  return std::nullopt;
}

Rule read_rule(const RuleNode& node) {
  Rule rule;
  node.allow_only({"id", "summary", "why", "source", "references", "risk", "supersedes", "severity", "confidence",
                   "action", "where", "match", "decode", "carries", "masked", "each", "normalise_to", "hits",
                   "misses"});
  rule.id = node.text("id");
  node.complaint().rule = rule.id;
  rule.summary = node.text("summary");
  rule.why = node.text("why");
  rule.source = node.text("source");
  rule.references = node.texts("references");
  rule.supersedes = node.texts("supersedes");
  rule.risk = read_risk(node);
  const auto severity = parse_severity(node.text("severity"));
  if (!severity) node.at("severity").complain("must be info, low, medium, high or critical");
  rule.severity = severity.value_or(Severity::info);
  const auto action = parse_action(node.text_or("action", "flag"));
  if (!action) node.at("action").complain("must be pass, flag, strip or block");
  rule.action = action.value_or(Action::flag);
  rule.confidence = node.number_or("confidence", 0.9);
  if (rule.confidence < 0 || rule.confidence > 1) node.at("confidence").complain("must lie between 0 and 1");
  rule.where = read_where(node);
  rule.carry = node.text_or("carries", "");
  rule.decode = read_decode(node);
  rule.masked = node.flag_or("masked", false);
  const std::string each = node.text_or("each", rule.action == Action::strip ? "occurrence" : "value");
  if (each != "occurrence" && each != "value") node.at("each").complain("must be \"occurrence\" or \"value\"");
  rule.every_occurrence = each == "occurrence";
  if (rule.action == Action::strip && !rule.every_occurrence)
    node.at("each").complain("a rule that strips reports every occurrence");
  if (node.has("normalise_to")) rule.normalise_to = node.at("normalise_to").text();
  read_known(node.at("match"), rule);
  read_match(node.at("match"), rule);
  // A built-in detector knows where to look, unless the rule narrows it.
  if (std::holds_alternative<DetectorMatch>(rule.match) && !node.has("where")) rule.where.kinds = 0xFFFF;
  rule.hits = read_samples(node, "hits");
  rule.misses = read_samples(node, "misses");
  check_rule(node, rule);
  return rule;
}

}  // namespace telltale::inspect
