// The built-in upstream's side of HTTP/1.1 (RFC 9112): keep-alive, chunked streams, an answer to each request in order.
// Covered by tests/unit/app/mock_stream_test.cpp.
#include "app/mock_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "app/mock_reply.hpp"
#include "core/ascii.hpp"
#include "http/coding.hpp"

namespace telltale::app {
namespace {

constexpr auto use_task = boost::asio::as_tuple(boost::asio::use_awaitable_t<net::Executor>{});

// Ids of replies differ within the process, whichever thread and connection they come from.
std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> serial{0};
  return ++serial;
}

// What cannot be decoded is answered as if it were empty: the mock is no judge of requests.
std::string content_of(const http::RequestHead& head, std::string body, const Limits& limits) {
  const auto coding = head.find("content-encoding");
  if (!coding) return body;
  const auto codings = http::parse_codings(*coding, limits);
  if (!codings || codings->empty()) return codings ? std::move(body) : std::string();
  auto content = http::decode_content(body, *codings, limits);
  return content ? std::move(*content) : std::string();
}

std::string reply_head(const MockReply& reply, bool chunked, bool keep, std::size_t length) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", reply.status,
                                 reply.status == 426 ? "Upgrade Required" : "OK", reply.content_type);
  if (reply.stream) head += "Cache-Control: no-cache\r\n";
  if (chunked) head += "Transfer-Encoding: chunked\r\n";
  if (!reply.stream) head += fmt::format("Content-Length: {}\r\n", length);
  head += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

// The reply as bytes. A stream of an HTTP/1.0 client has no chunks: it ends with the connection.
std::deque<std::string> pieces_of(MockReply reply, bool chunked, bool keep, bool head_only) {
  std::size_t length = 0;
  for (const std::string& piece : reply.pieces) length += piece.size();
  std::deque<std::string> out;
  out.push_back(reply_head(reply, chunked, keep, length));
  if (head_only) return out;
  for (std::string& piece : reply.pieces) {
    if (piece.empty()) continue;
    out.push_back(chunked ? fmt::format("{:x}\r\n{}\r\n", piece.size(), piece) : std::move(piece));
  }
  if (chunked) out.emplace_back("0\r\n\r\n");
  return out;
}

}  // namespace

MockStream::MockStream(const net::Executor& executor, http::Authority target, MockSink received)
    : target_(std::move(target)), received_(std::move(received)), arrival_(executor) {}

net::Task<Result<std::size_t>> MockStream::read_some(std::span<char> into) {
  while (ready_.empty() && !ended_) {
    if (std::chrono::steady_clock::now() >= deadline_)
      co_return fail(Errc::upstream_timeout, "mock: no request to answer");
    arrival_.expires_at(deadline_);
    co_await arrival_.async_wait(use_task);
  }
  if (ready_.empty()) co_return std::size_t{0};
  const std::string& piece = ready_.front();
  const std::size_t size = std::min(into.size(), piece.size() - offset_);
  std::memcpy(into.data(), piece.data() + offset_, size);
  offset_ += size;
  if (offset_ == piece.size()) {
    ready_.pop_front();
    offset_ = 0;
  }
  co_return size;
}

net::Task<Result<void>> MockStream::write_all(std::span<const std::string_view> pieces) {
  if (ended_) co_return fail(Errc::upstream_closed, "mock: connection has ended");
  for (const std::string_view piece : pieces) take(piece);
  arrival_.cancel();
  co_return Result<void>();
}

net::Task<void> MockStream::shutdown() {
  close();
  co_return;
}

void MockStream::close() {
  ready_.clear();
  offset_ = 0;
  end();
}

void MockStream::end() {
  ended_ = true;
  arrival_.cancel();
}

void MockStream::expires_after(std::chrono::milliseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  arrival_.cancel();  // a read that waits starts over with the new deadline
}

// Every turn of the loop consumes bytes or stops.
void MockStream::take(std::string_view bytes) {
  unread_.append(bytes);
  while (!ended_) {
    if (!incoming_ && !take_head()) return;
    if (!take_body()) return;
    finish_request();
  }
}

bool MockStream::take_head() {
  const std::size_t length = http::head_length(unread_);
  if (length == 0) {
    if (unread_.size() > limits_.head_bytes) refuse(431, "head too long");
    return false;
  }
  auto head = http::parse_request_head(unread_.substr(0, length), limits_);
  if (!head) {
    refuse(400, head.error().detail);
    return false;
  }
  const auto framing = http::request_framing(*head, limits_);
  if (!framing) {
    refuse(400, framing.error().detail);
    return false;
  }
  unread_.erase(0, length);
  incoming_.emplace();
  incoming_->head = std::move(*head);
  incoming_->reader.emplace(*framing, limits_);
  return true;
}

bool MockStream::take_body() {
  if (incoming_->reader->done()) return true;
  const auto taken = incoming_->reader->push(unread_, &incoming_->body);
  if (!taken) {
    refuse(400, taken.error().detail);
    return false;
  }
  unread_.erase(0, *taken);
  return incoming_->reader->done();
}

void MockStream::finish_request() {
  Incoming request = std::move(*incoming_);
  incoming_.reset();
  if (received_) received_(target_, request.head.raw, request.body);

  const std::string content = content_of(request.head, std::move(request.body), limits_);
  MockReply reply = answer({request.head.method_text(), request.head.target_text(), content, next_serial()});
  if (request.head.has_token("upgrade", "websocket")) reply.status = 426;  // clients fall back to plain requests

  const bool old = request.head.version_minor == 0;
  const bool keep = http::keeps_alive(request.head, request.head.version_minor) && !(old && reply.stream);
  const bool chunked = reply.stream && !old;
  const bool head_only = request.head.method_text() == "HEAD";
  for (std::string& piece : pieces_of(std::move(reply), chunked, keep, head_only)) ready_.push_back(std::move(piece));
  if (!keep) end();
}

void MockStream::refuse(unsigned status, std::string_view reason) {
  const std::string body = fmt::format("mock: {}\n", reason);
  ready_.push_back(fmt::format(
      "HTTP/1.1 {} Refused\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
      body.size(), body));
  end();
}

}  // namespace telltale::app
