#pragma once
#include <memory>

#include "net/tcp_stream.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// Serves a CONNECT: intercepted if the host is on the list, else carried untouched. `client` is the plain connection
/// it came on, `pending` what was read behind its head.
Task<void> serve_connect(Flow& flow, std::unique_ptr<TcpStream> client, std::string pending, http::RequestHead head);

}  // namespace telltale::net
