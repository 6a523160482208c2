#include "app/sweep_plan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

namespace telltale {
namespace {

const std::vector<app::SweepFactor> factors = {
    {"A", {"1", "2", "3"}}, {"B", {"1", "2"}}, {"C", {"1", "2", "3", "4"}}, {"D", {"1", "2"}}};

}  // namespace

TEST_CASE("a full design has every combination once", "[app][sweep]") {
  const auto cells = app::design_cells(factors, app::Design::full);
  REQUIRE(cells);
  CHECK(std::set<app::Cell>(cells->begin(), cells->end()).size() == 48);
  CHECK(cells->size() == 48);
}

TEST_CASE("a pairwise design has every pair of values, in far fewer cells", "[app][sweep]") {
  const auto cells = app::design_cells(factors, app::Design::pairwise);
  REQUIRE(cells);
  CHECK(cells->size() >= 12);
  CHECK(cells->size() < 20);
  for (std::size_t i = 0; i < factors.size(); ++i)
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      std::set<std::pair<std::size_t, std::size_t>> seen;
      for (const app::Cell& cell : *cells) seen.emplace(cell[i], cell[j]);
      CHECK(seen.size() == factors[i].levels.size() * factors[j].levels.size());
    }
}

TEST_CASE("one at a time changes one value of the first cell", "[app][sweep]") {
  const auto cells = app::design_cells(factors, app::Design::one_at_a_time);
  REQUIRE(cells);
  CHECK(cells->size() == 8);
  for (std::size_t i = 1; i < cells->size(); ++i) CHECK(std::count((*cells)[i].begin(), (*cells)[i].end(), 0) == 3);
}

TEST_CASE("more cells than anybody waits for are refused", "[app][sweep]") {
  std::vector<app::SweepFactor> many;
  for (int i = 0; i < 13; ++i) many.push_back({std::string(1, static_cast<char>('A' + i)), {"1", "2"}});
  CHECK_FALSE(app::design_cells(many, app::Design::full));
  CHECK(app::design_cells(many, app::Design::pairwise));
}

TEST_CASE("every round has all cells once, in an order that the seed gives", "[app][sweep]") {
  const auto runs = app::order_runs(10, 3, 7);
  REQUIRE(runs.size() == 30);
  std::map<unsigned, std::set<std::size_t>> rounds;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CHECK(runs[i].round == i / 10);
    rounds[runs[i].round].insert(runs[i].cell);
  }
  for (const auto& [round, cells] : rounds) CHECK(cells.size() == 10);
  const auto order = [](const auto& list) {
    std::vector<std::size_t> out;
    for (const auto& run : list) out.push_back(run.cell);
    return out;
  };
  CHECK(order(runs) == order(app::order_runs(10, 3, 7)));
  CHECK(order(runs) != order(app::order_runs(10, 3, 8)));
}

TEST_CASE("rounds are enough for six runs of each value", "[app][sweep]") {
  const std::vector<app::SweepFactor> one = {{"TZ", {"UTC", "Asia/Tehran"}}};
  CHECK(app::enough_rounds(one, *app::design_cells(one, app::Design::full)) == 6);
  CHECK(app::enough_rounds(factors, *app::design_cells(factors, app::Design::full)) == 2);
}

TEST_CASE("a factor is a name and its values", "[app][sweep]") {
  const auto factor = app::parse_factor("BASE_URL=,https://a.example/?x=1\\,2,b");
  REQUIRE(factor);
  CHECK(factor->name == "BASE_URL");
  CHECK(factor->levels == std::vector<std::string>{"", "https://a.example/?x=1,2", "b"});
  struct Row {
    const char* text;
    const char* said;
  };
  const Row rows[] = {{"TZ", "TZ has no values"},
                      {"TZ=UTC", "needs two values"},
                      {"TZ=UTC,UTC", "a value twice"},
                      {"colour=red,blue", "cannot be varied"},
                      {"user=ann,", "a value is empty"},
                      {"clock=today,2026-01-31", "today is no time"},
                      {"clock=2026-01-31,2026-01-31 23:30", "is no time"},
                      {"proxy=HTTPS_PROXY,NO_PROXY", "NO_PROXY is no variable for a proxy"},
                      {"proxy=HTTPS_PROXY,ALL_PROXY+", "is no variable for a proxy"},
                      {"entry=connect,reverse", "entered by CONNECT alone"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto got = app::parse_factor(row.text);
      REQUIRE_FALSE(got);
      CHECK(got.error().detail.find(row.said) != std::string::npos);
    }
  }
}

TEST_CASE("times and names of proxy variables are checked", "[app][sweep]") {
  CHECK(app::parse_factor("clock=2026-01-31,2026-07-01 23:30:00"));
  CHECK(app::parse_factor("proxy=HTTPS_PROXY,https_proxy+all_proxy"));
}

TEST_CASE("a plan tells what a folder was made from", "[app][sweep]") {
  const std::string plan = app::plan_text(factors, app::Design::full, {"claude", "-p"}, {});
  CHECK(plan == app::plan_text(factors, app::Design::full, {"claude", "-p"}, {}));
  CHECK(plan != app::plan_text(factors, app::Design::full, {"claude", "-p"}, {"LANG"}));
  CHECK(plan != app::plan_text(factors, app::Design::pairwise, {"claude", "-p"}, {}));
}

TEST_CASE("every profile can be read", "[app][sweep]") {
  for (const char* name : {"timezone", "gateway", "locale", "identity"}) CHECK(app::profile_factors(name));
  CHECK(app::profile_factors("everything")->size() == 6);
  CHECK_FALSE(app::profile_factors("weather"));
}

}  // namespace telltale
