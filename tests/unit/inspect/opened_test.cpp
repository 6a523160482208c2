// Documents that strings hold: which strings are opened, what is found inside, and where it is said to stand.
#include "inspect/opened.hpp"

#include "core/base64.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

const RuleSet& zone_rules() {
  static const auto set = rules_from({R"({"rules":[
    {"id":"t.zone","summary":"zone","why":"w","source":"s","severity":"medium","carries":"zone",
     "match":{"pointer":["/**/tz","/events/*/meta/place"]},
     "hits":[{"body":{"tz":"Asia/Tokyo"}}],"misses":[{"body":{"t":"Asia/Tokyo"}}]},
    {"id":"t.host","summary":"host","why":"w","source":"s","severity":"medium",
     "where":{"kind":["other","metadata","system_text","user_text"]},
     "match":{"environment":["host"]},
     "hits":[{"body":{"a":"anas-laptop"},"environment":{"host":"anas-laptop"}}],
     "misses":[{"body":{"a":"x"},"environment":{"host":"anas-laptop"}}]}]})"});
  return *set;
}

std::string in_base64(std::string_view text) {
  return base64::encode(text);
}

}  // namespace

TEST_CASE("a string holds a document only as a whole", "[inspect][opened]") {
  struct Row {
    const char* name;
    std::string text;
    bool holds;
  };
  const Row rows[] = {
      {"object", R"({"a":1})", true},
      {"list after blanks", " \n[1]", true},
      {"prose", "see {a}", false},
      {"base64 of an object", in_base64(R"({"zone":"Asia/Tokyo"})"), true},
      {"base64 without padding", "eyJ6b25lIjoiQXNpYS9Ub2t5byJ9", true},
      {"base64 of blanks and a list", in_base64("\n [\"zone\",\"Asia/Tokyo\"]"), true},
      {"base64 of prose", in_base64("the quick brown fox jumps"), false},
      {"too short", "eyJ6IjoxfQ==", false},
      {"word that begins like one", "eyJust a sentence of words here", false},
      {"hexadecimal id", "3fa85f6457174562b3fc2c963f66afa6", false},
      {"empty", "", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(held_document(row.text).has_value() == row.holds);
    }
  }
}

TEST_CASE("members are found in documents that strings hold", "[inspect][opened]") {
  const std::string inner = R"({"tz":"Asia/Tokyo","n":1234567})";
  const std::string twice = in_base64(R"({"more":)" + json_quoted(inner) + "}");
  struct Row {
    const char* name;
    std::string body;
    const char* where;
    const char* inside;  ///< part of the message; null: no finding
    std::size_t span;
  };
  const Row rows[] = {
      {"base64 of JSON", R"({"blob":")" + in_base64(inner) + R"("})", "body:/blob", "inside #base64/tz", 44},
      {"JSON in a string: its own place", R"({"blob":)" + json_quoted(inner) + "}", "body:/blob", "inside #json/tz",
       10},
      {"JSON in base64 of JSON", R"({"list":[{"blob":")" + twice + R"("}]})", "body:/list/0/blob",
       "inside #base64/more#json/tz", twice.size()},
      {"path through the outer document",
       R"({"events":[{"meta":")" + in_base64(R"({"place":"Asia/Tokyo"})") + R"("}]})", "body:/events/0/meta",
       "inside #base64/place", 32},
      {"that path elsewhere", R"({"events":[{"other":")" + in_base64(R"({"place":"Asia/Tokyo"})") + R"("}]})", "",
       nullptr, 0},
      {"prompt of the user", R"({"model":"m","messages":[{"role":"user","content":)" + json_quoted(inner) + "}]}", "",
       nullptr, 0},
      {"result of a tool",
       R"({"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)" +
           json_quoted(inner) + "}]}]}",
       "", nullptr, 0},
      {"arguments of a tool call",
       R"({"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{"tz":"Asia/Tokyo","port":8080}}]}]})",
       "", nullptr, 0},
      {"base64 of nothing", R"({"blob":")" + in_base64("no document is in here, only words") + R"("})", "", nullptr, 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto verdict = judge(request(row.body), zone_rules()).verdict;
      if (row.inside == nullptr) {
        CHECK(verdict.findings.empty());
        continue;
      }
      REQUIRE(verdict.findings.size() == 1);
      const Finding& finding = verdict.findings[0];
      CHECK(finding.where == row.where);
      CHECK(finding.message.find(row.inside) != std::string::npos);
      REQUIRE(finding.span);
      CHECK(finding.span->size() == row.span);
      CHECK(finding.carries[0].second == "Asia/Tokyo");
      CHECK_FALSE(finding.edit);
    }
  }
}

TEST_CASE("a document in a header value is looked into, a credential is not", "[inspect][opened]") {
  const std::string inner = R"({"tz":"Asia/Tokyo","n":1234567})";
  for (const std::string& value : {inner, in_base64(inner)}) {
    const auto verdict = judge(request("", {{"X-Context", value}}), zone_rules()).verdict;
    REQUIRE(verdict.findings.size() == 1);
    CHECK(verdict.findings[0].where == "header:x-context");
  }
  CHECK(judge(request("", {{"X-Api-Key", in_base64(inner)}}), zone_rules()).verdict.findings.empty());
}

TEST_CASE("values known of the machine are found in opened documents", "[inspect][opened]") {
  const Environment environment{{"host", {"anas-laptop"}}};
  Options options;
  options.environment = &environment;
  const std::string twice = in_base64(R"({"a":")" + in_base64(R"({"runs":{"on":"anas-laptop"},"since":1})") + R"("})");
  const auto verdict = judge(request(R"({"blob":")" + twice + R"("})"), zone_rules(), options).verdict;
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings[0].rule == "t.host");
  CHECK(verdict.findings[0].where == "body:/blob");
}

TEST_CASE("a user turn in base64 is opened only if it is known that nobody typed it", "[inspect][opened]") {
  const std::string blob = in_base64(R"({"tz":"Asia/Tokyo","n":1234567})");
  const Request sent = request(R"({"model":"m","messages":[{"role":"user","content":")" + blob + R"("}]})");
  const std::vector<std::string> other{"hello"};
  const std::vector<std::string> same{blob};
  Options options;
  CHECK(judge(sent, zone_rules(), options).verdict.findings.empty());
  options.typed = &same;
  CHECK(judge(sent, zone_rules(), options).verdict.findings.empty());
  options.typed = &other;
  CHECK(judge(sent, zone_rules(), options).verdict.findings.size() == 1);
}

TEST_CASE("opening is bounded in depth and in bytes", "[inspect][opened]") {
  Limits limits;
  const auto look = [&](const std::string& blob) {
    const Request sent = request(R"({"blob":")" + blob + R"("})");
    Input input;
    input.host = "a.test";
    input.head = &sent.head;
    input.content = sent.body;
    return inspect::inspect(input, zone_rules(), Policy{}, limits);
  };
  std::string nested = R"({"tz":"Asia/Tokyo","n":1234567})";
  for (std::uint32_t depth = 1; depth <= limits.nesting + 1; ++depth) {
    CAPTURE(depth);
    const std::string blob = in_base64(nested);
    CHECK(look(blob).findings.size() == (depth <= limits.nesting ? 1 : 0));
    nested = R"({"more":")" + blob + R"("})";
  }
  limits.opened_bytes = 8;
  const Verdict verdict = look(in_base64(R"({"tz":"Asia/Tokyo","n":1234567})"));
  CHECK(verdict.findings.empty());
  CHECK(verdict.coverage.state == Coverage::State::partial);
  CHECK(verdict.coverage.causes == std::vector<std::string>{"opened_bytes"});
}
