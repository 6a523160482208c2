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

namespace {

bool matches_any(const std::vector<std::string>& patterns, std::string_view host) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [host](const std::string& pattern) { return host_matches(pattern, host); });
}

}  // namespace

bool Worker::intercepts(std::string_view host) const {
  return matches_any(options.intercept, host);
}

bool Worker::names_may_differ(std::string_view host) const {
  return matches_any(options.danger_other_names, host);
}

bool Worker::lets_differ(std::string_view host, std::string_view what) const {
  if (!names_may_differ(host)) return false;
  observer.endangered("danger-other-names", host, what);
  return true;
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
