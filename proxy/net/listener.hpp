#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "net/worker.hpp"

namespace telltale::net {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// Makes sure that the address is free for this process alone, and picks the port if it is 0. Without this, a second
/// instance, or any program of the same user, could join listeners that share their port. Error: listen_failed.
/// `option` is named in the error: where to choose another address.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> claim(const std::string& host, std::uint16_t port,
                                                           std::string_view option = "--listen");

/// Listens there; `shared` lets the listeners of our other threads join (SO_REUSEPORT). Error: listen_failed.
[[nodiscard]] Result<void> listen(Acceptor& acceptor, const boost::asio::ip::tcp::endpoint& endpoint, bool shared);

/// The address that a listening TCP socket is bound to. Error: listen_failed, if it is none.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> address_of(int descriptor);

/// Accepts on a copy of that socket, as others may. Error: listen_failed.
[[nodiscard]] Result<void> share(Acceptor& acceptor, int descriptor);

/// Accepts until the acceptor is closed. When descriptors run out it pauses instead of spinning.
Task<void> accept_clients(Worker& worker, Acceptor& acceptor);

}  // namespace telltale::net
