#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "net/stream.hpp"
#include "net/sweep.hpp"

namespace telltale::net {

using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, Executor>;

/// Completion token of every asynchronous operation here: the error comes as a value, never as an exception.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> as_values{};

/// Which leg a stream is for: decides whose fault its errors are.
enum class Side : std::uint8_t { client, upstream };
[[nodiscard]] inline Errc closed_code(Side side) {
  return side == Side::client ? Errc::client_closed : Errc::upstream_closed;
}
[[nodiscard]] inline Errc timeout_code(Side side) {
  return side == Side::client ? Errc::request_timeout : Errc::upstream_timeout;
}

/// "127.0.0.1:51544"; empty if the socket is not connected.
[[nodiscard]] std::string peer_of(const Socket& socket);
/// Non-blocking, no Nagle delay, keep-alive probes. Failures are of no consequence.
void prepare(Socket& socket);
/// Nothing has come, not even the end.
[[nodiscard]] bool is_silent(Socket& socket);

/// Plain TCP.
class TcpStream final : public Stream, private Expiring {
 public:
  TcpStream(Socket socket, Side side);

  Task<Result<std::size_t>> read_some(std::span<char> into) override;
  Task<Result<void>> wait_readable() override;
  Task<Result<void>> write_all(std::span<const std::string_view> pieces) override;
  Task<void> shutdown() override;
  void end_writing() override;
  void close() override;
  void abort() override;
  void expires_after(std::chrono::milliseconds time) override;
  [[nodiscard]] bool readable() override;
  [[nodiscard]] int descriptor() const override;
  [[nodiscard]] std::string peer() const override { return peer_; }

  /// Connects before the deadline. Errors: upstream_connect_timeout, upstream_refused, upstream_unreachable.
  Task<Result<void>> connect(Tcp::endpoint endpoint);
  /// Hands the socket on (to TLS); the stream is then good for nothing.
  [[nodiscard]] Socket release();

 private:
  void on_expired() override;
  [[nodiscard]] Error failure(const boost::system::error_code& error) const;

  Socket socket_;
  std::string peer_;
  Side side_;
  bool expired_ = false;
};

}  // namespace telltale::net
