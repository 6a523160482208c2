#pragma once
#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// What load generator and upstream share: blocking sockets, TLS over them, and just enough HTTP/1.1 to read a message.
namespace bench {

/// Prints `what` and ends the process: a measurement that goes on after a fault is worth nothing.
[[noreturn]] void fail(const std::string& what);

/// Nanoseconds of the machine's monotonic clock; comparable between processes.
[[nodiscard]] std::int64_t now_ns();

/// A connected, blocking TCP socket without Nagle; ends the process if that fails.
[[nodiscard]] int connect_to(const std::string& address, std::uint16_t port);

/// One connection, TLS once `ssl` is set. Not copyable; closes on destruction.
class Wire {
 public:
  explicit Wire(int socket) : socket_(socket) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  /// Handshake as client, the peer verified for `name`; as server. False if it failed.
  [[nodiscard]] bool start_client(SSL_CTX* context, const std::string& name);
  [[nodiscard]] bool start_server(SSL_CTX* context);
  [[nodiscard]] bool write(std::string_view bytes);
  /// Appends what one read gives to `out`; false at the end or on failure.
  [[nodiscard]] bool read(std::string& out);

 private:
  int socket_;
  SSL* ssl_ = nullptr;
};

/// Reads until an empty line and, by Content-Length, the body behind it. `buffer` keeps what came too much.
struct Message {
  std::string head;
  std::string body;
};
[[nodiscard]] bool read_message(Wire& wire, std::string& buffer, Message& out);

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
[[nodiscard]] Context client_context(const std::string& ca_file);
[[nodiscard]] Context server_context(const std::string& certificate, const std::string& key);

/// The upstream: serves until stdin closes; prints "port N". See upstream.cpp for what it answers.
int serve(const std::string& certificate, const std::string& key);

}  // namespace bench
