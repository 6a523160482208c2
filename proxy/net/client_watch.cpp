// Clients that go away while their upstream is waited for. poll(2), POLLRDHUP. Covered by
// tests/unit/net/relay_test.cpp.
#include "net/client_watch.hpp"

#include <poll.h>

namespace telltale::net {
namespace {

// A round over 10,000 clients takes about 1 ms. Twice this and client_gone_time make less than a second.
constexpr std::chrono::milliseconds between_looks{200};

}  // namespace

Watched::Watched(ClientWatch& watch, const Stream& client)
    : watch_(watch), descriptor_(client.descriptor()), index_(watch.all_.size()) {
  watch_.all_.push_back(this);
  watch_.look_later();
}

Watched::~Watched() {
  Watched* const last = watch_.all_.back();
  watch_.all_[index_] = last;
  last->index_ = index_;
  watch_.all_.pop_back();
}

ClientWatch::ClientWatch(boost::asio::io_context& context, const Limits& limits) : limits_(limits) {
  timer_.emplace(context);
}

void ClientWatch::look_later() {
  if (timer_runs_ || !timer_) return;
  timer_runs_ = true;
  timer_->expires_after(between_looks);
  timer_->async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timer_runs_ = false;
    look();
    if (!all_.empty()) look_later();
  });
}

// Closing a stream wakes its coroutine later, so nothing leaves the list meanwhile.
void ClientWatch::look() {
  asked_.resize(all_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) asked_[i] = {all_[i]->descriptor_, POLLRDHUP, 0};
  if (::poll(asked_.data(), asked_.size(), 0) <= 0) return;
  const auto now = Clock::now();
  for (std::size_t i = 0; i < all_.size(); ++i) judge(*all_[i], asked_[i].revents, now);
}

void ClientWatch::judge(Watched& watched, short seen, Clock::time_point now) {
  if (seen == 0 || watched.gone_) return;
  const bool reset = (seen & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  const bool first = watched.ended_ == Clock::time_point();
  if (first || watched.moved_) watched.ended_ = now;
  watched.moved_ = false;
  if (!reset && now - watched.ended_ < limits_.client_gone_time) return;
  watched.gone_ = true;
  if (watched.upstream_ != nullptr) watched.upstream_->close();
}

}  // namespace telltale::net
