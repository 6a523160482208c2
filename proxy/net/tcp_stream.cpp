// A TCP socket as a Stream. Covered by tests/unit/net/refusal_test.cpp and tunnel_test.cpp.
#include "net/tcp_stream.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

#include "core/assert.hpp"

namespace telltale::net {

Task<Result<void>> Stream::wait_readable() {
  co_return Result<void>();
}

std::string peer_of(const Socket& socket) {
  boost::system::error_code error;
  const Tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return {};
  const boost::asio::ip::address address = peer.address();
  return address.is_v6() ? fmt::format("[{}]:{}", address.to_string(), peer.port())
                         : fmt::format("{}:{}", address.to_string(), peer.port());
}

void prepare(Socket& socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
}

bool is_silent(Socket& socket) {
  char byte = 0;
  const ssize_t count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && errno == EAGAIN;
}

namespace {

// Asio watches a socket it has connected for room to write, for as long as it knows it: each wait for bytes would first
// return for nothing. Known anew, the socket is watched for bytes alone.
void forget_connecting(Socket& socket, const Tcp& protocol) {
  boost::system::error_code error;
  const auto descriptor = socket.release(error);
  if (!error) socket.assign(protocol, descriptor, error);
}

}  // namespace

TcpStream::TcpStream(Socket socket, Side side)
    : Expiring(static_cast<boost::asio::io_context&>(socket.get_executor().context())),
      socket_(std::move(socket)),
      side_(side) {
  if (!socket_.is_open()) return;
  prepare(socket_);
  peer_ = peer_of(socket_);
}

Error TcpStream::failure(const boost::system::error_code& error) const {
  if (expired_) return Error{timeout_code(side_), 0, "no byte within the time allowed"};
  return Error{closed_code(side_), 0, error.message()};
}

Task<Result<std::size_t>> TcpStream::read_some(std::span<char> into) {
  if (expired_) co_return tl::unexpected<Error>(failure({}));
  const auto buffer = boost::asio::buffer(into.data(), into.size());
  const auto [error, count] = co_await socket_.async_read_some(buffer, as_values);
  if (error == boost::asio::error::eof) co_return std::size_t{0};
  if (error) co_return tl::unexpected<Error>(failure(error));
  co_return count;
}

Task<Result<void>> TcpStream::wait_readable() {
  if (expired_) co_return tl::unexpected<Error>(failure({}));
  const auto [error] = co_await socket_.async_wait(Socket::wait_read, as_values);
  if (error) co_return tl::unexpected<Error>(failure(error));
  co_return Result<void>();
}

Task<Result<void>> TcpStream::write_all(std::span<const std::string_view> pieces) {
  constexpr std::size_t most_pieces = 8;
  TT_ASSERT(pieces.size() <= most_pieces);
  if (expired_) co_return tl::unexpected<Error>(failure({}));
  std::array<boost::asio::const_buffer, most_pieces> buffers;
  for (std::size_t i = 0; i < pieces.size(); ++i)
    buffers[i] = boost::asio::const_buffer(pieces[i].data(), pieces[i].size());
  const auto [error, count] = co_await boost::asio::async_write(socket_, buffers, as_values);
  if (error) co_return tl::unexpected<Error>(failure(error));
  co_return Result<void>();
}

Task<Result<void>> TcpStream::connect(Tcp::endpoint endpoint) {
  boost::system::error_code opened;
  socket_.open(endpoint.protocol(), opened);
  if (opened == boost::system::errc::too_many_files_open ||
      opened == boost::system::errc::too_many_files_open_in_system)
    co_return fail(Errc::descriptors_full, "no descriptor is left for a connection to the upstream");
  if (opened) co_return fail(Errc::upstream_unreachable, opened.message());
  const auto [error] = co_await socket_.async_connect(endpoint, as_values);
  if (expired_) co_return fail(Errc::upstream_connect_timeout, "no connection within the time allowed");
  if (error == boost::asio::error::connection_refused) co_return fail(Errc::upstream_refused, "connection refused");
  if (error) co_return fail(Errc::upstream_unreachable, error.message());
  forget_connecting(socket_, endpoint.protocol());
  prepare(socket_);
  peer_ = peer_of(socket_);
  co_return Result<void>();
}

Task<void> TcpStream::shutdown() {
  end_writing();
  close();
  co_return;
}

void TcpStream::end_writing() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void TcpStream::close() {
  clear_deadline();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

// A body that ends with its connection is whole for whoever sees a FIN.
void TcpStream::abort() {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  close();
}

void TcpStream::expires_after(std::chrono::milliseconds time) {
  expired_ = false;
  set_deadline(time);
}

void TcpStream::on_expired() {
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

bool TcpStream::readable() {
  return !socket_.is_open() || !is_silent(socket_);
}

// native_handle() is not const, though it changes nothing but for Windows.
int TcpStream::descriptor() const {
  return const_cast<Socket&>(socket_).native_handle();
}

Socket TcpStream::release() {
  clear_deadline();
  return std::move(socket_);
}

}  // namespace telltale::net
