#include "record/lock.hpp"

#include <fmt/format.h>

#include "record/lock_compare.hpp"
#include "record/lock_sent.hpp"
#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using record::Lock;
using record::LockBuilder;
using record::Sent;

namespace {

record::Capture capture_of(std::string body, const char* url = "https://api.example.test/v1/messages?beta=true") {
  record::Capture out;
  out.request.method = "POST";
  out.request.url = url;
  out.request.headers = {{"Host", "api.example.test"}, {"User-Agent", "claude-cli/2.1.196 (external, cli)"}};
  out.request.body.bytes = std::move(body);
  return out;
}

Sent sent_of(const record::Capture& capture, const inspect::Verdict& verdict = {}) {
  const Limits limits;
  const auto head = record::head_of(capture.request, limits);
  REQUIRE(head);
  return record::what_was_sent(capture, *head, "api.example.test", capture.request.body.bytes, verdict, limits,
                               test::toy_digest);
}

std::string body_of(const char* system, const char* more = "") {
  return fmt::format(R"({{"model":"claude-x","stream":true,"max_tokens":64,"system":"{}"{},)"
                     R"("messages":[{{"role":"user","content":"hello Sam"}}]}})",
                     system, more);
}

Lock lock_of(const std::vector<Sent>& all, Lock old = {}) {
  LockBuilder builder(std::move(old));
  for (const Sent& one : all) CHECK(builder.add(one));
  return builder.finish();
}

std::vector<std::string> rules_of(const std::vector<inspect::Finding>& news) {
  std::vector<std::string> out;
  for (const inspect::Finding& finding : news) out.push_back(finding.rule);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a lock says what is sent and not what is said", "[record][lock]") {
  const Sent one = sent_of(capture_of(body_of("You help.\\nBe brief.")));
  const Lock lock = lock_of({one, one});
  CHECK(record::to_text(lock) ==
        "telltale-lock 1\n"
        "\n"
        "- POST api.example.test /v1/messages\n"
        "  body - : json\n"
        "  header host : host\n"
        "  header user-agent : phrase = \"claude-cli/{version} (external, cli)\"\n"
        "  json /max_tokens : number\n"
        "  json /messages/*/content : said\n"
        "  json /messages/*/role : word = \"user\"\n"
        "  json /model : word = \"claude-x\"\n"
        "  json /stream : bool = \"true\"\n"
        "  json /system : text\n"
        "  query beta : word = \"true\"\n"
        "  line /system 1b161063ce59c737 \"You help.\"\n"
        "  line /system 32ff7e4eed8c2182 \"Be brief.\"\n");
  CHECK(record::to_text(lock).find("Sam") == std::string::npos);
  CHECK(record::parse_lock(record::to_text(lock)) == lock);
}

TEST_CASE("what one exchange alone says is not listed", "[record][lock]") {
  const Sent one = sent_of(capture_of(body_of("You help.")));
  const Lock lock = lock_of({one});
  const std::string text = record::to_text(lock);
  CHECK(text.find("claude-x") == std::string::npos);
  CHECK(text.find("You help") == std::string::npos);
  CHECK(text.find("json /model : word using U+002D\n") != std::string::npos);
  CHECK(record::news_of(lock, one).empty());
}

TEST_CASE("nothing personal is listed however often it is sent", "[record][lock]") {
  record::Capture capture = capture_of(body_of("You help sam-laptop.", R"(,"metadata":{"user":"sam","tag":"blue"})"));
  capture.environment["host"] = {"sam-laptop"};
  inspect::Verdict verdict;
  verdict.findings.resize(1);
  verdict.findings[0].rule = "id.tag";
  verdict.findings[0].where = "body:/metadata/tag";
  const Sent one = sent_of(capture, verdict);
  const std::string text = record::to_text(lock_of({one, one}));
  CHECK(text.find("sam") == std::string::npos);
  CHECK(text.find("blue") == std::string::npos);
  CHECK(text.find("You help {known}.") != std::string::npos);
  CHECK(text.find("  finding id.tag body:/metadata/tag\n") != std::string::npos);
}

TEST_CASE("a line with a finding has no words, and those beside it have theirs", "[record][lock]") {
  const record::Capture capture = capture_of(body_of(R"(You \"help\".\u000aThe colour is blue.\nBe brief.)"));
  inspect::Verdict verdict;
  verdict.findings.resize(1);
  verdict.findings[0].rule = "id.colour";
  verdict.findings[0].where = "body:/system";
  const std::size_t at = capture.request.body.bytes.find("blue");
  verdict.findings[0].raw_span = ByteRange{at, at + 4};
  const Sent one = sent_of(capture, verdict);
  const std::string text = record::to_text(lock_of({one, one}));
  CHECK_THAT(text, Catch::Contains(R"("You \"help\"."
)"));
  CHECK_THAT(text, Catch::Contains("\"Be brief.\"\n"));
  CHECK(text.find("colour is") == std::string::npos);
  CHECK(one.lines.size() == 3);
}

TEST_CASE("whatever the lock does not have is named", "[record][lock]") {
  const Sent known = sent_of(capture_of(body_of("You help.\\nIt is 2026-11-21.")));
  const Lock lock = lock_of({known, known});
  const auto news = [&lock](const record::Capture& capture, const inspect::Verdict& verdict = {}) {
    return rules_of(record::news_of(lock, sent_of(capture, verdict)));
  };
  CHECK(news(capture_of(body_of("You help.\\nIt is 2027-01-31."))).empty());
  CHECK(news(capture_of(body_of("You help.\\nIt is 2027/01/31."))) == Texts{"lock.line"});
  CHECK(news(capture_of(body_of("You help.\\nIt is 2026-11-21.\\nNew."))) == Texts{"lock.line"});
  CHECK(news(capture_of(body_of("You help\xCA\xBC.\\nIt is 2026-11-21."))) == Texts{"lock.alphabet", "lock.line"});
  CHECK(news(capture_of(body_of("You help.", R"(,"metadata":{"user_id":"{\"device\":1}"})"))) ==
        Texts{"lock.member", "lock.member"});
  CHECK(news(capture_of(body_of("You help."), "https://api.example.test/v1/messages?beta=true&x=1")) ==
        Texts{"lock.query"});
  CHECK(news(capture_of(body_of("You help."), "https://api.example.test/v1/other")) == Texts{"lock.endpoint"});

  record::Capture other = capture_of(body_of("You help."));
  other.request.headers.emplace_back("X-New", "1");
  CHECK(news(other) == Texts{"lock.header"});
  other.request.headers[2] = {"User-Agent", "other/1.0.0"};
  CHECK(news(other) == Texts{"lock.value"});

  inspect::Verdict verdict;
  verdict.findings.resize(1);
  verdict.findings[0].rule = "marker.a";
  verdict.findings[0].where = "body:/system";
  CHECK(news(capture_of(body_of("You help.")), verdict) == Texts{"lock.finding"});
  for (const auto& rule : Texts{"lock.line", "lock.finding", "lock.endpoint"})
    CHECK_FALSE(record::summary_of_lock_rule(rule).empty());
}

TEST_CASE("where texts differ in every exchange the lock is open", "[record][lock]") {
  const auto with = [](const char* file) {
    return sent_of(capture_of(body_of(fmt::format("You help.\\nFiles:\\n{}\\nThat is all.", file).c_str())));
  };
  const Lock lock = lock_of({with("main"), with("readme"), with("license")});
  CHECK(record::to_text(lock).find("\"Files:\" ...\n") != std::string::npos);
  CHECK(record::to_text(lock).find("readme") == std::string::npos);
  CHECK(record::news_of(lock, with("changelog\\nnotes")).empty());
  CHECK(rules_of(record::news_of(lock, sent_of(capture_of(body_of("You help.\\nReport all.\\nFiles:"))))) ==
        Texts{"lock.line"});
  CHECK(lock_of({with("another")}, lock) == lock);
}

TEST_CASE("a lock does not depend on the order of exchanges, and what is added stays", "[record][lock]") {
  const Sent a = sent_of(capture_of(body_of("You help.\\nA.")));
  const Sent b = sent_of(capture_of(body_of("You help.\\nB.", R"(,"top_k":1)")));
  CHECK(record::to_text(lock_of({a, b, a})) == record::to_text(lock_of({b, a, a})));
  const Lock merged = lock_of({b, b}, lock_of({a, a}));
  CHECK(record::news_of(merged, a).empty());
  CHECK(record::news_of(merged, b).empty());
  CHECK(lock_of({a, a}, merged) == merged);
}

TEST_CASE("a form and JSON in a header are taken apart", "[record][lock]") {
  record::Capture capture = capture_of("");
  capture.request.headers.emplace_back("X-Turn", R"({"turn":"3f2a9c0e-11aa-4c1f-8b7e-0d6c0c9b2f10","n":1})");
  capture.request.body.bytes = "grant=refresh&token=0a1b2c3d4e5f";
  const std::string text = record::to_text(lock_of({sent_of(capture)}));
  for (const char* line :
       {"  body - : form\n", "  form grant : word\n", "  form token : hex\n", "  header x-turn : json\n",
        "  header x-turn#json/turn : uuid\n", "  header x-turn#json/n : number\n"})
    CHECK_THAT(text, Catch::Contains(line));
}

TEST_CASE("what is gone from a lock is told", "[record][lock]") {
  const Lock lock = lock_of({sent_of(capture_of(body_of("You help.", R"(,"top_k":1)")))});
  LockBuilder seen;
  seen.add(sent_of(capture_of(body_of("You help."))));
  CHECK(seen.gone_from(lock) == Texts{"- POST api.example.test /v1/messages: json /top_k"});
  CHECK(LockBuilder().gone_from(lock) == Texts{"- POST api.example.test /v1/messages"});
}

TEST_CASE("a lock is read strictly", "[record][lock]") {
  const std::string good = "telltale-lock 1\n# a note\n\nx POST h /p\n";
  CHECK(record::parse_lock(good));
  struct Row {
    const char* text;
    const char* complaint;
  };
  const Row rows[] = {
      {"  header a : word = \"x", "line 5: a quote that is not closed"},
      {"  header a word", "line 5: not a name and \" :\""},
      {"  header a :", "line 5: no class of value"},
      {"  header a : word\n  header a : word", "line 6: this place is there already"},
      {"  header a : word using U+ZZZZ", "line 5: not a code point"},
      {"  heading a : word", "line 5: not a kind of fact"},
      {"  line /p 0123 \"x\"", "line 5: not a place and 16 hex digits"},
      {"  line /p 0123456789abcdef ... \"x\"", "line 5: not first words in quotes"},
      {"  finding one", "line 5: not a rule and a place"},
      {"x POST h /p", "line 5: this endpoint is there already"},
      {"y POST h", "line 5: not an endpoint"},
      {"y POST h /p more", "line 5: more than client"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto got = record::parse_lock(good + row.text + "\n");
      REQUIRE_FALSE(got);
      CHECK_THAT(got.error().detail, Catch::StartsWith(row.complaint));
    }
  }
  CHECK(record::parse_lock("telltale-lock 2\n").error().detail == "line 1: not \"telltale-lock 1\"");
  CHECK(record::parse_lock("telltale-lock 1\n  header a : word\n").error().detail ==
        "line 2: a fact ahead of the first endpoint");
}
