#include "core/ascii.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("classes and cases are those of ASCII for every byte", "[core][ascii]") {
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    const bool upper = i >= 'A' && i <= 'Z';
    const bool lower = i >= 'a' && i <= 'z';
    const bool digit = i >= '0' && i <= '9';
    INFO(i);
    CHECK(ascii::is_digit(c) == digit);
    CHECK(ascii::is_alpha(c) == (upper || lower));
    CHECK(ascii::is_alnum(c) == (upper || lower || digit));
    CHECK(ascii::to_lower(c) == (upper ? static_cast<char>(i + 32) : c));
  }
}

TEST_CASE("hex_value knows sixteen digits in two cases", "[core][ascii]") {
  CHECK(ascii::hex_value('0') == 0);
  CHECK(ascii::hex_value('9') == 9);
  CHECK(ascii::hex_value('a') == 10);
  CHECK(ascii::hex_value('F') == 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xc1'}) CHECK(ascii::hex_value(c) == -1);
}

TEST_CASE("comparison ignores the case of ASCII letters alone", "[core][ascii]") {
  struct Row {
    const char* a;
    const char* b;
    bool equal;
  };
  const Row rows[] = {
      {"", "", true},    {"Host", "hOST", true},       {"Host", "Hos", false},          {"[", "{", false},
      {"@", "`", false}, {"K", "\xe2\x84\xaa", false}, {"\xc3\x84", "\xc3\xa4", false}, {"a-1", "A-1", true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.a << " and " << row.b) {
      CHECK(ascii::equals_ignoring_case(row.a, row.b) == row.equal);
      CHECK(ascii::equals_ignoring_case(row.b, row.a) == row.equal);
    }
  }
  CHECK(ascii::starts_with_ignoring_case("HTTP://x", "http://"));
  CHECK(ascii::starts_with_ignoring_case("x", ""));
  CHECK_FALSE(ascii::starts_with_ignoring_case("htt", "http"));
}

TEST_CASE("lower and trim change what they say and nothing else", "[core][ascii]") {
  CHECK(ascii::lower("API.Example\xc3\x84") == "api.example\xc3\x84");
  CHECK(ascii::trim(" \t a b\t ") == "a b");
  CHECK(ascii::trim(" \t").empty());
  CHECK(ascii::trim("").empty());
  CHECK(ascii::trim("\r\na\n") == "\r\na\n");
  CHECK(ascii::trim("\xc2\xa0x") == "\xc2\xa0x");
}
