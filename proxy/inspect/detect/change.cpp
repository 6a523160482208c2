// What only a reference can show: text that is not as typed, or not as it was before. Covered by
// tests/unit/inspect/reference_test.cpp.
#include "inspect/detect/change.hpp"

namespace telltale::inspect {

void detect_changed_text(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  for (const Change& change : passage.changes) {
    if (!match.references.empty() && !match.has_reference(change.reference)) continue;
    Mark mark;
    mark.range = change.range;
    mark.neutral = change.expected;
    mark.reference = change.reference;
    mark.bits = 1;
    mark.info = change.weak;
    marks.push_back(std::move(mark));
  }
}

}  // namespace telltale::inspect
