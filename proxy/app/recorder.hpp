#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/observer.hpp"
#include "record/capture.hpp"

namespace telltale::app {

/// Takes whole captures off the I/O threads: a bounded queue and one writer thread. What does not fit is dropped and
/// counted, never waited for.
class Journal {
 public:
  struct Options {
    std::string path;                ///< a file, or a folder for telltale-<time>.jsonl files
    std::uint64_t rotate_bytes = 0;  ///< 0: never (a named file)
    std::uint64_t total_bytes = 0;   ///< oldest files of the folder are removed past it; 0: no bound
    std::size_t queue = 1024;
    std::uint64_t queue_bytes = 256ULL * 1024 * 1024;
  };
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(Options options);
  ~Journal();  ///< writes what is queued
  /// False if it was dropped.
  bool push(record::Capture&& capture);
  [[nodiscard]] std::uint64_t written() const;
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  Journal() = default;
  struct State;
  std::unique_ptr<State> state_;
};

/// The exchange as a capture (credentials still in it; `record::to_line` masks).
[[nodiscard]] record::Capture capture_of(net::Exchange&& exchange, const inspect::Environment& environment);

/// The observer of the live commands: prints findings as they happen, journals exchanges, counts what was not looked
/// at.
class Recorder : public net::Observer {
 public:
  struct Options {
    std::string format = "text";  ///< text or json, one line a finding
    bool colour = false;
    inspect::Environment environment;
    std::unique_ptr<Journal> journal;                  ///< null: none
    std::function<void(std::string_view line)> print;  ///< whole lines with their end; called under a lock
    std::function<void(const record::Capture&)> also =
        nullptr;  ///< sees every finished exchange, unmasked; may be null
  };
  explicit Recorder(Options options);
  ~Recorder() override;

  void judged(const net::Exchange& exchange) override;
  void finished(net::Exchange&& exchange) override;
  void tunnelled(std::string_view client, std::string_view host, std::string_view cause, std::uint64_t bytes) override;
  void refused(std::string_view client, std::string_view host, const Error& error) override;
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> typed() override;

  /// Adds to what the user typed (a terminal line, a prompt argument).
  void add_typed(std::string text);

  struct Totals {
    std::uint64_t exchanges = 0, findings = 0, tunnelled = 0, refused = 0, dropped = 0;
  };
  [[nodiscard]] Totals totals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace telltale::app
