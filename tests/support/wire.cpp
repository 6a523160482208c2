// Blocking sockets and plain OpenSSL: as unlike the code under test as can be.
#include "support/wire.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

#include "core/ascii.hpp"

namespace telltale::test {
namespace {

[[noreturn]] void give_up(const std::string& what) {
  const unsigned long error = ERR_get_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  throw std::runtime_error(reason == nullptr ? what : what + ": " + reason);
}

}  // namespace

Wire::Wire(int fd) : fd_(fd) {
  // OpenSSL writes without MSG_NOSIGNAL; a peer that is gone is an error here, not the end of the test.
  sigset_t pipe_only;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_only, nullptr);
  timeval limit{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Wire::Wire(Wire&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), ssl_(std::exchange(other.ssl_, nullptr)), buffer_(std::move(other.buffer_)) {}

Wire::~Wire() {
  SSL_free(ssl_);
  if (fd_ >= 0) ::close(fd_);
}

Wire Wire::to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Wire wire(fd);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("connect");
  return wire;
}

void Wire::accept_tls(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd_);
  ERR_clear_error();
  if (SSL_accept(ssl_) != 1) give_up("TLS accept");
}

void Wire::connect_tls(SSL_CTX* context, const std::string& host) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd_);
  std::string name = host;
  SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  SSL_set1_host(ssl_, host.c_str());
  ERR_clear_error();
  if (SSL_connect(ssl_) != 1) give_up("TLS connect");
}

void Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ERR_clear_error();
    const ssize_t sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                         : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) give_up("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Empty at an orderly end.
std::string Wire::read_more() {
  std::string chunk(64 * 1024, '\0');
  ssize_t got = 0;
  if (ssl_ == nullptr) {
    got = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (got < 0) give_up("receive");
  } else {
    ERR_clear_error();
    got = SSL_read(ssl_, chunk.data(), static_cast<int>(chunk.size()));
    if (got <= 0 && SSL_get_error(ssl_, static_cast<int>(got)) != SSL_ERROR_ZERO_RETURN) give_up("TLS receive");
  }
  chunk.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return chunk;
}

std::string Wire::receive_some() {
  if (buffer_.empty()) buffer_ = read_more();
  return std::exchange(buffer_, {});
}

std::string Wire::receive(std::size_t size) {
  while (buffer_.size() < size) {
    const std::string more = read_more();
    if (more.empty()) give_up("end in the middle of a message");
    buffer_ += more;
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::string Wire::receive_head() {
  for (;;) {
    const std::size_t end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) return receive(end + 4);
    const std::string more = read_more();
    if (more.empty()) give_up("end in the middle of a head");
    buffer_ += more;
  }
}

std::string Wire::receive_chunked() {
  std::string all;
  for (;;) {
    std::size_t line = 0;
    while ((line = buffer_.find("\r\n")) == std::string::npos) {
      const std::string more = read_more();
      if (more.empty()) give_up("end in the middle of a chunk");
      buffer_ += more;
    }
    const std::size_t size = std::stoul(buffer_.substr(0, line), nullptr, 16);
    all += receive(line + 2 + size + 2);
    if (size == 0) return all;
  }
}

std::string Wire::receive_message() {
  std::string message = receive_head();
  if (field_of(message, "transfer-encoding") == "chunked") return message + receive_chunked();
  const std::string length = field_of(message, "content-length");
  if (!length.empty()) message += receive(std::stoul(length));
  return message;
}

std::string Wire::receive_rest() {
  std::string rest = std::exchange(buffer_, {});
  try {
    for (std::string more = read_more(); !more.empty(); more = read_more()) rest += more;
  } catch (const std::runtime_error&) {
    return rest;
  }
  return rest;
}

bool Wire::ended() {
  return receive_rest().empty();
}

void Wire::shutdown() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  ::shutdown(fd_, SHUT_WR);
}

void Wire::end_plainly() {
  ::shutdown(fd_, SHUT_WR);
}

void Wire::reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(fd_, -1));
}

void Wire::interrupt() {
  ::shutdown(fd_, SHUT_RDWR);
}

std::string field_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.empty()) return {};
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && ascii::equals_ignoring_case(line.substr(0, colon), name))
      return std::string(ascii::trim(line.substr(colon + 1)));
  }
  return {};
}

}  // namespace telltale::test
