// The pass over what strings hold: JSON written as a string and JSON in base64, in each other up to Limits::nesting
// deep. Inside, the rules about members apply as if the document stood in place of its string, and the values known of
// the machine are looked for. Covered by tests/unit/inspect/opened_test.cpp.
#include <algorithm>

#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;

/// Findings among which a known value is looked up before it is told again; a body made to be slow has more.
constexpr std::size_t most_pending = 4096;

/// Bytes of the budget that a document costs which is too long for the rest of it: looking at it took its time.
constexpr std::uint64_t cost_of_refusal = 1024;

/// An opened text that waits to be looked into.
struct Held {
  std::string text;
  std::string place;    ///< Layer::place
  std::string inside;   ///< Layer::inside
  std::uint32_t spot;   ///< its outermost string
  std::uint32_t depth;  ///< layers opened
  bool exact;
};

}  // namespace

/// What the client itself put there. What users, models and tools said is left alone: a prompt may be a JSON document.
/// A user turn in base64 that nobody typed is nobody's prose, but that shows only where the typed text is known.
bool Inspection::may_open(const Spot& spot) const {
  switch (spot.kind) {
    case SegmentKind::system_text:
    case SegmentKind::metadata:
    case SegmentKind::other:
      return true;
    case SegmentKind::user_text:
      return input_.typed != nullptr && spot.text.content[spot.text.range.begin] != '{' &&
             spot.text.content[spot.text.range.begin] != '[' &&
             !is_typed(spot.text, spot.text.range, *input_.typed, false, false);
    default:
      return false;
  }
}

void Inspection::look_into_strings() {
  if (is_json_) {
    for (const codec::Segment& segment : conversation_.segments) {
      const Spot spot = spot_of(segment);
      if (may_hold_document(spot.text) && may_open(spot)) holders_.push_back(spot);
    }
  }
  std::vector<Held> held;
  std::uint64_t budget = limits_.opened_bytes;
  const auto open = [&](const std::string& text, Held like) {
    auto document = held_document(text);
    if (!document) return;
    // What it takes beside its text counts too: a body may hold a hundred thousand of them, each with a long way to it.
    const std::uint64_t cost = document->text.size() + like.place.size() + like.inside.size() + sizeof(Held);
    if (cost > budget) {
      out_of_budget_ = true;
      budget -= std::min<std::uint64_t>(budget, cost_of_refusal);
      return;
    }
    budget -= cost;
    like.text = std::move(document->text);
    like.inside += name_of(document->opener);
    like.exact = like.depth == 0 && document->opener == PointerMatch::Step::Opener::json;
    ++like.depth;
    held.push_back(std::move(like));
  };
  for (std::uint32_t i = 0; budget > 0 && i < holders_.size(); ++i) {
    const Spot& spot = holders_[i];
    open(decode(spot.text), {"", spot.in_head ? std::string() : document_.pointer(spot.value), "", i, 0, false});
  }
  for (std::size_t next = 0; next < held.size(); ++next) {
    const Held one = std::move(held[next]);
    const codec::JsonDocument document = codec::scan_json(one.text, limits_);
    const Layer layer{&document, &holders_[one.spot], one.place, one.inside, one.exact};
    look_at_members(layer);
    for (std::uint32_t i = 0; budget > 0 && i < document.values.size(); ++i) {
      const codec::JsonValue& value = document[i];
      if (value.kind != codec::JsonKind::string) continue;
      const ByteRange inner{value.raw.begin + std::size_t{1}, value.raw.end - std::size_t{1}};
      if (!may_hold_document({document.text, inner, value.escaped, true})) continue;
      if (one.depth == limits_.nesting) {
        too_nested_ = too_nested_ || held_document(document.string_at(i)).has_value();
        continue;
      }
      const std::string pointer = document.pointer(i);
      open(document.string_at(i), {"", one.place + pointer, one.inside + pointer, one.spot, one.depth, false});
    }
    look_for_known_values_inside(one.text, holders_[one.spot], one.inside);
  }
}

/// One layer of base64 or of JSON was searched with the string itself; what was told there is not told again.
void Inspection::look_for_known_values_inside(std::string_view text, const Spot& spot, const std::string& inside) {
  if (needles_ == nullptr) return;
  for (const Sighting& one : find_known_values(text, *needles_, runs_left_)) {
    const Fact& fact = needles_->facts()[one.fact];
    const Rule* const rule = fact_rules_[one.fact];
    if (fact.shared || rule == nullptr || ++tried_ > most_candidates) continue;
    if (!spot.in_head && !rule->where.has(spot.kind)) continue;
    const auto is_told = [&](const Pending& told) {
      return told.rule == rule && told.spot.in_head == spot.in_head && told.spot.text.range == spot.text.range &&
             told.found.value == fact.value;
    };
    if (pending_.size() > most_pending || std::any_of(pending_.begin(), pending_.end(), is_told)) continue;
    Found found = known_value(*rule, fact.name, fact.value, spot.text.range, spot.text);
    found.edits.clear();
    found.edit.reset();
    found.inside = inside;
    add(*rule, std::move(found), spot);
  }
}

}  // namespace telltale::inspect
