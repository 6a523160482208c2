#include "compare/score_tail.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "compare/arrangement.hpp"

namespace {

using namespace telltale::compare;

double uniform(Random& random) {
  return (static_cast<double>(random.below(1U << 30)) + 0.5) / static_cast<double>(1U << 30);
}

// Half a chi square of two degrees: the scores of a table of three by two, in some unit.
Scores exponential(std::size_t count, Random& random) {
  Scores out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(static_cast<std::int64_t>(-std::log(uniform(random)) * 1'000'000));
  return out;
}

}  // namespace

TEST_CASE("the best of many arrangements is worth what its distance says", "[compare][tail]") {
  Random random(5);
  Scores scores = exponential(1000, random);
  scores[0] = 25'000'000;  // chance: e^-25
  const auto unlikely = log_unlikely(scores, 1000);
  CHECK(unlikely[0] < -17);
  CHECK(unlikely[0] > -40);
}

TEST_CASE("the luckiest of a thousand is worth little more than that", "[compare][tail]") {
  Random random(6);
  for (int i = 0; i < 50; ++i) {
    const auto unlikely = log_unlikely(exponential(1000, random), 1000);
    for (const float one : unlikely) CHECK(one > std::log(1e-3 / 1000));
  }
}

TEST_CASE("where few coincidences are to be expected, a few more are no miracle", "[compare][tail]") {
  // Poisson of mean 0.3 as counts: mostly none, the best of a thousand has three or four.
  Random random(7);
  for (int i = 0; i < 20; ++i) {
    Scores scores;
    for (int way = 0; way < 1000; ++way) {
      int count = 0;
      for (double product = uniform(random); product > std::exp(-0.3); product *= uniform(random)) ++count;
      scores.push_back(count * 1'000'000);
    }
    const auto unlikely = log_unlikely(scores, 0.3);
    for (const float one : unlikely) CHECK(one > std::log(1e-3 / 1000));
  }
}

TEST_CASE("scores that are all alike say nothing", "[compare][tail]") {
  for (const float one : log_unlikely(Scores(1000, 7), 10)) CHECK(one == 0);
}

TEST_CASE("most scores are worth their rank", "[compare][tail]") {
  Scores scores;
  for (int i = 0; i < 1000; ++i) scores.push_back(i);
  const auto unlikely = log_unlikely(scores, 1000);
  CHECK(unlikely[0] == 0);
  CHECK(unlikely[500] == Approx(std::log(0.5)));
  CHECK(unlikely[980] == Approx(std::log(0.02)));
}
