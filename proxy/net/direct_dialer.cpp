// Connections to upstreams: name, address, TCP, TLS, each with its own error. A name that resolves to a forbidden
// address is refused as a whole, so that the order of answers decides nothing. Covered by
// tests/unit/net/upstream_test.cpp.
#include "net/direct_dialer.hpp"

#include <fmt/format.h>

#include "net/peer_chain.hpp"

namespace telltale::net {
namespace {

namespace ip = boost::asio::ip;

Error at_target(const http::Authority& target, Error error) {
  error.detail = fmt::format("{}: {}", http::text_of(target), error.detail);
  return error;
}

}  // namespace

DirectDialer::DirectDialer(boost::asio::io_context& context, std::shared_ptr<const DialRules> rules, Resolver& resolver)
    : context_(context), rules_(std::move(rules)), resolver_(resolver), tls_(rules_->trust) {}

Task<Result<DirectDialer::Endpoints>> DirectDialer::resolve(const http::Authority& target) {
  Endpoints endpoints;
  std::string_view literal = http::is_ip_literal(target.host) ? std::string_view(target.host) : std::string_view();
  for (const Resolution& entry : rules_->resolve)
    if (entry.name == target) literal = entry.address;
  if (!literal.empty()) {
    boost::system::error_code error;
    const ip::address address = ip::make_address(std::string(literal), error);
    if (error) co_return fail(Errc::upstream_unresolvable, "not an address");
    endpoints.emplace_back(address, target.port);
    co_return endpoints;
  }
  auto found = co_await resolver_.resolve(context_, target.host, rules_->limits.upstream_connect_time);
  if (!found) co_return tl::unexpected<Error>(std::move(found.error()));
  for (const ip::address& address : *found) endpoints.emplace_back(address, target.port);
  co_return endpoints;
}

Task<Result<Socket>> DirectDialer::connect_first(Endpoints endpoints) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + rules_->limits.upstream_connect_time;
  Error last{Errc::upstream_unreachable, 0, "no address"};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) break;
    TcpStream stream(Socket(context_), Side::upstream);
    // A silent address must leave time for the others.
    stream.expires_after(left / static_cast<int>(endpoints.size() - i));
    auto connected = co_await stream.connect(endpoints[i]);
    if (connected) co_return stream.release();
    last = std::move(connected.error());
  }
  co_return tl::unexpected<Error>(std::move(last));
}

Task<Result<Socket>> DirectDialer::connect(const http::Authority& target) {
  auto endpoints = co_await resolve(target);
  if (!endpoints) co_return tl::unexpected<Error>(at_target(target, std::move(endpoints.error())));
  for (const Tcp::endpoint& endpoint : *endpoints) {
    auto judged = rules_->addresses.judge(endpoint);
    if (!judged) co_return tl::unexpected<Error>(at_target(target, std::move(judged.error())));
  }
  auto socket = co_await connect_first(std::move(*endpoints));
  if (!socket) co_return tl::unexpected<Error>(at_target(target, std::move(socket.error())));
  co_return socket;
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
