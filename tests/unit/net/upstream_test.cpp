// Upstreams that must not be talked to, and how that is said: no certificate of ours is shown and no request byte sent.
#include "net/trust.hpp"

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

namespace {

void expect_refused(ProxyRig& rig, Upstream& upstream, const std::string& status, const std::string& code) {
  std::string answer;
  Wire wire = rig.connect(rig.target(), answer);
  CHECK(answer.starts_with("HTTP/1.1 " + status + " "));
  CHECK(test::field_of(answer, "content-type") == "application/problem+json");
  CHECK(test::field_of(answer, "connection") == "close");
  const std::string body = wire.receive_rest();
  CHECK(body.find("\"code\":\"" + code + "\"") != std::string::npos);
  CHECK(body.size() == std::stoul(test::field_of(answer, "content-length")));
  CHECK(name_of(rig.recorder.refusal().error.code) == code);
  CHECK(upstream.requests().empty());
}

}  // namespace

TEST_CASE("an upstream whose certificate does not hold is refused before the CONNECT is granted", "[net][upstream]") {
  const certs::Authority stranger = certs::Authority::create({}).value();
  struct Row {
    const char* name;
    const certs::Authority& signer;
    const char* host;
    int age_days;
    const char* code;
  };
  const Row rows[] = {
      {"unknown CA", stranger, ProxyRig::host, 0, "upstream-certificate-untrusted"},
      {"expired", ProxyRig::upstream_authority(), ProxyRig::host, 30, "upstream-certificate-expired"},
      {"not yet valid", ProxyRig::upstream_authority(), ProxyRig::host, -30, "upstream-certificate-not-yet-valid"},
      {"wrong host", ProxyRig::upstream_authority(), "other.example.test", 0, "upstream-certificate-wrong-host"},
      {"parent's wildcard too deep", ProxyRig::upstream_authority(), "test", 0, "upstream-certificate-wrong-host"},
      {"an address for a name", ProxyRig::upstream_authority(), "127.0.0.1", 0, "upstream-certificate-wrong-host"},
      {"our own CA", *ProxyRig::proxy_authority(), ProxyRig::host, 0, "upstream-certificate-own-root"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Upstream upstream(test::server_context(row.signer, row.host, row.age_days));
      ProxyRig rig(upstream);
      expect_refused(rig, upstream, "502", row.code);
    }
  }
}

TEST_CASE("our own CA is refused upstream even where the trust store holds it", "[net][upstream]") {
  Upstream upstream(test::server_context(*ProxyRig::proxy_authority(), ProxyRig::host));
  std::string file;
  ProxyRig rig(upstream, [&file](net::ProxyOptions& options) {
    file = options.upstream_ca_file + ".own";
    const std::string pem = ProxyRig::proxy_authority()->certificate_pem();
    FILE* out = fopen(file.c_str(), "w");
    fwrite(pem.data(), 1, pem.size(), out);
    fclose(out);
    options.upstream_ca_file = file;
  });
  remove(file.c_str());
  expect_refused(rig, upstream, "502", "upstream-certificate-own-root");
}

TEST_CASE("an upstream that is an address is verified as an address", "[net][upstream]") {
  struct Row {
    const char* certificate_for;
    const char* status;
  };
  for (const Row& row : {Row{"127.0.0.1", "200"}, Row{ProxyRig::host, "502"}}) {
    DYNAMIC_SECTION(row.certificate_for) {
      Upstream upstream(test::server_context(ProxyRig::upstream_authority(), row.certificate_for));
      ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"*"}; });
      std::string answer;
      Wire wire = rig.connect("127.0.0.1:" + std::to_string(rig.port), answer);
      CHECK(answer.substr(9, 3) == row.status);
    }
  }
}

TEST_CASE("upstreams that are down, silent or no TLS get their own errors", "[net][upstream]") {
  using std::chrono::milliseconds;
  SECTION("nobody listens") {
    std::uint16_t port = 0;
    {
      Upstream gone(nullptr);
      port = gone.port();
    }
    Upstream other(nullptr);
    ProxyRig rig(other, [port](net::ProxyOptions& options) {
      options.resolve = {net::Resolution{http::Authority{ProxyRig::host, port}, "127.0.0.1"}};
    });
    rig.port = port;
    expect_refused(rig, other, "502", "upstream-refused");
  }
  SECTION("closes at once") {
    Upstream upstream(nullptr, [](Wire&, std::size_t) {});
    ProxyRig rig(upstream);
    expect_refused(rig, upstream, "502", "upstream-tls-failed");
  }
  SECTION("speaks something else") {
    Upstream upstream(nullptr, [](Wire& wire, std::size_t) {
      wire.send("220 mail.example.test ESMTP\r\n");
      (void)wire.receive_rest();
    });
    ProxyRig rig(upstream);
    expect_refused(rig, upstream, "502", "upstream-tls-failed");
  }
  SECTION("silent in the handshake") {
    Upstream upstream(nullptr, [](Wire& wire, std::size_t) { (void)wire.receive_rest(); });
    ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.limits.upstream_tls_time = milliseconds(150); });
    expect_refused(rig, upstream, "504", "upstream-tls-timeout");
  }
}

TEST_CASE("silent after the request: 504 inside the tunnel", "[net][upstream]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host), [](Wire& wire, std::size_t) {
    (void)wire.receive_message();
    (void)wire.receive_rest();
  });
  ProxyRig rig(upstream, [](net::ProxyOptions& options) {
    options.limits.upstream_first_byte_time = std::chrono::milliseconds(150);
  });
  Wire wire = rig.secure();
  wire.send("GET / HTTP/1.1\r\nHost: api.example.test\r\n\r\n");
  const std::string answer = wire.receive_message();
  CHECK(answer.starts_with("HTTP/1.1 504 "));
  CHECK(answer.find("\"code\":\"upstream-timeout\"") != std::string::npos);
  const net::Exchange exchange = rig.recorder.exchange();
  REQUIRE(exchange.error);
  CHECK(exchange.error->code == Errc::upstream_timeout);
  CHECK_FALSE(exchange.response);
}

TEST_CASE("addresses of this machine and the proxy itself are refused", "[net][upstream]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  SECTION("loopback without --allow-upstream, intercepted or not") {
    for (const char* pattern : {"*", "nothing.example"}) {
      ProxyRig rig(upstream, [pattern](net::ProxyOptions& options) {
        options.allow_upstream.clear();
        options.intercept = {pattern};
      });
      expect_refused(rig, upstream, "403", "upstream-address-forbidden");
    }
    CHECK(upstream.connections() == 0);
  }
  SECTION("the proxy's own listener") {
    ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"nothing.example"}; });
    std::string answer;
    Wire wire = rig.connect("127.0.0.1:" + std::to_string(rig.proxy->port()), answer);
    CHECK(answer.starts_with("HTTP/1.1 508 "));
    CHECK(rig.proxy->counters().connections == 1);
  }
  SECTION("a port of another protocol") {
    ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.intercept = {"nothing.example"}; });
    std::string answer;
    Wire wire = rig.connect("127.0.0.1:25", answer);
    CHECK(answer.starts_with("HTTP/1.1 403 "));
  }
}
