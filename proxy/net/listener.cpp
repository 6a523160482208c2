// Listening and accepting: one acceptor a thread on the same address. socket(7), SO_REUSEPORT. Covered by
// tests/unit/net/proxy_test.cpp and tests/hostile/load/load_test.py.
#include "net/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>

#include "net/problem.hpp"
#include "net/proxy.hpp"
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

constexpr std::chrono::milliseconds accept_pause{100};

/// Kept so that one client can be answered when there is no descriptor for it.
class SpareDescriptor {
 public:
  SpareDescriptor() { take(); }
  ~SpareDescriptor() { give(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;
  void take() {
    if (descriptor_ < 0) descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  void give() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_ = -1;
};

bool is_out_of_descriptors(const boost::system::error_code& error) {
  return error == boost::system::errc::too_many_files_open ||
         error == boost::system::errc::too_many_files_open_in_system;
}

// Without a wait: what fits into the socket now has to do.
void answer_one(Worker& worker, Acceptor& acceptor, SpareDescriptor& spare) {
  boost::system::error_code error;
  spare.give();
  Socket socket(worker.context);
  acceptor.non_blocking(true, error);
  acceptor.accept(socket, error);
  if (!error) {
    const Error full{Errc::descriptors_full, 0, "no descriptor is left for another connection"};
    worker.counters.refused.fetch_add(1, std::memory_order_relaxed);
    worker.observer.refused(peer_of(socket), "", full);
    const std::string response = problem_response(full);
    socket.non_blocking(true, error);
    socket.send(boost::asio::buffer(response), 0, error);
    socket.shutdown(Socket::shutdown_send, error);
    socket.close(error);
  }
  spare.take();
}

void begin(Worker& worker, Socket socket) {
  boost::system::error_code error;
  const Tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // it has gone already
  auto place = worker.shares.clients.admit(peer.address());
  if (!place) {
    boost::asio::co_spawn(worker.context, turn_away(worker, std::move(socket), std::move(place.error())),
                          boost::asio::detached);
    return;
  }
  boost::asio::co_spawn(worker.context, serve_client(worker, std::move(socket), std::move(*place)),
                        boost::asio::detached);
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

Result<Tcp::endpoint> address_of(int descriptor) {
  int listens = 0;
  socklen_t size = sizeof listens;
  const bool is_listener = ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
  Tcp::endpoint out;
  socklen_t length = static_cast<socklen_t>(out.capacity());
  if (!is_listener || ::getsockname(descriptor, out.data(), &length) != 0 ||
      (out.data()->sa_family != AF_INET && out.data()->sa_family != AF_INET6))
    return fail(Errc::listen_failed, fmt::format("descriptor {} is no TCP socket that listens", descriptor));
  out.resize(length);
  return out;
}

Result<void> share(Acceptor& acceptor, int descriptor) {
  TT_TRY(const Tcp::endpoint endpoint, address_of(descriptor));
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  boost::system::error_code error(copy < 0 ? errno : 0, boost::system::system_category());
  if (!error) acceptor.assign(endpoint.protocol(), copy, error);
  if (error) return fail(Errc::listen_failed, fmt::format("descriptor {}: {}", descriptor, error.message()));
  return {};
}

Result<int> open_listener(const std::string& host, std::uint16_t port) {
  TT_TRY(const Tcp::endpoint endpoint, claim(host, port));
  boost::asio::io_context context(1);
  Acceptor acceptor(context);
  if (auto listening = listen(acceptor, endpoint, false); !listening)
    return tl::unexpected(std::move(listening.error()));
  return acceptor.release();
}

namespace {

Task<void> accept_one(Worker& worker, Acceptor& acceptor, SpareDescriptor& spare) {
  auto [error, socket] = co_await acceptor.async_accept(as_values);
  if (!error) {
    begin(worker, std::move(socket));
    co_return;
  }
  if (!acceptor.is_open()) co_return;
  // Out of descriptors or memory: what is open now has to end first. Those who wait stay in the backlog, but for one
  // each time.
  if (is_out_of_descriptors(error)) answer_one(worker, acceptor, spare);
  Signal pause(worker.context);
  co_await pause.wait(accept_pause);
}

}  // namespace

Task<void> accept_clients(Worker& worker, Acceptor& acceptor) {
  SpareDescriptor spare;
  while (acceptor.is_open()) {
    try {
      co_await accept_one(worker, acceptor, spare);
    } catch (const std::exception&) {  // no memory for that client; those after it are accepted all the same
      worker.counters.refused.fetch_add(1, std::memory_order_relaxed);
    }
  }
}

}  // namespace telltale::net
