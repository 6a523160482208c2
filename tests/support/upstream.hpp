#pragma once
#include <openssl/ssl.h>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "certs/authority.hpp"
#include "support/wire.hpp"

namespace telltale::test {

struct FreeSslContext {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSslContext>;

/// A server context with a leaf for `host` under `authority`, minted as if it were `age_days` ago (a leaf lives a
/// week).
[[nodiscard]] SslContext server_context(const certs::Authority& authority, const std::string& host, int age_days = 0);
/// A client context that trusts `authority` alone (nothing if it is null).
[[nodiscard]] SslContext client_context(const certs::Authority* authority);

/// A server on 127.0.0.1 with a thread for each connection. What it does with one is a script; the usual one answers
/// every request with 200 and `ok`.
class Upstream {
 public:
  using Script = std::function<void(Wire&, std::size_t connection)>;

  explicit Upstream(SslContext tls, Script script = nullptr);
  ~Upstream();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const { return connections_; }
  /// Requests of the usual script, raw, in the order they came.
  [[nodiscard]] std::vector<std::string> requests() const;
  /// Records a request, for scripts of one's own.
  void note(std::string request);

 private:
  void accept_all();
  void serve(int fd, std::size_t number);
  void answer_all(Wire& wire);

  SslContext tls_;
  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::list<Wire*> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
  bool closing_ = false;
};

}  // namespace telltale::test
