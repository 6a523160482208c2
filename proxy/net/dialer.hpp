#pragma once
#include <memory>

#include "core/limits.hpp"
#include "http/authority.hpp"
#include "net/stream.hpp"

namespace telltale::net {

/// Makes connections to upstreams. One per thread, alive as long as its io_context. The real one resolves, judges the
/// address, connects and verifies TLS; the one of `telltale run --mock` answers itself.
class Dialer {
 public:
  virtual ~Dialer() = default;
  /// A connection ready for the first request byte. With `tls` the peer has been verified for `target.host`.
  /// Errors: upstream_*; `detail` names host, reason and what to set.
  virtual Task<Result<std::unique_ptr<Stream>>> dial(const http::Authority& target, bool tls) = 0;
};

}  // namespace telltale::net
