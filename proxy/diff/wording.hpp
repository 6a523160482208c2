#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diff/report.hpp"

// Words and numbers that the writers for people share. All of it printable ASCII.

namespace telltale::diff {

/// "3 exchanges".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);
/// "4.1 KB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// "only in B", "other text", "other order", "written differently"...
[[nodiscard]] std::string_view words_of(const Difference& difference);
/// "A 3 of 3, B 2 of 3".
[[nodiscard]] std::string counts_text(const Difference& difference);
/// The place; of a text that moved both.
[[nodiscard]] std::string place_text(const Difference& difference);
/// What a sample says: a dress as words for blanks, an order as names, else itself. Escaped.
[[nodiscard]] std::string sample_text(const Difference& difference, const Sample& sample);
/// "a, b, c", escaped.
[[nodiscard]] std::string names_text(const std::vector<std::string>& names);
/// "POST api.example.com/v1/messages (anthropic.messages, tools)".
[[nodiscard]] std::string endpoint_text(const EndpointPair& pair);
/// True if more than one endpoint was compared, so that a difference has to say where it is.
[[nodiscard]] bool names_endpoints(const DiffReport& report);
/// "3 requests, up to 5 turns, 4.1 KB to 6.0 KB each".
[[nodiscard]] std::string side_text(const EndpointSide& side);
/// "8 differences, 1 new finding"; what `differs` rests on.
[[nodiscard]] std::string summary_text(const DiffReport& report);
[[nodiscard]] std::uint64_t folded_values(const DiffReport& report);

/// The code points that a reader has to be told by name: "U+02BC", "MODIFIER LETTER APOSTROPHE".
struct NamedCharacter {
  std::string code;
  std::string name;
};
/// Those of `text` that are not printable ASCII, each once; with `all_signs` also ASCII that is neither letter nor
/// digit.
[[nodiscard]] std::vector<NamedCharacter> named_characters(std::string_view text, bool all_signs);
/// "U+0027 APOSTROPHE -> U+02BC MODIFIER LETTER APOSTROPHE"; empty if nothing odd is in it.
[[nodiscard]] std::string characters_text(const Passage& passage);

}  // namespace telltale::diff
