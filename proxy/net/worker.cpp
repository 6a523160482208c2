// The bookkeeping of one thread: which client connections it has. Covered by tests/unit/net/proxy_test.cpp.
#include "net/worker.hpp"

#include <algorithm>

#include "core/glob.hpp"

namespace telltale::net {

Flow::Flow(Worker& owner, std::string client_name, std::string flow_id)
    : worker(owner), client(std::move(client_name)), id(std::move(flow_id)) {
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

}  // namespace telltale::net
