#pragma once
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// The parts of a user turn that a client put there, as far as wrappers show. Anywhere: the elements of known clients
/// (`client_tags`), where the opening tag begins a line. At the very start of a turn (`at_start`), also any other whole
/// element, HTML comment or bracketed note ("[session note] ... [end of note]") of several lines, one behind the other:
/// no client puts its context behind what was typed without a tag of its own.
/// Ranges of `text`, in order, apart.
[[nodiscard]] std::vector<ByteRange> find_client_wrappers(std::string_view text, bool at_start);

}  // namespace telltale::inspect
