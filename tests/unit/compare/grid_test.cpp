#include "compare/grid.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace {

using namespace telltale;
using namespace telltale::compare;

Exchange exchange(std::string file, std::string arm, std::string series, std::string run = {}) {
  Exchange out;
  out.file = std::move(file);
  out.environment["arm"] = {std::move(arm)};
  if (!run.empty()) out.environment["run"] = {std::move(run)};
  out.sheet.series = std::move(series);
  return out;
}

TEST_CASE("exchanges are sorted into runs", "[compare][grid]") {
  struct Row {
    const char* name;
    std::vector<Exchange> exchanges;
    std::size_t runs;
    std::size_t series;
  };
  const Row rows[] = {
      {"each by itself, in one file",
       {exchange("f", "A", "x"), exchange("f", "A", "x"), exchange("f", "B", "x")},
       3,
       1},
      {"a file an environment is no run",
       {exchange("a", "A", "x"), exchange("a", "A", "x"), exchange("b", "B", "x"), exchange("b", "B", "x")},
       4,
       1},
      {"a file a run, where environments have several",
       {exchange("1", "A", "x"), exchange("1", "A", "y"), exchange("2", "A", "x"), exchange("3", "B", "x")},
       3,
       2},
      {"as the environment says",
       {exchange("f", "A", "x", "1"), exchange("f", "A", "x", "1"), exchange("f", "A", "x", "2"),
        exchange("f", "B", "x", "3")},
       3,
       2},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Grid grid = lay_out(row.exchanges);
      CHECK(grid.runs.size() == row.runs);
      CHECK(grid.series.size() == row.series);
    }
  }
}

TEST_CASE("the second request of its kind in a run is compared with other second ones", "[compare][grid]") {
  const std::vector<Exchange> exchanges = {exchange("f", "A", "x", "1"), exchange("f", "A", "x", "1"),
                                           exchange("f", "B", "x", "2")};
  const Grid grid = lay_out(exchanges);
  REQUIRE(grid.series.size() == 2);
  CHECK(grid.series[0].name == "x");
  CHECK(grid.series[0].present == 2);
  CHECK(grid.series[1].name == "x (2)");
  CHECK(grid.series[1].present == 1);
}

TEST_CASE("rows that are alike in all runs are dropped", "[compare][grid]") {
  std::vector<Exchange> exchanges = {exchange("f", "A", "x"), exchange("f", "B", "x")};
  exchanges[0].sheet.cells = {{1, 1, 5, 0}, {2, 2, 6, 0}, {3, 3, 8, 0}, {4, 4, 9, 1}};
  exchanges[1].sheet.cells = {{1, 1, 5, 0}, {2, 2, 7, 0}, {4, 4, 9, 2}};
  const Grid grid = lay_out(exchanges);
  std::vector<std::uint32_t> places;
  for (const Row& row : grid.series[0].rows) places.push_back(row.place);
  std::sort(places.begin(), places.end());
  CHECK(places == std::vector<std::uint32_t>{2, 3, 4});
}

}  // namespace
