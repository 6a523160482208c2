// Settings that were always the same. Users change them, so that another value says nothing; a value next to the usual
// one (0.70000001, 16381) or the usual one in other letters was not set by anyone. Covered by
// tests/unit/inspect/json_shape_test.cpp.
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonKind;
using codec::JsonValue;

/// Longer strings of tools are texts, and compared as such.
constexpr std::size_t longest_word = 12;

double number_of(std::string_view text) {
  return std::strtod(std::string(text).c_str(), nullptr);
}

std::size_t decimals_of(const std::string& plain) {
  const std::size_t point = plain.find('.');
  return point == std::string::npos ? 0 : plain.size() - point - 1;
}

/// Off by little: a large integer by one in a hundred, any other by digits nobody types.
bool is_beside(std::string_view usual, std::string_view now) {
  const double before = number_of(usual);
  const double after = number_of(now);
  const double off = std::fabs(before - after);
  const std::size_t added = decimals_of(plain_number(now));
  const std::size_t had = decimals_of(plain_number(usual));
  if (added == 0 && had == 0) return std::fabs(before) >= 1000 && off <= std::fabs(before) / 100;
  return added >= had + 3 && off <= std::max(std::fabs(before), 0.1) / 100;
}

bool is_same_number(std::string_view a, std::string_view b) {
  const std::string plain = plain_number(a);
  return !plain.empty() && plain == plain_number(b);
}

enum class Difference { none, spelling, variation, changed };

Difference compare(JsonKind kind, bool in_tools, std::string_view usual, std::string_view now) {
  const Difference other = in_tools ? Difference::variation : Difference::changed;
  if (usual.starts_with('"') != (kind == JsonKind::string))  // 8000 and "8000"
    return bare_word(usual) == bare_word(now) ? Difference::spelling : other;
  if (kind == JsonKind::string) {
    if (!bare_word(usual).empty() && bare_word(usual) == bare_word(now)) return Difference::variation;
    const bool word = usual.size() < longest_word + 2 && now.size() < longest_word + 2;
    return in_tools && word ? Difference::variation : Difference::none;
  }
  if (kind != JsonKind::number || plain_number(usual).empty()) return other;
  if (is_same_number(usual, now)) return Difference::spelling;
  return is_beside(usual, now) ? Difference::variation : other;
}

constexpr std::string_view family_of(Difference one) {
  if (one == Difference::spelling) return "spelling";
  return one == Difference::variation ? "variation" : "changed";
}

void judge_value(const Scene& scene, const ShapePlace& place, const std::string& usual, const DetectorMatch& match,
                 Marks& marks) {
  const JsonValue& value = scene.document[place.value];
  const std::string_view now = scene.document.slice(value.raw);
  const Difference difference = compare(value.kind, place.in_tools, usual, now);
  if (difference == Difference::none || !match.has_family(family_of(difference))) return;
  Mark mark;
  mark.value = place.value;
  mark.bits = 1;
  mark.reference = Reference::baseline;
  mark.info = !scene.same_version || difference == Difference::changed;
  mark.note = difference == Difference::changed ? "it had another value before" : "a variation of what it always was";
  mark.edits.push_back(smallest_edit(value.raw, now, usual));
  marks.push_back(std::move(mark));
}

}  // namespace

void detect_json_value(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (scene.baseline == nullptr) return;
  const Shape& shape = scene.baseline->shape();
  for (const ShapePlace& place : shape_places(scene)) {
    const JsonValue& value = scene.document[place.value];
    if (place.in_history || value.kind == JsonKind::object || value.kind == JsonKind::array) continue;
    if (value.raw.size() > Shape::longest_value) continue;
    const Shape::Node* const node = shape.node(place.node);
    if (node == nullptr || node->requests < 2) continue;
    const Forms::Form* const usual = node->values.usual();
    if (usual == nullptr || node->values.has(scene.document.slice(value.raw))) continue;
    judge_value(scene, place, usual->text, match, marks);
  }
}

}  // namespace telltale::inspect
