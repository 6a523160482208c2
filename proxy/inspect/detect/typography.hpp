#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

/// Choices of style that a writer makes once and a marker makes anew: each of these compares a place with the rest of
/// the client's text. docs/rules.md, "Style", lists families, contexts that explain a form, and neutral forms.
namespace telltale::inspect {

/// Families: "odd" (no apostrophe of any typography, in a word), "mixed" (the rarer of U+0027 and U+2019) and
/// "patchwork" (the same, in a text that is of two minds about two other signs as well).
void detect_apostrophes(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// Families: "odd", "mixed" (double quotes), "single".
void detect_quotes(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// Families: "odd" (what no hyphen, dash or minus is there), "mixed" (inside words, options, numbers, bullets) and
/// "spaced" (between blanks: often mixed by honest writers).
void detect_dashes(const Scene& scene, const DetectorMatch& match, Marks& marks);
void detect_ellipses(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// Spaces beyond U+0020, in the client's text.
void detect_odd_spaces(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// The same in what users, tools and models say: a lone one in ASCII prose. Of a user, the ones no keyboard has.
void detect_lone_spaces(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

/// Odd apostrophes and hyphens in what users, tools and models say, within plain words of plain lines.
void detect_odd_signs(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
