// The passes over structure: header fields, the request target, and members of the JSON document, also inside JSON and
// base64 that a string holds. Covered by tests/unit/inspect/environment_rules_test.cpp.
#include <re2/re2.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/glob.hpp"
#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

using Step = PointerMatch::Step;

/// The text a rule with a value pattern takes from `value`; nothing if the pattern or the list refuses it.
std::optional<std::string> taken(const Rule& rule, const re2::RE2* regex, int group, std::string_view value) {
  if (regex == nullptr) {
    if (!is_known(rule, value)) return std::nullopt;
    return std::string(value);
  }
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(group) + 1);
  const re2::StringPiece input(value.data(), value.size());
  if (!regex->Match(input, 0, input.size(), re2::RE2::UNANCHORED, groups.data(), group + 1)) return std::nullopt;
  const re2::StringPiece& piece = groups[static_cast<std::size_t>(group)];
  std::string text(piece.data() == nullptr ? "" : piece.data(), piece.size());
  if (!is_known(rule, text)) return std::nullopt;
  return text;
}

Found found_value(const Rule& rule, std::string value, ByteRange range) {
  Found found;
  found.range = range;
  found.match = range;
  found.carries = carries_of(rule, "value", value);
  found.value = std::move(value);
  return found;
}

/// A value of a document as text: a string decoded, a number or literal as it stands, nothing for a container.
std::string text_of(const codec::JsonDocument& document, std::uint32_t value) {
  switch (document[value].kind) {
    case codec::JsonKind::string:
      return document.string_at(value);
    case codec::JsonKind::number:
    case codec::JsonKind::literal:
      return std::string(document.slice(document[value].raw));
    default:
      return {};
  }
}

std::string key_of(const codec::JsonDocument& document, std::uint32_t value) {
  return codec::decode_json_string(document.slice(document[value].key));
}

std::string_view last_token(std::string_view glob) {
  const std::size_t slash = glob.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : glob.substr(slash + 1);
}

/// Raw places of the decoded bytes [inner) of a text.
ByteRange raw_range(const RawText& text, ByteRange inner) {
  std::size_t raw = text.range.begin;
  std::size_t offset = 0;
  ByteRange out{text.range.begin, text.range.end};
  while (raw < text.range.end && offset < inner.end) {
    if (offset <= inner.begin) out.begin = raw;
    const RawStep one = step(text, raw);
    offset += decoded_length(one);
    raw += one.length;
  }
  out.end = raw;
  return out;
}

/// Which of the rule's paths this is.
std::size_t number_of(const PointerMatch& match, const PointerMatch::Path& path) {
  return static_cast<std::size_t>(&path - match.paths.data());
}

/// What an opened string holds at the end of a path.
struct Opened {
  std::string value;
  std::string key;
  bool container = false;
  ByteRange inner;  ///< of the value in the text that was opened (without its quotes)
};

/// Opens `text` step by step and collects what the last glob matches. Works through a list, never by recursion.
std::vector<Opened> open_path(std::string text, const std::vector<Step>& steps, const Limits& limits) {
  struct Work {
    std::string text;
    std::size_t step;
  };
  constexpr std::size_t most = 256;  // values one path may yield
  std::vector<Work> work{{std::move(text), 0}};
  std::vector<Opened> out;
  if (steps.size() > limits.nesting) return out;
  for (std::size_t next = 0; next < work.size() && next < most && out.size() < most; ++next) {
    const Step& step = steps[work[next].step];
    std::string opened = std::move(work[next].text);
    if (step.opener == Step::Opener::base64) {
      auto decoded = base64::decode(opened);
      if (!decoded) continue;
      opened = std::move(*decoded);
    }
    const codec::JsonDocument document = codec::scan_json(opened, limits);
    const std::string_view last = last_token(step.glob);
    const bool is_plain = last.find('*') == std::string_view::npos && last.find('~') == std::string_view::npos;
    for (std::uint32_t i = 0; i < document.values.size() && out.size() < most; ++i) {
      const codec::JsonValue& value = document[i];
      if (is_plain && (value.key.size() < 2 ||
                       (!value.key_escaped && document.slice(value.key).substr(1, value.key.size() - 2) != last)))
        continue;
      if (!pointer_matches(step.glob, document.pointer(i))) continue;
      const bool container = value.kind == codec::JsonKind::object || value.kind == codec::JsonKind::array;
      if (work[next].step + 1 < steps.size()) {
        if (!container && work.size() < most) work.push_back({text_of(document, i), work[next].step + 1});
        continue;
      }
      const std::size_t quote = value.kind == codec::JsonKind::string ? 1 : 0;
      out.push_back(
          {text_of(document, i), key_of(document, i), container, {value.raw.begin + quote, value.raw.end - quote}});
    }
  }
  return out;
}

}  // namespace

void Inspection::look_at_head() {
  std::string name;
  for (const http::FieldRange& field : input_.head->fields) {
    name.assign(input_.head->name(field));
    std::transform(name.begin(), name.end(), name.begin(), ascii::to_lower);
    look_at_header(field, name);
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
    prepare();
    look_at_header_rule(*rules_.rules[rule], spot, field.line);
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
  for (std::size_t at = 0; at < value.size(); ++at) {
    found.clear();
    detect_pattern(rule, *pattern, window, at, spot.text, found);
    if (found.empty()) continue;
    at = std::max(at, found.front().match.end - spot.text.range.begin);
    add(rule, std::move(found.front()), spot);
  }
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

void Inspection::look_at_members() {
  if (rules_.by_key.empty()) return;
  std::string unescaped;
  for (std::uint32_t i = 0; i < document_.values.size(); ++i) {
    const codec::JsonValue& value = document_[i];
    if (value.key.size() < 2) continue;
    std::string_view key = document_.text.substr(value.key.begin + std::size_t{1}, value.key.size() - 2);
    if (value.key_escaped) {
      unescaped = codec::decode_json_string(document_.slice(value.key));
      key = unescaped;
    }
    if (!rules_.may_be_key(key)) continue;
    const auto found = rules_.by_key.find(key);
    if (found == rules_.by_key.end()) continue;
    for (const auto& use : found->second) {
      if (active_[use.rule] == 0) continue;
      const Rule& rule = *rules_.rules[use.rule];
      look_at_value(rule, std::get<PointerMatch>(rule.match).paths[use.path], i);
    }
  }
}

void Inspection::look_at_value(const Rule& rule, const PointerMatch::Path& path, std::uint32_t value) {
  if (++tried_ > most_candidates) return;
  if (!pointer_matches(path.glob, document_.pointer(value))) return;
  const codec::JsonValue& json = document_[value];
  const bool is_string = json.kind == codec::JsonKind::string;
  const std::size_t quote = is_string ? 1 : 0;
  Spot spot;
  spot.text = {document_.text, {json.raw.begin + quote, json.raw.end - quote}, json.escaped, is_string};
  spot.value = value;
  spot.kind = codec::SegmentKind::metadata;
  const auto& match = std::get<PointerMatch>(rule.match);
  if (!path.steps.empty()) {
    if (is_string) look_at_path(rule, path, spot, document_.string_at(value));
    return;
  }
  const bool container = json.kind == codec::JsonKind::object || json.kind == codec::JsonKind::array;
  auto text = taken(rule, match.regex.get(), match.value,
                    match.takes_key ? key_of(document_, value) : text_of(document_, value));
  if (!text || (text->empty() && !container)) return;  // an empty value tells nothing
  Found found = found_value(rule, std::move(*text), spot.text.range);
  found.path = number_of(match, path);
  if (rule.normalise_to && is_string) {
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
    if (!value || (value->empty() && !opened.container)) continue;
    // Inside one layer of JSON the value has its own place in the outer string; deeper, or in base64, it has not.
    const bool has_place = path.steps.size() == 1 && path.steps[0].opener == Step::Opener::json;
    const ByteRange range = has_place ? raw_range(spot.text, opened.inner) : spot.text.range;
    Found found = found_value(rule, std::move(*value), range);
    found.path = number_of(match, path);
    add(rule, std::move(found), spot);
  }
}

}  // namespace telltale::inspect
