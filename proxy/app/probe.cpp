// A client for `doctor`: sockets(7) without blocking, poll(2) with a deadline. Covered by tests/e2e/doctor_test.py.
#include "app/probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/ascii.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest_answer = std::size_t{4} * 1024 * 1024;
constexpr std::size_t read_step = std::size_t{16} * 1024;

struct FreeAddresses {
  void operator()(addrinfo* p) const { freeaddrinfo(p); }
};

Result<std::unique_ptr<addrinfo, FreeAddresses>> look_up(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  std::string host(address.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty()) return fail(Errc::option_invalid, fmt::format("{} is not HOST:PORT", address));
  const std::string port(address.substr(colon + 1));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    return fail(Errc::upstream_unresolvable, fmt::format("{}: {}", address, gai_strerror(error)));
  return std::unique_ptr<addrinfo, FreeAddresses>(found);
}

}  // namespace

Result<Probe> Probe::connect(std::string_view address, std::chrono::milliseconds time) {
  const Clock::time_point end = Clock::now() + time;
  TT_TRY(const auto addresses, look_up(address));
  Error last{Errc::upstream_refused, 0, "no address"};
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    Descriptor socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool begun =
        socket.open() && (::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0 || errno == EINPROGRESS);
    if (!begun) {
      last.detail = std::strerror(errno);
      continue;
    }
    Probe probe(std::move(socket), end);
    auto connected = probe.finish_connect();
    if (connected) return probe;
    last = std::move(connected.error());
  }
  last.detail = fmt::format("{}: {}", address, last.detail);
  return tl::unexpected<Error>(std::move(last));
}

Result<void> Probe::finish_connect() {
  if (!wait(true)) return fail(Errc::upstream_connect_timeout, "no answer within the time allowed");
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(Errc::upstream_refused, std::strerror(error));
  return {};
}

bool Probe::wait(bool to_write) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
    if (left <= 0) return false;
    pollfd one{socket_.get(), static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Result<void> Probe::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait(true)) return fail(Errc::upstream_timeout, "nothing is taken within the time allowed");
    const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return fail(Errc::upstream_closed, std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

Result<std::string> Probe::receive() {
  std::string bytes(read_step, '\0');
  for (;;) {
    if (!wait(false)) return fail(Errc::upstream_timeout, "no byte within the time allowed");
    const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return fail(Errc::upstream_closed, std::strerror(errno));
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
  }
}

ProbeAnswer parse_answer(std::string bytes) {
  ProbeAnswer out;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.") || end == std::string::npos || bytes.size() < 12) return out;
  out.head = bytes.substr(0, end + 4);
  out.body = bytes.substr(end + 4);
  for (const char c : out.head.substr(9, 3))
    if (ascii::is_digit(c)) out.status = out.status * 10 + static_cast<unsigned>(c - '0');
  return out;
}

std::string field_of(const ProbeAnswer& answer, std::string_view name) {
  std::string_view rest = answer.head;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    if (!ascii::starts_with_ignoring_case(line, name) || line.size() <= name.size() || line[name.size()] != ':')
      continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    return std::string(value);
  }
  return {};
}

Result<ProbeAnswer> ask(std::string_view address, std::string_view request, std::chrono::milliseconds time) {
  TT_TRY(Probe probe, Probe::connect(address, time));
  if (auto sent = probe.send(request); !sent) return tl::unexpected<Error>(std::move(sent.error()));
  std::string bytes;
  while (bytes.size() < longest_answer) {
    auto more = probe.receive();
    if (!more && bytes.empty()) return tl::unexpected<Error>(std::move(more.error()));
    if (!more || more->empty()) break;
    bytes += *more;
  }
  return parse_answer(std::move(bytes));
}

}  // namespace telltale::app
