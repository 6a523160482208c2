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

/// Reads one block at `p` and moves `p` past it, and past the byte behind it if the block ends in a backslash. True if
/// the string ends in it.
[[nodiscard]] inline bool ends_in_block(const char*& p, const char* end, StringEnd& found) {
  const StringBlock block = string_block(p);
  std::uint32_t stops = block.stops;
  bool skip = false;
  while (stops != 0) {
    const auto at = static_cast<std::uint32_t>(std::countr_zero(stops));
    if (p[at] == '"') {
      found.quote = p + at;
      found.ascii = found.ascii && (block.high & ((1U << at) - 1U)) == 0;
      return true;
    }
    found.escaped = true;
    stops &= ~(3U << at);
    skip = at + 1 == StringBlock::size;
  }
  found.ascii = found.ascii && block.high == 0;
  p += StringBlock::size;
  if (!skip) return false;
  if (p < end && static_cast<unsigned char>(*p) >= 0x80) found.ascii = false;
  ++p;
  return false;
}

/// Which bytes of a block are escaped, given its backslashes; `carry` is 1 if the first byte is, and afterwards if the
/// first byte of the next block is. No branch: in prose the place of the next escape cannot be predicted. The
/// subtraction runs through each series of backslashes and tells even from odd. Source: simdjson, json_escape_scanner.
[[nodiscard]] constexpr std::uint64_t escaped_bytes(std::uint64_t backslashes, std::uint64_t& carry) {
  constexpr std::uint64_t odd = 0xAAAAAAAAAAAAAAAAULL;
  const std::uint64_t starts = backslashes & ~carry;
  const std::uint64_t ends = (((starts << 1U) | odd) - starts) ^ odd;
  const std::uint64_t escaped = ends ^ (backslashes | carry);
  carry = (ends & backslashes) >> 63U;
  return escaped;
}

#if defined(__SSE2__)

/// 64 bytes as bit masks.
struct LongBlock {
  static constexpr std::ptrdiff_t size = 64;
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t high = 0;
};

[[nodiscard]] inline LongBlock long_block(const char* p) {
  LongBlock out;
  for (unsigned part = 0; part < 4; ++part) {
    __m128i bytes;
    std::memcpy(&bytes, p + std::size_t{part} * sizeof bytes, sizeof bytes);
    const auto mask = [part](__m128i found) {
      return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))} << (16U * part);
    };
    out.quotes |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    out.backslashes |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    out.high |= mask(bytes);
  }
  return out;
}

/// The long middle of a string, 64 bytes at a time; stops at its end or where fewer are left. True if the string ended.
[[nodiscard]] inline bool ends_in_long_blocks(const char*& p, const char* end, StringEnd& found) {
  std::uint64_t carry = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t high = 0;
  while (end - p >= LongBlock::size) {
    const LongBlock block = long_block(p);
    const std::uint64_t quotes = block.quotes & ~escaped_bytes(block.backslashes, carry);
    const std::uint64_t inside = (quotes - 1) & ~quotes;  // bytes before the first quote; all of them if there is none
    backslashes |= block.backslashes & inside;
    high |= block.high & inside;
    if (quotes != 0) {
      found.quote = p + std::countr_zero(quotes);
      break;
    }
    p += LongBlock::size;
  }
  found.escaped = found.escaped || backslashes != 0;
  found.ascii = found.ascii && high == 0;
  if (found.quote != nullptr || carry == 0) return found.quote != nullptr;
  if (p < end && static_cast<unsigned char>(*p) >= 0x80) found.ascii = false;
  ++p;
  return false;
}

#else

[[nodiscard]] inline bool ends_in_long_blocks(const char*&, const char*, StringEnd&) {
  return false;
}

#endif

/// Finds the closing quote of a string whose content begins at `p`. One load looks for quotes, backslashes and high
/// bytes at once: first in a short block, where most keys end, then in long ones.
[[nodiscard]] inline StringEnd string_end(const char* p, const char* end) {
  constexpr auto block = static_cast<std::ptrdiff_t>(StringBlock::size);
  StringEnd found;
  if (end - p >= block && ends_in_block(p, end, found)) return found;
  if (ends_in_long_blocks(p, end, found)) return found;
  while (end - p >= block)
    if (ends_in_block(p, end, found)) return found;
  return string_end_slow(p, end, found);
}

}  // namespace telltale::codec
