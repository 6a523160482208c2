#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/raw_text.hpp"
#include "inspect/rule.hpp"

namespace telltale::inspect {

/// What a detector found in one text, before it becomes a Finding: places are bytes of the content (or of the head).
struct Found {
  ByteRange range;
  ByteRange match;  ///< everything that had to be there for the rule to apply; contains `range`
  std::vector<Edit> edits;
  std::optional<std::string> edit;  ///< what the edits put in place, as text
  std::vector<std::string> code_points;
  std::vector<std::string> expected;
  Carries carries;
  std::string value;     ///< as found, decoded; what "one finding for each value" compares
  std::size_t path = 0;  ///< of a pointer rule: which of its paths
  double bits = 0;
  bool may_be_habit = false;  ///< no finding if the client spells all its words so
  std::string inside;         ///< if it stands in a document that the string at `range` holds: the way there
};

/// Looks for the rule's match round `offset` of the window (where one of its literals begins) and appends what it
/// finds.
void detect_template(const Rule& rule, const TemplateMatch& match, const Window& window, std::size_t offset,
                     const RawText& text, std::vector<Found>& out);
void detect_pattern(const Rule& rule, const PatternMatch& match, const Window& window, std::size_t offset,
                    const RawText& text, std::vector<Found>& out);
/// The same for every match in the window, from left to right; for texts that are short as a whole.
void detect_pattern_everywhere(const Rule& rule, const PatternMatch& match, const Window& window, const RawText& text,
                               std::vector<Found>& out);
/// A value known as a whole at `range`: the environment's.
[[nodiscard]] Found known_value(const Rule& rule, std::string_view name, std::string_view value, ByteRange range,
                                const RawText& text);

/// True if the rule accepts this value (`known`).
[[nodiscard]] bool is_known(const Rule& rule, std::string_view value);
/// The carries of the first row of the state table that `state` of `slot` satisfies; `carry`: value if there is none.
[[nodiscard]] Carries carries_of(const Rule& rule, std::string_view slot, const std::string& state);
/// A value as it may be shown: whole, or its first characters if the rule masks it. At most 200 bytes.
[[nodiscard]] std::string shown(const Rule& rule, std::string_view value);
/// `text` written for the place of `range`: inside a JSON string with escapes, beyond ASCII as escapes
/// if that is how the document, or what stood there, was written.
[[nodiscard]] std::string written(const RawText& text, ByteRange range, std::string_view replacement);
/// "U+02BC" for each code point of a short text.
[[nodiscard]] std::vector<std::string> code_point_names(std::string_view text);

}  // namespace telltale::inspect
