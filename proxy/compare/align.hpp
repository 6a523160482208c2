#pragma once
#include <cstdint>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::compare {

/// Items [a) of one sequence stand where items [b) of the other do; one of the two may be empty.
struct Hunk {
  ByteRange a;
  ByteRange b;
  friend bool operator==(const Hunk&, const Hunk&) = default;
};

/// The shortest list of hunks that turns `a` into `b`, in order, none touching the next. Past `most_edits` insertions
/// and deletions all that lies between the common head and the common tail is one hunk.
/// Cost: O((n + edits) * edits). Source: Myers, An O(ND) Difference Algorithm, 1986.
[[nodiscard]] std::vector<Hunk> align(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b,
                                      std::size_t most_edits);

}  // namespace telltale::compare
