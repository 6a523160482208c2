#include "diff/likeness.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace telltale::diff;

TEST_CASE("likeness is how much of the wording two texts share", "[diff][likeness]") {
  struct Row {
    const char* name;
    std::string a, b;
    double least, most;
  };
  const std::string prose = "You are a careful helper. Always ask before you delete a file, and say what you did.";
  const Row rows[] = {
      {"equal", prose, prose, 1, 1},
      {"one word changed", prose,
       "You are a careful helper. Always ask before you remove a file, and say what you did.", 0.4, 0.9},
      {"another text", prose, "The quick brown fox jumps over the lazy dog while nobody is looking at the clock.", 0,
       0.05},
      {"short texts go by single words", "cli/1.0", "cli/1.1", 0.3, 0.9},
      {"no words at all", "'", "'", 1, 1},
      {"empty and not", "", "abc", 0, 0},
      {"both empty", "", "", 1, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const double likeness = Sketch(row.a).likeness(Sketch(row.b));
      CHECK(likeness >= row.least);
      CHECK(likeness <= row.most);
      CHECK(likeness == Sketch(row.b).likeness(Sketch(row.a)));
    }
  }
}

TEST_CASE("long texts are told alike by a part of their wording", "[diff][likeness]") {
  std::string a;
  for (int i = 0; i < 5000; ++i) a += "word" + std::to_string(i * 7919 % 10007) + " ";
  std::string half = a.substr(0, a.size() / 2);
  CHECK(Sketch(a).likeness(Sketch(a + "and a tail")) > 0.9);
  CHECK(Sketch(a).likeness(Sketch(half)) == Approx(0.5).margin(0.15));
}

TEST_CASE("texts are paired by likeness, each once", "[diff][likeness]") {
  const std::vector<std::string_view> a = {"reads a file from disk", "runs a command in a shell"};
  const std::vector<std::string_view> b = {"runs a command in the shell", "paints a picture",
                                           "reads a file from a disk"};
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  const Pairs pairs = pair_alike(a, b, 0.3);
  CHECK(Pairs(pairs.begin(), pairs.end()).size() == 2);
  CHECK(std::find(pairs.begin(), pairs.end(), std::pair<std::size_t, std::size_t>{0, 2}) != pairs.end());
  CHECK(std::find(pairs.begin(), pairs.end(), std::pair<std::size_t, std::size_t>{1, 0}) != pairs.end());
  CHECK(pair_alike(a, {}, 0.3).empty());
}

}  // namespace
