#include "app/run_report.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace telltale;

namespace {

record::Capture capture_with(std::vector<inspect::Finding> findings, inspect::Coverage coverage = {}) {
  record::Capture capture;
  capture.id = "01J0";
  capture.request.method = "POST";
  capture.request.url = "https://gw.example.test/v1/messages?key=sk-secret";
  capture.request.body.bytes = std::string(1200, 'x');
  inspect::Verdict verdict;
  verdict.api = "anthropic.messages";
  verdict.action = findings.empty() ? inspect::Action::pass : inspect::Action::flag;
  verdict.findings = std::move(findings);
  verdict.coverage = std::move(coverage);
  capture.inspection = std::move(verdict);
  return capture;
}

inspect::Finding marker() {
  inspect::Finding finding;
  finding.rule = "marker.date-line";
  finding.severity = inspect::Severity::high;
  finding.where = "body:/messages/0/content/0/text";
  finding.code_points = {"U+02BC"};
  finding.expected = {"U+0027"};
  finding.carries = {{"timezone", "Asia/Shanghai or Asia/Urumqi"}};
  finding.message = "The apostrophe is not the usual one.";
  finding.excerpt = "Today\xca\xbcs date is";
  return finding;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

app::RunFacts facts() {
  app::RunFacts facts;
  facts.client = "claude";
  return facts;
}

}  // namespace

TEST_CASE("the summary groups findings by rule and says what they carry", "[app][run]") {
  app::RunReport report;
  report.add(capture_with({marker()}));
  report.add(capture_with({marker()}));
  CHECK(report.worst() == inspect::Severity::high);
  const std::string text = report.text(facts());
  for (const char* part :
       {"claude ended with 0 after 2 requests", "POST gw.example.test/v1/messages", "anthropic.messages", "2400 B",
        "2 findings, 1 rules", "HIGH     marker.date-line  (2 times)",
        "timezone = Asia/Shanghai or Asia/Urumqi, U+02BC in place of U+0027", "near     Today<U+02BC>s date is",
        "telltale rules explain RULE", "gw.example.test body:/messages/0/content/0/text", "everything the client sent"})
    CHECK(has(text, part));
  CHECK_FALSE(has(text, "sk-secret"));
}

TEST_CASE("a clean run says so", "[app][run]") {
  app::RunReport report;
  report.add(capture_with({}));
  CHECK(has(report.text(facts()), "no findings"));
  CHECK_FALSE(report.worst());
}

TEST_CASE("what was not inspected is counted with its cause", "[app][run]") {
  app::RunReport report;
  report.add(capture_with({}, {inspect::Coverage::State::none, {"coding-unknown"}, 0, 10, {}}));
  report.add(capture_with({}, {inspect::Coverage::State::partial, {"json-too-deep"}, 5, 10, {}}));
  report.add_tunnelled("ws.example.test", "websocket", 700);
  report.add_tunnelled("ws.example.test", "websocket", 7);
  report.add_refused("", "client-tls-failed");
  const std::string text = report.text(facts());
  for (const char* part :
       {"1 requests not at all: coding-unknown", "1 requests only in part: json-too-deep",
        "2 connections (707 bytes) carried unseen: ws.example.test: websocket", "1 refused: -: client-tls-failed"})
    CHECK(has(text, part));
  CHECK_FALSE(has(text, "everything"));
}

TEST_CASE("the summary tells what was done for and after the client", "[app][run]") {
  const app::RunReport report;
  app::RunFacts all = facts();
  all.stand_ins = {"ANTHROPIC_API_KEY"};
  all.leftovers = {"hub"};
  all.typed_truncated = true;
  all.dropped = 3;
  all.save = "out.jsonl";
  const std::string text = report.text(all);
  for (const char* part : {"ANTHROPIC_API_KEY", "ended a process left running by the client: hub", "stdin was longer",
                           "3 records were lost", "captures: out.jsonl"})
    CHECK(has(text, part));
  all.start_error = "No such file or directory";
  CHECK(report.text(all) == "telltale run: cannot start claude: No such file or directory\n");
}

TEST_CASE("the JSON report is a line an exchange and a summary", "[app][run]") {
  app::RunReport report;
  report.add(capture_with({marker()}));
  report.add_tunnelled("ws.example.test", "websocket", 700);
  const std::string json = report.json(facts());
  const std::size_t end = json.find('\n');
  REQUIRE(end != std::string::npos);
  CHECK(nlohmann::json::parse(json.substr(0, end))["exchange"] == "01J0");
  const auto summary = nlohmann::json::parse(json.substr(end + 1))["summary"];
  CHECK(summary["exchanges"] == 1);
  CHECK(summary["rules"]["marker.date-line"]["count"] == 1);
  CHECK(summary["tunnelled"]["ws.example.test: websocket"]["bytes"] == 700);
  CHECK(summary["start_error"].is_null());
}
