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
void detect_json_duplicate(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// Numbers spelt in a way their encoder does not spell numbers. Families: "malformed", "exponent", "fraction"
/// (`16384.0`), "zeros" (`0.70`, `-0`), "digits" (a sampling setting with more digits than anyone sets).
void detect_json_number(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// Characters of strings and member names written in another way than the document writes their like.
/// Families: "needless" (what no encoder escapes), "minority", "hex" (upper and lower case digits), "control" (a raw
/// control character), "name" (in a member name).
void detect_json_escape(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// White space between tokens that departs from the document's own, and bytes before and behind it.
/// Families: "inside", "before", "behind", "style" (the whole of it, against earlier requests).
void detect_json_space(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// Characters in member names that nobody sees, or that look like ASCII letters beside them. Families: "invisible",
/// "lookalike".
void detect_json_name(const Scene& scene, const DetectorMatch& match, Marks& marks);

// Against the client's earlier requests (scene.baseline). What varied in these is not judged, nor what fewer than two
// of them had. Where they are of another version of the client, all of it is information.

/// Members an object never had, or always had and lacks. Members the APIs define are information: users change
/// settings; but not if their value says nothing (null, an empty list, the API's default). A name that is known but
/// for its spelling, and an element of a list (a tool) whose name is, are "renamed".
/// A new element that is another one under a second name is a "copy".
/// Families: "added", "missing", "renamed", "copy".
void detect_json_member(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// Members or elements in another order than always. Families: "members", "elements" (strings, or objects with names).
void detect_json_order(const Scene& scene, const DetectorMatch& match, Marks& marks);

/// A value that was always the same and is now a variation of that: spelt in another way, or off by little.
/// Families: "spelling", "variation", "changed" (any other number or literal, as information).
void detect_json_value(const Scene& scene, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
