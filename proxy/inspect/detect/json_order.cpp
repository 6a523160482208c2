// Order as a choice: n members or tools can stand in n! ways, and a parser hands on none of it. What is usual is known
// from earlier requests only; clients whose own order varies are not judged. Covered by
// tests/unit/inspect/json_shape_test.cpp.
#include <algorithm>
#include <cmath>

#include "inspect/baseline.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/reorder.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonKind;

double bits_of_order(std::size_t count) {
  return std::round(std::lgamma(static_cast<double>(count) + 1) / std::log(2.0) * 10) / 10;
}

void judge_order(const Scene& scene, const ShapePlace& place, const Orders& usual, Marks& marks) {
  const codec::JsonDocument& document = scene.document;
  const bool members = document[place.value].kind == JsonKind::object;
  const std::vector<ShapeName> names =
      members ? member_names(document, place.value) : element_names(document, place.value);
  if (names.size() < 2 || names.size() > Orders::most_names) return;
  const std::vector<std::uint64_t> hashes = hashes_of(names);
  if (usual.has(hashes) && usual.all.size() == 1) return;
  const auto order = usual.restored(hashes);
  if (!order) return;
  std::vector<ByteRange> items;
  items.reserve(names.size());
  for (const ShapeName& one : names) items.push_back(item_range(document[one.value]));
  Reordering moves = reorder(document.text, items, *order);
  Mark mark;
  mark.value = place.value;
  mark.bits = bits_of_order(names.size());
  mark.reference = Reference::baseline;
  mark.info = !scene.same_version;
  mark.note =
      members ? "its members stand in another order than before" : "its elements stand in another order than before";
  mark.edits = std::move(moves.edits);
  marks.push_back(std::move(mark));
}

}  // namespace

void detect_json_order(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (scene.baseline == nullptr) return;
  const Shape& shape = scene.baseline->shape();
  for (const ShapePlace& place : shape_places(scene)) {
    const JsonKind kind = scene.document[place.value].kind;
    const bool members = kind == JsonKind::object;
    if (!members && (kind != JsonKind::array || place.in_history)) continue;
    const Shape::Node* const node = shape.node(place.node);
    if (node == nullptr || node->requests < 2 || !match.has_family(members ? "members" : "elements")) continue;
    judge_order(scene, place, node->orders, marks);
  }
}

}  // namespace telltale::inspect
