// Listening and accepting: one acceptor a thread on the same address. socket(7), SO_REUSEPORT. Covered by
// tests/unit/net/proxy_test.cpp.
#include "net/listener.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/session.hpp"
#include "net/signal.hpp"

namespace telltale::net {
namespace {

using Tcp = boost::asio::ip::tcp;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

Result<void> bind_and_listen(Acceptor& acceptor, const Tcp::endpoint& endpoint, bool shared, std::string_view option) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  return fail(Errc::listen_failed, fmt::format("{}:{}: {}; choose another with {}", endpoint.address().to_string(),
                                               endpoint.port(), error.message(), option));
}

}  // namespace

Result<Tcp::endpoint> claim(const std::string& host, std::uint16_t port, std::string_view option) {
  boost::asio::io_context context(1);
  boost::system::error_code error;
  auto address = boost::asio::ip::make_address(host, error);
  if (error) {
    Tcp::resolver resolver(context);
    const auto found = resolver.resolve(host, std::to_string(port), error);
    if (error || found.empty())
      return fail(Errc::listen_failed, fmt::format("{}: not an address to listen on ({})", host, error.message()));
    address = found.begin()->endpoint().address();
  }
  Acceptor acceptor(context);
  auto bound = bind_and_listen(acceptor, Tcp::endpoint(address, port), false, option);
  if (!bound) return tl::unexpected(bound.error());
  return acceptor.local_endpoint();
}

Result<void> listen(Acceptor& acceptor, const Tcp::endpoint& endpoint, bool shared) {
  return bind_and_listen(acceptor, endpoint, shared, "--listen");
}

Task<void> accept_clients(Worker& worker, Acceptor& acceptor) {
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(as_values);
    if (!error) {
      boost::asio::co_spawn(worker.context, serve_client(worker, std::move(socket)), boost::asio::detached);
      continue;
    }
    if (!acceptor.is_open()) break;
    // Out of descriptors or memory: what is open now has to end first.
    Signal pause(worker.context);
    co_await pause.wait(std::chrono::milliseconds(100));
  }
}

}  // namespace telltale::net
