#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "net/worker.hpp"

namespace telltale::net {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// Claims the address for this process. `shared` lets further listeners of ours join on it (SO_REUSEPORT); the first one
/// is bound without it, since otherwise a second instance, or any program of the same user, could join unnoticed.
/// Errors: listen_failed.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> claim(const std::string& host, std::uint16_t port);
[[nodiscard]] Result<void> listen(Acceptor& acceptor, const boost::asio::ip::tcp::endpoint& endpoint, bool shared);

/// Accepts until the acceptor is closed. When descriptors run out it pauses instead of spinning.
Task<void> accept_clients(Worker& worker, Acceptor& acceptor);

}  // namespace telltale::net
