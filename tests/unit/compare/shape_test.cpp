#include "compare/shape.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace telltale::compare;

TEST_CASE("shape_of keeps how a value is written and drops what it says", "[compare][shape]") {
  struct Row {
    const char* text;
    const char* shape;
  };
  const Row rows[] = {
      {"", ""},
      {"2026-05-13", "9999-99-99"},
      {"13/05/2026", "99/99/9999"},
      {"May 3, 2026", "Aa 9, 9999"},
      {"1790593101035", "9+"},
      {"198432", "9+"},
      {"7c1e09ab", "id:hex#8"},
      {"7C1E09AB", "ID:hex#8"},
      {"x9k2m4", "id#6"},
      {"GMT+8", "A+9"},
      {"word another", "a a"},
      {"camelCase", "aA"},
  };
  for (const Row& row : rows) CHECK(shape_of(row.text) == row.shape);
}

TEST_CASE("identifiers that hold digits only by chance have the format of the others", "[compare][shape]") {
  using Texts = std::vector<std::string>;
  CHECK(shapes_of({"8e5c", "4771", "cafe", ""}) == Texts{"id#4", "id#4", "id#4", ""});
  CHECK(shapes_of({"8E5C", "4771", "8e5c"}) == Texts{"ID#4", "id#4", "id#4"});
  CHECK(shapes_of({"4771", "123"}) == Texts{"9999", "999"});
  CHECK(shapes_of({"8e5c12", "8e5c"}) == Texts{"id:hex#6", "id:hex#4"});
}

TEST_CASE("is_clock tells dates and times from numbers", "[compare][shape]") {
  struct Row {
    const char* name;
    std::vector<std::string_view> forms;
    const char* before;
    const char* behind;
    bool clock;
  };
  const Row rows[] = {
      {"day of a date", {"13", "14"}, "Today is 2026-05-", ".\\n", true},
      {"day before a month", {"13", "14"}, "on ", " May 2026", true},
      {"day behind a month", {"13", "14"}, "on May ", ", 2026", true},
      {"ordinal", {"13th", "14th"}, "on May ", ", 2026", true},
      {"day in Chinese",
       {"13", "14"},
       "2026\xE5\xB9\xB4"
       "5\xE6\x9C\x88",
       "\xE6\x97\xA5",
       true},
      {"packed", {"20260513", "20260514"}, "build-", "", true},
      {"number that is none", {"20999999", "20260514"}, "", "", false},
      {"month", {"May", "June"}, "on 13 ", " 2026", true},
      {"hour", {"13", "09"}, "at ", ":45", true},
      {"whole date", {"2026-05-13", "2026-05-14"}, "", "", true},
      {"milliseconds", {"1790593101035", "1790472829382"}, "", "", true},
      {"part of an ISO time", {"13T10", "14T09"}, "2026-05-", ":22:33Z", true},
      {"offset", {"08", "03"}, "at 2026-05-13T10:22:33+", ":00", false},
      {"limit", {"4096", "8192"}, "at most ", " tokens", false},
      {"version", {"196", "198"}, "v2.1.", " ", false},
      {"word", {"may", "must"}, "you ", " ask", false},
      {"nothing", {"", ""}, "", "", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(is_clock(row.forms, row.before, row.behind) == row.clock);
    }
  }
}

}  // namespace
