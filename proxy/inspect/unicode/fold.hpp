#pragma once
#include <string>
#include <string_view>

namespace telltale::inspect::unicode {

/// Normal form C of `text` (UTF-8). Source: UAX #15.
[[nodiscard]] std::string compose(std::string_view text);
/// True if the two have a composed form of their own. Cost: a table read.
[[nodiscard]] bool composes(char32_t letter, char32_t mark);
/// Normal form KC of one code point.
[[nodiscard]] std::string compatible(char32_t code);
/// True if `code` has a canonical decomposition: a letter that was composed of letter and mark.
[[nodiscard]] bool is_composed(char32_t code);

/// The ASCII that a letter or digit looks like, in the same case: 'a' for U+0430, "A" for U+0391, "fi" for U+FB01.
/// Empty if it looks like none. Sources: compatibility decompositions; confusables.txt of UTS #39, whose prototypes are
/// put back into the case of what looks like them; for small capitals and a few more, our own table.
/// Cost: about a microsecond.
[[nodiscard]] std::string ascii_letters(char32_t code);
/// The ASCII sign (punctuation or symbol, no quote, dash or blank) that `code` looks like; 0 if there is none.
[[nodiscard]] char ascii_sign(char32_t code);

}  // namespace telltale::inspect::unicode
