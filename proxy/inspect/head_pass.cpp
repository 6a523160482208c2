// The passes over the head: header fields, documents that their values hold, and the request target. Covered by
// tests/unit/inspect/environment_rules_test.cpp.
#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "inspect/inspection.hpp"
#include "inspect/value_of.hpp"

namespace telltale::inspect {
namespace {

/// Credentials are not looked into.
constexpr std::array<std::string_view, 5> secret_names{"authorization", "cookie", "proxy-authorization", "x-api-key",
                                                       "x-goog-api-key"};

bool is_secret(std::string_view name) {
  return std::find(secret_names.begin(), secret_names.end(), name) != secret_names.end();
}

/// A plain request to a proxy names the whole URL, and some of its fields are for that proxy, which is this one: they
/// go no further (RFC 9110 section 7.6.1).
bool is_for_this_hop(const http::RequestHead& head, std::string_view name) {
  return name == "proxy-connection" && !head.target_text().starts_with('/') &&
         head.target_text().find("://") != std::string_view::npos;
}

}  // namespace

void Inspection::look_at_head() {
  std::string name;
  for (const http::FieldRange& field : input_.head->fields) {
    name.assign(input_.head->name(field));
    std::transform(name.begin(), name.end(), name.begin(), ascii::to_lower);
    if (!is_for_this_hop(*input_.head, name)) look_at_header(field, name);
  }
}

void Inspection::look_at_header(const http::FieldRange& field, std::string_view name) {
  const auto exact = rules_.by_header.find(name);
  const auto json = rules_.by_header_json.find(name);
  const bool has_exact = exact != rules_.by_header.end();
  const bool has_json = json != rules_.by_header_json.end();
  Spot spot;
  const auto prepare = [&] {
    if (!spot.where.empty()) return;
    spot.text = {input_.head->raw, field.value, false, false};
    spot.in_head = true;
    spot.where = "header:" + std::string(name);
  };
  if (has_exact) {
    prepare();
    for (const std::uint32_t rule : exact->second) {
      if (active_[rule] != 0) look_at_header_rule(*rules_.rules[rule], spot, field.line);
    }
  }
  for (const auto& [prefix, rule] : rules_.by_header_prefix) {
    if (active_[rule] == 0 || name.substr(0, prefix.size()) != prefix) continue;
    const auto* header = std::get_if<HeaderMatch>(&rules_.rules[rule]->match);
    if (header != nullptr && header->unlisted && (has_exact || has_json)) continue;
    prepare();
    look_at_header_rule(*rules_.rules[rule], spot, field.line);
  }
  if (!is_secret(name) && may_hold_document({input_.head->raw, field.value, false, false})) {
    prepare();
    holders_.push_back(spot);
  }
  if (!has_json) return;
  prepare();
  for (const auto& use : json->second) {
    if (active_[use.rule] == 0) continue;
    const Rule& rule = *rules_.rules[use.rule];
    look_at_path(rule, std::get<PointerMatch>(rule.match).paths[use.path], spot,
                 std::string(input_.head->slice(field.value)));
  }
}

void Inspection::look_at_header_rule(const Rule& rule, const Spot& spot, ByteRange line) {
  const std::string_view value = spot.text.content.substr(spot.text.range.begin, spot.text.range.size());
  if (const auto* header = std::get_if<HeaderMatch>(&rule.match)) {
    auto text = taken(rule, header->regex.get(), header->value, value);
    if (!text) return;
    Found found = found_value(rule, std::move(*text), spot.text.range);
    if (rule.normalise_to) {
      found.edit = rule.normalise_to;
      // An empty value would still tell that the field was there: the whole line goes.
      found.edits.push_back({rule.normalise_to->empty() ? line : spot.text.range, *rule.normalise_to});
    }
    add(rule, std::move(found), spot);
    return;
  }
  const auto* pattern = std::get_if<PatternMatch>(&rule.match);
  if (pattern == nullptr) return;
  const Window window(spot.text, spot.text.range.begin, 0, value.size());
  std::vector<Found> found;
  detect_pattern_everywhere(rule, *pattern, window, spot.text, found);
  for (Found& one : found) add(rule, std::move(one), spot);
}

void Inspection::look_at_target() {
  if (rules_.target.empty()) return;
  Spot spot;
  spot.text = {input_.head->raw, input_.head->target, false, false};
  spot.in_head = true;
  spot.where = "header::path";
  for (const std::uint32_t rule : rules_.target) {
    if (active_[rule] != 0) look_at_header_rule(*rules_.rules[rule], spot, input_.head->target);
  }
}

}  // namespace telltale::inspect
