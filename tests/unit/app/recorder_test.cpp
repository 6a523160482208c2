#include "app/recorder.hpp"

#include "app/exchange_capture.hpp"

#include <algorithm>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

net::Exchange exchange_with(std::string body) {
  net::Exchange exchange;
  exchange.id = "01JABCDEFGHJKMNPQRSTVWXYZ0";
  exchange.flow_id = "01JABCDEFGHJKMNPQRSTVWXYZ1";
  exchange.client = "127.0.0.1:5000";
  exchange.via = "connect";
  exchange.time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'782'780'000'123));
  exchange.scheme = "https";
  exchange.host = "api.example.com";
  exchange.port = 8443;
  exchange.request = *http::parse_request_head(
      "POST /v1/messages?x=1 HTTP/1.1\r\nHost: api.example.com\r\nx-api-key: canary-key-0123456789\r\n\r\n", Limits{});
  exchange.request_body = std::move(body);
  return exchange;
}

net::Tunnelled tunnel_to(std::string host) {
  net::Tunnelled tunnel;
  tunnel.id = "01JABCDEFGHJKMNPQRSTVWXYZ2";
  tunnel.flow_id = "01JABCDEFGHJKMNPQRSTVWXYZ1";
  tunnel.client = "127.0.0.1:1";
  tunnel.via = "tunnel";
  tunnel.host = std::move(host);
  tunnel.port = 443;
  tunnel.cause = "not_intercepted";
  tunnel.bytes = 10;
  return tunnel;
}

struct Said {
  std::string text;
  app::Recorder::Options options() {
    app::Recorder::Options options;
    options.print = [this](std::string_view line) { text += line; };
    return options;
  }
};

}  // namespace

TEST_CASE("an exchange becomes a capture with its full URL and UTC time", "[app][recorder]") {
  const auto capture = app::capture_of(exchange_with("{}"), {{"host", {"box"}}});
  CHECK(capture.request.url == "https://api.example.com:8443/v1/messages?x=1");
  CHECK(capture.time == "2026-06-30T00:40:00.123Z");
  CHECK(capture.request.headers.size() == 2);
  CHECK(capture.environment.at("host").front() == "box");
}

TEST_CASE("what is journaled is masked", "[app][recorder]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  {
    Said said;
    auto options = said.options();
    options.journal = std::move(*app::Journal::open({file, false, 0, 0}));
    app::Recorder recorder(std::move(options));
    recorder.finished(exchange_with("{}"));
  }
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK_THAT(text.str(), Catch::Contains("[masked sha256:") && !Catch::Contains("canary"));
}

TEST_CASE("findings are printed as they happen, from the chosen severity on", "[app][recorder]") {
  Said said;
  app::Recorder recorder(said.options());
  auto exchange = exchange_with("{}");
  for (const auto severity : {inspect::Severity::info, inspect::Severity::high}) {
    inspect::Finding finding;
    finding.rule = "rule." + std::string(inspect::name_of(severity));
    finding.severity = severity;
    exchange.verdict.findings.push_back(finding);
  }
  recorder.judged(exchange);
  recorder.flush();
  CHECK_THAT(said.text, Catch::Contains("rule.high") && !Catch::Contains("rule.info"));
  CHECK(recorder.totals().findings == 2);
}

TEST_CASE("no credential is printed, wherever a finding took it from", "[app][recorder]") {
  for (const char* format : {"text", "json"}) {
    CAPTURE(format);
    Said said;
    std::string followed;
    auto options = said.options();
    options.format = format;
    options.has_followers = [] { return true; };
    options.publish = [&followed](std::string_view json) { followed += json; };
    app::Recorder recorder(std::move(options));
    auto exchange = exchange_with(R"({"system":"use canary-key-0123456789 here"})");
    inspect::Finding finding;
    finding.rule = "rule.near";
    finding.severity = inspect::Severity::high;
    finding.where = "body:/system";
    finding.carries = {{"value", "canary-key-0123456789"}};
    finding.excerpt = "use canary-key-0123456789 here";
    exchange.verdict.findings.push_back(finding);
    recorder.judged(exchange);
    recorder.flush();
    CHECK_THAT(said.text, Catch::Contains("rule.near") && !Catch::Contains("canary"));
    CHECK_THAT(followed, Catch::Contains("rule.near") && !Catch::Contains("canary"));
  }
}

TEST_CASE("what was not inspected is said, and repeats are counted instead of repeated", "[app][recorder]") {
  Said said;
  app::Recorder recorder(said.options());
  for (int i = 0; i < 5; ++i) recorder.tunnelled(tunnel_to("example.com"));
  recorder.refused("127.0.0.1:1", "bad.example", Error{Errc::upstream_refused, 0, "connection refused"});
  recorder.flush();
  CHECK(std::count(said.text.begin(), said.text.end(), '\n') == 4);  // 1st, 2nd and 4th tunnel, and the refusal
  CHECK_THAT(said.text, Catch::Contains("NOT INSPECTED  example.com  not_intercepted") &&
                            Catch::Contains("(4 times so far)") &&
                            Catch::Contains("REFUSED  bad.example  upstream-refused: connection refused"));
  CHECK(recorder.totals().tunnelled == 5);
}

TEST_CASE("a tunnel is a line of the capture, with coverage none", "[app][recorder]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path("a.jsonl");
  {
    Said said;
    auto options = said.options();
    options.also = [](const record::Capture&) { FAIL("a tunnel is no exchange"); };
    options.journal = std::move(*app::Journal::open({file, false, 0, 0}));
    app::Recorder recorder(std::move(options));
    recorder.tunnelled(tunnel_to("2001:db8::1"));
  }
  std::ifstream lines(file);
  std::string line;
  REQUIRE(std::getline(lines, line));
  const auto capture = record::parse_capture(line, Limits{});
  REQUIRE(capture);
  CHECK(capture->request.method == "CONNECT");
  CHECK(capture->request.url == "[2001:db8::1]:443");
  CHECK(capture->flow_via == "tunnel");
  CHECK_FALSE(capture->response);
  REQUIRE(capture->inspection);
  CHECK(capture->inspection->coverage.state == inspect::Coverage::State::none);
  CHECK(capture->inspection->coverage.causes == std::vector<std::string>{"not_intercepted"});
  CHECK(capture->inspection->coverage.bytes_total == 10);
}

TEST_CASE("a full queue drops and counts, and does not wait", "[app][recorder]") {
  std::mutex hold;
  auto options = app::Recorder::Options{};
  options.queue = 2;
  options.also = [&hold](const record::Capture&) { const std::lock_guard lock(hold); };
  std::unique_lock lock(hold);
  app::Recorder recorder(std::move(options));
  for (int i = 0; i < 10; ++i) recorder.finished(exchange_with("{}"));
  CHECK(recorder.totals().dropped >= 7);  // two queued, one in the writer's hands
  lock.unlock();
}

TEST_CASE("an exchange is written soon although nobody asks", "[app][recorder]") {
  std::promise<std::string> written;
  auto options = app::Recorder::Options{};
  options.also = [&written](const record::Capture& capture) { written.set_value(capture.request.url); };
  app::Recorder recorder(std::move(options));
  recorder.finished(exchange_with("{}"));
  auto url = written.get_future();
  REQUIRE(url.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK_THAT(url.get(), Catch::StartsWith("https://api.example.com:8443/"));
}

TEST_CASE("typed text grows and old holders keep what they had", "[app][recorder]") {
  Said said;
  app::Recorder recorder(said.options());
  CHECK(recorder.typed() == nullptr);
  recorder.add_typed({"first"});
  const auto before = recorder.typed();
  recorder.add_typed({"second"});
  CHECK(before->size() == 1);
  CHECK(recorder.typed()->size() == 2);
}

TEST_CASE("the lines are JSON where JSON was asked for", "[app][recorder]") {
  Said said;
  auto options = said.options();
  options.format = "json";
  app::Recorder recorder(std::move(options));
  recorder.tunnelled(tunnel_to("example.com"));
  recorder.flush();
  CHECK(said.text == R"({"event":"not inspected","host":"example.com","cause":"not_intercepted",)"
                     R"("detail":"tunnelled for 127.0.0.1:1, 10 bytes","times":1})"
                     "\n");
}
