// Connections that are none of our business. RFC 9110 section 9.3.6. Covered by tests/unit/net/tunnel_test.cpp.
#include "net/tunnel.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/signal.hpp"

namespace telltale::net {
namespace {

// How long a side may still send once the other has ended.
constexpr std::chrono::milliseconds half_closed_time{60'000};

/// Both directions of one tunnel. They end together, so that neither outlives the streams.
struct Tunnel {
  Tunnel(Worker& its_worker, Stream& its_client, Stream& its_upstream)
      : worker(its_worker), client(its_client), upstream(its_upstream), returned(its_worker.context) {}
  Worker& worker;
  Stream& client;
  Stream& upstream;
  Signal returned;  ///< the upstream-to-client direction is over
  std::uint64_t bytes = 0;
  bool half_closed = false;

  void wind() {
    const auto time = half_closed ? half_closed_time : worker.limits.tunnel_idle_time;
    const auto limit = worker.draining ? std::chrono::milliseconds(1'000) : time;
    client.expires_after(limit);
    upstream.expires_after(limit);
  }
};

Task<void> pump(Tunnel& tunnel, Stream& from, Stream& to) {
  for (;;) {
    const auto ready = co_await from.wait_readable();
    if (!ready) break;
    const Buffers::Lease lease(tunnel.worker.buffers);
    const auto got = co_await from.read_some(lease.bytes());
    if (!got) break;
    if (*got == 0) {
      tunnel.half_closed = true;
      tunnel.wind();
      to.end_writing();
      co_return;
    }
    tunnel.bytes += *got;
    tunnel.wind();
    const std::array<std::string_view, 1> pieces = {std::string_view(lease.bytes().data(), *got)};
    const auto wrote = co_await to.write_all(pieces);
    if (!wrote) break;
  }
  from.close();
  to.close();
}

Task<void> pump_back(std::shared_ptr<Tunnel> tunnel) {
  co_await pump(*tunnel, tunnel->upstream, tunnel->client);
  tunnel->returned.fire();
}

}  // namespace

Task<std::uint64_t> carry(Worker& worker, Connection& client, Stream& upstream) {
  const auto tunnel = std::make_shared<Tunnel>(worker, *client.stream, upstream);
  tunnel->wind();
  if (!client.pending.empty()) {
    const std::array<std::string_view, 1> early = {client.pending};
    tunnel->bytes += client.pending.size();
    const auto wrote = co_await upstream.write_all(early);
    if (!wrote) co_return tunnel->bytes;
    std::string().swap(client.pending);
  }
  boost::asio::co_spawn(worker.context, pump_back(tunnel), boost::asio::detached);
  co_await pump(*tunnel, *client.stream, upstream);
  while (!tunnel->returned.fired()) co_await tunnel->returned.wait(std::chrono::hours(1));
  co_return tunnel->bytes;
}

Task<void> carry_unseen(Flow& flow, Connection& client, Stream& upstream, Tunnelled record) {
  flow.phase = Flow::Phase::tunnelled;
  record.time = std::chrono::system_clock::now();
  record.id = flow.worker.ids.next(record.time);
  record.flow_id = flow.id;
  record.client = flow.client;
  record.bytes = co_await carry(flow.worker, client, upstream);
  flow.worker.observer.tunnelled(std::move(record));
}

}  // namespace telltale::net
