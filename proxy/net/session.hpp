#pragma once
#include "net/exchange_task.hpp"
#include "net/tcp_stream.hpp"

namespace telltale::net {

/// One client connection from its first byte to its last. Never throws.
Task<void> serve_client(Worker& worker, Socket socket, ClientTable::Place place);

/// A connection that is one too many: it is told why if there is time for it, and ended. Never throws.
Task<void> turn_away(Worker& worker, Socket socket, Error error);

/// Requests of one connection, one after the other, until either side has enough. Returns how many there were.
Task<std::size_t> serve_requests(Flow& flow, Connection& client, const Errand& errand);

}  // namespace telltale::net
