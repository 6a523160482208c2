// TLS on the socket: SSL_set_fd for the bytes, async_wait for the waiting. A cancelled operation leaves TLS in a state
// that only closing is good for, except a wait, which has moved nothing. OpenSSL 3.0 manual: SSL_get_error,
// SSL_set_mode, SSL_set_fd. Covered by tests/unit/net/intercept_test.cpp and relay_test.cpp.
#include "net/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

namespace telltale::net {
namespace {

constexpr std::size_t record_bytes = 16 * 1024;
// Past this many bytes without a wait, other connections of the thread get a turn.
constexpr std::size_t turn_bytes = 512 * 1024;

// Where small pieces are put together. Only ever used between two waits, so one a thread is enough.
std::array<char, record_bytes>& gather_buffer() {
  thread_local std::array<char, record_bytes> buffer;
  return buffer;
}

// OpenSSL tells errors by the thread's queue, so nothing old may lie in it before a call. Clearing walks all of it,
// which would be 800 instructions each time; that it is empty is known at once.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

TlsStream::TlsStream(Socket socket, SslPtr ssl, Side side, std::string early)
    : Expiring(static_cast<boost::asio::io_context&>(socket.get_executor().context())),
      socket_(std::move(socket)),
      ssl_(std::move(ssl)),
      peer_(peer_of(socket_)),
      early_(std::move(early)),
      side_(side) {
  prepare(socket_);
  SSL_set_fd(ssl_.get(), socket_.native_handle());
  if (early_.empty()) return;
  BIO* bytes = BIO_new_mem_buf(early_.data(), static_cast<int>(early_.size()));
  if (bytes == nullptr) return;
  BIO_set_mem_eof_return(bytes, -1);
  SSL_set0_rbio(ssl_.get(), bytes);
  early_in_use_ = true;
}

TlsStream::~TlsStream() = default;

// Once the early bytes are used up, the socket is read.
void TlsStream::leave_early_bytes() {
  early_in_use_ = false;
  SSL_set_rfd(ssl_.get(), socket_.native_handle());
  early_.clear();
}

Error TlsStream::failure() const {
  if (expired_) return Error{timeout_code(side_), 0, "no byte within the time allowed"};
  if (closed_) return Error{closed_code(side_), 0, "connection was closed here"};
  if (reason_ == 0) return Error{closed_code(side_), 0, "connection reset"};
  if (reason_ == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return Error{closed_code(side_), 0, "connection ended without close_notify"};
  const char* text = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, reason_));
  return Error{closed_code(side_), 0, text == nullptr ? "TLS failed" : text};
}

TlsStream::Step TlsStream::step_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Step::done;
    case SSL_ERROR_WANT_READ:
      return Step::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Step::ended;
    default: {
      // OpenSSL's own reason comes behind that of a cipher or a parser below it.
      unsigned long error = ERR_peek_error();
      if (ERR_GET_LIB(error) != ERR_LIB_SSL) error = ERR_peek_last_error();
      reason_ = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
      broken_ = true;
      ERR_clear_error();
      return Step::failed;
    }
  }
}

Task<bool> TlsStream::wait(Step step) {
  if (!usable()) co_return false;
  unyielded_ = 0;
  if (step == Step::want_read && early_in_use_) {
    leave_early_bytes();
    co_return true;
  }
  const auto what = step == Step::want_write ? Socket::wait_write : Socket::wait_read;
  const auto [error] = co_await socket_.async_wait(what, as_values);
  co_return !error && usable();
}

Task<Result<void>> TlsStream::handshake() {
  for (;;) {
    if (!usable()) break;
    forget_errors();
    const Step step = step_of(SSL_do_handshake(ssl_.get()));
    if (step == Step::done) co_return Result<void>();
    if (step == Step::failed || step == Step::ended) break;
    const bool ready = co_await wait(step);
    if (!ready) break;
  }
  Error error = failure();
  if (expired_ && side_ == Side::upstream) error.code = Errc::upstream_tls_timeout;
  if (!expired_) error.code = side_ == Side::client ? Errc::client_tls_failed : Errc::upstream_tls_failed;
  co_return tl::unexpected<Error>(std::move(error));
}

// One record, and those behind it while a whole one still fits: a caller with a large buffer gets it filled with few
// coroutine steps, one with a small buffer pays no read that finds nothing.
TlsStream::Step TlsStream::read_records(std::span<char> into, std::size_t& count) {
  forget_errors();
  for (;;) {
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data() + count, into.size() - count, &got);
    if (result != 1) return count > 0 ? Step::done : step_of(result);
    count += got;
    const bool more = SSL_has_pending(ssl_.get()) == 1 || got == record_bytes;
    if (!more || into.size() - count < record_bytes) return Step::done;
  }
}

Task<Result<std::size_t>> TlsStream::read_some(std::span<char> into) {
  if (unyielded_ > turn_bytes) {
    unyielded_ = 0;
    co_await boost::asio::post(socket_.get_executor(), as_values);
  }
  while (usable()) {
    std::size_t count = 0;
    const Step step = read_records(into, count);
    unyielded_ += count;
    if (step == Step::done) co_return count;
    if (step == Step::ended) co_return std::size_t{0};
    if (step == Step::failed) break;
    const bool ready = co_await wait(step);
    if (!ready) break;
  }
  co_return tl::unexpected<Error>(failure());
}

Task<Result<void>> TlsStream::wait_readable() {
  if (!usable()) co_return tl::unexpected<Error>(failure());
  // A close_notify behind the last record was read with it: the socket may have nothing more to give.
  const bool ended = (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  if (ended || early_in_use_ || SSL_has_pending(ssl_.get()) == 1) co_return Result<void>();
  const bool ready = co_await wait(Step::want_read);
  if (!ready) co_return tl::unexpected<Error>(failure());
  co_return Result<void>();
}

TlsStream::Step TlsStream::write_record(std::string_view bytes, std::size_t& count) {
  forget_errors();
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  return result == 1 ? Step::done : step_of(result);
}

// `bytes` must stay in place and unchanged until this is done: a record that did not go out is offered again.
Task<Result<void>> TlsStream::write_whole(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!usable()) co_return tl::unexpected<Error>(failure());
    std::size_t count = 0;
    const Step step = write_record(bytes, count);
    if (step == Step::done) {
      bytes.remove_prefix(count);
      continue;
    }
    if (step == Step::failed || step == Step::ended) co_return tl::unexpected<Error>(failure());
    const bool ready = co_await wait(step);
    if (!ready) co_return tl::unexpected<Error>(failure());
  }
  co_return Result<void>();
}

// Pieces are put together up to one record, so that a head and its body are one write; what is larger than a record
// goes out from where it lies.
Task<Result<void>> TlsStream::write_all(std::span<const std::string_view> pieces) {
  std::size_t piece = 0;
  std::size_t at = 0;  // in that piece
  std::string kept;
  while (piece < pieces.size()) {
    if (!usable()) co_return tl::unexpected<Error>(failure());
    const std::string_view rest = pieces[piece].substr(at);
    if (rest.size() >= record_bytes || (piece + 1 == pieces.size() && !rest.empty())) {
      auto wrote = co_await write_whole(rest);
      if (!wrote) co_return wrote;
      ++piece;
      at = 0;
      continue;
    }
    auto& record = gather_buffer();
    std::size_t filled = 0;
    while (piece < pieces.size() && filled < record.size()) {
      const std::string_view from = pieces[piece].substr(at, record.size() - filled);
      std::copy(from.begin(), from.end(), record.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += from.size();
      at += from.size();
      if (at < pieces[piece].size()) continue;
      ++piece;
      at = 0;
    }
    std::size_t count = 0;
    const std::string_view bytes(record.data(), filled);
    const Step step = bytes.empty() ? Step::done : write_record(bytes, count);
    if (step == Step::failed || step == Step::ended) co_return tl::unexpected<Error>(failure());
    if (count == filled) continue;
    kept.assign(bytes.substr(count));  // others use the gather buffer while we wait
    auto wrote = co_await write_whole(kept);
    if (!wrote) co_return wrote;
  }
  co_return Result<void>();
}

Task<void> TlsStream::shutdown() {
  end_writing();
  close();
  co_return;
}

void TlsStream::end_writing() {
  if (closed_ || broken_ || write_ended_) return;
  write_ended_ = true;
  forget_errors();
  SSL_shutdown(ssl_.get());
  forget_errors();
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void TlsStream::close() {
  // From here on the number of the descriptor may belong to someone else: OpenSSL must not touch it again.
  closed_ = true;
  clear_deadline();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TlsStream::expires_after(std::chrono::milliseconds time) {
  expired_ = false;
  set_deadline(time);
}

void TlsStream::on_expired() {
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

// Mostly nothing has come, and the socket alone can tell. Otherwise a peek takes in what is not data (session tickets
// come after the handshake) and shows what is.
bool TlsStream::readable() {
  if (!usable()) return true;
  if (!early_in_use_ && SSL_has_pending(ssl_.get()) == 0 && is_silent(socket_)) return false;
  forget_errors();
  char byte = 0;
  std::size_t count = 0;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &count);
  return result == 1 || step_of(result) != Step::want_read;
}

// native_handle() is not const, though it changes nothing but for Windows.
int TlsStream::descriptor() const {
  return closed_ ? -1 : const_cast<Socket&>(socket_).native_handle();
}

}  // namespace telltale::net
