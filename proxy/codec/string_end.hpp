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
  static constexpr std::size_t size = 16;
  std::uint32_t stops = 0;
  std::uint32_t high = 0;
  friend bool operator==(const StringBlock&, const StringBlock&) = default;
};

/// True if one of eight bytes is `byte`; may be true for nothing behind one that is. Source: Bit Twiddling Hacks,
/// "Determine if a word has a zero byte".
[[nodiscard]] constexpr bool may_hold(std::uint64_t word, unsigned char byte) {
  const std::uint64_t differing = word ^ (0x0101010101010101ULL * byte);
  return ((differing - 0x0101010101010101ULL) & ~differing & 0x8080808080808080ULL) != 0;
}

/// For processors without SSE2; always compiled, so that the tests compare the two.
[[nodiscard]] inline StringBlock string_block_portable(const char* p) {
  std::uint64_t words[2];
  std::memcpy(words, p, sizeof words);
  StringBlock block;
  if (((words[0] | words[1]) & 0x8080808080808080ULL) == 0 && !may_hold(words[0], '"') && !may_hold(words[1], '"') &&
      !may_hold(words[0], '\\') && !may_hold(words[1], '\\'))
    return block;
  for (std::uint32_t i = 0; i < StringBlock::size; ++i) {
    const auto byte = static_cast<unsigned char>(p[i]);
    block.stops |= static_cast<std::uint32_t>(byte == '"' || byte == '\\') << i;
    block.high |= static_cast<std::uint32_t>(byte >> 7U) << i;
  }
  return block;
}

/// Reads `StringBlock::size` bytes at `p`.
[[nodiscard]] inline StringBlock string_block(const char* p) {
#if defined(__SSE2__)
  __m128i block;
  std::memcpy(&block, p, sizeof block);
  const __m128i quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i stops = _mm_or_si128(quotes, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
  return {static_cast<std::uint32_t>(_mm_movemask_epi8(stops)), static_cast<std::uint32_t>(_mm_movemask_epi8(block))};
#else
  return string_block_portable(p);
#endif
}

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
