#pragma once
#include <cstddef>
#include <string_view>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// How a masked credential begins in captures and in what is kept of clients ("[masked sha256:90f96495]"; written by
/// record::mask_of). A reference that came from there does not know what stood in its place.
inline constexpr std::string_view mask_begin = "[masked sha256:";
inline constexpr std::size_t mask_bytes = 24;

/// True if that range of a reference lies inside a mask.
[[nodiscard]] constexpr bool is_in_mask(std::string_view text, ByteRange range) {
  const std::size_t from = range.begin > mask_bytes ? range.begin - mask_bytes : 0;
  const std::size_t found = text.substr(from, range.begin - from + mask_begin.size()).rfind(mask_begin);
  if (found == std::string_view::npos) return false;
  const std::size_t begin = from + found;
  if (range.empty()) return begin < range.begin && range.end < begin + mask_bytes;  // beside it is not inside
  return range.end <= begin + mask_bytes;
}

}  // namespace telltale::inspect
