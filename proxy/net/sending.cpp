// A request is sent beside the reading of its answer. RFC 9112 sections 9.5 and 9.6. Covered by
// tests/unit/net/relay_test.cpp.
#include "net/sending.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace telltale::net {
namespace {

// A socket takes so much without its peer reading any: less than the smallest buffers of the two.
constexpr std::size_t at_once_bytes = 16 * 1024;

}  // namespace

Task<void> Sending::send(std::shared_ptr<Sending> sending) {
  const auto wrote = co_await sending->stream_.write_all(sending->pieces_);
  sending->complete_ = wrote.has_value();
  sending->over_.fire();
}

Task<void> Sending::start(std::shared_ptr<Sending> sending) {
  const bool small = sending->pieces_[0].size() + sending->pieces_[1].size() <= at_once_bytes;
  if (small) {
    co_await send(std::move(sending));
    co_return;
  }
  boost::asio::io_context& context = sending->context_;
  boost::asio::co_spawn(context, send(std::move(sending)), boost::asio::detached);
}

Task<void> Sending::end() {
  if (over()) co_return;
  stream_.close();
  while (!over()) co_await over_.wait(std::chrono::hours(1));
}

}  // namespace telltale::net
