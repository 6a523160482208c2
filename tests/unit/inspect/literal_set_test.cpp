#include "inspect/literal_set.hpp"

#include <algorithm>
#include <random>

#include "support/catch.hpp"

using namespace telltale::inspect;

namespace {

/// The slow reference.
std::vector<std::pair<std::size_t, std::uint32_t>> slowly(const std::vector<std::string>& literals,
                                                          const std::string& text) {
  std::vector<std::pair<std::size_t, std::uint32_t>> out;
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    for (std::size_t at = text.find(literals[i]); at != std::string::npos; at = text.find(literals[i], at + 1))
      out.emplace_back(at, i);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::pair<std::size_t, std::uint32_t>> quickly(const std::vector<std::string>& literals,
                                                           const std::string& text) {
  std::vector<LiteralSet::Hit> hits;
  LiteralSet(literals).find(text, hits);
  std::vector<std::pair<std::size_t, std::uint32_t>> out;
  for (const LiteralSet::Hit& hit : hits) out.emplace_back(hit.at, hit.literal);
  return out;
}

}  // namespace

TEST_CASE("a literal is found at every alignment and at both ends", "[inspect][literal-set]") {
  const std::vector<std::string> literals{"s date is ", "<timezone>", "1234567"};
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 5; ++after) {
      for (const std::string& literal : literals) {
        const std::string text = std::string(before, '.') + literal + std::string(after, '.');
        CHECK(quickly(literals, text) == slowly(literals, text));
      }
    }
  }
}

TEST_CASE("literals agree with a plain search on random text", "[inspect][literal-set]") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    const std::size_t size = random() % 400;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + random() % 2);
    std::vector<std::string> literals;
    for (int i = 0; i < 5; ++i) {
      std::string literal;
      const std::size_t length = 7 + random() % 4;
      for (std::size_t k = 0; k < length; ++k) literal += static_cast<char>('a' + random() % 2);
      literals.push_back(literal);
    }
    std::sort(literals.begin(), literals.end());
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    CHECK(quickly(literals, text) == slowly(literals, text));
  }
}

TEST_CASE("an empty set and a short text give nothing", "[inspect][literal-set]") {
  CHECK(quickly({}, "some text").empty());
  CHECK(quickly({"1234567"}, "123456").empty());
  CHECK(quickly({"short"}, "short short").empty());  // under seven bytes: never found, refused by the loader
}
