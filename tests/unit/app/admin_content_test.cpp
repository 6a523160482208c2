#include "app/admin_content.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "app/admin_token.hpp"
#include "app/file_text.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

class Content {
 public:
  Content() : recorder_(options()) {
    content_.attach(recorder_, counters_, [] { return net::Proxy::Usage(); });
  }
  [[nodiscard]] Result<net::AdminAnswer> ask(std::string_view path, net::AdminRequest request = {}) {
    for (const net::AdminRoute& route : content_.routes())
      if (route.path == path) return route.answer(request);
    FAIL("no such path: " << path);
    return fail(Errc::not_found, "");
  }
  app::AdminContent& operator*() { return content_; }
  app::Recorder& recorder() { return recorder_; }

 private:
  static app::Recorder::Options options() {
    app::Recorder::Options out;
    out.print = [](std::string_view) {};
    return out;
  }
  app::Recorder recorder_;
  net::Proxy::Counters counters_;
  app::AdminContent content_;
};

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

}  // namespace

TEST_CASE("only health is told without a token", "[app][admin]") {
  app::AdminContent content;
  for (const net::AdminRoute& route : content.routes())
    CHECK(route.open == (route.path == "/healthz" || route.path == "/readyz"));
}

TEST_CASE("ready is said once it is, alive always", "[app][admin]") {
  Content content;
  CHECK(content.ask("/healthz")->status == 200);
  CHECK(content.ask("/readyz")->status == 503);
  (*content).set_ready(true);
  CHECK(content.ask("/readyz")->status == 200);
}

TEST_CASE("a posted prompt is typed text from then on", "[app][admin]") {
  Content content;
  const auto answer = content.ask("/v1/typed", {"application/json", R"({"session_id":"s","prompt":"fix it"})"});
  REQUIRE(answer);
  CHECK(answer->status == 204);
  CHECK(answer->body.empty());
  REQUIRE(content.recorder().typed() != nullptr);
  CHECK(content.recorder().typed()->near("") == std::vector<std::string>{"fix it"});
  CHECK(content.ask("/v1/typed", {"application/json", "{}"}).error().code == Errc::json_malformed);
}

TEST_CASE("exchanges are listed without their texts, the newest 256", "[app][admin]") {
  Content content;
  CHECK(content.ask("/v1/exchanges")->body.empty());
  record::Capture capture;
  capture.request.method = "POST";
  capture.request.url = "https://api.example.com/v1/messages?key=canary-1#canary-2";
  capture.request.headers = {{"Authorization", "Bearer canary-3"}};
  capture.request.body.bytes = "canary-4";
  capture.response.emplace().status = 200;
  capture.inspection.emplace().coverage.causes = {"coding-unknown"};
  capture.inspection->findings.resize(2);
  capture.inspection->findings[1].severity = inspect::Severity::high;
  for (int i = 0; i < 300; ++i) {
    capture.id = std::to_string(i);
    (*content).add(capture);
  }
  const std::string text = content.ask("/v1/exchanges")->body;
  CHECK(std::count(text.begin(), text.end(), '\n') == 256);
  CHECK_THAT(text, Catch::StartsWith("{\"id\":\"44\""));
  CHECK_THAT(text, !Catch::Contains("canary"));
  CHECK_THAT(text, Catch::Contains(R"("url":"https://api.example.com/v1/messages","request_bytes":8,"status":200)"));
  CHECK_THAT(text, Catch::Contains(R"("causes":["coding-unknown"],"findings":2,"worst":"high")"));
}

TEST_CASE("metrics count by cause and severity in the text format", "[app][admin]") {
  app::Recorder::Totals totals;
  totals.exchanges = 3;
  totals.not_inspected = 1;
  totals.tunnelled = 2;
  totals.by_severity = {0, 1, 2, 3, 0};
  totals.blind = {{"coding-unknown", 1}, {"not_intercepted", 2}};
  totals.turned_away = {{"host-missing", 4}};
  totals.dropped = 5;
  net::Proxy::Counters counters;
  counters.connections = 9;
  const std::string text = app::metrics_text(totals, counters, {}, 7, std::chrono::seconds(61));
  for (const char* line : {
           "# TYPE telltale_exchanges_total counter\ntelltale_exchanges_total 3\n",
           "telltale_exchanges_not_fully_inspected_total 1\n",
           "telltale_findings_total{severity=\"high\"} 3\n",
           "telltale_findings_total{severity=\"critical\"} 0\n",
           "telltale_tunnels_total 2\n",
           "telltale_not_inspected_total{cause=\"coding-unknown\"} 1\n",
           "telltale_not_inspected_total{cause=\"not_intercepted\"} 2\n",
           "telltale_refused_total{cause=\"host-missing\"} 4\n",
           "telltale_records_dropped_total 5\n",
           "telltale_connections_total 9\n",
           "telltale_typed_texts 7\n",
           "# TYPE telltale_uptime_seconds gauge\ntelltale_uptime_seconds 61\n",
       })
    CHECK_THAT(text, Catch::Contains(line));
  CHECK(text.back() == '\n');
}

TEST_CASE("the recorder counts causes and severities", "[app][admin]") {
  Content content;
  net::Exchange exchange;
  exchange.verdict.coverage.state = inspect::Coverage::State::none;
  exchange.verdict.coverage.causes = {"coding-unknown"};
  inspect::Finding finding;
  finding.severity = inspect::Severity::high;
  exchange.verdict.findings = {finding};
  content.recorder().judged(exchange);
  net::Tunnelled tunnel;
  tunnel.cause = "not_intercepted";
  content.recorder().tunnelled(std::move(tunnel));
  content.recorder().refused("", "a.example", Error{Errc::host_missing, 0, ""});
  const auto text = content.ask("/metrics")->body;
  for (const char* line :
       {"telltale_not_inspected_total{cause=\"coding-unknown\"} 1\n",
        "telltale_not_inspected_total{cause=\"not_intercepted\"} 1\n",
        "telltale_refused_total{cause=\"host-missing\"} 1\n", "telltale_findings_total{severity=\"high\"} 1\n"})
    CHECK_THAT(text, Catch::Contains(line));
}

TEST_CASE("the token is new at each start and its owner's alone", "[app][admin]") {
  const test::TemporaryFolder folder;
  folder.write("admin.token", "old");
  ::chmod(folder.path("admin.token").c_str(), 0644);
  const auto first = app::make_admin_token(folder.path());
  REQUIRE(first);
  CHECK(first->file == folder.path("admin.token"));
  CHECK(first->token.reveal().size() == 64);
  CHECK(*app::read_file(first->file, 100) == std::string(first->token.reveal()) + "\n");
  CHECK(mode_of(first->file) == 0600);
  const auto second = app::make_admin_token(folder.path());
  REQUIRE(second);
  CHECK(second->token.reveal() != first->token.reveal());
  REQUIRE(app::write_admin_curl(folder.path(), "127.0.0.1:9", second->token));
  CHECK(mode_of(folder.path("admin.curl")) == 0600);
  CHECK_THAT(*app::read_file(folder.path("admin.curl"), 1000),
             Catch::Contains("url = \"http://127.0.0.1:9/v1/typed\"\n"));
  CHECK(app::make_admin_token(folder.path("missing")).error().code == Errc::file_failed);
}
