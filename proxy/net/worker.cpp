// The bookkeeping of one thread: which client connections it has. Covered by tests/unit/net/proxy_test.cpp.
#include "net/worker.hpp"

#include <algorithm>

#include "core/glob.hpp"

namespace telltale::net {

Flow::Flow(Worker& owner, ClientTable::Place its_place, std::string client_name, std::string flow_id)
    : worker(owner), place(std::move(its_place)), client(std::move(client_name)), id(std::move(flow_id)) {
  worker.flows.push_back(this);
}

Flow::~Flow() {
  const auto self = std::find(worker.flows.begin(), worker.flows.end(), this);
  *self = worker.flows.back();
  worker.flows.pop_back();
  if (worker.on_flow_end) worker.on_flow_end();
}

bool Worker::intercepts(std::string_view host) const {
  return std::any_of(options.intercept.begin(), options.intercept.end(),
                     [host](const std::string& pattern) { return host_matches(pattern, host); });
}

Task<Result<std::unique_ptr<Stream>>> Worker::dial(const Route& route) {
  counters.upstream_dials.fetch_add(1, std::memory_order_relaxed);
  auto dialled = co_await dialer->dial(route.target, route.tls);
  const bool full = !dialled && dialled.error().code == Errc::descriptors_full;
  if (!full || pool->size() == 0) co_return dialled;
  pool->shed();
  auto again = co_await dialer->dial(route.target, route.tls);
  co_return again;
}

}  // namespace telltale::net
