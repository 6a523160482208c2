#include "compare/factor.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace telltale;
using namespace telltale::compare;
using Runs = std::vector<inspect::Environment>;
using Texts = std::vector<std::string>;

const Runs sweep = {
    {{"tz_name", {"UTC"}}, {"locale", {"C"}}, {"host", {"a1"}}, {"user", {"ann"}}, {"run", {"1"}}},
    {{"tz_name", {"UTC"}}, {"locale", {"C"}}, {"host", {"a2"}}, {"user", {"ann"}}, {"run", {"2"}}},
    {{"tz_name", {"Asia/Tehran"}}, {"locale", {"fa"}}, {"host", {"a3"}}, {"user", {"ann"}}, {"run", {"3"}}},
    {{"tz_name", {"Asia/Tehran"}}, {"locale", {"fa"}}, {"host", {"a4"}}, {"user", {"ann"}}, {"run", {"4"}}},
};

TEST_CASE("facts that differ and repeat are factors", "[compare][factor]") {
  const auto set = find_factors(sweep, {});
  REQUIRE(set);
  REQUIRE(set->factors.size() == 1);
  // Both always change together: one question, two names.
  CHECK(set->factors[0].name == "tz_name");
  CHECK(set->factors[0].same == Texts{"locale"});
  CHECK(set->factors[0].levels == Texts{"Asia/Tehran", "UTC"});
  CHECK(set->factors[0].of_run == std::vector<std::uint32_t>{1, 1, 0, 0});
  CHECK(set->untestable == Texts{"host"});
}

TEST_CASE("a factor can be asked for by name", "[compare][factor]") {
  const auto set = find_factors(sweep, {"locale"});
  REQUIRE(set);
  CHECK(set->factors[0].name == "locale");
  CHECK(set->factors[0].same.empty());
  CHECK(set->factors[0].levels == Texts{"C", "fa"});
}

TEST_CASE("a fact that is missing in some runs is a level of its own", "[compare][factor]") {
  const auto set = find_factors({{{"proxy", {"x"}}}, {}, {{"proxy", {"x"}}}, {}}, {});
  REQUIRE(set);
  CHECK(set->factors[0].levels == Texts{"", "x"});
}

TEST_CASE("find_factors says why there is nothing to test", "[compare][factor]") {
  struct Row {
    const char* name;
    Runs runs;
    Texts only;
    const char* detail;
  };
  const Row rows[] = {
      {"no runs", {}, {}, "there is one run only; nothing to compare it with"},
      {"no facts",
       {{}, {}},
       {},
       "the captures carry no environment that differs; each needs its facts in \"environment\""},
      {"nothing differs",
       {sweep[0], sweep[0]},
       {},
       "the captures carry no environment that differs; each needs its facts in \"environment\""},
      {"nothing repeats",
       {sweep[0], sweep[2]},
       {},
       "every run has another host, locale, tz_name; repeat each environment at least once"},
      {"an unknown name", sweep, {"zone"}, "zone is no fact that differs and repeats; these do: locale, tz_name"},
      {"a name that does not differ",
       sweep,
       {"user"},
       "user is no fact that differs and repeats; these do: locale, tz_name"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto set = find_factors(row.runs, row.only);
      REQUIRE_FALSE(set);
      CHECK(set.error().code == Errc::config_malformed);
      CHECK(set.error().detail == row.detail);
    }
  }
}

}  // namespace
