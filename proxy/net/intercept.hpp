#pragma once
#include <memory>

#include "net/tcp_stream.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// A request for a tunnel, with what was read behind it.
struct Connect {
  http::RequestHead head;
  std::string pending;
};

/// Serves a CONNECT: intercepted if the host is on the list, else carried untouched. `client` is the plain connection
/// it came on.
[[nodiscard]] Task<void> serve_connect(Flow& flow, std::unique_ptr<TcpStream> client, Connect connect);

}  // namespace telltale::net
