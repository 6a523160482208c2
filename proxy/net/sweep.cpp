// Deadlines without a timer per operation: a list per io_context, and one timer for its earliest entry. Covered by
// tests/unit/net/refusal_test.cpp and tunnel_test.cpp.
#include "net/sweep.hpp"

#include <algorithm>

namespace telltale::net {

boost::asio::execution_context::id Sweep::id;

Expiring::Expiring(boost::asio::io_context& context) : sweep_(boost::asio::use_service<Sweep>(context)) {
  sweep_.link(*this);
}

Expiring::~Expiring() {
  sweep_.unlink(*this);
}

void Expiring::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = std::chrono::steady_clock::now() + from_now;
  sweep_.wake_by(deadline_);
}

void Expiring::clear_deadline() {
  deadline_ = never;
}

Sweep::Sweep(boost::asio::execution_context& context)
    : service(context), timer_(static_cast<boost::asio::io_context&>(context)) {}

void Sweep::shutdown() {
  armed_ = std::chrono::steady_clock::time_point::min();  // nothing arms the timer from here on
}

void Sweep::link(Expiring& item) {
  item.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &item;
  first_ = &item;
}

void Sweep::unlink(Expiring& item) {
  if (item.previous_ != nullptr) item.previous_->next_ = item.next_;
  if (item.next_ != nullptr) item.next_->previous_ = item.previous_;
  if (first_ == &item) first_ = item.next_;
}

void Sweep::wake_by(std::chrono::steady_clock::time_point time) {
  if (time >= armed_) return;
  armed_ = time;
  timer_.expires_at(time);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void Sweep::fire() {
  const auto now = std::chrono::steady_clock::now();
  auto earliest = Expiring::never;
  for (Expiring* item = first_; item != nullptr;) {
    Expiring* const next = item->next_;
    if (item->deadline_ <= now) {
      item->deadline_ = Expiring::never;
      item->on_expired();
    } else {
      earliest = std::min(earliest, item->deadline_);
    }
    item = next;
  }
  armed_ = Expiring::never;
  if (earliest != Expiring::never) wake_by(std::max(earliest, now + grain));
}

}  // namespace telltale::net
