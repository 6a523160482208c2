#pragma once
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// The parts of a user turn that a client put there, as far as its wrappers show: an element, an HTML comment or a
/// bracketed note that begins a line and runs to the matching end, at the start of the text or behind an empty line.
/// Ranges of `text`, in order, apart.
[[nodiscard]] std::vector<ByteRange> find_client_wrappers(std::string_view text);

}  // namespace telltale::inspect
