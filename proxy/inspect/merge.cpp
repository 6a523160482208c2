// Two detectors may see one thing: that a text changed, and what was put there. Covered by
// tests/unit/inspect/reference_test.cpp.
#include <algorithm>

#include "inspect/detect/change.hpp"
#include "inspect/detect/detectors.hpp"
#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

bool is_change(const Pending& pending) {
  const auto* match = std::get_if<DetectorMatch>(&pending.rule->match);
  return match != nullptr && match->detector->in_text == detect_changed_text;
}

bool is_same_text(const Pending& a, const Pending& b) {
  return a.spot.in_head == b.spot.in_head && a.spot.text.range == b.spot.text.range;
}

bool overlap(const ByteRange& a, const ByteRange& b) {
  return a.begin < b.end && b.begin < a.end;
}

}  // namespace

/// Where findings of other marker rules cover a change wholly, they say more than that something changed: the change
/// goes, and leaves them its reference, and its text if it is about the very same characters. Needs `pending_` sorted
/// by place.
void Inspection::merge_changes() {
  std::vector<char> gone(pending_.size(), 0);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& change = pending_[i];
    if (!is_change(change) || change.found.range.empty()) continue;
    std::vector<std::size_t> inside;
    std::size_t covered = change.found.range.begin;
    // Neighbours in the order of places: those before it may reach into it.
    std::size_t first = i;
    while (first > 0 && is_same_text(pending_[first - 1], change)) --first;
    for (std::size_t k = first; k < pending_.size() && is_same_text(pending_[k], change); ++k) {
      const ByteRange& range = pending_[k].found.range;
      if (range.begin >= change.found.range.end) break;
      if (k == i || is_change(pending_[k]) || !overlap(range, change.found.range)) continue;
      if (pending_[k].rule->id.rfind("marker.", 0) != 0) continue;
      inside.push_back(k);
      if (range.begin <= covered) covered = std::max(covered, range.end);
    }
    if (covered < change.found.range.end) continue;
    gone[i] = 1;
    for (const std::size_t k : inside) {
      Pending& told = pending_[k];
      if (told.reference == Reference::none) told.reference = change.reference;
      if (told.found.range != change.found.range || change.found.edits.empty()) continue;
      told.found.edits = change.found.edits;
      told.found.edit = change.found.edit;
      told.found.expected = change.found.expected;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pending_.size(); ++i)
    if (gone[i] == 0) {
      if (kept != i) pending_[kept] = std::move(pending_[i]);
      ++kept;
    }
  pending_.resize(kept);
}

}  // namespace telltale::inspect
