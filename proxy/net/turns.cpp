// Fair turns between the clients of one thread: round robin, one queue a client. Covered by
// tests/unit/net/shares_test.cpp.
#include "net/turns.hpp"

#include <boost/asio/post.hpp>

namespace telltale::net {

Task<void> Turns::next(const void* client) {
  if (!taken_) {
    taken_ = true;
    end_round_later();
    co_return;
  }
  Signal turn(context_);
  Queue& queue = queues_[client];
  if (queue.empty()) order_.push_back(client);
  queue.push_back(&turn);
  ++waiting_;
  while (!turn.fired()) co_await turn.wait(std::chrono::hours(1));
}

// Behind all that is ready now.
void Turns::end_round_later() {
  boost::asio::post(context_, [this] { end_round(); });
}

void Turns::end_round() {
  if (order_.empty()) {
    taken_ = false;
    return;
  }
  const void* const client = order_.front();
  order_.pop_front();
  const auto found = queues_.find(client);
  Signal* const turn = found->second.front();
  found->second.pop_front();
  --waiting_;
  if (found->second.empty())
    queues_.erase(found);
  else
    order_.push_back(client);
  turn->fire();
  end_round_later();
}

}  // namespace telltale::net
