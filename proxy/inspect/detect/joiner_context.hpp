#pragma once
#include <string_view>

#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {

/// True if the ZERO WIDTH JOINER or NON-JOINER `one` does something where it stands: next to letters of a cursive
/// script, by a virama, between emoji. Source: UAX #31 section 2.3 (contexts A1, A2, B), relaxed to one side where
/// people write so (a Persian plural on a Latin word); UTS #51 for emoji.
[[nodiscard]] bool is_joiner_right(std::string_view text, const unicode::Char& one);

}  // namespace telltale::inspect
