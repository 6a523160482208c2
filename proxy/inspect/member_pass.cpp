// The passes over members of JSON documents: the body's, and those that strings of the body and header values hold.
// Covered by tests/unit/inspect/environment_rules_test.cpp and opened_test.cpp.
#include <algorithm>

#include "inspect/inspection.hpp"
#include "inspect/value_of.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;
using codec::SegmentKind;

constexpr std::size_t longest_key = 4096;  ///< code points; no rule names a longer one
constexpr std::size_t longest_pair = 128;  ///< bytes of a member that a condition compares

/// What people and models say and what tools return may well have members named like a client's.
bool may_be_told_of(SegmentKind kind) {
  return kind == SegmentKind::system_text || kind == SegmentKind::metadata || kind == SegmentKind::opaque ||
         kind == SegmentKind::other;
}

bool is_container(const JsonValue& value) {
  return value.kind == JsonKind::object || value.kind == JsonKind::array;
}

/// Which of the rule's paths this is.
std::size_t number_of(const PointerMatch& match, const PointerMatch::Path& path) {
  return static_cast<std::size_t>(&path - match.paths.data());
}

}  // namespace

/// A number has no segment: it counts as what the next string beside it is.
SegmentKind Inspection::kind_of(std::uint32_t value) const {
  const auto& segments = conversation_.segments;
  const auto next = std::lower_bound(segments.begin(), segments.end(), value,
                                     [](const codec::Segment& one, std::uint32_t at) { return one.value < at; });
  const auto beside = [&](const codec::Segment& one) {
    return one.value < document_[value].after || document_[one.value].parent == document_[value].parent;
  };
  if (next != segments.end() && beside(*next)) return next->kind;
  if (next != segments.begin() && document_[(next - 1)->value].parent == document_[value].parent)
    return (next - 1)->kind;
  return SegmentKind::other;
}

void Inspection::look_at_members(const Layer& layer) {
  const JsonDocument& document = *layer.document;
  std::string unescaped;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const JsonValue& value = document[i];
    if (value.key.size() < 2) {
      if (rules_.pairs_in_lists && value.index == 0 && value.parent != JsonValue::none) look_at_pair("0", layer, i);
      continue;
    }
    std::string_view key = document.text.substr(value.key.begin + std::size_t{1}, value.key.size() - 2);
    if (value.key_escaped) {
      unescaped = codec::decode_json_start(document.slice(value.key), longest_key);
      key = unescaped;
    }
    if (!rules_.may_be_key(key)) continue;
    if (const auto found = rules_.by_key.find(key); found != rules_.by_key.end()) {
      for (const auto& use : found->second) look_at_value(use, layer, i);
    }
    if (!is_container(value)) look_at_pair(key, layer, i);
  }
}

void Inspection::look_at_pair(std::string_view key, const Layer& layer, std::uint32_t value) {
  const JsonValue& json = layer.document->values[value];
  if (rules_.by_pair.empty() || is_container(json) || json.raw.size() > longest_pair) return;
  std::string_view text = layer.document->slice(json.raw);
  std::string unescaped;
  if (json.escaped) {
    unescaped = layer.document->string_at(value);
    text = unescaped;
  } else if (json.kind == JsonKind::string) {
    text = text.substr(1, text.size() - 2);
  }
  const auto found = rules_.by_pair.find(text);
  if (found == rules_.by_pair.end()) return;
  for (const auto& use : found->second) {
    const auto& match = std::get<PointerMatch>(rules_.rules[use.rule]->match);
    if (match.paths[use.path].place.key == key) look_at_value(use, layer, value);
  }
}

Spot Inspection::spot_in(const Layer& layer, std::uint32_t value) const {
  const JsonValue& json = layer.document->values[value];
  const bool is_string = json.kind == JsonKind::string;
  const std::size_t quote = is_string ? 1 : 0;
  Spot spot;
  if (layer.outer != nullptr) return *layer.outer;
  spot.text = {document_.text, {json.raw.begin + quote, json.raw.end - quote}, json.escaped, is_string};
  spot.value = value;
  spot.kind = SegmentKind::metadata;
  return spot;
}

void Inspection::look_at_value(const RuleSet::Compiled::KeyUse& use, const Layer& layer, std::uint32_t anchor) {
  if (active_[use.rule] == 0 || ++tried_ > most_candidates) return;
  const Rule& rule = *rules_.rules[use.rule];
  const auto& match = std::get<PointerMatch>(rule.match);
  const PointerMatch::Path& path = match.paths[use.path];
  const JsonDocument& document = *layer.document;
  const std::uint32_t value = select(path.place, document, anchor, layer.place);
  if (value == JsonValue::none || (layer.outer == nullptr && !may_be_told_of(kind_of(value)))) return;
  const JsonValue& json = document[value];
  const Spot spot = spot_in(layer, value);
  if (!path.steps.empty()) {
    // Inside an opened document the string is opened for all rules, this one among them.
    if (json.kind == JsonKind::string && layer.outer == nullptr)
      look_at_path(rule, path, spot, document.string_at(value));
    return;
  }
  auto text = taken(rule, match.regex.get(), match.value,
                    match.takes_key ? name_of(document, value) : text_of(document, value));
  if (!text || text->empty() || *text == "null") return;  // an empty value tells nothing
  const std::size_t quote = json.kind == JsonKind::string ? 1 : 0;
  const ByteRange inner{json.raw.begin + quote, json.raw.end - quote};
  Found found = found_value(rule, std::move(*text), layer.exact ? raw_range(spot.text, inner) : spot.text.range);
  found.path = number_of(match, path);
  if (layer.outer != nullptr) found.inside = layer.inside + document.pointer(value);
  if (rule.normalise_to && quote == 1 && layer.outer == nullptr) {
    found.edit = rule.normalise_to;
    found.edits.push_back({spot.text.range, written(spot.text, spot.text.range, *rule.normalise_to)});
  }
  add(rule, std::move(found), spot);
}

void Inspection::look_at_path(const Rule& rule, const PointerMatch::Path& path, const Spot& spot, std::string text) {
  const auto& match = std::get<PointerMatch>(rule.match);
  for (Opened& opened : open_path(std::move(text), path.steps, limits_)) {
    if (++tried_ > most_candidates) return;
    auto value = taken(rule, match.regex.get(), match.value, match.takes_key ? opened.key : opened.value);
    if (!value || value->empty()) continue;
    // Inside one layer of JSON the value has its own place in the outer string; deeper, or in base64, it has not.
    const bool has_place = path.steps.size() == 1 && path.steps[0].opener == PointerMatch::Step::Opener::json;
    const ByteRange inner = match.takes_key ? opened.key_inner : opened.inner;
    const ByteRange range = has_place ? raw_range(spot.text, inner) : spot.text.range;
    Found found = found_value(rule, std::move(*value), range);
    found.path = number_of(match, path);
    const std::size_t steps = path.text.find('#');
    found.inside = path.text.substr(std::min(steps, path.text.size()));
    add(rule, std::move(found), spot);
  }
}

}  // namespace telltale::inspect
