#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace telltale::app {

/// Whoever started us as a service, told of our state as sd_notify(3) does: a datagram to $NOTIFY_SOCKET, a path or an
/// abstract name (`@...`). Without one it says nothing.
class ServiceManager {
 public:
  /// Reads the variables of sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3) and takes them away, so that no
  /// child speaks for us. Before the first thread.
  [[nodiscard]] static ServiceManager from_environment();

  /// "READY=1". Nobody to hear it is no error.
  void tell(std::string_view state) const;
  void reloading() const;  ///< with the time that RELOADING=1 needs
  /// How often WATCHDOG=1 is due: at half of what the manager waits for. Nothing: it does not watch.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }
  /// Sockets that were opened for us (socket activation), closed to children.
  [[nodiscard]] const std::vector<int>& listeners() const { return listeners_; }

 private:
  std::string socket_;
  std::vector<int> listeners_;
  std::optional<std::chrono::microseconds> watchdog_;
};

/// A thread that looks every `interval` whether all is alive, and reports what it saw.
class Pulse {
 public:
  Pulse(std::chrono::microseconds interval, std::function<bool()> alive, std::function<void(bool)> report);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

 private:
  void run(std::chrono::microseconds interval);

  std::function<bool()> alive_;
  std::function<void(bool)> report_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace telltale::app
