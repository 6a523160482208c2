#include "inspect/verdict.hpp"
#include "inspect/judge.hpp"
#include "support/catch.hpp"

using namespace telltale::inspect;

TEST_CASE("names of the verdict's words are read back as written", "[inspect][verdict]") {
  for (const auto value : {Severity::info, Severity::low, Severity::medium, Severity::high, Severity::critical})
    CHECK(parse_severity(name_of(value)) == value);
  for (const auto value : {Action::pass, Action::flag, Action::strip, Action::block})
    CHECK(parse_action(name_of(value)) == value);
  for (const auto value : {Mode::observe, Mode::flag, Mode::strip, Mode::block})
    CHECK(parse_mode(name_of(value)) == value);
  CHECK_FALSE(parse_severity("High"));
  CHECK_FALSE(parse_action(""));
  CHECK_FALSE(parse_mode("pass"));
  CHECK(name_of(Source::template_text) == "template");
  CHECK(name_of(Source::tool_definition) == "tool_definition");
  CHECK(name_of(Reference::pair) == "pair");
  CHECK(name_of(Coverage::State::none) == "none");
}

TEST_CASE("the verdict field counts all findings and is silent on a pass", "[inspect][verdict]") {
  Verdict verdict;
  CHECK(verdict_field(verdict, "01J").empty());
  verdict.action = Action::strip;
  verdict.findings.resize(2);
  CHECK(verdict_field(verdict, "01J") == "strip; findings=2; exchange=01J");
  verdict.findings_not_listed = 5;
  CHECK(verdict_field(verdict, "01J") == "strip; findings=7; exchange=01J");
}
