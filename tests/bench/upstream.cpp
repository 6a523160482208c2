// The upstream of the measurements, one blocking thread a connection. Every request is read whole; then
//   GET /sse?N&MS   N events, MS milliseconds apart, each with the time it was sent
//   GET /idle       one event, then silence until the other side closes
//   anything else   200 with a short JSON body
// Part of scripts/bench; measured, not tested.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "wire.hpp"

namespace bench {
namespace {

constexpr std::string_view ok =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"answer\":true}";
constexpr std::string_view stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: "
    "chunked\r\n\r\n";

void pause_until(std::int64_t when) {
  timespec t{};
  t.tv_sec = when / 1'000'000'000;
  t.tv_nsec = when % 1'000'000'000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr);
}

bool send_event(Wire& wire, long number) {
  const std::string event =
      "event: delta\ndata: {\"n\":" + std::to_string(number) + ",\"sent\":" + std::to_string(now_ns()) + "}\n\n";
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", event.size());
  return wire.write(size + event + "\r\n");
}

bool stream(Wire& wire, long events, long apart_ms) {
  if (!wire.write(stream_head)) return false;
  const std::int64_t start = now_ns();
  for (long n = 0; n < events; ++n) {
    pause_until(start + n * apart_ms * 1'000'000);
    if (!send_event(wire, n)) return false;
  }
  return wire.write("0\r\n\r\n");
}

void idle(Wire& wire) {
  std::string nothing;
  if (wire.write(stream_head) && send_event(wire, 0)) (void)wire.read(nothing);
}

bool answer(Wire& wire, const Message& request) {
  if (request.head.starts_with("GET /idle")) {
    idle(wire);
    return false;
  }
  if (!request.head.starts_with("GET /sse?")) return wire.write(ok);
  char* rest = nullptr;
  const long events = std::strtol(request.head.c_str() + 9, &rest, 10);
  const long apart = *rest == '&' ? std::strtol(rest + 1, nullptr, 10) : 5;
  return stream(wire, events, apart);
}

void serve_one(int socket, SSL_CTX* context) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Wire wire(socket);
  if (!wire.start_server(context)) return;
  std::string buffer;
  Message request;
  while (read_message(wire, buffer, request))
    if (!answer(wire, request)) return;
}

}  // namespace

int serve(const std::string& certificate, const std::string& key) {
  const Context context = server_context(certificate, key);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (bind(listener, reinterpret_cast<const sockaddr*>(&at), size) != 0 || listen(listener, 4096) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    fail("cannot listen");
  std::printf("port %d\n", ntohs(at.sin_port));
  std::fflush(stdout);
  std::thread([] {
    while (std::getchar() != EOF) {
    }
    std::_Exit(0);  // whoever started this is gone
  }).detach();
  for (;;) {
    const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) fail("cannot accept");
    std::thread(serve_one, socket, context.get()).detach();
  }
}

}  // namespace bench
