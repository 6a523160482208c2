#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/proxy.hpp"
#include "support/upstream.hpp"

namespace telltale::test {

/// Remembers what the proxy reports; the waiting members end as soon as it has, or after ten seconds.
class Recorder final : public net::Observer {
 public:
  struct Refusal {
    std::string host;
    Error error;
  };
  void judged(const net::Exchange& exchange) override;
  void finished(net::Exchange&& exchange) override;
  void tunnelled(net::Tunnelled&& tunnel) override;
  void refused(std::string_view client, std::string_view host, const Error& error) override;
  std::shared_ptr<const inspect::TypedIndex> typed() override;

  bool keeps_records() const override { return keeps; }
  std::atomic<bool> keeps{true};
  /// If set before the first request, responses wait for it to call what it is given.
  std::function<void(net::Exchange&&, std::function<void()>)> acknowledge;
  bool acknowledges() const override { return acknowledge != nullptr; }
  void keep(net::Exchange&& exchange, std::function<void()> kept) override {
    acknowledge(std::move(exchange), std::move(kept));
  }

  [[nodiscard]] net::Exchange exchange(std::size_t index = 0);  ///< waits; throws if it never comes
  [[nodiscard]] Refusal refusal(std::size_t index = 0);
  [[nodiscard]] net::Tunnelled tunnel(std::size_t index = 0);
  [[nodiscard]] std::size_t judged_count();
  [[nodiscard]] std::size_t finished_count();
  [[nodiscard]] std::size_t refused_count();

 private:
  template <class T>
  T wait_for(std::vector<T>& list, std::size_t index);
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<net::Exchange> exchanges_;
  std::vector<Refusal> refusals_;
  std::vector<net::Tunnelled> tunnels_;
  std::size_t judged_ = 0;
};

/// A proxy between a test client and a test upstream: two authorities, a host name that resolves to the upstream, and
/// short ways to speak through it.
class ProxyRig {
 public:
  static constexpr const char* host = "api.example.test";

  /// Started unless `tune` throws; `tune` may change the options.
  explicit ProxyRig(Upstream& upstream, const std::function<void(net::ProxyOptions&)>& tune = nullptr);
  ~ProxyRig();

  [[nodiscard]] Wire plain() const { return Wire::to(proxy->port()); }
  /// CONNECT to that target; the answer's head is returned in `answer`.
  [[nodiscard]] Wire connect(const std::string& target, std::string& answer) const;
  /// CONNECT to the upstream and TLS with it, as far as the client can tell.
  [[nodiscard]] Wire secure() const;
  [[nodiscard]] std::string target() const { return std::string(host) + ":" + std::to_string(port); }

  /// The CA that the test upstreams are signed by, and the proxy's own.
  static const certs::Authority& upstream_authority();
  static const std::shared_ptr<const certs::Authority>& proxy_authority();

  std::uint16_t port;  ///< of the upstream
  Recorder recorder;
  SslContext client_tls;
  std::string ca_file;
  std::unique_ptr<net::Proxy> proxy;
};

/// What every test judges by: see scripted_judge.cpp.
[[nodiscard]] std::shared_ptr<const net::Judging> test_judging();

}  // namespace telltale::test
