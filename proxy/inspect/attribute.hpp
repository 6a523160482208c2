#pragma once
#include "inspect/scene.hpp"

namespace telltale::inspect {

/// Says of every part of every passage where it comes from: by the structure of the request, by what the user typed, by
/// the baseline, by the tags and wrappers clients use. Fills `pieces`, `changes` and `in_baseline`.
void attribute(Scene& scene);

/// What structure alone says of a string of that kind: source and voice, for the whole of it.
[[nodiscard]] Piece structural_piece(codec::SegmentKind kind);

}  // namespace telltale::inspect
