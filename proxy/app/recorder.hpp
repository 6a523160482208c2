#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/diagnostics.hpp"
#include "app/journal.hpp"
#include "app/options.hpp"
#include "net/observer.hpp"
#include "record/capture.hpp"

namespace telltale::app {

/// The observer of the live commands: prints findings as they happen, journals exchanges, counts what was not looked
/// at. The I/O threads only queue; one writer thread formats, prints and writes. What does not fit in the queue is
/// dropped and counted, never waited for: a stalled disk or terminal does not stall traffic.
class Recorder : public net::Observer {
 public:
  struct Options {
    std::string format = "text";                      ///< of the lines: text or json
    inspect::Severity show = inspect::Severity::low;  ///< least severity that is printed
    bool colour = false;
    inspect::Environment environment;                    ///< goes into every capture
    std::unique_ptr<Journal> journal;                    ///< null: none
    std::function<void(std::string_view line)> print;    ///< whole lines with their end; on the writer thread
    std::function<void(std::string_view json)> publish;  ///< the same findings as JSON; on the writer thread
    std::function<bool()> has_followers;                 ///< false: nobody would hear it; on the I/O threads
    CaptureSync sync = CaptureSync::off;                 ///< what the end of a response waits for
    std::function<void(const record::Capture&)> also;    ///< every finished exchange, unmasked; on the writer thread
    std::size_t queue = 1024;                            ///< Limits::record_queue
    std::uint64_t queue_bytes = 256ULL * 1024 * 1024;    ///< Limits::record_queue_bytes
    std::chrono::milliseconds store_check_time{20'000};  ///< Limits::store_check_time
    std::uint32_t typed_texts = 1000;                    ///< Limits::typed_texts
    std::uint64_t typed_bytes = 4ULL * 1024 * 1024;      ///< Limits::typed_bytes
  };
  explicit Recorder(Options options);
  ~Recorder() override;  ///< after the last of what is queued

  [[nodiscard]] bool keeps_records() const override;
  void judged(const net::Exchange& exchange) override;
  void finished(net::Exchange&& exchange) override;
  [[nodiscard]] bool acknowledges() const override;
  void keep(net::Exchange&& exchange, std::function<void()> kept) override;
  void tunnelled(net::Tunnelled&& tunnel) override;
  void refused(std::string_view client, std::string_view host, const Error& error) override;
  void shown(const net::Shown& certificate) override;
  /// A `danger_` option made a difference: said each time.
  void endangered(std::string_view option, std::string_view host, std::string_view what) override;
  void unverified(std::string_view host, Errc code, std::string_view why) override;
  [[nodiscard]] std::shared_ptr<const inspect::TypedIndex> typed() override;

  /// Adds to what the user typed (a terminal line, a prompt argument, what a transcript says). From any thread.
  void add_typed(std::vector<std::string> texts);
  /// Returns when everything queued so far has been printed and written.
  void flush();
  /// True while the writer's thread is there; one that waits for a disk is.
  [[nodiscard]] bool alive() const;
  /// Opens the journal's file anew (SIGHUP).
  void reopen_journal();

  struct Totals {
    std::uint64_t exchanges = 0, findings = 0, tunnelled = 0, refused = 0;
    std::uint64_t not_inspected = 0;                          ///< exchanges whose coverage is not full
    std::uint64_t dropped = 0;                                ///< captures or lines lost to a full queue or disk
    std::array<std::uint64_t, 5> by_severity{};               ///< findings listed; index: inspect::Severity
    std::map<std::string, std::uint64_t, std::less<>> blind;  ///< by cause: exchanges and tunnels not (fully) inspected
    std::map<std::string, std::uint64_t, std::less<>> turned_away;  ///< by the error's name: refused
    std::map<std::string, std::uint64_t, std::less<>> unseen;       ///< by cause: blocked for not having been looked at
  };
  [[nodiscard]] Totals totals() const;
  /// What clients and hosts were noticed to do, counted.
  [[nodiscard]] Noticed noticed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace telltale::app
