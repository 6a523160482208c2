#pragma once
#include <openssl/ssl.h>
#include <memory>
#include <string>
#include <string_view>

namespace telltale::test {

/// A blocking connection for tests, plain or TLS, either end. Whatever takes longer than ten seconds, ends early or
/// fails throws std::runtime_error, so that a test fails instead of hanging.
class Wire {
 public:
  explicit Wire(int fd);
  ~Wire();
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&&) = delete;
  [[nodiscard]] static Wire to(std::uint16_t port);  ///< connects to 127.0.0.1

  /// Takes over the connection with TLS. `context` must outlive the wire.
  void accept_tls(SSL_CTX* context);
  void connect_tls(SSL_CTX* context, const std::string& host);

  void send(std::string_view bytes);
  [[nodiscard]] std::string receive_some();             ///< what is there, at least a byte; empty at an orderly end
  [[nodiscard]] std::string receive(std::size_t size);  ///< exactly so many bytes
  [[nodiscard]] std::string receive_head();             ///< up to and with the empty line
  [[nodiscard]] std::string receive_rest();             ///< up to the end, however it comes
  [[nodiscard]] std::string receive_chunked();          ///< a chunked body with its framing
  /// Head and body of one message, framed by Content-Length or chunks, as they came.
  [[nodiscard]] std::string receive_message();
  [[nodiscard]] bool ended();  ///< waits for the end: true if the peer closes without a further byte

  void shutdown();     ///< close_notify and FIN; reading goes on
  void end_plainly();  ///< FIN without close_notify
  void reset();        ///< RST
  void interrupt();    ///< from another thread: whatever waits here fails
  [[nodiscard]] SSL* ssl() const { return ssl_; }

 private:
  std::string read_more();
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

/// Value of a header field in a raw head, blank-trimmed; empty if it is not there. Case is ignored.
[[nodiscard]] std::string field_of(std::string_view head, std::string_view name);

}  // namespace telltale::test
