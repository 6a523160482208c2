// Lists put in order by splices: every permutation of five items comes out right, and large items stay.
#include "inspect/reorder.hpp"

#include <algorithm>
#include <numeric>

#include "inspect/edit.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

TEST_CASE("reorder brings any permutation into the order asked for", "[inspect][reorder]") {
  const std::vector<std::string> words = {"a", "bb", "ccccccccc", "dd", "e"};
  for (const std::string separator : {",", ",\n  ", ""}) {
    std::vector<std::size_t> order(words.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      std::string text = "[";
      std::string wanted = "[";
      std::vector<ByteRange> items;
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += separator;
        if (i > 0) wanted += separator;
        items.push_back({text.size(), text.size() + words[i].size()});
        text += words[i];
        wanted += words[order[i]];
      }
      text += "]";
      wanted += "]";
      const Reordering result = reorder(text, items, order);
      REQUIRE(apply_edits(text, result.edits).value() == wanted);
      CHECK(std::find(result.moved.begin(), result.moved.end(), std::size_t{2}) == result.moved.end());
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST_CASE("reorder says what moved, but edits nothing between unlike separators", "[inspect][reorder]") {
  const std::string text = "a, b,c";
  const Reordering result = reorder(text, {{0, 1}, {3, 4}, {5, 6}}, {1, 0, 2});
  CHECK(result.moved.size() == 1);
  CHECK(result.edits.empty());
}
