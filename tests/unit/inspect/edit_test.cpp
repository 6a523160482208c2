#include "inspect/edit.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

TEST_CASE("apply_edits replaces the named bytes and no others", "[inspect][edit]") {
  struct Row {
    const char* name;
    std::vector<Edit> edits;
    const char* want;
  };
  const Row rows[] = {
      {"none", {}, "abcdef"},
      {"one", {{{1, 3}, "X"}}, "aXdef"},
      {"any order", {{{4, 5}, "Y"}, {{0, 1}, "X"}}, "XbcdYf"},
      {"touching", {{{0, 2}, "1"}, {{2, 4}, "2"}}, "12ef"},
      {"insert at the start and the end", {{{0, 0}, "<"}, {{6, 6}, ">"}}, "<abcdef>"},
      {"two inserts at one place keep their order", {{{3, 3}, "1"}, {{3, 3}, "2"}}, "abc12def"},
      {"insert before a removal", {{{2, 4}, ""}, {{2, 2}, "x"}}, "abxef"},
      {"remove all", {{{0, 6}, ""}}, ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = apply_edits("abcdef", row.edits);
      REQUIRE(got);
      CHECK(*got == row.want);
    }
  }
}

TEST_CASE("apply_edits refuses edits it cannot place", "[inspect][edit]") {
  struct Row {
    const char* name;
    std::vector<Edit> edits;
    Errc code;
    std::size_t at;
  };
  const Row rows[] = {
      {"past the end", {{{2, 9}, ""}}, Errc::edit_out_of_range, 2},
      {"backwards", {{{3, 2}, ""}}, Errc::edit_out_of_range, 3},
      {"overlap", {{{0, 2}, ""}, {{1, 3}, ""}}, Errc::edit_overlap, 1},
      {"insert inside a removal", {{{0, 3}, ""}, {{1, 1}, "x"}}, Errc::edit_overlap, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = apply_edits("abcd", row.edits);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == row.code);
      CHECK(got.error().at == row.at);
    }
  }
}
