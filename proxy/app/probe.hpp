#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "app/terminal.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// A plain TCP connection with one deadline for all that is done on it, for a command that has nothing else to do
/// meanwhile. Never goes through a proxy of the environment.
class Probe {
 public:
  using Clock = std::chrono::steady_clock;
  /// `address` is "127.0.0.1:8899", "[::1]:8899" or a name with a port. Errors: option_invalid, upstream_unresolvable,
  /// upstream_refused, upstream_connect_timeout.
  [[nodiscard]] static Result<Probe> connect(std::string_view address, std::chrono::milliseconds time);
  [[nodiscard]] Result<void> send(std::string_view bytes);
  /// What has come; empty at the end. Errors: upstream_closed, upstream_timeout.
  [[nodiscard]] Result<std::string> receive();
  /// Waits for the socket to be readable (or writable). False when the time is over.
  [[nodiscard]] bool wait(bool to_write);
  [[nodiscard]] int descriptor() const { return socket_.get(); }

 private:
  Probe(Descriptor socket, Clock::time_point end) : socket_(std::move(socket)), end_(end) {}
  [[nodiscard]] Result<void> finish_connect();
  Descriptor socket_;
  Clock::time_point end_;
};

/// An answer as `ask` reads it.
struct ProbeAnswer {
  unsigned status = 0;  ///< 0: that was no HTTP
  std::string head;     ///< with its empty line
  std::string body;     ///< up to the limit
};

/// Sends a whole request that asks for the connection to be closed, and reads to its end (4 MiB at most).
[[nodiscard]] Result<ProbeAnswer> ask(std::string_view address, std::string_view request,
                                      std::chrono::milliseconds time);

/// The answer in these bytes.
[[nodiscard]] ProbeAnswer parse_answer(std::string bytes);

/// The value of a field, without blanks round it; empty if there is none.
[[nodiscard]] std::string field_of(const ProbeAnswer& answer, std::string_view name);

}  // namespace telltale::app
