// The other end of the proxy in tests.
#include "support/upstream.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <stdexcept>

#include "certs/leaf_cache.hpp"

namespace telltale::test {

SslContext server_context(const certs::Authority& authority, const std::string& host, int age_days) {
  static const certs::KeyPtr key(EVP_EC_gen("P-256"));
  SslContext context(SSL_CTX_new(TLS_server_method()));
  const auto name = certs::parse_host_name(host);
  if (!name) throw std::runtime_error("host name of a test");
  auto leaf = certs::mint_leaf(authority, key.get(), *name, std::time(nullptr) - age_days * 86'400L);
  if (!leaf) throw std::runtime_error("leaf of a test: " + leaf.error().detail);
  SSL_CTX_use_certificate(context.get(), leaf->certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  if (authority.has_issuer()) SSL_CTX_ctrl(context.get(), SSL_CTRL_CHAIN_CERT, 1, authority.issuer());
  return context;
}

SslContext client_context(const certs::Authority* authority) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (authority != nullptr) X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority->certificate());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

Upstream::Upstream(SslContext tls, Script script) : tls_(std::move(tls)), script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 128) != 0) throw std::runtime_error("listen");
  ::getsockname(listener_, raw, &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Upstream::~Upstream() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (Wire* wire : open_) wire->interrupt();
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

void Upstream::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::size_t number = connections_++;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

void Upstream::serve(int fd, std::size_t number) {
  Wire wire(fd);
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    open_.push_back(&wire);
  }
  try {
    if (tls_ != nullptr) wire.accept_tls(tls_.get());
    if (script_) {
      script_(wire, number);
    } else {
      answer_all(wire);
    }
  } catch (const std::exception&) {
    // The proxy went away, or refused us: that is for the test to see from its own side.
  }
  const std::lock_guard lock(mutex_);
  open_.remove(&wire);
}

void Upstream::answer_all(Wire& wire) {
  for (;;) {
    note(wire.receive_message());
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  }
}

void Upstream::note(std::string request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
}

std::vector<std::string> Upstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace telltale::test
