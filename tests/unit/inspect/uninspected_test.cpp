// What is done with requests that could not be looked at: defaults by mode, the operator's choices, and what is told.
#include "inspect/uninspected.hpp"

#include <set>

#include "inspect/judge.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;

namespace {

bool blocks(std::string_view cause, Mode mode, const BlindChoices& choices = {}) {
  return !blocking_cause({std::string(cause)}, mode, choices).empty();
}

}  // namespace

TEST_CASE("every cause goes on in observe and flag, whatever it is", "[inspect][uninspected]") {
  std::set<std::string_view> names;
  for (const BlindCause& cause : blind_causes()) {
    CAPTURE(cause.name);
    CHECK(names.insert(cause.name).second);
    CHECK_FALSE(cause.sentence.empty());
    CHECK_FALSE(blocks(cause.name, Mode::observe));
    CHECK_FALSE(blocks(cause.name, Mode::flag));
  }
}

TEST_CASE("strip and block refuse by default what their promise needs", "[inspect][uninspected]") {
  struct Row {
    const char* cause;
    bool in_strip, in_block;
  };
  const Row rows[] = {
      {"coding-unknown", true, true},  {"coding-ratio", true, true},    {"json-too-deep", true, true},
      {"detector-failed", true, true}, {"json-malformed", false, true}, {"not-text", false, true},
      {"signed_body", false, true},    {"rules-stale", false, false},   {"not-recorded", false, false},
      {"websocket", false, false},     {"never heard of", false, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.cause);
    CHECK(blocks(row.cause, Mode::strip) == row.in_strip);
    CHECK(blocks(row.cause, Mode::block) == row.in_block);
  }
}

TEST_CASE("a choice stands in place of the default in every mode", "[inspect][uninspected]") {
  const BlindChoices choices = {{"not-text", WhenBlind::block}, {"coding-ratio", WhenBlind::pass}};
  for (const Mode mode : {Mode::observe, Mode::flag, Mode::strip, Mode::block}) {
    CHECK(blocks("not-text", mode, choices));
    CHECK_FALSE(blocks("coding-ratio", mode, choices));
  }
  CHECK(blocking_cause({"coding-ratio", "not-text"}, Mode::observe, choices) == "not-text");
}

TEST_CASE("choices are read, and what is no choice is named", "[inspect][uninspected]") {
  const auto choice = parse_blind_choice("json-too-deep=block");
  REQUIRE(choice);
  CHECK(choice->first == "json-too-deep");
  CHECK(choice->second == WhenBlind::block);
  for (const char* const wrong : {"", "json=block", "json-too-deep", "json-too-deep=", "json-too-deep=strip"}) {
    CAPTURE(wrong);
    const auto refused = parse_blind_choice(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::option_invalid);
  }
}

TEST_CASE("a body that cannot be decoded is refused where the policy says so, without edits",
          "[inspect][uninspected]") {
  const test::Request sent = test::request("not gzip at all", {{"Content-Encoding", "gzip"}});
  for (const Mode mode : {Mode::flag, Mode::strip, Mode::block}) {
    test::Options options;
    options.mode = mode;
    const Judgement got = test::judge(sent, test::marker_rules(), options);
    CHECK(got.verdict.coverage.causes == std::vector<std::string>{"coding-malformed"});
    CHECK((got.verdict.action == Action::block) == (mode != Mode::flag));
    CHECK(got.refused_for == (mode == Mode::flag ? "" : "coding-malformed"));
    CHECK_FALSE(got.body);
  }
}

TEST_CASE("the verdict field says what was not looked at", "[inspect][uninspected]") {
  Verdict verdict;
  CHECK(verdict_field(verdict, "01J").empty());
  verdict.coverage.state = Coverage::State::partial;
  verdict.coverage.causes = {"json-malformed", "rules-stale"};
  CHECK(verdict_field(verdict, "01J") == "pass; coverage=partial; causes=json-malformed,rules-stale; exchange=01J");
  verdict.action = Action::block;
  CHECK(verdict_field(verdict, "01J") ==
        "block; findings=0; coverage=partial; causes=json-malformed,rules-stale; exchange=01J");
}
