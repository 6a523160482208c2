// Whether an event stream arrives as it is sent: a server here sends events with pauses, through the proxy and back.
// Covered by tests/e2e/doctor_test.py.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cmath>
#include <thread>

#include "app/doctor.hpp"
#include "app/probe.hpp"

namespace telltale::app::doctor {
namespace {

using Clock = Probe::Clock;
using std::chrono::milliseconds;

constexpr int events = 6;
constexpr milliseconds pause{120};
constexpr milliseconds patience{10'000};

/// Serves one request with events that are `pause` apart, then ends.
class TimedServer {
 public:
  TimedServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    const bool listens = ::bind(listener_.get(), address, size) == 0 && ::listen(listener_.get(), 1) == 0 &&
                         ::getsockname(listener_.get(), address, &size) == 0;
    if (!listens) return;
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TimedServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // ends a wait for somebody who never came
    if (thread_.joinable()) thread_.join();
  }
  TimedServer(const TimedServer&) = delete;
  TimedServer& operator=(const TimedServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve() {
    const Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.open()) return;
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval limit{5, 0};
    ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char request[4096];
    if (::recv(client.get(), request, sizeof request, 0) <= 0) return;
    send(client.get(),
         "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n"
         "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < events; ++i) {
      const std::string event = fmt::format("data: event {}\n\n", i);
      send(client.get(), fmt::format("{:x}\r\n{}\r\n", event.size(), event));
      std::this_thread::sleep_for(pause);
    }
    send(client.get(), "0\r\n\r\n");
  }
  static void send(int to, std::string_view bytes) { (void)::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

struct Arrival {
  std::string bytes;
  Clock::time_point first{}, last{};  ///< of the first and the last event
};

// Until the last event is there.
Result<Arrival> fetch(const std::string& proxy, std::uint16_t port) {
  TT_TRY(Probe probe, Probe::connect(proxy, patience));
  const std::string request = fmt::format(
      "GET http://127.0.0.1:{0}/doctor HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\nAccept: text/event-stream\r\nConnection: "
      "close\r\n\r\n",
      port);
  if (auto sent = probe.send(request); !sent) return tl::unexpected<Error>(std::move(sent.error()));
  Arrival out;
  const std::string last = fmt::format("data: event {}\n", events - 1);
  while (out.bytes.find(last) == std::string::npos) {
    TT_TRY(const std::string more, probe.receive());
    if (more.empty()) break;
    out.bytes += more;
    out.last = Clock::now();
    if (out.first == Clock::time_point{} && out.bytes.find("data: event 0") != std::string::npos) out.first = out.last;
  }
  return out;
}

}  // namespace

Row check_stream(const std::string& proxy) {
  Row row{"doctor.stream-held", proxy, State::unknown, "", ""};
  const TimedServer server;
  if (server.port() == 0) {
    row.found = "no port for the events' server";
    return row;
  }
  const auto arrival = fetch(proxy, server.port());
  if (!arrival) {
    row.found = "the events' server was not reached through it: " + arrival.error().detail;
    return row;
  }
  const ProbeAnswer answer = parse_answer(arrival->bytes);
  if (answer.status != 200 || arrival->first == Clock::time_point{}) {
    row.found =
        fmt::format("the proxy does not go to 127.0.0.1 (status {}), where the events come from", answer.status);
    row.todo = "to have it measured, start the proxy with --allow-upstream 127.0.0.1/32 for once";
    return row;
  }
  const auto sent = std::chrono::duration_cast<milliseconds>(pause * (events - 1));
  const auto spread = std::chrono::duration_cast<milliseconds>(arrival->last - arrival->first);
  row.found = fmt::format("{} events sent over {} ms arrived over {} ms", events, sent.count(), spread.count());
  row.state = State::ok;
  if (spread >= sent / 2) return row;
  row.state = State::wrong;
  row.found += ": something holds streams back until they end";
  row.todo =
      "take what stands between client and proxy out of the way, or switch its buffering of text/event-stream off";
  return row;
}

}  // namespace telltale::app::doctor
