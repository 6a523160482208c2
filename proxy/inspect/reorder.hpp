#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

/// How to bring the items of a list (members, elements, header lines) into another order by moving as few bytes as
/// possible.
struct Reordering {
  std::vector<std::size_t> moved;  ///< items that leave their place, in the order they stand in
  std::vector<Edit> edits;         ///< empty if the separators between the items differ: then none is safe
};

/// `items` are ranges of `text` in order, apart; `order[i]` is the index of the item that belongs at place i. What
/// stands between two items stays between places. Cost: quadratic in the number of items (Orders::most_names of them).
[[nodiscard]] Reordering reorder(std::string_view text, const std::vector<ByteRange>& items,
                                 const std::vector<std::size_t>& order);

}  // namespace telltale::inspect
