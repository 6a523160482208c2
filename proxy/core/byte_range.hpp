#pragma once
#include <cstddef>

namespace telltale {

/// Half-open range of bytes [begin, end) in some buffer the context names.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] constexpr std::size_t size() const { return end - begin; }
  [[nodiscard]] constexpr bool empty() const { return begin == end; }
  [[nodiscard]] constexpr bool contains(std::size_t at) const { return begin <= at && at < end; }
  friend constexpr bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace telltale
