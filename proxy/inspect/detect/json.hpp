#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

// How a JSON document is written, apart from what it says: each of these looks at one choice that a parser does not
// hand on. All are InRequest (detectors.hpp) and do nothing where the content is no JSON. What an encoder does
// throughout a document is its style and no marker.

/// A member name that occurs twice in one object. The first stays; a second one of the same value has an edit.
/// Families: "same", "other" (the values differ).
void detect_json_duplicate(const Scene& scene, const DetectorMatch& match, std::vector<Mark>& marks);

/// Numbers spelt in a way their encoder does not spell numbers. Families: "malformed", "exponent", "fraction"
/// (`16384.0`), "zeros" (`0.70`, `-0`), "digits" (a sampling setting with more digits than anyone sets).
void detect_json_number(const Scene& scene, const DetectorMatch& match, std::vector<Mark>& marks);

/// Characters of strings and member names written in another way than the document writes their like.
/// Families: "needless" (what no encoder escapes), "minority", "hex" (upper and lower case digits), "control" (a raw
/// control character), "name" (in a member name).
void detect_json_escape(const Scene& scene, const DetectorMatch& match, std::vector<Mark>& marks);

/// White space between tokens that departs from the document's own, and bytes before and behind it.
/// Families: "inside", "before", "behind".
void detect_json_space(const Scene& scene, const DetectorMatch& match, std::vector<Mark>& marks);

}  // namespace telltale::inspect
