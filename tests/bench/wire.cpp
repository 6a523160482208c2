// Blocking sockets and TLS for the load generator. Part of scripts/bench; measured, not tested.
#include "wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench {

void fail(const std::string& what) {
  std::fprintf(stderr, "bench_load: %s\n", what.c_str());
  std::_Exit(1);
}

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

int connect_to(const std::string& address, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) fail("not an IPv4 address: " + address);
  if (socket < 0 || connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    fail("cannot connect to " + address + ":" + std::to_string(port));
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

Wire::~Wire() {
  if (ssl_ != nullptr) {
    SSL_shutdown(ssl_);
    SSL_free(ssl_);
  }
  close(socket_);
}

bool Wire::start_client(SSL_CTX* context, const std::string& name) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket_);
  // What the macro SSL_set_tlsext_host_name does, without its old-style cast.
  SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));
  SSL_set1_host(ssl_, name.c_str());
  return SSL_connect(ssl_) == 1;
}

bool Wire::start_server(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket_);
  return SSL_accept(ssl_) == 1;
}

bool Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                       : static_cast<int>(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

bool Wire::read(std::string& out) {
  char buffer[64 * 1024];
  const auto got = ssl_ != nullptr ? SSL_read(ssl_, buffer, sizeof buffer)
                                   : static_cast<int>(recv(socket_, buffer, sizeof buffer, 0));
  if (got <= 0) return false;
  out.append(buffer, static_cast<std::size_t>(got));
  return true;
}

namespace {

std::size_t content_length(std::string_view head) {
  for (const std::string_view field : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    const auto at = head.find(field);
    if (at != std::string_view::npos) return std::strtoull(head.data() + at + field.size(), nullptr, 10);
  }
  return 0;
}

}  // namespace

bool read_message(Wire& wire, std::string& buffer, Message& out) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
    if (!wire.read(buffer)) return false;
  out.head.assign(buffer, 0, end + 4);
  const std::size_t whole = end + 4 + content_length(out.head);
  if (buffer.capacity() < whole) buffer.reserve(whole + 64 * 1024);
  while (buffer.size() < whole)
    if (!wire.read(buffer)) return false;
  out.body.assign(buffer, end + 4, whole - end - 4);
  buffer.erase(0, whole);
  return true;
}

Context client_context(const std::string& ca_file) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1) fail("cannot read " + ca_file);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

Context server_context(const std::string& certificate, const std::string& key) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("cannot use " + certificate);
  return context;
}

}  // namespace bench
