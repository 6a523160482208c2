#include "core/utf8.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("utf8::decode reads what is well formed and steps one byte over what is not", "[core][utf8]") {
  struct Row {
    const char* name;
    std::string text;
    char32_t code_point;
    int length;
    bool valid;
  };
  const Row rows[] = {
      {"ASCII", "a", U'a', 1, true},
      {"two bytes", "\xCA\xBC", U'\u02BC', 2, true},
      {"three bytes", "\xE2\x80\x99", U'\u2019', 3, true},
      {"four bytes", "\xF0\x9F\x98\x80", U'\U0001F600', 4, true},
      {"continuation alone", "\x80", 0x80, 1, false},
      {"overlong slash", "\xC0\xAF", 0xC0, 1, false},
      {"overlong three", "\xE0\x80\xAF", 0xE0, 1, false},
      {"surrogate", "\xED\xA0\x80", 0xED, 1, false},
      {"past the last", "\xF4\x90\x80\x80", 0xF4, 1, false},
      {"cut short", "\xE2\x80", 0xE2, 1, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto step = utf8::decode(row.text, 0);
      CHECK(step.code_point == row.code_point);
      CHECK(step.length == row.length);
      CHECK(step.valid == row.valid);
    }
  }
}

TEST_CASE("utf8::append writes what decode reads", "[core][utf8]") {
  for (const char32_t c : {U'a', U'\u02BC', U'\u2019', U'\uFFFD', U'\U0001F600', U'\U0010FFFF'}) {
    std::string out;
    utf8::append(out, c);
    CHECK(utf8::decode(out, 0).code_point == c);
    CHECK(utf8::length(out) == 1);
  }
}

TEST_CASE("utf8 offsets count code points, ill-formed bytes as one each", "[core][utf8]") {
  const std::string text = "a\xCA\xBC\xFFz";
  CHECK(utf8::length(text) == 4);
  CHECK(utf8::offset_of(text, 2) == 3);
  CHECK(utf8::offset_of(text, 3) == 4);
  CHECK(utf8::offset_of(text, 9) == text.size());
  CHECK_FALSE(utf8::is_ascii(text));
  CHECK(utf8::is_ascii("plain text of more than eight bytes"));
  CHECK_FALSE(utf8::is_ascii("more than eight bytes, odd at the end \xFF"));
}

TEST_CASE("utf8::escaped shows nothing a terminal could act on", "[core][utf8]") {
  CHECK(utf8::escaped("Today\xCA\xBCs\x1B[31m\xFF") == "Today<U+02BC>s<U+001B>[31m<0xFF>");
}
