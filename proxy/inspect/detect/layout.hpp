#pragma once
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

/// What is seen least of a text: blanks, line ends, the spelling of dates and lists. As in typography.hpp, a place is
/// compared with the rest of the client's text; docs/rules.md, "Style".
namespace telltale::inspect {

/// Families: "trailing" (blanks at line ends, with tabs or of several lengths), "trailing_space" (one space), "double"
/// (within a line), "tab" (for a space), "empty_lines" (more than the text's usual one).
void detect_blanks(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// A space before a comma, a full stop and the like, where the client's text has none.
void detect_early_blanks(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// CR and CR LF among LF, and the other way round.
void detect_line_ends(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// A date in year-month-day order with other separators than hyphens, in a sentence that tells the date.
void detect_date_separators(const Scene& scene, const DetectorMatch& match, Marks& marks);
/// One item of a list with another bullet, or another sign behind its number, than the rest.
void detect_list_signs(const Scene& scene, const DetectorMatch& match, Marks& marks);

}  // namespace telltale::inspect
