// CONNECT. For an intercepted host the upstream is dialled and verified first: only then is the CONNECT answered and a
// certificate shown (docs/decisions/0001). RFC 9110 section 9.3.6. Covered by tests/unit/net/intercept_test.cpp,
// upstream_test.cpp and tunnel_test.cpp.
#include "net/intercept.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "net/reply.hpp"
#include "net/session.hpp"
#include "net/tunnel.hpp"

namespace telltale::net {
namespace {

/// Who asks, and for what.
struct Visitor {
  std::string agent;
  std::string host;
};

constexpr std::string_view established = "HTTP/1.1 200 Connection established\r\n\r\n";

Result<http::Authority> target_of(const http::RequestHead& head, const Worker& worker) {
  TT_TRY(http::Authority target, http::parse_connect_target(head.target_text()));
  if (auto framing = http::request_framing(head, worker.limits); !framing) return tl::unexpected(framing.error());
  const auto field = head.find("host");
  if (!field) return target;
  TT_TRY(const http::Authority host, http::parse_host_field(*field, target.port));
  if (host.host != target.host &&
      !worker.lets_differ(target.host, fmt::format("the Host of the CONNECT is {}", host.host)))
    return fail(Errc::host_mismatch, fmt::format("Host of the CONNECT differs from its target {}", target.host));
  return target;
}

/// Alerts that mean: not this certificate. RFC 8446 section 6.2.
struct Alert {
  int number;
  std::string_view name;
};
constexpr std::array<Alert, 8> distrust = {{{SSL_AD_BAD_CERTIFICATE, "bad_certificate"},
                                            {SSL_AD_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
                                            {SSL_AD_CERTIFICATE_REVOKED, "certificate_revoked"},
                                            {SSL_AD_CERTIFICATE_EXPIRED, "certificate_expired"},
                                            {SSL_AD_CERTIFICATE_UNKNOWN, "certificate_unknown"},
                                            {SSL_AD_UNKNOWN_CA, "unknown_ca"},
                                            {SSL_AD_ACCESS_DENIED, "access_denied"},
                                            {SSL_AD_DECRYPT_ERROR, "decrypt_error"}}};

// Empty for anything else.
std::string_view distrust_in(int reason) {
  const auto found = std::find_if(distrust.begin(), distrust.end(),
                                  [reason](const Alert& one) { return reason == SSL_AD_REASON_OFFSET + one.number; });
  return found == distrust.end() ? std::string_view() : found->name;
}

bool is_plain_end(int reason) {
  return reason == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

// Clients that do not trust our CA say so with an alert, or just go away once they have seen the certificate.
Error explain_client(const TlsStream& stream, const ClientHandshake& handshake, Error error) {
  if (error.code == Errc::request_timeout) {
    error.code = Errc::client_tls_failed;
    error.detail = "the client did not finish its TLS handshake in time";
    return error;
  }
  if (handshake.error) return *handshake.error;
  if (!handshake.other_name.empty()) {
    error.detail = fmt::format("TLS asked for {} inside a CONNECT to {}", handshake.other_name, handshake.host.text);
  } else if (!handshake.hello_seen) {
    error.detail =
        is_plain_end(stream.reason()) ? "the client closed before its TLS hello" : "what the client sent is not TLS";
  } else if (!distrust_in(stream.reason()).empty()) {
    error.detail = fmt::format("the client does not trust the CA ({}); install ca.pem there", error.detail);
  } else if (handshake.shown && is_plain_end(stream.reason())) {
    error.detail = "the client left when it saw the certificate: it does not trust the CA; install ca.pem there";
  } else {
    error.detail = fmt::format("TLS with the client failed: {}", error.detail);
  }
  return error;
}

// What a handshake that failed, or a connection that ended at once, says of the client's trust in us; else nothing.
void tell_shown(Flow& flow, const Visitor& visitor, const TlsStream& stream, bool finished) {
  Shown certificate;
  certificate.client = flow.client;
  certificate.agent = visitor.agent;
  certificate.host = visitor.host;
  certificate.reason = distrust_in(stream.reason());
  if (!certificate.reason.empty())
    certificate.taken = Shown::Taken::alert;
  else if (is_plain_end(stream.reason()))
    certificate.taken = Shown::Taken::left;
  else
    return;
  if (finished) certificate.taken = Shown::Taken::left_after;
  flow.worker.observer.shown(certificate);
}

// Makes sure that there is a verified connection to the route's upstream, and leaves it in the pool.
Task<Result<void>> reach_upstream(Worker& worker, const Route& route) {
  std::unique_ptr<Stream> stream = worker.pool->take(route);
  if (stream == nullptr) {
    auto dialled = co_await worker.dial(route);
    if (!dialled) co_return tl::unexpected<Error>(std::move(dialled.error()));
    stream = std::move(*dialled);
  }
  worker.pool->put(route, std::move(stream));
  co_return Result<void>();
}

Task<bool> say_established(Worker& worker, Stream& client) {
  const std::array<std::string_view, 1> pieces = {established};
  client.expires_after(worker.limits.client_head_time);
  const auto wrote = co_await client.write_all(pieces);
  co_return wrote.has_value();
}

Result<certs::HostName> certifiable(const Worker& worker, const std::string& host) {
  TT_TRY(certs::HostName name, certs::parse_host_name(host));
  if (worker.leaves->authority()->permits(name)) return name;
  return fail(Errc::host_not_permitted,
              fmt::format("{} is intercepted, but the CA's name constraints do not permit it; make a new CA", host));
}

Task<void> serve_secured(Flow& flow, std::unique_ptr<TlsStream> stream, const ClientHandshake& handshake,
                         const Errand& errand, const Visitor& visitor) {
  flow.stream = stream.get();
  stream->expires_after(flow.worker.limits.client_tls_time);
  // The costly step comes with the client's hello. What the wait finds, the handshake finds too.
  co_await stream->wait_readable();
  co_await flow.worker.turns.next(&flow.who());
  auto shaken = co_await stream->handshake();
  Connection client;
  client.stream = stream.get();
  if (!shaken) {
    const bool timed_out = shaken.error().code == Errc::request_timeout;
    if (handshake.shown && !timed_out) tell_shown(flow, visitor, *stream, false);
    Error error = explain_client(*stream, handshake, std::move(shaken.error()));
    co_await refuse(flow, client, errand.route.target.host, std::move(error));
    co_await stream->shutdown();
    flow.stream = nullptr;
    co_return;
  }
  if (!handshake.let_name.empty())
    flow.worker.observer.endangered("danger-other-names", visitor.host, "TLS asked for " + handshake.let_name);
  Shown certificate;
  certificate.client = flow.client;
  certificate.agent = visitor.agent;
  certificate.host = visitor.host;
  flow.worker.observer.shown(certificate);
  const std::size_t served = co_await serve_requests(flow, client, errand);
  // Some stacks finish the handshake and check the certificate only then.
  const bool left_at_once = served == 0 && stream->broken();
  if (left_at_once) {
    tell_shown(flow, visitor, *stream, true);
    const bool alert = !distrust_in(stream->reason()).empty();
    Error error{Errc::client_tls_failed, 0,
                alert ? "the client does not trust the CA (alert after the handshake); install ca.pem there"
                      : "the client left right after the handshake: it likely does not trust the CA; install ca.pem "
                        "there"};
    co_await refuse(flow, client, errand.route.target.host, std::move(error));
  }
  co_await stream->shutdown();
  flow.stream = nullptr;
}

Task<void> intercept(Flow& flow, std::unique_ptr<TcpStream> plain, Connection client, http::Authority target,
                     std::string agent) {
  Worker& worker = flow.worker;
  ClientHandshake handshake;
  handshake.leaves = worker.leaves.get();
  handshake.any_name = worker.names_may_differ(target.host);
  Errand errand;
  errand.route.target = target;
  errand.route.tls = true;
  Result<void> reached;
  auto name = certifiable(worker, target.host);
  if (name) {
    handshake.host = std::move(*name);
    reached = co_await reach_upstream(worker, errand.route);
  } else {
    reached = tl::unexpected<Error>(std::move(name.error()));
  }
  if (!reached) {
    co_await refuse(flow, client, target.host, std::move(reached.error()));
    co_await plain->shutdown();
    co_return;
  }
  const bool said = co_await say_established(worker, *plain);
  SslPtr ssl = said ? worker.server_tls.accept(handshake) : nullptr;
  if (ssl == nullptr) co_return;
  auto secured = std::make_unique<TlsStream>(plain->release(), std::move(ssl), Side::client, std::move(client.pending));
  plain.reset();
  Visitor visitor;
  visitor.agent = std::move(agent);
  visitor.host = target.host;
  co_await serve_secured(flow, std::move(secured), handshake, errand, visitor);
}

Task<void> tunnel(Flow& flow, std::unique_ptr<TcpStream> plain, Connection client, http::Authority target) {
  Worker& worker = flow.worker;
  auto carried = may_carry(worker, "not_intercepted");
  if (!carried) {
    co_await refuse(flow, client, target.host, std::move(carried.error()), "not_intercepted");
    co_await plain->shutdown();
    co_return;
  }
  worker.counters.tunnels.fetch_add(1, std::memory_order_relaxed);
  Route route;
  route.target = target;
  auto upstream = co_await worker.dial(route);
  if (!upstream) {
    co_await refuse(flow, client, target.host, std::move(upstream.error()));
    co_await plain->shutdown();
    co_return;
  }
  const bool said = co_await say_established(worker, *plain);
  if (!said) co_return;
  Tunnelled record;
  record.via = "tunnel";
  record.host = target.host;
  record.port = target.port;
  record.cause = "not_intercepted";
  co_await carry_unseen(flow, client, **upstream, std::move(record));
}

// A target that is no authority may hold anything, passwords too (`user:password@host`): logged only if it cannot.
std::string_view loggable(std::string_view target) {
  const bool plain = std::all_of(target.begin(), target.end(), [](char c) {
    return ascii::is_alnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
  return plain ? target : std::string_view();
}

Task<void> refuse_connect(Flow& flow, std::unique_ptr<TcpStream> plain, Connection client, std::string target,
                          Error error) {
  co_await refuse(flow, client, target, std::move(error));
  co_await plain->shutdown();
}

}  // namespace

// Not a coroutine itself: its frame would live as long as the tunnel.
Task<void> serve_connect(Flow& flow, std::unique_ptr<TcpStream> plain, Connect connect) {
  Connection client;
  client.stream = plain.get();
  client.pending = std::move(connect.pending);
  auto target = target_of(connect.head, flow.worker);
  if (!target)
    return refuse_connect(flow, std::move(plain), std::move(client), std::string(loggable(connect.head.target_text())),
                          std::move(target.error()));
  if (!flow.worker.intercepts(target->host))
    return tunnel(flow, std::move(plain), std::move(client), std::move(*target));
  std::string agent(connect.head.find("user-agent").value_or(""));
  return intercept(flow, std::move(plain), std::move(client), std::move(*target), std::move(agent));
}

}  // namespace telltale::net
