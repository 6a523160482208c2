// White space between tokens (RFC 8259 section 2: "insignificant", which is what makes it a place to hide). A document
// has a style: compact, `", "` and `": "`, or lines with an indent; a place that departs from it was put there.
// Documents written by hand have no style, and get no findings. Covered by tests/unit/inspect/json_form_test.cpp.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/baseline.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_gaps.hpp"
#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::uint32_t fewest_alike = 5;    ///< fewer places show no style
constexpr std::size_t most_departures = 16;  ///< more than these, and one in fifty: written by hand
constexpr std::size_t one_in = 50;

/// The value that a gap belongs to: the last one whose key or text begins before it, or the container that ended last.
std::uint32_t owner_of(const JsonDocument& document, const Gap& gap) {
  const auto begins = [](const JsonValue& value) { return value.key.empty() ? value.raw.begin : value.key.begin; };
  const auto after = std::upper_bound(document.values.begin(), document.values.end(), gap.range.begin,
                                      [&](std::size_t at, const JsonValue& value) { return at < begins(value); });
  if (after == document.values.begin()) return 0;
  auto owner = static_cast<std::uint32_t>(after - document.values.begin() - 1);
  for (std::uint32_t up = document[owner].parent; up != JsonValue::none; up = document[owner].parent) {
    if (document[up].raw.end > gap.range.begin) break;
    owner = up;
  }
  return owner;
}

Mark mark_gap(const JsonDocument& document, const Gap& gap, const std::string& expected) {
  Mark mark;
  mark.value = owner_of(document, gap);
  Edit edit = smallest_edit(gap.range, document.slice(gap.range), expected);
  mark.raw = edit.range;
  mark.edits.push_back(std::move(edit));
  mark.bits = 1;
  mark.note = "not as the document spaces its other tokens";
  return mark;
}

void look_inside(const JsonDocument& document, bool lines, const GapStyle& style, Marks& marks) {
  std::vector<Mark> odd;
  std::size_t gaps = 0;
  std::size_t departures = 0;
  GapReader(document, lines).read([&](const Gap& gap) {
    ++gaps;
    const std::string_view text = document.slice(gap.range);
    const bool plain = text.empty() && !GapStyle::may_break(gap);
    if (plain && style.counts[static_cast<std::size_t>(gap.place)].usual().empty()) return;
    const std::string expected = style.expected(gap);
    if (text == expected) return;
    ++departures;
    if (style.alike(gap) >= fewest_alike && odd.size() < most_departures)
      odd.push_back(mark_gap(document, gap, expected));
  });
  if (departures > std::max<std::size_t>(2, gaps / one_in)) return;
  for (Mark& mark : odd) marks.push_back(std::move(mark));
}

/// The document as a whole, spaced in another way than all before it.
void look_at_style(const Scene& scene, bool lines, const GapStyle& style, Marks& marks) {
  const Forms::Form* const usual = scene.baseline->shape().spacing().usual();
  const std::string now = style.signature();
  if (usual == nullptr || now.empty() || scene.baseline->shape().spacing().has(now)) return;
  Mark mark;
  mark.value = 0;
  mark.bits = 1;
  mark.reference = Reference::baseline;
  mark.info = !scene.same_version;
  mark.note = "the document is spaced in another way than all before it";
  const GapStyle wanted = GapStyle::of(usual->text);
  if (!lines && usual->text.starts_with(',')) {
    GapReader(scene.document, lines).read([&](const Gap& gap) {
      const std::string_view text = scene.document.slice(gap.range);
      const std::string expected = wanted.expected(gap);
      if (text != expected) mark.edits.push_back(smallest_edit(gap.range, text, expected));
    });
  }
  marks.push_back(std::move(mark));
}

void mark_outside(ByteRange range, const char* note, Marks& marks) {
  Mark mark;
  mark.value = 0;  // of the document as a whole
  mark.raw = range;
  mark.edits.push_back({range, ""});
  mark.bits = static_cast<double>(std::min<std::size_t>(range.size(), 64));
  mark.note = note;
  marks.push_back(std::move(mark));
}

void look_outside(const Scene& scene, const JsonEnvelope& envelope, const DetectorMatch& match, Marks& marks) {
  const std::string_view text = scene.document.text;
  const std::string_view before = text.substr(0, envelope.begin);
  const std::string_view behind = text.substr(envelope.end);
  const Forms* const before_usual = scene.baseline != nullptr ? &scene.baseline->shape().before() : nullptr;
  const Forms* const behind_usual = scene.baseline != nullptr ? &scene.baseline->shape().behind() : nullptr;
  const auto is_usual = [](const Forms* forms, std::string_view form) { return forms != nullptr && forms->has(form); };
  if (match.has_family("before") && !before.empty() && !is_usual(before_usual, before))
    mark_outside(
        {0, envelope.begin},
        before.starts_with(byte_order_mark) ? "a byte order mark ahead of the document" : "bytes ahead of the document",
        marks);
  // One line end is how files end; only a client that never sent one gives it a meaning.
  const bool line_end = behind == "\n" || behind == "\r\n";
  const bool never = behind_usual != nullptr && behind_usual->usual() != nullptr;
  if (!match.has_family("behind") || behind.empty() || is_usual(behind_usual, behind) || (line_end && !never)) return;
  mark_outside({envelope.end, text.size()}, "bytes behind the document", marks);
}

}  // namespace

void detect_json_space(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (!scene.is_json) return;
  const JsonDocument& document = scene.document;
  if (!document.stopped) {
    const bool lines = is_in_lines(document);
    const GapStyle style = gap_style_of(document, lines);
    if (match.has_family("inside")) look_inside(document, lines, style, marks);
    if (match.has_family("style") && scene.baseline != nullptr) look_at_style(scene, lines, style, marks);
  }
  if (const JsonEnvelope envelope = envelope_of(document); envelope.known) look_outside(scene, envelope, match, marks);
}

}  // namespace telltale::inspect
