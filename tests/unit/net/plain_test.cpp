// Requests in absolute form on the plain connection.
#include "net/session.hpp"

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

TEST_CASE("absolute-form requests leave in origin form and without what was meant for us", "[net][plain]") {
  Upstream upstream(nullptr);
  ProxyRig rig(upstream);
  Wire wire = rig.plain();
  const std::string url = "http://" + rig.target();
  wire.send("POST " + url + "/a?b HTTP/1.1\r\nHost: " + rig.target() +
            "\r\nProxy-Authorization: Basic c2VjcmV0\r\nx-B: 1\r\nProxy-Connection: keep-alive\r\nContent-Length: "
            "3\r\n\r\nabc");
  CHECK(wire.receive_message().ends_with("ok"));
  wire.send("GET " + url + " HTTP/1.1\r\nHost: other.test\r\n\r\n");
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(upstream.requests() ==
        std::vector<std::string>{"POST /a?b HTTP/1.1\r\nHost: " + rig.target() +
                                     "\r\nx-B: 1\r\nContent-Length: 3\r\nVia: 1.1 rig\r\n\r\nabc",
                                 "GET / HTTP/1.1\r\nHost: " + rig.target() + "\r\nVia: 1.1 rig\r\n\r\n"});
  CHECK(upstream.connections() == 1);
  const net::Exchange exchange = rig.recorder.exchange();
  CHECK(exchange.via == "absolute");
  CHECK(exchange.scheme == "http");
  CHECK(exchange.request_body == "abc");
}

TEST_CASE("absolute-form requests to other hosts are relayed but neither judged nor recorded", "[net][plain]") {
  Upstream upstream(nullptr);
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"nothing.example"}; });
  Wire wire = rig.plain();
  wire.send("GET http://" + rig.target() + "/[block] HTTP/1.1\r\nHost: " + rig.target() + "\r\n\r\n");
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(rig.recorder.tunnel().cause == "not_intercepted");
  CHECK(rig.recorder.judged_count() == 0);
  CHECK(rig.recorder.finished_count() == 0);
}

TEST_CASE("a WebSocket upgrade to a host that is not inspected is carried, and said", "[net][plain]") {
  Upstream upstream(nullptr, [&upstream](Wire& wire, std::size_t) {
    upstream.note(wire.receive_head());
    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    wire.send(wire.receive(4));
  });
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"nothing.example"}; });
  Wire wire = rig.plain();
  const std::string fields = "Host: " + rig.target() + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  wire.send("GET http://" + rig.target() + "/ws HTTP/1.1\r\n" + fields + "\r\n");
  CHECK(wire.receive_head().starts_with("HTTP/1.1 101 "));
  wire.send("\x81\x02hi");
  CHECK(wire.receive(4) == "\x81\x02hi");
  wire.shutdown();
  CHECK(wire.ended());
  CHECK(rig.recorder.tunnel().cause == "websocket");
  CHECK(upstream.requests() == std::vector<std::string>{"GET /ws HTTP/1.1\r\n" + fields + "Via: 1.1 rig\r\n\r\n"});
  Wire other = rig.plain();
  other.send("GET http://" + rig.target() + "/ws HTTP/1.1\r\n" + fields + "Content-Length: 1\r\n\r\nx");
  CHECK(other.receive_message().starts_with("HTTP/1.1 400 "));
}

TEST_CASE("an upgrade that the upstream does not make leaves the connection under the gate", "[net][plain]") {
  Upstream upstream(nullptr);
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"nothing.example"}; });
  Wire wire = rig.plain();
  const std::string url = "http://" + rig.target();
  const std::string fields = "Host: " + rig.target() + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  wire.send("GET " + url + "/ws HTTP/1.1\r\n" + fields + "\r\nGET " + url + "/next HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(wire.receive_message().ends_with("ok"));
  CHECK(upstream.requests().back() == "GET /next HTTP/1.1\r\nHost: " + rig.target() + "\r\nVia: 1.1 rig\r\n\r\n");
}

TEST_CASE("a request that has been here before ends as a loop", "[net][plain]") {
  Upstream upstream(nullptr);
  ProxyRig rig(upstream);
  for (const std::string via : {"1.1 rig", "1.0 a, HTTP/1.1 RIG (x)"}) {
    Wire wire = rig.plain();
    wire.send("GET http://" + rig.target() + "/ HTTP/1.1\r\nHost: x\r\nVia: " + via + "\r\n\r\n");
    CHECK(wire.receive_message().starts_with("HTTP/1.1 508 "));
  }
  Wire wire = rig.plain();
  wire.send("GET / HTTP/1.1\r\nHost: x\r\nVia: 1.1 other\r\n\r\n");
  CHECK(wire.receive_message().starts_with("HTTP/1.1 508 "));
  CHECK(upstream.connections() == 0);
}

TEST_CASE("absolute-form requests to a dead upstream get 502", "[net][plain]") {
  std::uint16_t port = 0;
  {
    Upstream gone(nullptr);
    port = gone.port();
  }
  Upstream other(nullptr);
  ProxyRig rig(other);
  Wire wire = rig.plain();
  wire.send("GET http://127.0.0.1:" + std::to_string(port) + "/ HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
            "\r\n\r\n");
  CHECK(wire.receive_message().starts_with("HTTP/1.1 502 "));
}
