#include "record/accepted_findings.hpp"

#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using record::AcceptedFindings;
using record::Standing;

namespace {

inspect::Finding finding_of(const char* rule, const char* where, const char* point) {
  inspect::Finding out;
  out.rule = rule;
  out.where = where;
  out.code_points = {point};
  return out;
}

inspect::Verdict verdict_of(std::vector<inspect::Finding> findings) {
  inspect::Verdict out;
  out.api = "anthropic.messages";
  out.findings = std::move(findings);
  return out;
}

const inspect::Verdict two = verdict_of(
    {finding_of("marker.b", "body:/messages/0/content", "U+02BC"), finding_of("marker.a", "headers", "U+0020")});

// What a first run writes, for people to complete.
std::string written(const inspect::Verdict& verdict) {
  record::FindingTally tally;
  tally.add(record::compare_findings(verdict, "", {}, std::nullopt, test::toy_digest));
  return record::save_accepted(*tally.to_accept({}));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

AcceptedFindings loaded(const std::string& text) {
  auto out = record::load_accepted(text, test::toy_digest);
  REQUIRE(out);
  return std::move(*out);
}

Standing standing(const AcceptedFindings& accepted, std::string_view time, const char* today = nullptr) {
  const auto day = today == nullptr ? std::nullopt : record::parse_day(today);
  return record::compare_findings(two, time, accepted, day, test::toy_digest).front().standing;
}

}  // namespace

TEST_CASE("a baseline of findings is written the same from any order, and read back", "[record][accepted]") {
  const std::string text = written(two);
  auto turned = two;
  std::swap(turned.findings[0], turned.findings[1]);
  CHECK(written(turned) == text);
  CHECK(text.find("marker.a") < text.find("marker.b"));
  CHECK(text.find("body:/messages/*/content") != std::string::npos);
  CHECK(record::save_accepted(loaded(text)) == text);
  CHECK(record::save_accepted({}) == "{\"telltale_findings\":1,\"findings\":[\n]}\n");
}

TEST_CASE("a finding is new, unchanged or expired", "[record][accepted]") {
  const std::string text = written(two);
  const AcceptedFindings plain = loaded(text);
  CHECK(standing({}, "2026-11-21T00:00:00Z") == Standing::fresh);
  CHECK(standing(plain, "2026-11-21T00:00:00Z") == Standing::unchanged);
  CHECK(standing(plain, "") == Standing::unchanged);

  const auto dated = loaded(replaced(text, "[\"U+02BC\"]", "[\"U+02BC\"],\"expires\":\"2026-11-21\""));
  CHECK(standing(dated, "2026-11-21T23:59:59Z") == Standing::unchanged);
  CHECK(standing(dated, "2026-11-22T00:00:00Z") == Standing::expired);
  CHECK(standing(dated, "2026-11-22T00:30:00+01:00") == Standing::unchanged);
  CHECK(standing(dated, "") == Standing::expired);
  CHECK(standing(dated, "2030-01-01T00:00:00Z", "2026-11-20") == Standing::unchanged);
  CHECK(standing(dated, "2020-01-01T00:00:00Z", "2026-11-22") == Standing::expired);
}

TEST_CASE("what is not found is gone, and is not written again", "[record][accepted]") {
  const AcceptedFindings accepted =
      loaded(replaced(written(two), "[\"U+0020\"]", "[\"U+0020\"],\"reason\":\"agreed\",\"expires\":\"2027-01-31\""));
  record::FindingTally tally;
  const auto only = verdict_of({two.findings[1]});
  tally.add(record::compare_findings(only, "", accepted, record::parse_day("2026-01-01"), test::toy_digest));
  REQUIRE(tally.gone(accepted).size() == 1);
  CHECK(tally.gone(accepted)[0].entry->kind.rule == "marker.b");
  CHECK(tally.count(Standing::unchanged) == 1);
  const std::string again = record::save_accepted(*tally.to_accept(accepted));
  CHECK(again.find("marker.b") == std::string::npos);
  CHECK(again.find("\"reason\":\"agreed\",\"expires\":\"2027-01-31\"") != std::string::npos);
}

TEST_CASE("a baseline that says something else than it seems to is refused with line and key", "[record][accepted]") {
  const std::string text = written(two);
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* complaint;
  };
  const Row rows[] = {
      {"not JSON", "}\n]}", "}\n]", "line 5: not JSON: "},
      {"another version", "s\":1", "s\":2", "line 1, key \"telltale_findings\": not 1"},
      {"a stray member", "{\"tell", "{\"x\":1,\"tell", "line 1, key \"x\": unknown"},
      {"a misspelt member", "\"code_points\":[\"U+02BC\"]", "\"expire\":\"2027-01-31\"",
       "line 3, key \"expire\": unknown"},
      {"no such day", "[\"U+02BC\"]", "[],\"expires\":\"2027-02-30\"", "line 3, key \"expires\": not a day"},
      {"a wrong kind", "\"rule\":\"marker.b\"", "\"rule\":7", "line 3, key \"rule\": not a string"},
      {"a member twice", "\"rule\":\"marker.a\"", "\"rule\":\"r\",\"rule\":\"r\"", "line 2, key \"rule\": given twice"},
      {"no rule", "\"rule\":\"marker.a\",", "", "line 2, key \"rule\": missing"},
      {"another rule", "\"rule\":\"marker.a\"", "\"rule\":\"marker.c\"", "line 2, key \"fingerprint\": not that of"},
      {"no list", "[\n{", "{\n\"x\":{", "line 3: not JSON: "},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = record::load_accepted(replaced(text, row.from, row.to), test::toy_digest);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::input_unreadable);
      CHECK_THAT(got.error().detail, Catch::StartsWith(row.complaint));
    }
  }
  const std::string entry = text.substr(text.find('\n') + 1, text.find(",\n") - text.find('\n') - 1);
  const auto twice = record::load_accepted(replaced(text, entry, entry + ",\n" + entry), test::toy_digest);
  REQUIRE_FALSE(twice);
  CHECK(twice.error().detail == "line 3: this finding is there already");
}

TEST_CASE("an entry may leave its fingerprint out", "[record][accepted]") {
  const std::string text =
      "{\"telltale_findings\":1,\"findings\":[{\"rule\":\"marker.a\",\"api\":\"anthropic.messages\","
      "\"where\":\"body:/messages/3/content\",\"code_points\":[\"U+02BC\",\"U+02BC\"]}]}";
  CHECK(loaded(text).find(record::fingerprint_of(finding_of("marker.a", "body:/messages/0/content", "U+02BC"),
                                                 "anthropic.messages", test::toy_digest)) != nullptr);
}
