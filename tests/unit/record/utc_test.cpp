#include "record/utc.hpp"

#include "record/splitter.hpp"
#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("a time is read in UTC whatever its offset", "[record][utc]") {
  struct Row {
    const char* time;
    const char* utc;  ///< "" if it is none
  };
  const Row rows[] = {
      {"2026-11-21T02:41:07.113Z", "2026-11-21T02:41:07.113Z"},
      {"2026-11-21T02:41:07Z", "2026-11-21T02:41:07.000Z"},
      {"2026-11-21t02:41:07.5z", "2026-11-21T02:41:07.500Z"},
      {"2026-11-21T02:41:07.123456789Z", "2026-11-21T02:41:07.123Z"},
      {"2026-11-21T02:41:07+03:30", "2026-11-20T23:11:07.000Z"},
      {"2026-12-31T22:00:00.000-0500", "2027-01-01T03:00:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"2023-02-29T00:00:00Z", ""},
      {"2026-11-21T24:00:00Z", ""},
      {"2026-11-21T02:41:07", "2026-11-21T02:41:07.000Z"},
      {"2026-11-21T02:41:07,5+01:00", "2026-11-21T01:41:07.500Z"},
      {"2026-11-21T02:41:07.Z", ""},
      {"2026-11-21T02:41:07Zx", ""},
      {"1969-12-31T23:59:59Z", ""},
      {"1970-01-01T00:00:00+01:00", ""},
      {"21 Nov 2026", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.time) {
      const auto got = record::milliseconds_of(row.time);
      CHECK((got ? record::time_text(*got) : "") == row.utc);
    }
  }
}

TEST_CASE("days are of the calendar", "[record][utc]") {
  CHECK(record::parse_day("1970-01-01") == 0);
  CHECK(record::day_text(*record::parse_day("2028-02-29")) == "2028-02-29");
  CHECK(record::day_of("2026-11-21T23:30:00-01:00") == record::parse_day("2026-11-22"));
  for (const char* none : {"2027-02-30", "2027-1-1", "2027-01-01 ", "tomorrow", "", "+027-01-01"})
    CHECK_FALSE(record::parse_day(none));
  CHECK(record::day_text(record::week_of(*record::parse_day("2026-11-25"))) == "2026-11-23");
  CHECK(record::day_text(record::week_of(*record::parse_day("2026-11-23"))) == "2026-11-23");
  CHECK(record::day_text(record::week_of(*record::parse_day("2026-11-22"))) == "2026-11-16");
}
