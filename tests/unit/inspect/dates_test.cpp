// Dates as people and programs write them.
#include "inspect/dates.hpp"

#include "support/catch.hpp"

using namespace telltale::inspect;

TEST_CASE("dates are found with their format", "[inspect][dates]") {
  struct Row {
    const char* text;
    const char* written;
    const char* format;
    int year, month, day;
  };
  const Row rows[] = {
      {"Today's date is 2026-03-17.", "2026-03-17", "%Y-%m-%d", 2026, 3, 17},
      {"on 2026/03/17 at noon", "2026/03/17", "%Y/%m/%d", 2026, 3, 17},
      {"am 17.03.2026", "17.03.2026", "%d.%m.%Y", 2026, 3, 17},
      {"on 03/17/2026", "03/17/2026", "%m/%d/%Y", 2026, 3, 17},
      {"on 17/03/2026", "17/03/2026", "%d/%m/%Y", 2026, 3, 17},
      {"It is March 17, 2026 today", "March 17, 2026", "%B %d, %Y", 2026, 3, 17},
      {"It is 17 March 2026 today", "17 March 2026", "%d %B %Y", 2026, 3, 17},
      {"Tuesday, March 17, 2026", "Tuesday, March 17, 2026", "%A, %B %d, %Y", 2026, 3, 17},
      {"Tue, 17 Mar 2026 10:00:00", "Tue, 17 Mar 2026", "%a, %d %b %Y", 2026, 3, 17},
      {"17-Mar-2026", "17-Mar-2026", "%d-%b-%Y", 2026, 3, 17},
      {"stamp 20260317 here", "20260317", "%Y%m%d", 2026, 3, 17},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const std::string text = row.text;
      const auto found = find_dates(text);
      REQUIRE(found.size() == 1);
      CHECK(text.substr(found[0].range.begin, found[0].range.size()) == row.written);
      CHECK(found[0].format == row.format);
      CHECK(found[0].year == row.year);
      CHECK(found[0].month == row.month);
      CHECK(found[0].day == row.day);
      CHECK(write_date(found[0], found[0].format, found[0].padded) == row.written);
    }
  }
}

TEST_CASE("numbers that are no dates are not found", "[inspect][dates]") {
  for (const char* text : {"port 2026", "version 2.2026.1", "2026-13-40", "in 2026", "1234-56-78", "claude-2026-0317x",
                           "tel 0172-2026-31", "a2026-03-17", ""})
    CHECK(find_dates(text).empty());
}

TEST_CASE("a day is written in another format", "[inspect][dates]") {
  const WrittenDate day = find_dates("2026-03-07").at(0);
  CHECK(write_date(day, "%d.%m.%Y", true) == "07.03.2026");
  CHECK(write_date(day, "%d.%m.%Y", false) == "7.3.2026");
  CHECK(write_date(day, "%A, %B %d, %Y", false) == "Saturday, March 7, 2026");
  CHECK_FALSE(write_date(day, "%Q", true).has_value());
}
