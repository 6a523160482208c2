#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace telltale::compare {

/// The format of a text without what it says: digits as `9`, lower-case words as `a`, capitalised ones as `Aa`,
/// capitals as `A`, identifiers (letters and digits mixed) by alphabet and length as `hex#32`; all else as it stands.
/// "2026-05-13" is "9999-99-99", and so is any other day. Numbers of more than four digits are `9+`: their
/// length is chance as a rule.
[[nodiscard]] std::string shape_of(std::string_view text);

/// The formats of all forms of one slot. Where they are identifiers of one length, a form that happens to hold digits
/// only, or letters only, has the format of the others.
[[nodiscard]] std::vector<std::string> shapes_of(const std::vector<std::string_view>& forms);

/// True if a slot's forms are parts of a date or a time: what they say changes with the clock, whatever the
/// environment; only how they say it counts. `before` and `behind` are what stands either side of the slot.
[[nodiscard]] bool is_clock(const std::vector<std::string_view>& forms, std::string_view before,
                            std::string_view behind);

/// True for a token that looks drawn at random: eight or more hex digits, or letters and digits mixed.
[[nodiscard]] bool is_identifier(std::string_view text);

}  // namespace telltale::compare
