#pragma once
#include <openssl/ssl.h>
#include <memory>
#include <string>

#include "net/tcp_stream.hpp"

namespace telltale::net {

struct FreeSsl {
  void operator()(SSL* p) const { SSL_free(p); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

/// TLS with OpenSSL on the socket itself: no buffers of ours between the two, and OpenSSL's own are given back when a
/// connection is idle. That is 54 kB an idle intercepted pair instead of 173 (docs/decisions/0002).
class TlsStream final : public Stream, private Expiring {
 public:
  /// `early` are bytes the peer sent before TLS took over the socket (a ClientHello right behind its CONNECT).
  TlsStream(Socket socket, SslPtr ssl, Side side, std::string early = {});
  ~TlsStream() override;

  /// Both sides' hellos, before the deadline. Errors: client_tls_failed or upstream_tls_failed, request_timeout or
  /// upstream_tls_timeout; for the reason see `reason()` and `ssl()`.
  Task<Result<void>> handshake();

  Task<Result<std::size_t>> read_some(std::span<char> into) override;
  Task<Result<void>> wait_readable() override;
  Task<Result<void>> write_all(std::span<const std::string_view> pieces) override;
  Task<void> shutdown() override;
  void end_writing() override;
  void close() override;
  void expires_after(std::chrono::milliseconds time) override;
  [[nodiscard]] bool readable() override;
  [[nodiscard]] int descriptor() const override;
  [[nodiscard]] std::string peer() const override { return peer_; }

  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  /// OpenSSL's reason for the last failure (SSL_R_…); 0 if there was none, or if the peer just went away.
  [[nodiscard]] int reason() const { return reason_; }
  /// The peer reset the connection, broke TLS, or left without saying so.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  enum class Step : std::uint8_t { done, want_read, want_write, ended, failed };

  void on_expired() override;
  [[nodiscard]] Step step_of(int result);
  [[nodiscard]] Step read_records(std::span<char> into, std::size_t& count);
  [[nodiscard]] Step write_record(std::string_view bytes, std::size_t& count);
  void leave_early_bytes();
  [[nodiscard]] bool usable() const { return !expired_ && !closed_ && !broken_; }
  [[nodiscard]] Error failure() const;
  /// Waits for the socket; false means closed or expired.
  Task<bool> wait(Step step);
  Task<Result<void>> write_whole(std::string_view bytes);

  Socket socket_;
  SslPtr ssl_;
  std::string peer_;
  std::string early_;
  std::size_t unyielded_ = 0;  ///< bytes moved since the thread was last given to others
  int reason_ = 0;
  Side side_;
  bool early_in_use_ = false;
  bool expired_ = false;
  bool closed_ = false;
  bool write_ended_ = false;
  bool broken_ = false;  ///< after a fatal TLS error not even close_notify may be sent
};

}  // namespace telltale::net
