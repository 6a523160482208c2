// Upstream connections kept for the next request: the largest single saving there is for short-lived clients. Covered
// by tests/unit/net/exchange_test.cpp.
#include "net/upstream_pool.hpp"

#include <algorithm>

namespace telltale::net {

UpstreamPool::UpstreamPool(boost::asio::io_context& context, const Limits& limits) : limits_(limits), timer_(context) {}

std::size_t UpstreamPool::RouteHash::operator()(const Route& route) const {
  return std::hash<std::string>()(route.target.host) * 31 + route.target.port * 2U + (route.tls ? 1U : 0U);
}

std::unique_ptr<Stream> UpstreamPool::take(const Route& route) {
  const auto found = idle_.find(route);
  if (found == idle_.end()) return nullptr;
  std::vector<Idle>& list = found->second;
  const auto now = Clock::now();
  std::unique_ptr<Stream> taken;
  while (!list.empty() && taken == nullptr) {
    Idle last = std::move(list.back());
    list.pop_back();
    --size_;
    const bool usable = last.until > now && !last.stream->readable();
    if (usable) taken = std::move(last.stream);
  }
  if (list.empty() && taken == nullptr) idle_.erase(found);
  return taken;
}

void UpstreamPool::put(const Route& route, std::unique_ptr<Stream> stream) {
  if (size_ >= limits_.upstream_pool_total) return;
  std::vector<Idle>& list = idle_[route];
  if (list.size() >= limits_.upstream_pool_per_host) return;
  // The pool looks after its own time, once for all; the stream's deadline must not fire meanwhile.
  stream->expires_after(limits_.upstream_pool_time * 2);
  list.push_back(Idle{std::move(stream), Clock::now() + limits_.upstream_pool_time});
  ++size_;
  tidy_later();
}

void UpstreamPool::tidy_later() {
  if (timer_runs_) return;
  timer_runs_ = true;
  timer_.expires_after(std::max(limits_.upstream_pool_time / 4, std::chrono::milliseconds(100)));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timer_runs_ = false;
    tidy();
    if (size_ > 0) tidy_later();
  });
}

// Ends what is over its time or was closed by its upstream.
void UpstreamPool::tidy() {
  const auto now = Clock::now();
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    std::vector<Idle>& list = entry->second;
    size_ -= std::erase_if(list, [now](const Idle& idle) { return idle.until <= now || idle.stream->readable(); });
    entry = list.empty() ? idle_.erase(entry) : std::next(entry);
  }
}

void UpstreamPool::shed() {
  idle_.clear();
  size_ = 0;
}

void UpstreamPool::clear() {
  shed();
  timer_.cancel();
}

}  // namespace telltale::net
