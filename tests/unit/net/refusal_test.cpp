// Requests and connections that are refused: status, stable code, and nothing upstream.
#include "net/reply.hpp"

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

}  // namespace

TEST_CASE("what no proxy should be asked on a plain connection is refused", "[net][refusal]") {
  struct Row {
    const char* name;
    const char* request;
    const char* status;
    const char* code;
  };
  const Row rows[] = {
      {"no port", "CONNECT api.example.test HTTP/1.1\r\nHost: a\r\n\r\n", "400", "authority-malformed"},
      {"empty host", "CONNECT :443 HTTP/1.1\r\nHost: a\r\n\r\n", "400", "authority-malformed"},
      {"path", "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n", "400", "authority-malformed"},
      {"number for an address", "CONNECT 2130706433:443 HTTP/1.1\r\nHost: a\r\n\r\n", "400", "authority-malformed"},
      {"Host of another", "CONNECT a.test:443 HTTP/1.1\r\nHost: b.test\r\n\r\n", "421", "host-mismatch"},
      {"origin form", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "target-malformed"},
      {"https in absolute form", "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n", "400", "target-malformed"},
      {"TLS instead of HTTP", "\x16\x03\x01\n\n", "400", "head-malformed"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505", "version-unsupported"},
  };
  Upstream upstream(good());
  ProxyRig rig(upstream);
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Wire wire = rig.plain();
      wire.send(row.request);
      const std::string answer = wire.receive_message();
      CHECK(answer.substr(9, 3) == row.status);
      CHECK(answer.find(std::string("\"code\":\"") + row.code + "\"") != std::string::npos);
      CHECK(wire.ended());
      CHECK(upstream.connections() == 0);
      CHECK(name_of(rig.recorder.refusal().error.code) == row.code);
    }
  }
}

TEST_CASE("requests inside a tunnel that are refused", "[net][refusal]") {
  struct Row {
    const char* name;
    std::string request;
    const char* status;
    const char* code;
  };
  const std::string host = "Host: api.example.test\r\n";
  const Row rows[] = {
      {"Host of another", "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", "421", "host-mismatch"},
      {"whole URL", "GET http://a.test/ HTTP/1.1\r\n" + host + "\r\n", "400", "target-malformed"},
      {"CONNECT", "CONNECT a.test:1 HTTP/1.1\r\nHost: a.test\r\n\r\n", "501", "method-unsupported"},
      {"body over the limit", "POST / HTTP/1.1\r\n" + host + "Content-Length: 2000\r\n\r\n" + std::string(2000, 'a'),
       "413", "body-too-long"},
      {"chunks over the limit",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'a') +
           "\r\n0\r\n\r\n",
       "413", "body-too-long"},
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", "400",
       "framing-ambiguous"},
      {"coding and length", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
       "400", "framing-ambiguous"},
      {"unknown expectation", "POST / HTTP/1.1\r\n" + host + "Expect: tea\r\nContent-Length: 0\r\n\r\n", "417",
       "expectation-unsupported"},
      {"head too long", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(5000, 'x') + "\r\n\r\n", "431",
       "head-too-long"},
      {"WebSocket",
       "GET /ws HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
       "426", "upgrade-refused"},
  };
  Upstream upstream(good());
  ProxyRig rig(upstream, [](net::ProxyOptions& options) {
    options.limits.body_bytes = 1000;
    options.limits.head_bytes = 4000;
  });
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Wire wire = rig.secure();
      wire.send(row.request);
      const std::string answer = wire.receive_message();
      CHECK(answer.substr(9, 3) == row.status);
      CHECK(answer.find(std::string("\"code\":\"") + row.code + "\"") != std::string::npos);
      if (row.status == std::string("426")) CHECK_FALSE(test::field_of(answer, "upgrade").empty());
      CHECK(wire.ended());  // while the proxy still reads on
      CHECK(upstream.requests().empty());
      CHECK(rig.recorder.finished_count() == 0);
    }
  }
}

TEST_CASE("requests that stop half way do not go upstream", "[net][refusal]") {
  Upstream upstream(good());
  ProxyRig rig(upstream, [](net::ProxyOptions& options) {
    options.limits.client_body_idle_time = std::chrono::milliseconds(150);
    options.limits.client_head_time = std::chrono::milliseconds(150);
  });
  Wire wire = rig.secure();
  SECTION("the client closes inside its body") {
    wire.send("POST / HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 10\r\n\r\nabc");
    wire.shutdown();
    CHECK(wire.receive_message().starts_with("HTTP/1.1 400 "));
    CHECK(rig.recorder.refusal().error.code == Errc::body_truncated);
  }
  SECTION("the client stalls inside its body") {
    wire.send("POST / HTTP/1.1\r\nHost: api.example.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    CHECK(wire.receive_message().starts_with("HTTP/1.1 408 "));
    CHECK(rig.recorder.refusal().error.code == Errc::request_timeout);
  }
  SECTION("the client stalls inside its head") {
    wire.send("POST / HTTP/1.1\r\nHost: api");
    CHECK(wire.receive_message().starts_with("HTTP/1.1 408 "));
  }
  SECTION("the client resets inside its body") {
    wire.send("POST / HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 10\r\n\r\nabc");
    wire.reset();
    CHECK(rig.recorder.refusal().error.code == Errc::body_truncated);
  }
  CHECK(upstream.requests().empty());
}

TEST_CASE("an idle client is closed in silence when its time is over", "[net][refusal]") {
  Upstream upstream(good());
  ProxyRig rig(upstream,
               [](net::ProxyOptions& options) { options.limits.client_idle_time = std::chrono::milliseconds(100); });
  Wire wire = rig.secure();
  CHECK(wire.ended());
  CHECK(rig.recorder.refused_count() == 0);
}
