#include "compare/permutation_test.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace {

using namespace telltale::compare;

Split split(std::vector<std::uint32_t> levels) {
  return canonical(levels);
}

TEST_CASE("all arrangements are listed where they are few", "[compare][permutation]") {
  Random random(1);
  const Arrangements all = arrange({0, 0, 0, 1, 1, 1}, 100, random);
  CHECK(all.exact);
  CHECK(all.ways.size() == 20);
  CHECK(all.ways.front() == std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1});
  const Arrangements some = arrange({0, 0, 0, 1, 1, 1}, 19, random);
  CHECK_FALSE(some.exact);
  CHECK(some.ways.size() == 19);
}

TEST_CASE("random numbers are the same everywhere", "[compare][permutation]") {
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317ULL);
  CHECK(random.next() == 3203168211198807973ULL);
}

TEST_CASE("p values of small tables are those of the exact test", "[compare][permutation]") {
  struct Row {
    const char* name;
    std::vector<std::uint32_t> feature;
    std::vector<std::uint32_t> factor;
    double p;
  };
  const Row rows[] = {
      {"six against six", {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, 2.0 / 924},
      {"three against three", {0, 0, 0, 1, 1, 1}, {0, 0, 0, 1, 1, 1}, 2.0 / 20},
      {"one stray", {0, 0, 0, 1, 1, 0}, {0, 0, 0, 1, 1, 1}, 8.0 / 20},
      {"nothing", {0, 1, 0, 1, 0, 1}, {0, 0, 0, 1, 1, 1}, 1.0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Random random(1);
      const TestResult result = test_all({split(row.feature)}, {split(row.factor)}, {{0, 0, 1.0}}, random);
      CHECK(result.exact);
      CHECK(result.p[0] == Approx(row.p));
      CHECK(result.adjusted[0] == Approx(row.p));
    }
  }
}

TEST_CASE("many features cost what chance could do with them, copies of one nothing", "[compare][permutation]") {
  const Split arm = split({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1});
  std::vector<Split> features = {arm};
  std::vector<Hypothesis> hypotheses = {{0, 0, 1.0}};
  Random noise(3);
  for (std::uint32_t i = 1; i <= 40; ++i) {
    std::vector<std::uint32_t> levels = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    shuffle_within({{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, levels, noise);
    features.push_back(canonical(levels));
    hypotheses.push_back({i, 0, 1.0});
  }
  Random random(1);
  const double among_many = test_all(features, {arm}, hypotheses, random).adjusted[0];
  CHECK(among_many > 20 * 2.0 / 924);
  CHECK(among_many <= 41 * 2.0 / 924);

  for (Split& feature : features) feature = arm;
  const TestResult copies = test_all(features, {arm}, hypotheses, random);
  CHECK(copies.adjusted[0] == Approx(2.0 / 924));

  // What mostly varies by chance does not take from what does not.
  for (std::size_t i = 1; i < features.size(); ++i) features[i] = split({0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0});
  for (std::size_t i = 1; i < hypotheses.size(); ++i) hypotheses[i].weight = 0.01;
  CHECK(test_all(features, {arm}, hypotheses, random).adjusted[0] == Approx(2.0 / 924));
}

TEST_CASE("mutual information is in bits, without what chance adds", "[compare][permutation]") {
  const Split four = split({0, 1, 2, 3, 0, 1, 2, 3});
  const Split two = split({0, 0, 1, 1, 0, 0, 1, 1});
  CHECK(mutual_information(four, four) == Approx(2.0));
  CHECK(mutual_information(four, two) == Approx(1.0));
  CHECK(mutual_information(split({0, 1, 0, 1, 0, 1, 0, 1}), two) == Approx(0.0).margin(1e-9));
}

TEST_CASE("a factor that only goes along with the cause adds nothing to it", "[compare][permutation]") {
  // The feature follows `cause`; `other` was mostly set together with it.
  const Split cause = split({0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1});
  const Split other = split({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0});
  Random random(1);
  CHECK(test_given(cause, other, cause, random) == 1.0);
  CHECK(test_given(cause, cause, other, random) < 0.05);
}

}  // namespace
