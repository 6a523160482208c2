#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "app/recent_exchanges.hpp"
#include "app/recorder.hpp"
#include "net/admin.hpp"
#include "net/proxy.hpp"

namespace telltale::app {

/// Numbers of a running proxy as Prometheus reads them (text format 0.0.4).
[[nodiscard]] std::string metrics_text(const Recorder::Totals& totals, const net::Proxy::Counters& counters,
                                       const net::Proxy::Usage& usage, std::size_t typed_texts,
                                       std::chrono::seconds uptime);

/// What `telltale doctor` asks of a running proxy: how it was started, and what it noticed.
struct ProxyFacts {
  std::string mode;
  std::string ca_dir;
  std::string captures;                      ///< file or folder; empty: nothing is kept
  std::vector<std::string> dangers;          ///< `danger_` options that are on, and what gave them
  std::function<std::string()> root_sha256;  ///< of the root in use; on the admin thread
};

/// What the admin listener of `telltale proxy` says and takes: /healthz, /readyz, /metrics, /v1/typed, /v1/findings,
/// /v1/exchanges, /v1/diagnostics.
class AdminContent {
 public:
  /// Call it before the listener starts; both must outlive it.
  void attach(Recorder& recorder, const net::Proxy::Counters& counters, std::function<net::Proxy::Usage()> usage,
              ProxyFacts facts = {});
  void set_ready(bool ready) { ready_ = ready; }
  /// From any thread.
  void add(const record::Capture& finished) { recent_.add(finished); }
  /// They refer to this object.
  [[nodiscard]] std::vector<net::AdminRoute> routes();

 private:
  [[nodiscard]] std::string diagnostics_text() const;

  RecentExchanges recent_;
  ProxyFacts facts_;
  Recorder* recorder_ = nullptr;
  const net::Proxy::Counters* counters_ = nullptr;
  std::function<net::Proxy::Usage()> usage_;
  std::atomic<bool> ready_{false};
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace telltale::app
