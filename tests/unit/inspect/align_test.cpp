// Alignment of a text with its reference.
#include "inspect/align.hpp"

#include <string>

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

namespace {

/// The differences as "was>is", one behind the other.
std::string told(std::string_view reference, std::string_view sent, Dates dates = Dates::as_written) {
  std::string out;
  for (const Hunk& hunk : align(reference, sent, dates)) {
    if (!out.empty()) out += " | ";
    out += std::string(reference.substr(hunk.reference.begin, hunk.reference.size())) + ">" +
           std::string(sent.substr(hunk.sent.begin, hunk.sent.size()));
  }
  return out;
}

/// What comes of `sent` when every hunk is undone.
std::string undone(std::string_view reference, std::string_view sent) {
  std::string out;
  std::size_t at = 0;
  for (const Hunk& hunk : align(reference, sent)) {
    out += sent.substr(at, hunk.sent.begin - at);
    out += reference.substr(hunk.reference.begin, hunk.reference.size());
    at = hunk.sent.end;
  }
  return out + std::string(sent.substr(at));
}

}  // namespace

TEST_CASE("differences are told by lines, words and code points", "[inspect][align]") {
  struct Row {
    const char* name;
    std::string reference;
    std::string sent;
    std::string told;
  };
  const Row rows[] = {
      {"equal", "a b", "a b", ""},
      {"another word", "You must not", "You should not", "must>should"},
      {"one letter of a word", "the colour of it", "the color of it", "u>"},
      {"a letter of another script", "read the file",
       "r\xD0\xB5"
       "ad the file",
       "e>\xD0\xB5"},
      {"an invisible character inside a word", "read",
       "re\xE2\x80\x8B"
       "ad",
       ">\xE2\x80\x8B"},
      {"a comma less", "tests, and docs", "tests and docs", ",>"},
      {"a second blank", "one two", "one  two", "> "},
      {"a sentence more", "A b.\nC d.", "A b. E f g.\nC d.", "> E f g."},
      {"a line more", "a\nb\n", "a\nx\nb\n", ">x\n"},
      {"a line end more", "a\nb", "a\nb\n", ">\n"},
      {"from nothing", "", "abc", ">abc"},
      {"to nothing", "abc", "", "abc>"},
      {"characters of a script without blanks", "\xE6\x94\xB9\xE6\x8E\xA5\xE5\x8F\xA3", "\xE6\x94\xB9\xE5\x8F\xA3",
       "\xE6\x8E\xA5>"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(told(row.reference, row.sent) == row.told);
      CHECK(undone(row.reference, row.sent) == row.reference);
    }
  }
}

TEST_CASE("a date is one word whose day does not matter, where asked", "[inspect][align]") {
  CHECK(told("Today is 2026-03-17.", "Today is 2026-11-02.", Dates::by_format).empty());
  CHECK(told("Today is 2026-03-17.", "Today is 17.03.2026.", Dates::by_format) == "2026-03-17>17.03.2026");
  CHECK(told("Today is 2026-03-07.", "Today is 2026-3-7.", Dates::by_format) == "2026-03-07>2026-3-7");
  CHECK_FALSE(told("Today is 2026-03-17.", "Today is 2026-11-02.").empty());
}

TEST_CASE("undoing the differences of any two texts gives the reference", "[inspect][align]") {
  std::uint32_t state = 7;
  const auto next = [&state](std::uint32_t n) { return (state = state * 1664525 + 1013904223) % n; };
  const char* words[] = {
      "a", "b", " ", "\n", "\xC3\xA9", "word", "\xE2\x80\x99", "7", "2026-01-02", "\xF0\x9F\x98\x80"};
  for (int round = 0; round < 300; ++round) {
    std::string one;
    std::string other;
    for (std::uint32_t i = next(60); i > 0; --i) one += words[next(10)];
    other = one;
    for (std::uint32_t i = next(5); i > 0; --i) {
      const std::size_t at = next(static_cast<std::uint32_t>(other.size()) + 1);
      if ((static_cast<unsigned char>(other[at]) & 0xC0U) != 0x80U) other.insert(at, words[next(10)]);
    }
    REQUIRE(undone(one, other) == one);
    REQUIRE(undone(other, one) == other);
  }
}

TEST_CASE("texts without anything in common cost a bounded search", "[inspect][align]") {
  std::string one;
  std::string other;
  for (int i = 0; i < 3000; ++i) {
    one += "alpha" + std::to_string(i) + " ";
    other += "omega" + std::to_string(i) + " ";
  }
  CHECK(undone(one, other) == one);
  CHECK(likeness(one, align(one, other)) < 0.6);
}
