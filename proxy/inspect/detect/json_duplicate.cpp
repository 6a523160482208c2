// Member names that occur twice in one object: parsers keep the last, the first, or refuse (RFC 8259 section 4), so
// that a copy says nothing to the model and something to whoever counts. Covered by
// tests/unit/inspect/json_form_test.cpp.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/baseline.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

/// Longer names are compared as they are written: undone, they would take the size of the body again.
constexpr std::size_t longest_decoded = 64 * 1024;

/// A member's decoded name.
struct Name {
  std::string_view text;
  std::uint32_t value = 0;
};

/// True if both values say the same. Spelling counts, but for strings.
bool same_value(const JsonDocument& document, std::uint32_t a, std::uint32_t b) {
  constexpr std::size_t longest_escape = 6;  // that writes one byte
  const JsonValue& one = document[a];
  const JsonValue& other = document[b];
  if (document.slice(one.raw) == document.slice(other.raw)) return true;
  if (one.kind != JsonKind::string || other.kind != JsonKind::string || (!one.escaped && !other.escaped)) return false;
  // A long string is not decoded once for each short one beside it.
  const auto [shorter, longer] = std::minmax({one.raw.size() - 2, other.raw.size() - 2});
  return longer <= longest_escape * shorter && document.string_at(a) == document.string_at(b);
}

/// Of two values, the one that all earlier requests had: the other is the copy. None if they do not tell.
std::uint32_t not_as_usual(const Scene& scene, std::uint32_t first, std::uint32_t second) {
  if (scene.baseline == nullptr) return Mark::none;
  const std::vector<ShapePlace>& places = shape_places(scene);
  const auto place = std::lower_bound(places.begin(), places.end(), first,
                                      [](const ShapePlace& one, std::uint32_t value) { return one.value < value; });
  if (place == places.end() || place->value != first) return Mark::none;
  const Shape::Node* const node = scene.baseline->shape().node(place->node);
  const Forms::Form* const usual = node == nullptr ? nullptr : node->values.usual();
  if (usual == nullptr) return Mark::none;
  const auto is_usual = [&](std::uint32_t value) {
    return scene.document.slice(scene.document[value].raw) == usual->text;
  };
  if (is_usual(first) == is_usual(second)) return Mark::none;
  return is_usual(first) ? second : first;
}

void mark_copy(const Scene& scene, std::uint32_t first, std::uint32_t copy, const DetectorMatch& match, Marks& marks) {
  const JsonDocument& document = scene.document;
  const bool same = same_value(document, first, copy);
  if (!match.has_family(same ? "same" : "other")) return;
  Mark mark;
  mark.value = copy;
  mark.bits = 1;
  mark.note = same ? "the copy has the same value" : "the values differ, so parsers disagree on what was said";
  const std::uint32_t surplus = same ? copy : not_as_usual(scene, first, copy);
  if (surplus != Mark::none) mark.edits.push_back({with_comma(document, surplus), ""});
  marks.push_back(std::move(mark));
}

/// Names of one object's members; decoded ones live in `kept`, which must not move while they are used.
void collect_names(const JsonDocument& document, std::uint32_t object, std::vector<Name>& names,
                   std::vector<std::string>& kept) {
  names.clear();
  kept.clear();
  std::size_t escaped = 0;
  for (std::uint32_t i = object + 1; i < document[object].after; i = document[i].after)
    if (document[i].key_escaped) ++escaped;
  kept.reserve(escaped);
  for (std::uint32_t i = object + 1; i < document[object].after; i = document[i].after) {
    const JsonValue& value = document[i];
    if (value.key.empty()) continue;
    const bool decoded = value.key_escaped && value.key.size() <= longest_decoded;
    if (decoded) kept.push_back(codec::decode_json_string(document.slice(value.key)));
    names.push_back({decoded ? std::string_view(kept.back()) : inside_quotes(document.slice(value.key)), i});
  }
}

}  // namespace

void detect_json_duplicate(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (!scene.is_json) return;
  const JsonDocument& document = scene.document;
  std::vector<Name> names;
  std::vector<std::string> kept;
  for (std::uint32_t object = 0; object < document.values.size(); ++object) {
    if (document[object].kind != JsonKind::object || document[object].after < object + 3) continue;
    collect_names(document, object, names, kept);
    // By name, then by place: the first of equal names is the one that stays.
    std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) {
      if (a.text.size() != b.text.size()) return a.text.size() < b.text.size();
      const int order = a.text.compare(b.text);
      return order != 0 ? order < 0 : a.value < b.value;
    });
    std::size_t first = 0;
    for (std::size_t i = 1; i < names.size(); ++i) {
      if (names[i].text == names[first].text)
        mark_copy(scene, names[first].value, names[i].value, match, marks);
      else
        first = i;
    }
  }
}

}  // namespace telltale::inspect
