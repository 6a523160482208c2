#include "compare/state_table.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace telltale::compare;

// Two zones by three hosts, two runs of each.
const Factor zone{"zone", {}, {"A", "B"}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}};
const Factor host{"host", {}, {"x", "y", "z"}, {0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2}};

Feature feature(std::vector<std::uint32_t> levels, std::vector<std::string> forms) {
  Feature out;
  out.levels = std::move(levels);
  out.forms = std::move(forms);
  return out;
}

}  // namespace

TEST_CASE("a place that two factors decide on has one form a cell", "[compare][states]") {
  const StateTable table = tabulate(feature({0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, {"-", "/"}), zone, &host);
  CHECK(table.exact);
  CHECK(capacity_bits(table) == 1);
  CHECK(usual_form(table) == 0);
  const Region slash = region_of(table, 1);
  CHECK(slash.rows == std::vector<std::uint32_t>{1});
  CHECK(slash.columns == std::vector<std::uint32_t>{1, 2});
  CHECK(slash.is_product);
  // All cells but two, which no product of rows and columns is.
  CHECK_FALSE(region_of(table, 0).is_product);
}

TEST_CASE("one that changes within a cell has no capacity to speak of", "[compare][states]") {
  const StateTable table = tabulate(feature({0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1}, {"-", "/"}), zone, nullptr);
  CHECK_FALSE(table.exact);
  CHECK(capacity_bits(table) == 0);
  CHECK(table.column_levels.size() == 1);
  CHECK(table.cells[0][0] == StateTable::Forms{3, 3});
}

TEST_CASE("runs without the place are in no cell", "[compare][states]") {
  const StateTable table = tabulate(feature({no_level, no_level, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {"-"}), zone, &host);
  CHECK(table.cells[0][0] == StateTable::Forms{0});
  CHECK(region_of(table, 0).is_product);  // an empty cell says nothing against it
}
