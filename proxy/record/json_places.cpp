// Where values stand, whatever the request. Covered by tests/unit/record/lock_test.cpp.
#include "record/json_places.hpp"

#include "core/utf8.hpp"
#include "record/lock.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {

using codec::JsonKind;
using codec::JsonValue;

std::string JsonPlaces::of(std::uint32_t value) {
  const std::uint32_t parent = document_[value].parent;
  return parent == JsonValue::none ? std::string() : under(of_container(parent), value);
}

std::string JsonPlaces::under(const std::string& parent, std::uint32_t value) const {
  constexpr std::size_t longest_key = 128;
  const JsonValue& one = document_[value];
  if (parent.size() > Lock::longest_name / 2) return parent;
  if (one.key.empty()) return parent + "/*";
  const std::string key = codec::decode_json_start(document_.slice(one.key), longest_key);
  return parent + "/" + utf8::escaped(pattern_of(key, known_));
}

const std::string& JsonPlaces::of_container(std::uint32_t container) {
  std::vector<std::uint32_t> way;
  for (std::uint32_t at = container; at != JsonValue::none && !containers_.contains(at); at = document_[at].parent)
    way.push_back(at);
  // From the outermost in, so that each finds its parent.
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const std::uint32_t parent = document_[*at].parent;
    const std::string* outer = parent == JsonValue::none ? nullptr : containers_.at(parent);
    std::string place = outer == nullptr ? "" : under(*outer, *at);
    const bool has_room = outer == nullptr || places_.size() < most_places || places_.contains(place);
    containers_.emplace(*at, has_room ? &*places_.insert(std::move(place)).first : outer);
  }
  return *containers_.at(container);
}

std::string_view class_of_value(const codec::JsonDocument& document, std::uint32_t value) {
  const JsonValue& one = document[value];
  switch (one.kind) {
    case JsonKind::object:
      return "object";
    case JsonKind::array:
      return "list";
    case JsonKind::number:
      return "number";
    case JsonKind::literal:
      return document.slice(one.raw) == "null" ? "null" : "bool";
    case JsonKind::string:
      break;
  }
  return "text";
}

}  // namespace telltale::record
