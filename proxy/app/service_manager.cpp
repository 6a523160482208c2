// What a service manager hears of us, and gives us. sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3), unix(7).
// Covered by tests/unit/app/service_manager_test.cpp and tests/hostile/faults.
#include "app/service_manager.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace telltale::app {
namespace {

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string out = value == nullptr ? "" : value;
  unsetenv(name);
  return out;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// From descriptor 3 on, if they are meant for this process.
std::vector<int> take_listeners() {
  constexpr std::uint64_t most = 16;
  constexpr int first = 3;
  const auto count = number_in(take_variable("LISTEN_FDS"));
  const bool is_ours = number_in(take_variable("LISTEN_PID")) == static_cast<std::uint64_t>(getpid());
  take_variable("LISTEN_FDNAMES");
  std::vector<int> out;
  if (!is_ours || !count || *count > most) return out;
  for (int one = first; one < first + static_cast<int>(*count); ++one) {
    ::fcntl(one, F_SETFD, FD_CLOEXEC);
    out.push_back(one);
  }
  return out;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager out;
  out.socket_ = take_variable("NOTIFY_SOCKET");
  out.listeners_ = take_listeners();
  const auto period = number_in(take_variable("WATCHDOG_USEC"));
  const std::string watched = take_variable("WATCHDOG_PID");
  const bool is_ours = watched.empty() || number_in(watched) == static_cast<std::uint64_t>(getpid());
  if (period && *period > 1 && is_ours && !out.socket_.empty()) out.watchdog_ = std::chrono::microseconds(*period / 2);
  return out;
}

void ServiceManager::tell(std::string_view state) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool is_name = socket_.starts_with('/') || socket_.starts_with('@');
  if (!is_name || socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_[0] == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // Not waited for: a manager that does not read must not hang us.
  (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&address),
                 length);
  ::close(fd);
}

void ServiceManager::reloading() const {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000));
}

Pulse::Pulse(std::chrono::microseconds interval, std::function<bool()> alive, std::function<void(bool)> report)
    : alive_(std::move(alive)), report_(std::move(report)) {
  thread_ = std::thread([this, interval] { run(interval); });
}

Pulse::~Pulse() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Pulse::run(std::chrono::microseconds interval) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    report_(alive_());
    lock.lock();
    changed_.wait_for(lock, interval, [this] { return ending_; });
  }
}

}  // namespace telltale::app
