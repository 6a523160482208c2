// Which parts of a request have a structure that is the client's own, and how places in it are named. Covered by
// tests/unit/inspect/shape_test.cpp.
#include "inspect/shape_walk.hpp"

#include <algorithm>
#include <string>

#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

template <std::size_t count>
bool is_one_of(std::string_view name, const std::string_view (&names)[count]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Lists of turns, at the root of a request.
bool is_history(std::string_view name) {
  static constexpr std::string_view names[] = {"messages", "contents", "input"};
  return is_one_of(name, names);
}

/// Members whose content is the model's or a tool's, not the client's.
bool is_payload(std::string_view name) {
  static constexpr std::string_view names[] = {"input", "args", "arguments", "response", "output", "result", "data"};
  return is_one_of(name, names);
}

std::string_view raw_name(const JsonDocument& document, const JsonValue& value) {
  return inside_quotes(document.slice(value.key));
}

/// Longer names and labels are taken as they are written: nobody's are, and undone they would take their size again.
constexpr std::size_t longest_decoded = 64 * 1024;

std::uint64_t name_hash(const JsonDocument& document, const JsonValue& value) {
  if (!value.key_escaped || value.key.size() > longest_decoded) return shape_hash(raw_name(document, value));
  return shape_hash(codec::decode_json_string(document.slice(value.key)));
}

std::uint64_t string_hash(const JsonDocument& document, std::uint32_t value) {
  if (!document[value].escaped || document[value].raw.size() > longest_decoded)
    return shape_hash(inside_quotes(document.slice(document[value].raw)));
  return shape_hash(document.string_at(value));
}

bool is_string(const JsonDocument& document, std::uint32_t value) {
  return value != JsonValue::none && document[value].kind == JsonKind::string;
}

/// The string that tells an element from its neighbours; none if nothing does.
std::uint32_t name_of_tool(const JsonDocument& document, std::uint32_t element) {
  if (document[element].kind != JsonKind::object) return JsonValue::none;
  std::uint32_t name = document.member(element, "name");
  if (!is_string(document, name)) {
    const std::uint32_t function = document.member(element, "function");
    if (function != JsonValue::none && document[function].kind == JsonKind::object)
      name = document.member(function, "name");
  }
  if (!is_string(document, name)) name = document.member(element, "type");
  return is_string(document, name) ? name : JsonValue::none;
}

std::uint64_t label_of_tool(const JsonDocument& document, std::uint32_t element) {
  const std::uint32_t name = name_of_tool(document, element);
  return name == JsonValue::none ? 0 : string_hash(document, name);
}

/// Turns by their role, blocks by their type; parts that have neither by the member that says what they are.
std::uint64_t label_of_turn(const JsonDocument& document, std::uint32_t element) {
  static constexpr std::string_view kinds[] = {"text",       "functionCall", "functionResponse",
                                               "inlineData", "fileData",     "executableCode"};
  if (document[element].kind != JsonKind::object) return 0;
  std::uint64_t label = 0;
  for (std::uint32_t i = element + 1; i < document[element].after; i = document[i].after) {
    const std::string_view name = raw_name(document, document[i]);
    const bool tells = (name == "type" || name == "role") && is_string(document, i);
    if (tells) label ^= shape_hash(name, string_hash(document, i));
    if (!tells && is_one_of(name, kinds)) label ^= shape_hash(name);
  }
  return label;
}

struct Open {
  std::uint32_t after = 0;
  std::uint64_t node = 0;
  bool in_history = false;
  bool in_tools = false;
  bool is_array = false;
};

class Walk {
 public:
  explicit Walk(const JsonDocument& document) : document_(document) {}

  std::vector<ShapePlace> run() {
    const JsonValue& root = document_[0];
    places_.push_back({0, shape_hash(""), false, false});
    open_.push_back({root.after, shape_hash(""), false, false, false});
    for (std::uint32_t i = 1; i < root.after;) i = visit(i);
    return std::move(places_);
  }

 private:
  /// Returns the value to look at next.
  std::uint32_t visit(std::uint32_t i) {
    while (open_.back().after <= i) open_.pop_back();
    const Open& parent = open_.back();
    const JsonValue& value = document_[i];
    const bool container = value.kind == JsonKind::object || value.kind == JsonKind::array;
    const std::string_view name = parent.is_array ? std::string_view() : raw_name(document_, value);
    if (parent.in_history && (!container || (!parent.is_array && is_payload(name)))) return value.after;
    const bool history = parent.in_history || (open_.size() == 1 && value.kind == JsonKind::array && is_history(name));
    const std::uint64_t label = label_in(parent, i);
    if (label == 0 && parent.is_array && !container) return value.after;
    const std::uint64_t node = shape_child(parent.node, label);
    const bool tools = parent.in_tools || (open_.size() == 1 && (name == "tools" || name == "functions"));
    places_.push_back({i, node, history, tools});
    if (!container) return value.after;
    open_.push_back({value.after, node, history, tools, value.kind == JsonKind::array});
    return i + 1;
  }

  [[nodiscard]] std::uint64_t label_in(const Open& parent, std::uint32_t value) const {
    if (!parent.is_array) return name_hash(document_, document_[value]);
    return parent.in_history ? label_of_turn(document_, value) : label_of_tool(document_, value);
  }

  const JsonDocument& document_;
  std::vector<Open> open_;
  std::vector<ShapePlace> places_;
};

std::vector<ShapeName> each_once(std::vector<ShapeName> names) {
  std::vector<std::uint64_t> hashes = hashes_of(names);
  std::sort(hashes.begin(), hashes.end());
  const bool nameless = !hashes.empty() && hashes.front() == 0;
  if (nameless || std::adjacent_find(hashes.begin(), hashes.end()) != hashes.end()) return {};
  return names;
}

std::vector<ShapePlace> places_of(const Scene& scene) {
  const JsonDocument& document = scene.document;
  const std::string& api = scene.conversation.api;
  if (!scene.is_json || document.stopped || api.empty() || api == "json") return {};
  if (document[0].kind != JsonKind::object || document[0].after != document.values.size()) return {};
  return Walk(document).run();
}

}  // namespace

const std::vector<ShapePlace>& shape_places(const Scene& scene) {
  return scene.shared.get<std::vector<ShapePlace>>([&scene] { return places_of(scene); });
}

std::vector<ShapeName> member_names(const JsonDocument& document, std::uint32_t object) {
  std::vector<ShapeName> names;
  for (std::uint32_t i = object + 1; i < document[object].after; i = document[i].after)
    names.push_back({name_hash(document, document[i]), i, i});
  return each_once(std::move(names));
}

std::vector<ShapeName> element_names(const JsonDocument& document, std::uint32_t array) {
  std::vector<ShapeName> names;
  for (std::uint32_t i = array + 1; i < document[array].after; i = document[i].after) {
    const std::uint32_t label = is_string(document, i) ? i : name_of_tool(document, i);
    if (label == JsonValue::none) return {};
    names.push_back({string_hash(document, label), i, label});
  }
  return each_once(std::move(names));
}

std::vector<std::uint64_t> hashes_of(const std::vector<ShapeName>& names) {
  std::vector<std::uint64_t> out;
  out.reserve(names.size());
  for (const ShapeName& one : names) out.push_back(one.hash);
  return out;
}

}  // namespace telltale::inspect
