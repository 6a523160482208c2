#pragma once
#include <string>
#include <string_view>

#include "diff/place_pair.hpp"

namespace telltale::diff {

/// Adds what differs between two texts of a place, without what is noise. If all of it is, the sort of noise that came
/// first; `none` if something is left.
[[nodiscard]] Noise add_passages(const PlacePair& pair, const Form& a, const Form& b, Budget& budget,
                                 Difference& difference);

/// The start of a text, as much of it as a report shows; no code point is cut.
[[nodiscard]] std::string shown_start(std::string_view text);

}  // namespace telltale::diff
