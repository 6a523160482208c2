#pragma once
#include <string>

namespace telltale::inspect::unicode {

/// "MODIFIER LETTER APOSTROPHE"; for a control what it is called ("LINE FEED", "CONTROL"); empty for what has no name.
/// Printable ASCII. Source: UnicodeData.txt of Unicode 15.0 as compiled into ICU 72 (or what the system's ICU has).
[[nodiscard]] std::string character_name(char32_t code);

}  // namespace telltale::inspect::unicode
