#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::net {

using Executor = boost::asio::io_context::executor_type;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;

/// A connected byte stream, whatever carries it: TCP, TLS on a socket, a socket pair to the built-in mock, a test.
/// Every wait is bounded by the deadline set last. After an error the stream is only good for closing.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Reads at least one byte; 0 means the peer closed in an orderly way. Errors: client_closed or upstream_closed
  /// (reset, truncated TLS), request_timeout or upstream_timeout (deadline passed), by the side the stream is for.
  virtual Task<Result<std::size_t>> read_some(std::span<char> into) = 0;
  /// Waits until read_some has something to give (bytes, an end, an error), so that an idle connection holds no buffer.
  /// May come back early; read_some then waits. The default comes back at once.
  virtual Task<Result<void>> wait_readable();
  /// Writes all pieces in order, gathered where the transport can.
  virtual Task<Result<void>> write_all(std::span<const std::string_view> pieces) = 0;
  /// Orderly end of our writing (TLS close_notify, TCP FIN), then close. Never waits for the peer.
  virtual Task<void> shutdown() = 0;
  /// Half-close: the peer sees the end of our bytes while we still read its own. Nothing where a transport cannot.
  virtual void end_writing() {}
  virtual void close() = 0;
  /// Ends the connection so that the peer cannot take what it got for all there was (TCP reset). As close() where a
  /// transport has nothing of that kind, or says it by leaving something out (TLS close_notify).
  virtual void abort() { close(); }
  /// Reads and writes from here on fail once this much time has passed; set it again before each phase.
  virtual void expires_after(std::chrono::milliseconds time) = 0;
  /// True if bytes (or an end) wait to be read: a pooled upstream connection in that state is not usable.
  [[nodiscard]] virtual bool readable() = 0;
  /// The socket, to be asked whether its peer is still there; -1 where there is none.
  [[nodiscard]] virtual int descriptor() const { return -1; }
  [[nodiscard]] virtual std::string peer() const = 0;  ///< "127.0.0.1:51544"
};

}  // namespace telltale::net
