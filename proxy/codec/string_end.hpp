#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace telltale::codec {

/// Where a JSON string ends, and what was met on the way.
struct StringEnd {
  const char* quote = nullptr;  ///< the closing quote; null if there is none
  bool escaped = false;         ///< a backslash was passed
  bool ascii = true;            ///< no byte above 0x7F was passed
};

/// One block of bytes as bit masks, lowest bit first: the bytes that stop a string, and those above 0x7F.
struct StringBlock {
#if defined(__SSE2__)
  static constexpr std::size_t size = 16;
#else
  static constexpr std::size_t size = 8;
#endif
  std::uint32_t stops = 0;
  std::uint32_t high = 0;
};

#if defined(__SSE2__)

[[nodiscard]] inline StringBlock string_block(const char* p) {
  __m128i block;
  std::memcpy(&block, p, sizeof block);
  const __m128i stops =
      _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
  return {static_cast<std::uint32_t>(_mm_movemask_epi8(stops)), static_cast<std::uint32_t>(_mm_movemask_epi8(block))};
}

#else

[[nodiscard]] inline StringBlock string_block(const char* p) {
  StringBlock block;
  for (std::uint32_t i = 0; i < StringBlock::size; ++i) {
    const auto byte = static_cast<unsigned char>(p[i]);
    block.stops |= static_cast<std::uint32_t>(byte == '"' || byte == '\\') << i;
    block.high |= static_cast<std::uint32_t>(byte >> 7U) << i;
  }
  return block;
}

#endif

/// The last bytes of the text, fewer than a block. `p` may stand one past `end`, behind a final backslash.
[[nodiscard]] inline StringEnd string_end_slow(const char* p, const char* end, StringEnd found) {
  for (; p < end; ++p) {
    if (*p == '"') {
      found.quote = p;
      return found;
    }
    if (static_cast<unsigned char>(*p) >= 0x80) found.ascii = false;
    if (*p != '\\') continue;
    found.escaped = true;
    if (++p < end && static_cast<unsigned char>(*p) >= 0x80) found.ascii = false;
  }
  return found;
}

/// Finds the closing quote of a string whose content begins at `p`. One load looks for quote, backslash and high bytes
/// at once; the escapes of a block are worked off from its mask, so dense escapes cost no second load.
[[nodiscard]] inline StringEnd string_end(const char* p, const char* end) {
  StringEnd found;
  while (end - p >= static_cast<std::ptrdiff_t>(StringBlock::size)) {
    const StringBlock block = string_block(p);
    std::uint32_t stops = block.stops;
    std::size_t skip = 0;
    while (stops != 0) {
      const auto at = static_cast<std::uint32_t>(std::countr_zero(stops));
      if (p[at] == '"') {
        found.quote = p + at;
        found.ascii = found.ascii && (block.high & ((1U << at) - 1U)) == 0;
        return found;
      }
      found.escaped = true;
      stops &= ~(3U << at);
      if (at + 1 == StringBlock::size) skip = 1;
    }
    found.ascii = found.ascii && block.high == 0;
    p += StringBlock::size;
    if (skip == 0) continue;
    if (p < end && static_cast<unsigned char>(*p) >= 0x80) found.ascii = false;
    ++p;
  }
  return string_end_slow(p, end, found);
}

}  // namespace telltale::codec
