// What was typed, found in what was sent: word for word, or altered.
#include "inspect/typed_texts.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

TEST_CASE("a typed text is found word for word as clients pass it on", "[inspect][typed]") {
  struct Row {
    const char* name;
    std::string typed;
    std::string text;
    std::string found;  ///< "" for nothing
  };
  const Row rows[] = {
      {"alone", "Explain the retry loop.", "Explain the retry loop.", "Explain the retry loop."},
      {"in a note", "Explain the retry loop.", "<a>\nx\n</a>\nExplain the retry loop.\n", "Explain the retry loop."},
      {"in quotes", "Explain the retry loop.", "\"Explain the retry loop.\"", "Explain the retry loop."},
      {"trimmed", "  Explain the retry loop. \n", "Explain the retry loop.", "Explain the retry loop."},
      {"CRLF as LF", "first line\r\nsecond line", "first line\nsecond line", "first line\nsecond line"},
      {"CRLF kept", "first line\r\nsecond line", "first line\r\nsecond line", "first line\r\nsecond line"},
      {"escaped in a JSON string", "say \"hi\" to them\nnow", "{\"prompt\":\"say \\\"hi\\\" to them\\nnow\"}",
       "say \\\"hi\\\" to them\\nnow"},
      {"short, on a line of its own", "ok", "note\nok\n", "ok"},
      {"short, in quotes", "ok", "\"ok\"", "ok"},
      {"short, inside other words", "ok", "look at the book", ""},
      {"short, as a word among others", "ok", "it is ok now", ""},
      {"another text", "Explain the retry loop.", "Explain the other loop.", ""},
      {"nothing typed", "", "anything", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto places = TypedTexts({row.typed}).exact(row.text);
      REQUIRE(places.size() == (row.found.empty() ? 0U : 1U));
      if (!places.empty()) CHECK(row.text.substr(places[0].range.begin, places[0].range.size()) == row.found);
    }
  }
}

TEST_CASE("of two typed texts that begin alike the longer one is found", "[inspect][typed]") {
  const TypedTexts typed({"fix the parser", "fix the parser and its tests"});
  const auto places = typed.exact("please fix the parser and its tests");
  REQUIRE(places.size() == 1);
  CHECK(places[0].typed == 1);
}

TEST_CASE("an altered typed text is found, and nothing beside it", "[inspect][typed]") {
  struct Row {
    const char* name;
    std::string typed;
    std::string text;
    std::string found;
    std::size_t changes;
  };
  const std::string note = "<note>\nBe brief.\n</note>\n\n";
  const Row rows[] = {
      {"a word swapped", "Please write a small script.", note + "Please write one small script.",
       "Please write one small script.", 1},
      {"the first word swapped", "Please write a small script for me.", note + "Kindly write a small script for me.",
       "Kindly write a small script for me.", 1},
      {"a letter of the first word", "Can you turn this into a table?",
       note + "Can y\xE2\x80\x8Bou turn this into a table?", "Can y\xE2\x80\x8Bou turn this into a table?", 1},
      {"a letter of the last word", "Where does the rounding happen?",
       note + "Where does the rounding hap\xE2\x80\x8Bpen?", "Where does the rounding hap\xE2\x80\x8Bpen?", 1},
      {"the stop at the end", "Explain the retry loop to me.", note + "Explain the retry loop to me!",
       "Explain the retry loop to me!", 1},
      {"in a tag", "Explain the retry loop to me.", note + "<query>\nExplain a retry loop to me.\n</query>",
       "Explain a retry loop to me.", 1},
      {"no blanks between words",
       "\xE6\x8A\x8A\xE5\x87\xBD\xE6\x95\xB0\xE6\x94\xB9\xE7\x9F\xAD\xE4\xB8\x80\xE4\xBA\x9B",
       note + "\xE6\x8A\x8A\xE5\x87\xBD\xE6\x95\xB0\xE6\x94\xB9\xE5\xB0\x8F\xE4\xB8\x80\xE4\xBA\x9B",
       "\xE6\x8A\x8A\xE5\x87\xBD\xE6\x95\xB0\xE6\x94\xB9\xE5\xB0\x8F\xE4\xB8\x80\xE4\xBA\x9B", 1},
      {"another text", "Explain the retry loop to me.", "What is the capital of France, and why?", "", 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto near = TypedTexts({row.typed}).near(row.text, 0);
      REQUIRE(near.has_value() == !row.found.empty());
      if (!near) continue;
      CHECK(row.text.substr(near->range.begin, near->range.size()) == row.found);
      CHECK(near->hunks.size() == row.changes);
    }
  }
}

TEST_CASE("a file that was mentioned is known by its path", "[inspect][typed]") {
  const TypedTexts typed({"Explain @src/filter.py to me."});
  CHECK(typed.mentions_file_of("Contents of src/filter.py:\ndef f(): pass\n"));
  CHECK_FALSE(typed.mentions_file_of("Contents of src/other.py:\ndef f(): pass\n"));
  CHECK_FALSE(TypedTexts({"mail me @ noon"}).mentions_file_of("noon"));
}
