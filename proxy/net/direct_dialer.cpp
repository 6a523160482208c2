// Connections to upstreams: name, address, TCP, TLS, each with its own error. A name that resolves to a forbidden
// address is refused as a whole, so that the order of answers decides nothing. Covered by
// tests/unit/net/upstream_test.cpp.
#include "net/direct_dialer.hpp"

#include <fmt/format.h>

#include "net/connect_race.hpp"
#include "net/peer_chain.hpp"

namespace telltale::net {
namespace {

namespace ip = boost::asio::ip;

Error at_target(const http::Authority& target, Error error) {
  error.detail = fmt::format("{}: {}", http::text_of(target), error.detail);
  return error;
}

// Responders are reached by the rules for every target, only sooner.
std::shared_ptr<const DialRules> rules_for_status(const DialRules& rules) {
  auto out = std::make_shared<DialRules>(rules);
  out->limits.upstream_connect_time = rules.limits.status_place_time;
  out->desk = nullptr;
  return out;
}

}  // namespace

DirectDialer::DirectDialer(boost::asio::io_context& context, std::shared_ptr<const DialRules> rules, Resolver& resolver)
    : context_(context), rules_(std::move(rules)), resolver_(resolver), tls_(rules_->trust) {
  if (rules_->desk == nullptr) return;
  auto dialer = std::make_unique<DirectDialer>(context_, rules_for_status(*rules_), resolver_);
  status_ = std::make_unique<StatusCheck>(context_, std::move(dialer), rules_->desk);
}

Task<Result<DirectDialer::Endpoints>> DirectDialer::resolve(const http::Authority& target) {
  Endpoints endpoints;
  std::vector<std::string> literals;
  for (const Resolution& entry : rules_->resolve)
    if (entry.name == target) literals.push_back(entry.address);
  if (literals.empty() && http::is_ip_literal(target.host)) literals.push_back(target.host);
  for (const std::string& literal : literals) {
    boost::system::error_code error;
    const ip::address address = ip::make_address(literal, error);
    if (error) co_return fail(Errc::upstream_unresolvable, "not an address");
    endpoints.emplace_back(address, target.port);
  }
  if (!endpoints.empty()) co_return endpoints;
  auto found = co_await resolver_.resolve(context_, target.host, rules_->limits.upstream_connect_time);
  if (!found) co_return tl::unexpected<Error>(std::move(found.error()));
  for (const ip::address& address : *found) endpoints.emplace_back(address, target.port);
  co_return endpoints;
}

Task<Result<Socket>> DirectDialer::connect(const http::Authority& target) {
  auto endpoints = co_await resolve(target);
  if (!endpoints) co_return tl::unexpected<Error>(at_target(target, std::move(endpoints.error())));
  for (const Tcp::endpoint& endpoint : *endpoints) {
    auto judged = rules_->addresses.judge(endpoint);
    if (!judged) co_return tl::unexpected<Error>(at_target(target, std::move(judged.error())));
  }
  auto socket = co_await connect_first(context_, std::move(*endpoints), rules_->limits.upstream_connect_time);
  if (!socket) co_return tl::unexpected<Error>(at_target(target, std::move(socket.error())));
  co_return socket;
}

Task<Result<void>> DirectDialer::judge_status(const http::Authority& target, TlsStream& stream, bool leaf_is_good) {
  using State = CertificateStatus::State;
  stream.expires_after(rules_->limits.upstream_status_time * 2);  // the check comes back before
  const CertificateStatus status = co_await status_->judge(stream.ssl(), leaf_is_good);
  if (status.state == State::good) co_return Result<void>();
  if (status.state == State::revoked)
    co_return fail(Errc::upstream_certificate_revoked,
                   fmt::format("{}: certificate revoked, {}; request refused", http::text_of(target), status.reason));
  if (rules_->status_required)
    co_return fail(Errc::upstream_certificate_status_unknown,
                   fmt::format("{}: whether its certificate is revoked is not known ({}); request refused",
                               http::text_of(target), status.reason));
  if (rules_->on_status_unknown) rules_->on_status_unknown(target.host, status.reason);
  co_return Result<void>();
}

Task<Result<std::unique_ptr<Stream>>> DirectDialer::start_tls(const http::Authority& target, Socket socket) {
  PeerCheck check;
  if (rules_->own) check.own = rules_->own->authorities();
  check.revocations = rules_->revocations;
  auto ssl = tls_.connect(target.host, check);
  if (!ssl) co_return tl::unexpected<Error>(at_target(target, std::move(ssl.error())));
  auto stream = std::make_unique<TlsStream>(std::move(socket), std::move(*ssl), Side::upstream);
  stream->expires_after(rules_->limits.upstream_tls_time);
  auto shaken = co_await stream->handshake();
  if (!shaken)
    co_return tl::unexpected<Error>(explain_refusal(stream->ssl(), target, std::move(shaken.error()), check));
  auto judged = judge_chain(stream->ssl(), target, check.own);
  if (!judged) co_return tl::unexpected<Error>(std::move(judged.error()));
  if (status_ != nullptr) {
    auto known = co_await judge_status(target, *stream, *judged);
    if (!known) co_return tl::unexpected<Error>(std::move(known.error()));
  }
  forget_peer(stream->ssl());
  std::unique_ptr<Stream> ready = std::move(stream);
  co_return ready;
}

Task<Result<std::unique_ptr<Stream>>> DirectDialer::dial(const http::Authority& target, bool tls) {
  auto socket = co_await connect(target);
  if (!socket) co_return tl::unexpected<Error>(std::move(socket.error()));
  if (tls) {
    auto secured = co_await start_tls(target, std::move(*socket));
    co_return secured;
  }
  std::unique_ptr<Stream> stream = std::make_unique<TcpStream>(std::move(*socket), Side::upstream);
  co_return stream;
}

}  // namespace telltale::net
