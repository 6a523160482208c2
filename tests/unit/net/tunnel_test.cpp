// Hosts that are not intercepted: bytes both ways, untouched, counted.
#include "net/tunnel.hpp"

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

namespace {

void intercept_nothing(net::ProxyOptions& options) {
  options.intercept = {"nothing.example"};
}

}  // namespace

TEST_CASE("a host that is not intercepted shows its own certificate", "[net][tunnel]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  ProxyRig rig(upstream, intercept_nothing);
  rig.client_tls = test::client_context(&ProxyRig::upstream_authority());
  {
    Wire wire = rig.secure();
    wire.send("GET / HTTP/1.1\r\nHost: anything\r\n\r\n");
    CHECK(wire.receive_message().ends_with("ok"));
    wire.shutdown();
  }
  const auto tunnel = rig.recorder.tunnel();
  CHECK(tunnel.host == ProxyRig::host);
  CHECK(tunnel.cause == "not_intercepted");
  CHECK(tunnel.bytes > 1000);
  CHECK(rig.recorder.judged_count() == 0);
}

TEST_CASE("a tunnel hands on an end of one side and keeps the other", "[net][tunnel]") {
  Upstream upstream(nullptr, [](Wire& wire, std::size_t) {
    const std::string all = wire.receive_rest();  // until the client has ended
    wire.send("got " + all);
  });
  ProxyRig rig(upstream, intercept_nothing);
  std::string answer;
  Wire wire = rig.connect(rig.target(), answer);
  REQUIRE(answer.starts_with("HTTP/1.1 200 "));
  const std::string bytes = std::string("\0\x16\xFF", 3) + std::string(300'000, 'b');
  wire.send(bytes);
  wire.shutdown();
  CHECK((wire.receive_rest() == "got " + bytes));
  CHECK(rig.recorder.tunnel().bytes == 2 * bytes.size() + 4);
}

TEST_CASE("bytes sent along with the CONNECT are carried too", "[net][tunnel]") {
  Upstream upstream(nullptr, [](Wire& wire, std::size_t) { wire.send(wire.receive(5)); });
  ProxyRig rig(upstream, intercept_nothing);
  Wire wire = rig.plain();
  wire.send("CONNECT " + rig.target() + " HTTP/1.1\r\nHost: " + rig.target() + "\r\n\r\nearly");
  CHECK(wire.receive_head().starts_with("HTTP/1.1 200 "));
  CHECK(wire.receive_rest() == "early");
}

TEST_CASE("a tunnel in which nothing moves is closed", "[net][tunnel]") {
  Upstream upstream(nullptr, [](Wire& wire, std::size_t) { (void)wire.receive_rest(); });
  ProxyRig rig(upstream, [](net::ProxyOptions& options) {
    intercept_nothing(options);
    options.limits.tunnel_idle_time = std::chrono::milliseconds(100);
  });
  std::string answer;
  Wire wire = rig.connect(rig.target(), answer);
  CHECK(wire.ended());
}
