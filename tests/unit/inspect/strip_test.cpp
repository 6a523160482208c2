// Edits upon edits, and stripping until nothing is left.
#include "inspect/strip.hpp"

#include <random>

#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

TEST_CASE("edits upon edits are told as edits of what was received", "[inspect][strip]") {
  struct Row {
    const char* name;
    std::vector<Edit> first;
    std::vector<Edit> second;
    std::vector<Edit> both;
  };
  // on "abcdef"
  const Row rows[] = {
      {"none", {}, {}, {}},
      {"the first alone", {{{1, 2}, "X"}}, {}, {{{1, 2}, "X"}}},
      {"the second alone", {}, {{{1, 2}, "X"}}, {{{1, 2}, "X"}}},
      {"apart", {{{0, 1}, ""}}, {{{3, 4}, "Y"}}, {{{0, 1}, ""}, {{4, 5}, "Y"}}},
      {"the second in what the first put there", {{{1, 2}, "XYZ"}}, {{{2, 3}, ""}}, {{{1, 2}, "XZ"}}},
      {"the second over the first's gap", {{{2, 4}, ""}}, {{{1, 3}, "-"}}, {{{1, 5}, "-"}}},
      {"touching", {{{1, 2}, ""}}, {{{1, 2}, ""}}, {{{1, 3}, ""}}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const std::string between = apply_edits("abcdef", row.first).value();
      const std::string result = apply_edits(between, row.second).value();
      const auto both = compose_edits(row.first, row.second, result);
      CHECK(both == row.both);
      CHECK(apply_edits("abcdef", both).value() == result);
    }
  }
}

TEST_CASE("composed edits do what the two do one after the other", "[inspect][strip]") {
  std::mt19937 random(11);
  const auto some_edits = [&random](std::size_t size) {
    std::vector<Edit> edits;
    for (std::size_t at = random() % 4; at < size; at += 1 + random() % 5) {
      const std::size_t end = std::min(size, at + random() % 3);
      edits.push_back({{at, end}, std::string(random() % 3, static_cast<char>('A' + random() % 26))});
      at = end;
    }
    return edits;
  };
  for (int round = 0; round < 2000; ++round) {
    const std::string text(random() % 30, 'x');
    const auto first = some_edits(text.size());
    const std::string between = apply_edits(text, first).value();
    const auto second = some_edits(between.size());
    const std::string result = apply_edits(between, second).value();
    REQUIRE(apply_edits(text, compose_edits(first, second, result)).value() == result);
  }
}

TEST_CASE("what another marker hid is stripped with it, and told where it came from", "[inspect][strip]") {
  // Between the two halves of a word an invisible character hides an apostrophe look-alike from the date line's rule.
  const std::string body = R"({"model":"m","max_tokens":1,"system":"Today)"
                           "\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B\xCA\xBC"
                           R"(s date is 2026/06/30.","messages":[]})";
  const Judgement got = judge(request(body), shipped_rules());
  REQUIRE(got.body);
  CHECK(got.body->find("Today's date is 2026-06-30.") != std::string::npos);
  CHECK_FALSE(judge(request(*got.body), shipped_rules()).body);
  for (const Finding& finding : got.verdict.findings) {
    REQUIRE(finding.raw_span);
    CHECK(finding.raw_span->end <= body.size());
  }
}
