// Two sequences against each other, greedily. Covered by tests/unit/compare/align_test.cpp.
#include "compare/align.hpp"

#include <algorithm>
#include <cstddef>

namespace telltale::compare {
namespace {

constexpr std::size_t most_steps = 200'000'000;

using Items = std::vector<std::uint32_t>;
using Reach = std::vector<std::ptrdiff_t>;

/// The middle of two sequences, after the common head and tail were cut off.
struct Middle {
  const Items& a;
  const Items& b;
  std::size_t head;
  std::size_t size_a;
  std::size_t size_b;

  [[nodiscard]] bool equal(std::ptrdiff_t x, std::ptrdiff_t y) const {
    return a[head + static_cast<std::size_t>(x)] == b[head + static_cast<std::size_t>(y)];
  }
};

Middle cut_ends(const Items& a, const Items& b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t head = 0;
  while (head < most && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < most - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return {a, b, head, a.size() - head - tail, b.size() - head - tail};
}

// Row d of the search holds the furthest x on each diagonal k = -d, -d + 2, ... d; entry (k + d) / 2.
std::ptrdiff_t start_on(const Reach& row, std::ptrdiff_t d, std::ptrdiff_t k) {
  if (d == 0) return 0;
  const auto at = [&row, d](std::ptrdiff_t diagonal) { return row[static_cast<std::size_t>((diagonal + d - 1) / 2)]; };
  const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
  return down ? at(k + 1) : at(k - 1) + 1;
}

// All rows up to the one that reaches the end; empty if that takes more than `most` edits.
std::vector<Reach> search(const Middle& middle, std::size_t most) {
  const auto n = static_cast<std::ptrdiff_t>(middle.size_a);
  const auto m = static_cast<std::ptrdiff_t>(middle.size_b);
  std::vector<Reach> rows;
  for (std::ptrdiff_t d = 0; d <= static_cast<std::ptrdiff_t>(most) && d <= n + m; ++d) {
    Reach row(static_cast<std::size_t>(d) + 1, 0);
    const Reach& before = rows.empty() ? row : rows.back();
    bool reached = false;
    for (std::ptrdiff_t k = -d; k <= d && !reached; k += 2) {
      std::ptrdiff_t x = start_on(before, d, k);
      // Past an edge nothing is equal; the path is carried on all the same, so that the rows stay whole.
      while (x < n && x - k < m && x >= 0 && x - k >= 0 && middle.equal(x, x - k)) ++x;
      row[static_cast<std::size_t>((k + d) / 2)] = x;
      reached = x >= n && x - k >= m;
    }
    rows.push_back(std::move(row));
    if (reached) return rows;
  }
  return {};
}

void prepend(std::vector<Hunk>& reversed, Hunk hunk) {
  if (!reversed.empty() && reversed.back().a.begin == hunk.a.end && reversed.back().b.begin == hunk.b.end) {
    reversed.back().a.begin = hunk.a.begin;
    reversed.back().b.begin = hunk.b.begin;
    return;
  }
  reversed.push_back(hunk);
}

std::vector<Hunk> trace_back(const Middle& middle, const std::vector<Reach>& rows) {
  std::vector<Hunk> reversed;
  auto x = static_cast<std::ptrdiff_t>(middle.size_a);
  auto y = static_cast<std::ptrdiff_t>(middle.size_b);
  const auto range = [&middle](std::ptrdiff_t begin, std::ptrdiff_t end) {
    return ByteRange{middle.head + static_cast<std::size_t>(begin), middle.head + static_cast<std::size_t>(end)};
  };
  for (auto d = static_cast<std::ptrdiff_t>(rows.size()) - 1; d > 0; --d) {
    const Reach& before = rows[static_cast<std::size_t>(d - 1)];
    const std::ptrdiff_t k = x - y;
    const auto at = [&before, d](std::ptrdiff_t diagonal) {
      return before[static_cast<std::size_t>((diagonal + d - 1) / 2)];
    };
    const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
    const std::ptrdiff_t from_x = down ? at(k + 1) : at(k - 1);
    const std::ptrdiff_t from_y = from_x - (down ? k + 1 : k - 1);
    // The edit itself; the equal items behind it are walked over.
    prepend(reversed, {range(from_x, down ? from_x : from_x + 1), range(from_y, down ? from_y + 1 : from_y)});
    x = from_x;
    y = from_y;
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace

std::vector<Hunk> align(const Items& a, const Items& b, std::size_t most_edits) {
  const Middle middle = cut_ends(a, b);
  if (middle.size_a == 0 && middle.size_b == 0) return {};
  const Hunk whole = {{middle.head, middle.head + middle.size_a}, {middle.head, middle.head + middle.size_b}};
  if (middle.size_a == 0 || middle.size_b == 0) return {whole};
  // Each edit may walk over both sequences anew.
  const std::size_t affordable = most_steps / (middle.size_a + middle.size_b);
  const std::vector<Reach> rows = search(middle, std::min(most_edits, affordable));
  return rows.empty() ? std::vector<Hunk>{whole} : trace_back(middle, rows);
}

}  // namespace telltale::compare
