#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "app/recent_exchanges.hpp"
#include "app/recorder.hpp"
#include "net/admin.hpp"
#include "net/proxy.hpp"

namespace telltale::app {

/// Numbers of a running proxy as Prometheus reads them (text format 0.0.4).
[[nodiscard]] std::string metrics_text(const Recorder::Totals& totals, const net::Proxy::Counters& counters,
                                       std::size_t typed_texts, std::chrono::seconds uptime);

/// What the admin listener of `telltale proxy` says and takes: /healthz, /readyz, /metrics, /v1/typed, /v1/findings,
/// /v1/exchanges.
class AdminContent {
 public:
  /// Call it before the listener starts; both must outlive it.
  void attach(Recorder& recorder, const net::Proxy::Counters& counters);
  void set_ready(bool ready) { ready_ = ready; }
  /// From any thread.
  void add(const record::Capture& finished) { recent_.add(finished); }
  /// They refer to this object.
  [[nodiscard]] std::vector<net::AdminRoute> routes();

 private:
  RecentExchanges recent_;
  Recorder* recorder_ = nullptr;
  const net::Proxy::Counters* counters_ = nullptr;
  std::atomic<bool> ready_{false};
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace telltale::app
