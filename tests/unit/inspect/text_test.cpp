// A decoded string knows the way back to its bytes.
#include "inspect/text.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

TEST_CASE("a text decodes escapes and maps every byte back to what wrote it", "[inspect][text]") {
  struct Row {
    const char* name;
    std::string raw;
    std::string decoded;
    std::vector<std::size_t> places;  ///< raw offset of each decoded byte, and of the end
  };
  const Row rows[] = {
      {"plain", "abc", "abc", {0, 1, 2, 3}},
      {"empty", "", "", {0}},
      {"a short escape", "a\\nb", "a\nb", {0, 1, 3, 4}},
      {"a long escape", "a\\u0041b", "aAb", {0, 1, 7, 8}},
      {"two bytes of one escape", "\\u00e9x", "\xC3\xA9x", {0, 0, 6, 7}},
      {"a surrogate pair", "\\ud83d\\ude00.", "\xF0\x9F\x98\x80.", {0, 0, 0, 0, 12, 13}},
      {"escapes side by side", "\\n\\t", "\n\t", {0, 2, 4}},
      {"raw UTF-8 beside an escape", "\xC3\xA9\\n", "\xC3\xA9\n", {0, 1, 2, 4}},
      {"a backslash that begins no escape", "\\q", "\\q", {0, 1, 2}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Text text({row.raw, {0, row.raw.size()}, true, true});
      CHECK(text.view() == row.decoded);
      REQUIRE(row.places.size() == text.size() + 1);
      for (std::size_t i = 0; i < row.places.size(); ++i) CHECK(text.raw(i) == row.places[i]);
    }
  }
}

TEST_CASE("a text inside a document counts in the document", "[inspect][text]") {
  const std::string document = R"({"a":"x\u0041y"})";
  const Text text({document, {6, 14}, true, true});
  CHECK(text.view() == "xAy");
  CHECK(text.raw(ByteRange{1, 2}) == ByteRange{7, 13});
  CHECK(text.is_escape(1));
  CHECK_FALSE(text.is_escape(0));
  CHECK_FALSE(text.is_escape(2));
  CHECK(text.is_ascii());
}
