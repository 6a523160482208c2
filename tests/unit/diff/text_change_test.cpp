#include "diff/text_change.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace telltale;
using diff::Change;
using diff::find_changes;

/// "a[-old-]{+new+}b": both texts in one.
std::string marked(std::string_view a, std::string_view b) {
  std::string out;
  std::size_t at = 0;
  for (const Change& change : find_changes(a, b).changes) {
    out += a.substr(at, change.a.begin - at);
    if (!change.a.empty()) out.append("[-").append(a.substr(change.a.begin, change.a.size())).append("-]");
    if (!change.b.empty()) out.append("{+").append(b.substr(change.b.begin, change.b.size())).append("+}");
    at = change.a.end;
  }
  return out.append(a.substr(at));
}

/// `a` with the changes made.
std::string changed(std::string_view a, std::string_view b) {
  std::string out;
  std::size_t at = 0;
  for (const Change& change : find_changes(a, b).changes) {
    out += a.substr(at, change.a.begin - at);
    out += b.substr(change.b.begin, change.b.size());
    at = change.a.end;
  }
  return out.append(a.substr(at));
}

TEST_CASE("texts are told apart by words, and signs are words of their own", "[diff][text]") {
  struct Row {
    const char* name;
    std::string a, b, marked;
  };
  const Row rows[] = {
      {"equal", "one two", "one two", "one two"},
      {"both empty", "", "", ""},
      {"a word", "one two three", "one 2 three", "one [-two-]{+2+} three"},
      {"an apostrophe", "Today's date", "Today\u02bcs date", "Today[-'-]{+\u02bc+}s date"},
      {"separators of a date, each by itself", "on 2026-05-13.", "on 2026/05/13.", "on 2026[---]{+/+}05[---]{+/+}13."},
      {"a blank more", "Be kind.", "Be  kind.", "Be {+ +}kind."},
      {"a letter of another alphabet", "paypal", "p\u0430ypal", "[-paypal-]{+p\u0430ypal+}"},
      {"a sentence reworded is one change", "Do it. Always prefer small steps. Ok.",
       "Do it. Never take large ones. Ok.", "Do it. [-Always prefer small steps-]{+Never take large ones+}. Ok."},
      {"a line more", "a\nb\n", "a\nnew\nb\n", "a\n{+new\n+}b\n"},
      {"a line less at the end", "a\nb", "a\n", "a\n[-b-]"},
      {"line ends", "a\r\nb", "a\nb", "a[-\r-]\nb"},
      {"nothing in common", "abc", "xyz", "[-abc-]{+xyz+}"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(marked(row.a, row.b) == row.marked);
      CHECK(changed(row.a, row.b) == row.b);
      CHECK(changed(row.b, row.a) == row.a);
      CHECK_FALSE(find_changes(row.a, row.b).coarse);
    }
  }
}

TEST_CASE("within words the characters that differ are told", "[diff][text]") {
  const std::string a = "paypal", b = "p\u0430ypal";
  const auto found = find_changes(a, b);
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes[0].inner_a == ByteRange{1, 2});
  CHECK(found.changes[0].inner_b == ByteRange{1, 3});
}

TEST_CASE("no character is cut, whatever the bytes around it", "[diff][text]") {
  // U+00E9 and U+00E8 share their first byte, U+00E9 and U+0129 their last.
  struct Row {
    std::string a, b;
  };
  const Row rows[] = {
      {"caf\u00e9", "caf\u00e8"}, {"caf\u00e9", "caf\u0129"}, {"\x80\xff", "\xff"}, {"a\xe2\x80", "a\xe2"}};
  for (const Row& row : rows) {
    CHECK(changed(row.a, row.b) == row.b);
    for (const Change& change : find_changes(row.a, row.b).changes) {
      CHECK(change.inner_a.begin >= change.a.begin);
      CHECK(change.inner_a.end <= change.a.end);
      CHECK(change.inner_a.begin <= change.inner_a.end);
      CHECK(change.inner_b.begin <= change.inner_b.end);
    }
  }
}

TEST_CASE("texts without likeness end in blocks, and that is said", "[diff][text]") {
  std::string a, b;
  for (int i = 0; i < 4000; ++i) {
    a += "a" + std::to_string(i) + (i % 7 == 0 ? "\n" : " ");
    b += "b" + std::to_string(i * 3) + (i % 5 == 0 ? "\n" : " ");
  }
  const auto found = find_changes(a, b);
  CHECK(found.coarse);
  CHECK(changed(a, b) == b);
}

TEST_CASE("one changed word in a long text is found among all others", "[diff][text]") {
  std::string a;
  for (int i = 0; i < 50'000; ++i) a += "word" + std::to_string(i % 977) + (i % 11 == 0 ? "\n" : " ");
  std::string b = a;
  b.replace(a.size() / 2, 1, "\u02bc");
  const auto found = find_changes(a, b);
  REQUIRE(found.changes.size() == 1);
  CHECK_FALSE(found.coarse);
  CHECK(changed(a, b) == b);
}

}  // namespace
