#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "certs/leaf_cache.hpp"
#include "core/limits.hpp"
#include "inspect/engine.hpp"
#include "net/dialer.hpp"
#include "net/observer.hpp"
#include "net/revocation.hpp"

namespace telltale::net {

/// What sessions are judged by; swapped whole on reload.
struct Judging {
  std::shared_ptr<const inspect::RuleSet> rules;
  inspect::Policy policy;
  inspect::Environment environment;
  std::shared_ptr<const inspect::NeedleSet> needles;  ///< of `environment`; null: prepared for each request
  /// What earlier requests of each client said; asked once a request. May be empty.
  std::function<std::shared_ptr<const inspect::Baselines>()> baselines;
  bool stale = false;  ///< newer rules or settings were there and could not be read: cause "rules-stale"
};

/// An address range of `--allow-upstream`: "127.0.0.0/8", "10.1.2.3", "fd00::/8".
struct Cidr {
  std::string address;  ///< 4 or 16 bytes
  unsigned prefix = 0;
};
[[nodiscard]] Result<Cidr> parse_cidr(std::string_view text);

/// `--resolve HOST:PORT:ADDR`: that name and port go to that address; the certificate is still checked for the name.
struct Resolution {
  http::Authority name;
  std::string address;  ///< IP literal
};
[[nodiscard]] Result<Resolution> parse_resolution(std::string_view text);

struct ProxyOptions {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8899;  ///< 0 picks one
  int listen_descriptor = -1;        ///< a listening socket to take over, in place of host and port; as open_listener
  unsigned threads = 1;
  std::vector<std::string> intercept;           ///< host patterns; everything else is tunnelled
  std::string upstream_ca_file;                 ///< trusted in place of the system's roots if set
  std::vector<std::string> upstream_crl_files;  ///< revocation lists of upstreams' issuers
  bool upstream_crl_required = false;           ///< refuse chains that no list is there for
  Revocation revocation = Revocation::off;      ///< ask whether certificates are revoked
  std::vector<std::string> danger_other_names;  ///< hosts for which CONNECT, SNI and Host may name different ones
  std::vector<Cidr> allow_upstream;             ///< loopback and private targets that may be connected to
  std::vector<Resolution> resolve;
  std::vector<http::Authority> own_listeners;  ///< besides this one (admin): never connected to; hosts are IP literals
  std::string pseudonym;  ///< our name in Via, by which a loop is found; empty: a random one, of this run alone
  /// How long the end of a response waits for its record, where the observer acknowledges: a stalled disk costs that
  /// much, once.
  std::chrono::milliseconds record_time{250};
  bool verdict_header = true;  ///< tell the client with a telltale-verdict response field
  Limits limits;
};

/// A listening TCP socket, for a process that may not open it later. Error: listen_failed.
[[nodiscard]] Result<int> open_listener(const std::string& host, std::uint16_t port);

/// Makes the dialer of one thread; null uses the real one.
using DialerFactory = std::function<std::unique_ptr<Dialer>(boost::asio::io_context&)>;

/// The proxy: N threads, each with its own io_context, listener, upstream pool and TLS client context.
class Proxy {
 public:
  /// `observer` must outlive the proxy.
  Proxy(ProxyOptions options, std::shared_ptr<certs::LeafCache> leaves, std::shared_ptr<const Judging> judging,
        Observer& observer, DialerFactory dialers = nullptr);
  ~Proxy();  ///< stops at once if it still runs
  /// Binds and starts the threads. Errors: listen_failed, config_malformed (CA file unreadable).
  [[nodiscard]] Result<void> start();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const std::string& host() const;  ///< as in the options, or the address of the socket taken over
  /// For requests judged from now on.
  void judge_by(std::shared_ptr<const Judging> judging);
  /// Reads the revocation lists again. Error: config_malformed; those in use stay.
  [[nodiscard]] Result<void> reload_revocations();
  /// Stops accepting, lets exchanges finish within Limits::drain_time, then returns.
  void drain();
  /// True if every thread's loop has turned within that time. Not during or after drain and stop.
  [[nodiscard]] bool turns(std::chrono::milliseconds within);
  /// Ends everything now.
  void stop();

  struct Counters {
    std::atomic<std::uint64_t> connections{0}, exchanges{0}, tunnels{0}, refused{0}, upstream_dials{0},
        upstream_reused{0}, upstream_cancelled{0}, unacknowledged{0}, status_asked{0}, status_unknown{0};
  };
  [[nodiscard]] const Counters& counters() const;

  /// What is in use now of what all clients share.
  struct Usage {
    std::uint32_t connections = 0, most_connections = 0;
    std::size_t clients = 0;
    std::uint64_t held_bytes = 0, most_held_bytes = 0;  ///< most: 0 is no bound
    std::uint32_t resolver_threads = 0;
  };
  [[nodiscard]] Usage usage() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace telltale::net
