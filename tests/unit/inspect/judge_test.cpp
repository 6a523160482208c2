// Properties of judge over generated requests: what is clean leaves as it came, what is stripped differs only inside
// the findings' spans, and stripping twice is stripping once.
#include "inspect/judge.hpp"

#include <random>

#include "http/coding.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

std::string odd_text(std::mt19937& random, bool clean) {
  static const char* const plain[] = {"hello ",
                                      "\\n",
                                      "\\u00e9",
                                      "\xC3\xA9 ",
                                      "\\\"quoted\\\" ",
                                      "<system-reminder>\\n",
                                      "</system-reminder>\\n",
                                      "\\ud83d\\ude00",
                                      "s date is ",
                                      "Today",
                                      "\\\\",
                                      "Today's date is 2026-06-30.",
                                      "/home/",
                                      "\\u003csystem-reminder\\u003e"};
  static const char* const marked[] = {"Today\xCA\xBCs date is 2026/06/30.", "Today\\u2019s date is 2026-06-30.",
                                       "Today's date is 2026\\/06\\/30.",
                                       "Today\\u02B9s date is 2026\\u002f06\\u002f30."};
  std::string out;
  const std::size_t count = random() % 10;
  for (std::size_t i = 0; i < count; ++i) {
    if (!clean && random() % 3 == 0)
      out += marked[random() % std::size(marked)];
    else
      out += plain[random() % std::size(plain)];
  }
  return out;
}

std::string odd_body(std::mt19937& random, bool clean) {
  const auto text = [&] { return odd_text(random, clean); };
  return fmt::format(
      R"({{ "model":"m" ,"max_tokens":1e0,"system":[{{"type":"text","text":"{}"}}],"messages":[{{"role":"user","content":"{}"}},)"
      R"({{"role":"assistant","content":[{{"type":"text","text":"{}"}}]}},{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t","content":"{}"}},)"
      R"({{"type":"text","text":"{}"}}]}}],"tools":[{{"name":"a","description":"{}","input_schema":{{}}}}],"a":1,"a":2}})",
      text(), text(), text(), text(), text(), text());
}

/// True if `after` is `before` but for replacements inside the spans.
bool differs_only_inside(const std::string& before, const std::string& after, const Verdict& verdict) {
  std::size_t from = 0;
  std::size_t at = 0;
  for (const Edit& edit : verdict.body_edits) {
    // An edit may cover several findings that touch.
    std::size_t covered = edit.range.begin;
    for (bool grown = true; grown && covered < edit.range.end;) {
      grown = false;
      for (const Finding& finding : verdict.findings) {
        if (!finding.raw_span || finding.action != Action::strip) continue;
        if (finding.raw_span->begin > covered || finding.raw_span->end <= covered) continue;
        covered = finding.raw_span->end;
        grown = true;
      }
    }
    if (covered < edit.range.end) return false;
    const std::size_t keep = edit.range.begin - from;
    if (after.compare(at, keep, before, from, keep) != 0) return false;
    at += keep;
    if (after.compare(at, edit.text.size(), edit.text) != 0) return false;
    at += edit.text.size();
    from = edit.range.end;
  }
  return after.substr(at) == before.substr(from);
}

}  // namespace

TEST_CASE("what is clean leaves as it came", "[inspect][judge]") {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const Request sent = request(odd_body(random, true));
    const Judgement got = judge(sent, marker_rules());
    CHECK(got.verdict.action == Action::pass);
    CHECK_FALSE(got.body);
    CHECK_FALSE(got.head);
  }
}

TEST_CASE("what is stripped differs only inside the findings, and stripping again changes nothing",
          "[inspect][judge]") {
  std::mt19937 random(5);
  int stripped = 0;
  for (int round = 0; round < 600; ++round) {
    const Request sent = request(odd_body(random, false));
    const Judgement got = judge(sent, shipped_rules());
    const Judgement same = judge(sent, shipped_rules());
    CHECK(got.body == same.body);
    CHECK(got.head == same.head);
    if (!got.body) continue;
    ++stripped;
    CAPTURE(sent.body);
    CHECK(differs_only_inside(sent.body, *got.body, got.verdict));
    CHECK_FALSE(codec::scan_json(*got.body, Limits{}).stopped);
    const Judgement again = judge(request(*got.body), shipped_rules());
    CHECK(again.verdict.action != Action::strip);
    CHECK_FALSE(again.body);
  }
  CHECK(stripped > 100);
}

TEST_CASE("a coded body is coded again the same way", "[inspect][judge]") {
  const std::string text = R"({"model":"m","max_tokens":1,"system":"Today)"
                           "\xCA\xBC"
                           R"(s date is 2026/06/30.","messages":[]})";
  const std::string clean = R"({"model":"m","max_tokens":1,"system":"Today's date is 2026-06-30.","messages":[]})";
  for (const char* coding : {"gzip", "br", "zstd", "deflate", "gzip, br", "identity"}) {
    DYNAMIC_SECTION(coding) {
      const auto codings = http::parse_codings(coding, Limits{});
      REQUIRE(codings);
      const auto coded = http::encode_content(text, *codings);
      REQUIRE(coded);
      const Judgement got = judge(request(*coded, {{"Content-Encoding", coding}}), marker_rules());
      REQUIRE(got.body);
      const auto decoded = http::decode_content(*got.body, *codings, Limits{});
      REQUIRE(decoded);
      CHECK(*decoded == clean);
      CHECK(got.head.has_value() == (got.body->size() != coded->size()));
      if (!got.head) continue;
      CHECK(got.head->find(fmt::format("Content-Length: {}\r\n", got.body->size())) != std::string::npos);
      CHECK(got.head->find(fmt::format("Content-Encoding: {}\r\n", coding)) != std::string::npos);
    }
  }
}

TEST_CASE("a chunked request keeps its head", "[inspect][judge]") {
  const std::string body = R"({"model":"m","max_tokens":1,"system":"Today)"
                           "\xCA\xBC"
                           R"(s date is 2026-06-30.","messages":[]})";
  const Judgement got = judge(request(body, {{"Transfer-Encoding", "chunked"}}, "/v1/messages", false), marker_rules());
  CHECK(got.body);
  CHECK_FALSE(got.head);
}

TEST_CASE("a header that a rule removes goes with its whole line", "[inspect][judge]") {
  const auto rules = rules_from({R"({"rules":[
    {"id":"h.remove","summary":"s","why":"w","source":"s","severity":"low","action":"strip","normalise_to":"",
     "match":{"header":["x-zone"]},"hits":[{"headers":{"X-Zone":"Asia"}}],"misses":[{"headers":{"X-Zon":"Asia"}}]},
    {"id":"h.mask","summary":"s","why":"w","source":"s","severity":"low","action":"strip","normalise_to":"[removed]",
     "match":{"header":["x-id"],"pattern":"^[0-9]+$"},"hits":[{"headers":{"X-Id":"1"}}],"misses":[{"headers":{"X-Id":"a"}}]}]})"});
  const Judgement got = judge(request("", {{"A", "1"}, {"X-Zone", "Asia"}, {"X-Id", "42"}, {"B", "2"}}), *rules);
  REQUIRE(got.head);
  CHECK(*got.head ==
        "POST /v1/messages HTTP/1.1\r\nHost: gateway.example.test\r\nA: 1\r\nX-Id: [removed]\r\nB: "
        "2\r\nContent-Length: 0\r\n\r\n");
  CHECK_FALSE(got.body);
  CHECK(got.verdict.findings.size() == 2);
  CHECK(got.verdict.findings[0].where == "header:x-zone");
  CHECK(got.verdict.findings[0].span == ByteRange{0, 4});
}

TEST_CASE("a block carries no edits", "[inspect][judge]") {
  const auto rules = rules_from({R"({"rules":[
    {"id":"b.block","summary":"s","why":"w","source":"s","severity":"critical","action":"block","where":["system_text"],
     "match":{"pattern":"marker=1","needs":["marker="]},"hits":[{"kind":"system_text","text":"marker=1"}],"misses":[{"text":"marker=1"}]},
    {"id":"b.strip","summary":"s","why":"w","source":"s","severity":"low","action":"strip","normalise_to":"","where":["system_text"],
     "match":{"pattern":"secret=1","needs":["secret="]},"hits":[{"kind":"system_text","text":"secret=1"}],"misses":[{"text":"secret=1"}]}]})"});
  const Request sent = request(R"({"model":"m","max_tokens":1,"system":"marker=1 secret=1","messages":[]})");
  Options options;
  options.mode = Mode::block;
  const Judgement blocked = judge(sent, *rules, options);
  CHECK(blocked.verdict.action == Action::block);
  CHECK_FALSE(blocked.body);
  options.mode = Mode::strip;  // caps the block at a strip, which that rule cannot do: flagged
  const Judgement stripped = judge(sent, *rules, options);
  CHECK(stripped.verdict.action == Action::strip);
  CHECK(findings_of(stripped.verdict, "b.block")[0].action == Action::flag);
  REQUIRE(stripped.body);
  CHECK(stripped.body->find("secret") == std::string::npos);
}

TEST_CASE("edits that collide are made once", "[inspect][judge]") {
  const auto rule = [](const char* id, const char* pattern) {
    return fmt::format(
        R"({{"id":"{}","summary":"s","why":"w","source":"s","severity":"low","action":"strip","normalise_to":"","where":["system_text"],)"
        R"("match":{{"pattern":"{}","needs":["marker="]}},"hits":[{{"kind":"system_text","text":"a marker=12 b"}}],"misses":[{{"text":"marker=1"}}]}})",
        id, pattern);
  };
  const auto rules = rules_from({fmt::format(R"({{"rules":[{},{},{}]}})", rule("c.inner", "marker=1"),
                                             rule("c.outer", "a marker=12"), rule("c.over", "marker=12 b"))});
  const Judgement got =
      judge(request(R"({"model":"m","max_tokens":1,"system":"x a marker=12 b","messages":[]})"), *rules);
  REQUIRE(got.body);
  CHECK(*got.body == R"({"model":"m","max_tokens":1,"system":"x  b","messages":[]})");
  CHECK(findings_of(got.verdict, "c.inner")[0].action == Action::strip);
  CHECK(findings_of(got.verdict, "c.outer")[0].action == Action::strip);
  CHECK(findings_of(got.verdict, "c.over")[0].action == Action::flag);
}
