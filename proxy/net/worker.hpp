#pragma once
#include <array>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

#include "net/client_watch.hpp"
#include "net/doorbell.hpp"
#include "net/ids.hpp"
#include "net/proxy.hpp"
#include "net/shares.hpp"
#include "net/tls_context.hpp"
#include "net/turns.hpp"
#include "net/upstream_pool.hpp"

namespace telltale::net {

/// Buffers for what is being moved right now. A connection borrows one when bytes are there and gives it back before it
/// waits again, so that idle connections hold none.
class Buffers {
 public:
  static constexpr std::size_t size = 64 * 1024;
  static constexpr std::size_t most_spare = 64;  ///< 4 MB; what a burst needed beyond them is given back
  class Lease {
   public:
    explicit Lease(Buffers& owner) : owner_(owner), bytes_(owner.take()) {}
    ~Lease() {
      if (owner_.spare_.size() < most_spare) owner_.spare_.push_back(std::move(bytes_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    [[nodiscard]] std::span<char> bytes() const { return {bytes_.get(), size}; }

   private:
    Buffers& owner_;
    std::unique_ptr<char[]> bytes_;
  };

 private:
  std::unique_ptr<char[]> take() {
    if (spare_.empty()) return std::unique_ptr<char[]>(new char[size]);
    std::unique_ptr<char[]> last = std::move(spare_.back());
    spare_.pop_back();
    return last;
  }
  std::vector<std::unique_ptr<char[]>> spare_;
};

struct Worker;

/// One client connection, as long as it lives.
struct Flow {
  enum class Phase : std::uint8_t {
    idle,      ///< between requests: may be closed at any time
    busy,      ///< an exchange is under way
    tunnelled  ///< carries bytes we know nothing of
  };
  Flow(Worker& owner, ClientTable::Place its_place, std::string client_name, std::string flow_id);
  ~Flow();
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  [[nodiscard]] Client& who() const { return *place.client(); }

  Worker& worker;
  ClientTable::Place place;
  std::string client;  ///< "127.0.0.1:51544"
  std::string id;
  Phase phase = Phase::idle;
  Stream* stream = nullptr;  ///< the client's side, while there is one
};

/// A client's stream with the bytes that were read from it and belong to what comes next.
struct Connection {
  Stream* stream = nullptr;
  std::string pending;
};

/// Everything one thread has: used by that thread alone once it runs.
struct Worker {
  Worker(boost::asio::io_context& its_context, const ProxyOptions& its_options, Observer& its_observer,
         Proxy::Counters& its_counters, std::shared_ptr<certs::LeafCache> its_leaves,
         boost::asio::thread_pool& its_judges, Shares& its_shares)
      : context(its_context),
        options(its_options),
        limits(its_options.limits),
        observer(its_observer),
        counters(its_counters),
        leaves(std::move(its_leaves)),
        judges(its_judges),
        shares(its_shares),
        turns(its_context),
        watch(its_context, limits),
        pool(std::make_unique<UpstreamPool>(its_context, limits)),
        bell(std::make_shared<Doorbell>(its_context)) {}

  boost::asio::io_context& context;
  const ProxyOptions& options;
  const Limits& limits;
  Observer& observer;
  Proxy::Counters& counters;
  std::shared_ptr<certs::LeafCache> leaves;
  boost::asio::thread_pool& judges;  ///< where large bodies are judged
  Shares& shares;
  Turns turns;
  ClientWatch watch;
  std::shared_ptr<const Judging> judging;
  std::unique_ptr<Dialer> dialer;
  ServerTls server_tls;
  std::unique_ptr<UpstreamPool> pool;
  Buffers buffers;
  Ids ids;
  std::shared_ptr<Doorbell> bell;  ///< by which other threads wake this one
  std::vector<Flow*> flows;
  std::uint32_t turned_away = 0;  ///< connections that are being told so
  bool draining = false;
  std::function<void()> on_flow_end;  ///< while draining

  [[nodiscard]] bool intercepts(std::string_view host) const;
  /// Whether CONNECT, SNI and Host may differ for that host of a CONNECT.
  [[nodiscard]] bool names_may_differ(std::string_view host) const;
  /// The same, and says that it was made use of: `what` names the other host.
  [[nodiscard]] bool lets_differ(std::string_view host, std::string_view what) const;
  /// A new connection to that upstream. When descriptors have run out, idle pooled connections make room.
  Task<Result<std::unique_ptr<Stream>>> dial(const Route& route);
};

}  // namespace telltale::net
