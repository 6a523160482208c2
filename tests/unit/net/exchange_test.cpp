// One request through the proxy: what leaves for upstream, what the judge does to it, and what is reused.
#include "net/exchange_task.hpp"

#include <thread>

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

namespace {

test::SslContext good() {
  return test::server_context(ProxyRig::upstream_authority(), ProxyRig::host);
}

std::string post(const std::string& body, const std::string& more = {}) {
  return "POST /v1/x HTTP/1.1\r\nHost: api.example.test\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("requests leave byte for byte as they came", "[net][exchange]") {
  const std::string big(3 * 1024 * 1024 + 17, 'x');
  const std::pair<const char*, std::string> rows[] = {
      {"odd head", "GET /a%20b?q HTTP/1.1\r\nhOsT:api.example.test  \r\nX-A: 1\r\nx-b:\t2\r\nX-A: 3\r\nVia:\r\n\r\n"},
      {"proxy fields inside TLS are the client's affair",
       "GET / HTTP/1.1\r\nHost: api.example.test\r\nProxy-Connection: keep-alive\r\n\r\n"},
      {"body", post("{\"z\":1,\"a\":1.10,\"u\":\"\\u00e9\\/\"}")},
      {"empty body", post("")},
      {"3 MB body", post(big)},
      {"chunks with extensions and trailers",
       "POST / HTTP/1.1\r\nHost: api.example.test\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n006\r\n "
       "world\r\n0\r\n\r\n"},
      {"1.0", "GET / HTTP/1.0\r\nHost: api.example.test\r\nConnection: keep-alive\r\n\r\n"},
  };
  Upstream upstream(good());
  ProxyRig rig(upstream);
  for (const auto& [name, request] : rows) {
    DYNAMIC_SECTION(name) {
      Wire wire = rig.secure();
      wire.send(request);
      CHECK(wire.receive_message() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      REQUIRE(upstream.requests().size() == 1);
      CHECK((upstream.requests()[0] == request));
      CHECK((rig.recorder.exchange().request.raw == request.substr(0, request.find("\r\n\r\n") + 4)));
    }
  }
}

TEST_CASE("chunked bodies are recorded without their framing", "[net][exchange]") {
  Upstream upstream(good());
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  wire.send(
      "POST / HTTP/1.1\r\nHost: api.example.test\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(rig.recorder.exchange().request_body == "abcde");
}

TEST_CASE("requests sent one behind the other are answered in order", "[net][exchange]") {
  Upstream upstream(good());
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  const std::string first = post("one");
  const std::string second = post("two");
  wire.send(first + second);
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(upstream.requests() == std::vector<std::string>{first, second});
}

TEST_CASE("a judgement decides what is sent and what the client is told", "[net][exchange]") {
  Upstream upstream(good());
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  SECTION("flag: same bytes, one field more in the response") {
    wire.send(post("a [flag] b"));
    const std::string answer = wire.receive_message();
    CHECK(test::field_of(answer, "telltale-verdict").starts_with("flag; findings=1; exchange=01"));
    CHECK(answer.ends_with("ok"));
    CHECK(upstream.requests() == std::vector<std::string>{post("a [flag] b")});
  }
  SECTION("strip: edited head and body") {
    wire.send(post("a [strip]b"));
    CHECK(test::field_of(wire.receive_message(), "telltale-verdict").starts_with("strip; "));
    CHECK(upstream.requests() == std::vector<std::string>{post("a b")});
    CHECK(rig.recorder.exchange().request_body == "a [strip]b");
  }
  SECTION("strip in chunks: the new body in one chunk") {
    const std::string head = "POST / HTTP/1.1\r\nHost: api.example.test\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(head + "4\r\na [s\r\n6\r\ntrip]b\r\n0\r\n\r\n");
    CHECK(wire.receive_message().ends_with("ok"));
    CHECK(upstream.requests() == std::vector<std::string>{head + "3\r\na b\r\n0\r\n\r\n"});
  }
  SECTION("block: 403, and nothing goes out") {
    wire.send(post("a [block] b"));
    const std::string answer = wire.receive_message();
    CHECK(answer.starts_with("HTTP/1.1 403 "));
    CHECK(test::field_of(answer, "content-type") == "application/problem+json");
    CHECK(test::field_of(answer, "telltale-verdict").starts_with("block; "));
    CHECK(answer.find("\"code\":\"blocked-by-policy\"") != std::string::npos);
    CHECK(upstream.requests().empty());
    CHECK(rig.recorder.exchange().error->code == Errc::blocked_by_policy);
  }
  SECTION("a large body is judged on another thread") {
    wire.send(post(std::string(400'000, 'x') + "[strip]"));
    CHECK(wire.receive_message().ends_with("ok"));
    REQUIRE(upstream.requests().size() == 1);
    CHECK((upstream.requests()[0] == post(std::string(400'000, 'x'))));
  }
  CHECK(rig.recorder.judged_count() == 1);
}

TEST_CASE("what the engine could not look at goes on or is refused, as the mode and the policy say",
          "[net][exchange]") {
  struct Row {
    const char* body;
    inspect::Mode mode;
    inspect::BlindChoices choices;
    const char* cause;
    bool refused;
  };
  using inspect::Mode;
  using inspect::WhenBlind;
  const std::string large = std::string(400'000, 'x') + "[throw]";  // judged on another thread
  const Row rows[] = {
      {"[throw]", Mode::flag, {}, "detector-failed", false},
      {"[throw]", Mode::block, {}, "detector-failed", true},
      {"[throw]", Mode::observe, {{"detector-failed", WhenBlind::block}}, "detector-failed", true},
      {"[throw]", Mode::block, {{"detector-failed", WhenBlind::pass}}, "detector-failed", false},
      {"[no memory]", Mode::flag, {}, "detector-failed", false},
      {"[no memory]", Mode::strip, {}, "detector-failed", true},
      {large.c_str(), Mode::flag, {}, "detector-failed", false},
      {large.c_str(), Mode::block, {}, "detector-failed", true},
      {"[blind]", Mode::flag, {}, "coding-unknown", false},
      {"[blind]", Mode::strip, {}, "coding-unknown", true},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string_view(row.body).substr(0, 20), inspect::name_of(row.mode));
    Upstream upstream(good());
    ProxyRig rig(upstream);
    auto judging = std::make_shared<net::Judging>(*test::test_judging());
    judging->policy.mode = row.mode;
    judging->policy.uninspected = row.choices;
    rig.proxy->judge_by(judging);
    Wire wire = rig.secure();
    wire.send(post(row.body));
    const std::string answer = wire.receive_message();
    const std::string told = test::field_of(answer, "telltale-verdict");
    CHECK((told.find("; coverage=none; causes=" + std::string(row.cause) + "; exchange=01") != std::string::npos));
    CHECK(upstream.requests().empty() == row.refused);
    if (row.refused) {
      CHECK(answer.starts_with("HTTP/1.1 403 "));
      CHECK((answer.find("\"code\":\"" + std::string(row.cause) + "\"") != std::string::npos));
      CHECK(rig.recorder.exchange().refused_for == row.cause);
    } else {
      CHECK(answer.ends_with("ok"));
      CHECK(rig.recorder.exchange().refused_for.empty());
    }
    const inspect::Coverage& coverage = rig.recorder.exchange().verdict.coverage;
    CHECK(coverage.causes == std::vector<std::string>{row.cause});
    CHECK(coverage.detail.empty() == (std::string_view(row.cause) != "detector-failed"));
  }
}

TEST_CASE("rules that could not be reloaded and captures that are lost are causes", "[net][exchange]") {
  Upstream upstream(good());
  ProxyRig rig(upstream);
  auto judging = std::make_shared<net::Judging>(*test::test_judging());
  judging->stale = true;
  rig.proxy->judge_by(judging);
  Wire wire = rig.secure();
  wire.send(post("one"));
  CHECK(test::field_of(wire.receive_message(), "telltale-verdict")
            .starts_with("pass; coverage=partial; causes=rules-stale; exchange=01"));
  judging = std::make_shared<net::Judging>(*test::test_judging());
  judging->policy.uninspected = {{"not-recorded", inspect::WhenBlind::block}};
  rig.proxy->judge_by(judging);
  rig.recorder.keeps = false;
  wire.send(post("two"));
  CHECK(wire.receive_message().find("\"code\":\"not-recorded\"") != std::string::npos);
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("tunnels are refused where what is not intercepted must not be carried", "[net][exchange]") {
  Upstream upstream(test::SslContext{});
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"other.test"}; });
  auto judging = std::make_shared<net::Judging>(*test::test_judging());
  judging->policy.uninspected = {{"not_intercepted", inspect::WhenBlind::block}};
  rig.proxy->judge_by(judging);
  std::string answer;
  Wire wire = rig.connect(rig.target(), answer);
  CHECK(answer.starts_with("HTTP/1.1 403 "));
}

TEST_CASE("the verdict field can be switched off", "[net][exchange]") {
  Upstream upstream(good());
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.verdict_header = false; });
  Wire wire = rig.secure();
  wire.send(post("[flag]"));
  CHECK(wire.receive_message() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

TEST_CASE("upstream connections are reused across clients", "[net][pool]") {
  Upstream upstream(good());
  ProxyRig rig(upstream);
  for (int i = 0; i < 5; ++i) {
    Wire wire = rig.secure();
    wire.send(post("x"));
    CHECK(wire.receive_message().ends_with("ok"));
    wire.shutdown();
    CHECK(wire.ended());
  }
  CHECK(upstream.connections() == 1);
  CHECK(rig.proxy->counters().upstream_dials == 1);
  CHECK(rig.proxy->counters().upstream_reused == 5);  // also the first: dialled by its CONNECT, taken by its request
}

TEST_CASE("only what may be done twice is sent again when a pooled connection turns out closed", "[net][pool]") {
  struct Row {
    const char* name;
    std::string request;
    bool again;
  };
  const Row rows[] = {{"GET", "GET / HTTP/1.1\r\nHost: api.example.test\r\n\r\n", true}, {"POST", post("two"), false}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      // The first connection answers once and then ends on the next request without a byte.
      Upstream upstream(good(), [&upstream](Wire& wire, std::size_t connection) {
        for (int i = 0;; ++i) {
          upstream.note(wire.receive_message());
          if (connection == 0 && i == 1) return wire.reset();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
      });
      ProxyRig rig(upstream);
      Wire wire = rig.secure();
      wire.send(post("one"));
      CHECK(wire.receive_message().ends_with("ok"));
      wire.send(row.request);
      const std::string answer = wire.receive_message();
      CHECK(answer.starts_with(row.again ? "HTTP/1.1 200 " : "HTTP/1.1 502 "));
      CHECK(upstream.connections() == (row.again ? 2 : 1));
      CHECK(upstream.requests().size() == (row.again ? 3 : 2));
    }
  }
}

TEST_CASE("a fresh connection that closes without an answer is not tried again", "[net][pool]") {
  Upstream upstream(good(), [&upstream](Wire& wire, std::size_t connection) {
    upstream.note(wire.receive_message());
    if (connection < 2) wire.reset();
  });
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  wire.send(post("one"));
  const std::string answer = wire.receive_message();
  CHECK(answer.starts_with("HTTP/1.1 502 "));
  CHECK(answer.find("upstream-closed") != std::string::npos);
  CHECK(upstream.connections() == 1);
}

TEST_CASE("Expect: 100-continue is answered before the body is read", "[net][exchange]") {
  Upstream upstream(good(), [&upstream](Wire& wire, std::size_t) {
    const std::string head = wire.receive_head();
    upstream.note(head + wire.receive(4));
    wire.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    (void)wire.receive_rest();
  });
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  const std::string head =
      "POST / HTTP/1.1\r\nHost: api.example.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  wire.send(head);
  CHECK(wire.receive_head() == "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("body");
  CHECK(wire.receive_message() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(upstream.requests() == std::vector<std::string>{head + "body"});
}
