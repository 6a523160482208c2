#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

/// Marks strings in the client's own text that are no words and that nothing around them explains. Families: hex, uuid,
/// digits, random, version, encoded.
void detect_token(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
