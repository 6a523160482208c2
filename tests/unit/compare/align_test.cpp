#include "compare/align.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "compare/arrangement.hpp"

namespace {

using namespace telltale::compare;
using Items = std::vector<std::uint32_t>;

Items items(std::string_view text) {
  return {text.begin(), text.end()};
}

// The second sequence, made from the first by its hunks.
Items apply(const Items& a, const Items& b, const std::vector<Hunk>& hunks) {
  Items out;
  std::size_t at = 0;
  for (const Hunk& hunk : hunks) {
    REQUIRE(hunk.a.begin >= at);
    out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(at),
               a.begin() + static_cast<std::ptrdiff_t>(hunk.a.begin));
    REQUIRE(out.size() == hunk.b.begin);
    out.insert(out.end(), b.begin() + static_cast<std::ptrdiff_t>(hunk.b.begin),
               b.begin() + static_cast<std::ptrdiff_t>(hunk.b.end));
    at = hunk.a.end;
  }
  out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(at), a.end());
  return out;
}

std::size_t edits(const std::vector<Hunk>& hunks) {
  std::size_t out = 0;
  for (const Hunk& hunk : hunks) out += hunk.a.size() + hunk.b.size();
  return out;
}

// Length of the longest common subsequence, by the table everybody knows.
std::size_t common(const Items& a, const Items& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
  return table[a.size()][b.size()];
}

TEST_CASE("align gives the fewest edits, and they lead from one to the other", "[compare][align]") {
  Random random(7);
  for (int round = 0; round < 400; ++round) {
    Items a(random.below(24));
    Items b(random.below(24));
    for (auto& item : a) item = random.below(4);
    for (auto& item : b) item = random.below(4);
    const auto hunks = align(a, b, 100);
    CHECK(apply(a, b, hunks) == b);
    CHECK(edits(hunks) == a.size() + b.size() - 2 * common(a, b));
  }
}

TEST_CASE("align names what was put in, taken out and replaced", "[compare][align]") {
  struct Row {
    const char* name;
    const char* a;
    const char* b;
    std::vector<Hunk> hunks;
  };
  const Row rows[] = {
      {"equal", "abc", "abc", {}},
      {"both empty", "", "", {}},
      {"all new", "", "abc", {{{0, 0}, {0, 3}}}},
      {"put in", "abcd", "abxcd", {{{2, 2}, {2, 3}}}},
      {"taken out", "abxcd", "abcd", {{{2, 3}, {2, 2}}}},
      {"replaced", "abcd", "abxd", {{{2, 3}, {2, 3}}}},
      {"two places", "abcdef", "axcdyf", {{{1, 2}, {1, 2}}, {{4, 5}, {4, 5}}}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(align(items(row.a), items(row.b), 100) == row.hunks);
    }
  }
}

TEST_CASE("past its bound align takes the middle as one", "[compare][align]") {
  const auto hunks = align(items("aa12345bb"), items("aa67890bb"), 4);
  CHECK(hunks == std::vector<Hunk>{{{2, 7}, {2, 7}}});
}

}  // namespace
