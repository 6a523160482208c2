// The dialer of `run --mock`: every host is there and every connection is the mock itself.
// Covered by tests/unit/app/mock_stream_test.cpp.
#include "app/mock.hpp"

#include "app/mock_stream.hpp"

namespace telltale::app {
namespace {

class MockDialer final : public net::Dialer {
 public:
  MockDialer(boost::asio::io_context& context, MockSink received) : context_(context), received_(std::move(received)) {}

  net::Task<Result<std::unique_ptr<net::Stream>>> dial(const http::Authority& target, bool /*tls*/) override {
    std::unique_ptr<net::Stream> stream = std::make_unique<MockStream>(context_.get_executor(), target, received_);
    co_return stream;
  }

 private:
  boost::asio::io_context& context_;
  MockSink received_;
};

}  // namespace

std::unique_ptr<net::Dialer> make_mock_dialer(boost::asio::io_context& context, MockSink received) {
  return std::make_unique<MockDialer>(context, std::move(received));
}

}  // namespace telltale::app
