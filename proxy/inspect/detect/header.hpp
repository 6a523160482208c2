#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

// How a head is written. All are InRequest (detectors.hpp).

/// What one head shows alone. Families: "duplicate" (a field that may stand once, twice), "blank" (white space round a
/// value as no other field has it), "value" (a list spelt unevenly, a quality with needless digits), "character"
/// (invisible or look-alike characters in a value), "case" (a standard name in letters no client writes, or in others
/// than all its neighbours).
void detect_header_form(const Scene& scene, const DetectorMatch& match, Marks& marks);

// Against the client's earlier requests at the same endpoint. What varied in these is not judged, nor is anything
// if there are fewer than two. Where they are of another version of the client, all of it is information.

/// Fields that are new, missing, or have their name in other letters. Families: "added", "missing", "case".
void detect_header_name(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// Fields in another order than always.
void detect_header_order(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// A value that was always the same and is now a variation of that, or, of fields nobody sets by hand, any other.
void detect_header_value(const Scene& scene, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
