// The order of header fields. RFC 9110 section 5.3: between different names it means nothing; a client's library writes
// it the same way each time. Covered by tests/unit/inspect/header_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/header.hpp"
#include "inspect/reorder.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {

void detect_header_order(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  if (scene.baseline == nullptr || scene.baseline->shape().requests() < 2) return;
  const http::RequestHead& head = *scene.input.head;
  std::vector<std::uint64_t> names;
  std::vector<ByteRange> lines;
  for (const http::FieldRange& field : head.fields) {
    names.push_back(shape_hash(ascii::lower(head.name(field))));
    lines.push_back(field.line);
    if (std::count(names.begin(), names.end(), names.back()) > 1) return;  // copies have an order that counts
  }
  if (names.size() > Orders::most_names) return;
  const auto order = scene.baseline->shape().field_order().restored(names);
  if (!order) return;
  Reordering moves = reorder(head.raw, lines, *order);
  std::vector<std::string> moved;
  for (const std::size_t item : moves.moved) moved.push_back(ascii::lower(head.name(head.fields[item])));
  Mark mark;
  mark.where = "headers";
  mark.bits = 1;
  mark.reference = Reference::baseline;
  mark.info = !scene.same_version;
  mark.carries.emplace_back("moved", fmt::format("{}", fmt::join(moved, ", ")));
  mark.edits = std::move(moves.edits);
  marks.push_back(std::move(mark));
}

}  // namespace telltale::inspect
