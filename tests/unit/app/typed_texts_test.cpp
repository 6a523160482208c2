#include "app/typed_texts.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace telltale;
using Texts = std::vector<std::string>;

TEST_CASE("the newest typed texts are kept, in the order of their last coming", "[app][typed]") {
  struct Row {
    const char* name;
    std::uint32_t most_texts;
    std::uint64_t most_bytes;
    std::vector<Texts> added;
    Texts kept;
  };
  const Row rows[] = {
      {"all fit", 9, 99, {{"a", "b"}, {"c"}}, {"a", "b", "c"}},
      {"one that comes again moves to the end", 9, 99, {{"a", "b"}, {"a"}}, {"b", "a"}},
      {"too many", 2, 99, {{"a", "b"}, {"c"}}, {"b", "c"}},
      {"too long in all", 9, 5, {{"aaa"}, {"bbb"}, {"cc"}}, {"bbb", "cc"}},
      {"the newest stays whatever its length", 9, 5, {{"a"}, {"bbbbbbbbb"}}, {"bbbbbbbbb"}},
      {"an empty one is none", 9, 99, {{"", "a", ""}}, {"a"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      app::TypedTexts texts(row.most_texts, row.most_bytes);
      for (const Texts& added : row.added) texts.add(added);
      REQUIRE(texts.snapshot() != nullptr);
      CHECK(texts.snapshot()->near("") == row.kept);
    }
  }
}

TEST_CASE("without a typed text there is no snapshot", "[app][typed]") {
  app::TypedTexts texts(9, 99);
  CHECK(texts.snapshot() == nullptr);
  texts.add({});
  texts.add({""});
  CHECK(texts.snapshot() == nullptr);
}

TEST_CASE("typed texts are added and read by many threads", "[app][typed]") {
  app::TypedTexts texts(50, 4096);
  const auto add = [&texts](int from) {
    for (int i = 0; i < 200; ++i) texts.add({"text " + std::to_string(from + i)});
  };
  std::thread one(add, 0);
  std::thread two(add, 100);
  std::size_t most = 0;
  for (int i = 0; i < 500; ++i)
    if (const auto seen = texts.snapshot()) most = std::max(most, seen->near("text 5").size());
  one.join();
  two.join();
  CHECK(most <= 50);
  CHECK(texts.snapshot()->size() == 50);
}
