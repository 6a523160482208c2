#include "inspect/engine.hpp"

#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

TEST_CASE("coverage says what was looked at", "[inspect][engine]") {
  struct Row {
    const char* name;
    std::string body;
    Coverage::State state;
    std::vector<std::string> causes;
    std::uint64_t inspected;
  };
  const Row rows[] = {
      {"nothing", "", Coverage::State::full, {}, 0},
      {"JSON", R"({"a":"b"})", Coverage::State::full, {}, 9},
      {"JSON with padding behind it", "{\"a\":\"b\"}\n \t \t", Coverage::State::full, {}, 14},
      {"two documents", "{\"a\":1}\n{\"a\":2}\n", Coverage::State::full, {}, 16},
      {"cut short", R"({"a":"b","c":)", Coverage::State::partial, {"json-malformed"}, 13},
      {"plain text", "hello there", Coverage::State::partial, {"json-malformed"}, 11},
      {"text that begins like JSON", "1. hello", Coverage::State::partial, {"json-malformed"}, 8},
      {"binary", std::string("\x00\x01\x02\x03", 4), Coverage::State::none, {"not-text"}, 0},
      {"deep", std::string(600, '['), Coverage::State::partial, {"json-too-deep"}, 512},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Coverage got = judge(request(row.body), shipped_rules()).verdict.coverage;
      CHECK(got.state == row.state);
      CHECK(got.causes == row.causes);
      CHECK(got.bytes_inspected == row.inspected);
      CHECK(got.bytes_total == row.body.size());
    }
  }
}

TEST_CASE("content that could not be had is said", "[inspect][engine]") {
  struct Row {
    const char* name;
    const char* coding;
    const char* cause;
  };
  const Row rows[] = {{"unknown coding", "compress", "coding-unknown"}, {"damaged", "gzip", "coding-malformed"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Judgement got = judge(request("no such thing", {{"Content-Encoding", row.coding}}), shipped_rules());
      CHECK(got.verdict.coverage.state == Coverage::State::none);
      CHECK(got.verdict.coverage.causes == std::vector<std::string>{row.cause});
      CHECK(got.verdict.coverage.bytes_inspected == 0);
      CHECK(got.verdict.coverage.bytes_total == 13);
    }
  }
}

TEST_CASE("client and API are named", "[inspect][engine]") {
  const Judgement got = judge(request(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}]})",
                                      {{"User-Agent", "claude-cli/2.1.196 (external, cli)"}}),
                              shipped_rules());
  CHECK(got.verdict.client_name == "claude-code");
  CHECK(got.verdict.client_version == "2.1.196");
  CHECK(got.verdict.api == "anthropic.messages");
}

TEST_CASE("findings past the limit are counted, and stripped all the same", "[inspect][engine]") {
  std::string text;
  for (int i = 0; i < 1200; ++i) text += "Today\xCA\xBCs date is 2026-06-30. ";
  const std::string body = R"({"model":"m","max_tokens":1,"system":)" + json_quoted(text) + R"(,"messages":[]})";
  const Judgement got = judge(request(body), marker_rules());
  CHECK(got.verdict.findings.size() == 1000);
  CHECK(got.verdict.findings_not_listed == 200);
  REQUIRE(got.body);
  CHECK(got.body->find("\xCA\xBC") == std::string::npos);
}

TEST_CASE("findings stand in the order of their places, with code points counted", "[inspect][engine]") {
  const std::string text =
      "\xE2\x82\xAC\xE2\x82\xAC Today\xCA\xBCs date is 2026/06/30. \xF0\x9F\x98\x80 Today\xE2\x80\x99s date is "
      "2026-06-30.";
  const std::string body = R"({"model":"m","max_tokens":1,"system":)" + json_quoted(text) + R"(,"messages":[]})";
  const auto findings = judge(request(body), marker_rules()).verdict.findings;
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].span == ByteRange{8, 9});
  CHECK(findings[1].span == ByteRange{23, 27});
  CHECK(findings[2].span == ByteRange{38, 39});
  CHECK(findings[0].excerpt.find("<U+02BC>") != std::string::npos);
  for (const Finding& finding : findings) {
    for (const char c : finding.message + finding.excerpt) CHECK((c >= 0x20 && c < 0x7F));
  }
}

TEST_CASE("a rule only looks where it says", "[inspect][engine]") {
  const auto rules = rules_from({R"json({"rules":[
    {"id":"a.api","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["system_text"],"api":["openai.*"]},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"path":"/v1/chat/completions","body":"{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"marker=1\"}]}"}],
     "misses":[{"kind":"system_text","text":"marker=1"}]},
    {"id":"a.host","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["system_text"],"host":["*.example.org"]},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"kind":"system_text","host":"x.example.org","text":"marker=1"}],
     "misses":[{"kind":"system_text","text":"marker=1"}]},
    {"id":"a.path","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["system_text"],"path":["/v2/*"]},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"kind":"system_text","path":"/v2/x?y=1","text":"marker=1"}],
     "misses":[{"kind":"system_text","path":"/v1/messages","text":"marker=1"}]},
    {"id":"a.client","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["system_text"],"client":["codex"]},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"kind":"system_text","headers":{"User-Agent":"codex_exec/1.0"},"text":"marker=1"}],
     "misses":[{"kind":"system_text","text":"marker=1"}]},
    {"id":"a.pointer","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["system_text"],"pointer":["/system/1/text"]},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"body":"{\"model\":\"m\",\"max_tokens\":1,\"system\":[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"marker=1\"}],\"messages\":[]}"}],
     "misses":[{"kind":"system_text","text":"marker=1"}]},
    {"id":"a.anywhere","summary":"s","why":"w","source":"s","severity":"low","where":{"kind":["user_text"],"client_places":false},
     "match":{"pattern":"marker=1","needs":["marker="]},
     "hits":[{"text":"my marker=1"}], "misses":[{"typed":["my marker=1"],"text":"my marker=1"}]},
    {"id":"a.target","summary":"s","why":"w","source":"s","severity":"low","where":{"target":true},
     "match":{"pattern":"[?&]zone=(?P<value>[^&]+)"},"carries":"zone",
     "hits":[{"path":"/v1/x?a=1&zone=Asia","carries":{"zone":"Asia"}}], "misses":[{"path":"/v1/x?a=1"}]},
    {"id":"a.header-text","summary":"s","why":"w","source":"s","severity":"low","where":{"header":["x-note"]},
     "match":{"pattern":"zone=(?P<value>\\w+)"},"carries":"zone",
     "hits":[{"headers":{"X-Note":"a; zone=Asia"},"carries":{"zone":"Asia"}}], "misses":[{"headers":{"X-Other":"zone=Asia"}}]},
    {"id":"a.prefix","summary":"s","why":"w","source":"s","severity":"low","match":{"header":["x-odd-*"]},
     "hits":[{"headers":{"X-Odd-Thing":"1"}}], "misses":[{"headers":{"X-Od":"1"}}]}
  ]})json"});
  CHECK(rules->rules().size() == 9);  // the samples prove the rest
}

TEST_CASE("literals behind any escape are found", "[inspect][engine]") {
  const char* spellings[] = {"Today\\u2019s date is 2026-06-30.", "Today\\u2019s\\u0020date\\u0020is 2026-06-30.",
                             "\\u0054oday\\u2019s dat\\u0065 is 2026-06-30.",
                             "\\ud83d\\ude00\\\\\\\"\\nToday\\u2019s date i\\u0073 2026-06-30."};
  for (const char* spelling : spellings) {
    DYNAMIC_SECTION(spelling) {
      const std::string body = fmt::format(R"({{"model":"m","max_tokens":1,"system":"{}","messages":[]}})", spelling);
      const Judgement got = judge(request(body), marker_rules());
      REQUIRE(got.verdict.findings.size() == 1);
      REQUIRE(got.body);
      std::string want = body;
      want.replace(want.find("\\u2019"), 6, "'");
      CHECK(*got.body == want);
    }
  }
}

TEST_CASE("a request made to be slow is cut off and said to be", "[inspect][engine]") {
  std::string text;
  for (int i = 0; i < 210000; ++i) text += "s date is ";
  const std::string body = R"({"model":"m","max_tokens":1,"system":)" + json_quoted(text) + R"(,"messages":[]})";
  const Judgement got = judge(request(body), marker_rules());
  CHECK(got.verdict.coverage.state == Coverage::State::partial);
  CHECK(got.verdict.coverage.causes == std::vector<std::string>{"candidates"});
}
