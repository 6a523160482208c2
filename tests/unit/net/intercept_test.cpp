// CONNECT to an intercepted host: the certificate shown, the requests inside, and clients that do not like it.
#include "net/intercept.hpp"

#include <openssl/x509v3.h>

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

namespace {

constexpr const char* get = "GET /one?a=b HTTP/1.1\r\nHOST: api.example.test\r\nx-Odd:  kept \r\nAccept: */*\r\n\r\n";

}  // namespace

TEST_CASE("requests inside a CONNECT reach upstream byte for byte and are answered", "[net][intercept]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  wire.send(get);
  CHECK(wire.receive_message() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const std::string post =
      "POST /v1/messages HTTP/1.1\r\nhost: api.example.test\r\ncontent-length: 11\r\n\r\n{\"a\":\"b\\/\"}";
  wire.send(post);
  CHECK(wire.receive_message() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(upstream.requests() == std::vector<std::string>{get, post});
  CHECK(upstream.connections() == 1);

  const net::Exchange first = rig.recorder.exchange(0);
  CHECK(first.request.raw == get);
  CHECK(first.via == "connect");
  CHECK(first.scheme == "https");
  CHECK(first.host == ProxyRig::host);
  CHECK(first.port == rig.port);
  CHECK(first.id.size() == 26);
  REQUIRE(first.response);
  CHECK(first.response->status == 200);
  CHECK(first.response_body == "ok");
  CHECK_FALSE(first.error);
  const net::Exchange second = rig.recorder.exchange(1);
  CHECK(second.request_body == "{\"a\":\"b\\/\"}");
  CHECK(second.flow_id == first.flow_id);
  CHECK(second.id != first.id);
}

TEST_CASE("TLS 1.2 and 1.3 clients get a leaf for the host of their CONNECT", "[net][intercept]") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
    ProxyRig rig(upstream);
    SSL_CTX_set_min_proto_version(rig.client_tls.get(), version);
    SSL_CTX_set_max_proto_version(rig.client_tls.get(), version);
    const unsigned char offer[] = "\x02h2\x08http/1.1";
    SSL_CTX_set_alpn_protos(rig.client_tls.get(), offer, sizeof offer - 1);
    Wire wire = rig.secure();
    CHECK(SSL_version(wire.ssl()) == version);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(wire.ssl(), &chosen, &size);
    CHECK(std::string(reinterpret_cast<const char*>(chosen), size) == "http/1.1");
    wire.send(get);
    CHECK(wire.receive_message().ends_with("ok"));
  }
}

TEST_CASE("a hello that comes with the CONNECT, or in pieces, is understood", "[net][intercept]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  ProxyRig rig(upstream);
  // The hello of a client that has no socket yet.
  SSL* ssl = SSL_new(rig.client_tls.get());
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, in, out);
  SSL_set1_host(ssl, ProxyRig::host);
  SSL_connect(ssl);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  const std::string hello(bytes, static_cast<std::size_t>(size));
  (void)BIO_reset(out);

  Wire wire = rig.plain();
  const std::string connect = "CONNECT " + rig.target() + " HTTP/1.1\r\nHost: " + rig.target() + "\r\n\r\n";
  SECTION("all at once") {
    wire.send(connect + hello);
    CHECK(wire.receive_head().starts_with("HTTP/1.1 200 "));
  }
  SECTION("a byte at a time") {
    wire.send(connect);
    CHECK(wire.receive_head().starts_with("HTTP/1.1 200 "));
    for (const char byte : hello) wire.send(std::string_view(&byte, 1));
  }
  while (!SSL_is_init_finished(ssl)) {
    const std::string flight = wire.receive_some();
    REQUIRE_FALSE(flight.empty());
    BIO_write(in, flight.data(), static_cast<int>(flight.size()));
    SSL_do_handshake(ssl);
  }
  SSL_write(ssl, get, static_cast<int>(std::string_view(get).size()));
  const long waiting = BIO_get_mem_data(out, &bytes);
  wire.send(std::string_view(bytes, static_cast<std::size_t>(waiting)));
  std::string answer(1024, '\0');
  int got = 0;
  while (got <= 0) {
    const std::string flight = wire.receive_some();
    REQUIRE_FALSE(flight.empty());
    BIO_write(in, flight.data(), static_cast<int>(flight.size()));
    got = SSL_read(ssl, answer.data(), static_cast<int>(answer.size()));
  }
  CHECK(answer.starts_with("HTTP/1.1 200 OK"));
  SSL_free(ssl);
}

TEST_CASE("a client that does not trust the CA is told apart from other failures", "[net][intercept]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  ProxyRig rig(upstream);
  std::string answer;
  SECTION("it sends an alert") {
    rig.client_tls = test::client_context(nullptr);
    CHECK_THROWS(rig.secure());
    const auto refusal = rig.recorder.refusal();
    CHECK(refusal.error.code == Errc::client_tls_failed);
    CHECK(refusal.error.detail.find("does not trust the CA") != std::string::npos);
    CHECK(refusal.host == ProxyRig::host);
  }
  SECTION("it resets right after the handshake") {
    Wire wire = rig.secure();
    wire.reset();
    const auto refusal = rig.recorder.refusal();
    CHECK(refusal.error.code == Errc::client_tls_failed);
    CHECK(refusal.error.detail.find("likely does not trust the CA") != std::string::npos);
  }
  SECTION("it ends in an orderly way after the handshake: nothing to report") {
    Wire wire = rig.secure();
    wire.shutdown();
    CHECK(wire.ended());
    CHECK(rig.recorder.refused_count() == 0);
  }
  SECTION("it sends what is not TLS") {
    Wire wire = rig.connect(rig.target(), answer);
    wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)wire.receive_rest();
    const auto refusal = rig.recorder.refusal();
    CHECK(refusal.error.code == Errc::client_tls_failed);
    CHECK(refusal.error.detail == "what the client sent is not TLS");
  }
  SECTION("it asks TLS for another host than CONNECT") {
    Wire wire = rig.connect(rig.target(), answer);
    CHECK_THROWS(wire.connect_tls(rig.client_tls.get(), "other.example.test"));
    CHECK(rig.recorder.refusal().error.detail ==
          "TLS asked for other.example.test inside a CONNECT to api.example.test");
  }
  CHECK(upstream.requests().empty());
}

TEST_CASE("a client that offers only protocols we do not speak is refused in the handshake", "[net][intercept]") {
  Upstream upstream(test::server_context(ProxyRig::upstream_authority(), ProxyRig::host));
  ProxyRig rig(upstream);
  const unsigned char offer[] = "\x02h2";
  SSL_CTX_set_alpn_protos(rig.client_tls.get(), offer, sizeof offer - 1);
  CHECK_THROWS(rig.secure());
  CHECK(rig.recorder.refusal().error.code == Errc::client_tls_failed);
}
