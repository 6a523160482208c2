#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

/// Marks each place where a text departs from what the user typed, or from what earlier requests of the same client
/// version said there. The reference's text is the neutral form.
void detect_changed_text(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
