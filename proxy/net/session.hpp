#pragma once
#include "net/exchange_task.hpp"
#include "net/tcp_stream.hpp"

namespace telltale::net {

/// One client connection from its first byte to its last. Never throws.
Task<void> serve_client(Worker& worker, Socket socket);

/// Requests of one connection, one after the other, until either side has enough. Returns how many there were.
Task<std::size_t> serve_requests(Flow& flow, Connection& client, const Errand& errand);

}  // namespace telltale::net
