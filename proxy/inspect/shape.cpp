// The structure of earlier requests. Covered by tests/unit/inspect/shape_test.cpp.
#include "inspect/shape.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "inspect/detect/escape_census.hpp"
#include "inspect/detect/json_gaps.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

bool is_private_field(std::string_view name) {
  constexpr std::string_view parts[] = {"auth",    "cookie",     "key",     "token",   "secret",
                                        "session", "credential", "user-id", "account", "device"};
  return name != "user-agent" && std::any_of(std::begin(parts), std::end(parts), [&](std::string_view part) {
           return name.find(part) != std::string_view::npos;
         });
}

namespace {

/// True if a short value repeats what the user is known to have typed: all of it, or its beginning as titles do.
bool repeats_typed(const Scene& scene, std::string_view text) {
  constexpr std::size_t shortest_inside = 4;
  constexpr std::size_t shortest_beginning = 12;
  if (scene.input.typed == nullptr) return false;
  return std::any_of(scene.input.typed->begin(), scene.input.typed->end(), [text](const std::string& typed) {
    if (typed == text) return !typed.empty();
    if (typed.size() >= shortest_inside && text.find(typed) != std::string_view::npos) return true;
    return text.size() >= shortest_beginning && typed.starts_with(text);
  });
}

}  // namespace

void Shape::learn(const Scene& scene) {
  ++requests_;
  learn_head(scene);
  learn_writing(scene);
  learn_body(scene);
}

void Shape::learn_writing(const Scene& scene) {
  if (!scene.is_json) return;
  const JsonDocument& document = scene.document;
  if (const JsonEnvelope envelope = envelope_of(document); envelope.known) {
    const auto learn = [&](Forms& forms, std::string_view text) {
      if (text.size() <= longest_value) forms.add(text, room_);
    };
    learn(before_, document.text.substr(0, envelope.begin));
    learn(behind_, document.text.substr(envelope.end));
  }
  if (document.stopped) return;
  const std::string spacing = gap_style_of(document, is_in_lines(document)).signature();
  if (!spacing.empty() && spacing.size() <= longest_value) spacing_.add(spacing, room_);
  const EscapeCensus census = count_escapes(scene, true);
  const auto letter = static_cast<std::size_t>(EscapeClass::letter);
  if (census.raw[letter] > census.escaped[letter]) letters_.add("raw", room_);
  if (census.raw[letter] < census.escaped[letter]) letters_.add("escaped", room_);
}

void Shape::learn_head(const Scene& scene) {
  const http::RequestHead& head = *scene.input.head;
  std::vector<std::uint64_t> names;
  for (const http::FieldRange& range : head.fields) {
    const std::string name = ascii::lower(head.name(range));
    if (name.size() > longest_name) {
      crowded_ = true;
      continue;
    }
    const std::uint64_t hash = shape_hash(name);
    auto field = std::find_if(fields_.begin(), fields_.end(), [&](const Field& one) { return one.name == name; });
    const bool again = std::find(names.begin(), names.end(), hash) != names.end();
    if (!again) names.push_back(hash);
    if (field == fields_.end()) {
      if (fields_.size() >= most_fields || !room_.take(sizeof(Field) + name.size())) {
        crowded_ = true;
        continue;
      }
      fields_.push_back({name, 0, {}, {}});
      field = fields_.end() - 1;
    }
    if (!again) ++field->requests;
    field->spellings.add(head.name(range), room_);
    const std::string_view value = head.value(range);
    if (!is_private_field(name) && value.size() <= longest_field) field->values.add(value, room_);
  }
  field_order_.add(names, room_);
}

Shape::Node* Shape::reach(std::uint64_t hash) {
  const auto found = nodes_.find(hash);
  if (found == nodes_.end() && (nodes_.size() >= most_nodes || !room_.take(sizeof(Node)))) return nullptr;
  Node& node = nodes_[hash];
  ++node.times;
  if (node.last != requests_) ++node.requests;
  node.last = requests_;
  return &node;
}

void Shape::learn_body(const Scene& scene) {
  const JsonDocument& document = scene.document;
  for (const ShapePlace& place : shape_places(scene)) {
    Node* const node = reach(place.node);
    if (node == nullptr) continue;
    const JsonValue& value = document[place.value];
    if (value.kind == JsonKind::object)
      learn_members(scene, place.value, *node);
    else if (value.kind == JsonKind::array && !place.in_history)
      learn_elements(scene, place.value, *node);
    else if (value.kind != JsonKind::array && value.raw.size() <= longest_value &&
             !(value.kind == JsonKind::string && repeats_typed(scene, document.string_at(place.value))))
      node->values.add(document.slice(value.raw), room_);
    else if (value.kind != JsonKind::array)
      ++node->values.beyond;
  }
}

void Shape::learn_members(const Scene& scene, std::uint32_t object, Node& node) {
  const std::vector<ShapeName> names = member_names(scene.document, object);
  for (const ShapeName& one : names) learn_name(one.hash, member_name(scene.document, one.value), node);
  node.orders.add(hashes_of(names), room_);
}

void Shape::learn_elements(const Scene& scene, std::uint32_t array, Node& node) {
  const std::vector<ShapeName> names = element_names(scene.document, array);
  for (const ShapeName& one : names) learn_name(one.hash, scene.document.string_at(one.label), node);
  node.orders.add(hashes_of(names), room_);
}

void Shape::learn_name(std::uint64_t hash, const std::string& name, Node& node) {
  const auto known =
      std::find_if(node.members.begin(), node.members.end(), [&](const Member& member) { return member.hash == hash; });
  if (known != node.members.end())
    ++known->times;
  else if (node.members.size() < most_members && name.size() <= longest_name &&
           room_.take(sizeof(Member) + name.size()))
    node.members.push_back({hash, name, 1});
  else
    node.crowded = true;
}

const Shape::Node* Shape::node(std::uint64_t hash) const {
  const auto found = nodes_.find(hash);
  return found == nodes_.end() ? nullptr : &found->second;
}

const Shape::Field* Shape::field(std::string_view lower_name) const {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const Field& one) { return one.name == lower_name; });
  return found == fields_.end() ? nullptr : &*found;
}

}  // namespace telltale::inspect
