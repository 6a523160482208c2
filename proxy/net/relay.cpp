// A response's way back: its head is gated, then every read is written at once, so that an event never waits for the
// next one. RFC 9112 sections 6.3 and 9.3, RFC 9110 section 15.2 (interim responses). Covered by
// tests/unit/net/relay_test.cpp.
#include <fmt/format.h>

#include <array>

#include "http/body_reader.hpp"
#include "net/exchange_task.hpp"
#include "net/reply.hpp"
#include "net/tunnel.hpp"

namespace telltale::net {
namespace {

// Real servers send one or two. Past this, an upstream is only keeping us busy.
constexpr std::size_t most_interim = 32;

}  // namespace

Task<bool> ExchangeTask::write_client(std::span<const std::string_view> pieces) {
  client_.stream->expires_after(worker_.limits.client_idle_time);
  const auto wrote = co_await client_.stream->write_all(pieces);
  co_return wrote.has_value();
}

// Leaves in `answer.bytes` what came behind the head.
Task<Result<void>> ExchangeTask::read_answer_head(Answer& answer) {
  std::size_t searched = 0;
  std::size_t length = 0;
  for (;;) {
    const std::size_t from = searched < 3 ? 0 : searched - 3;
    length = http::head_length(std::string_view(answer.bytes).substr(from));
    if (length > 0) {
      length += from;
      break;
    }
    searched = answer.bytes.size();
    if (searched > worker_.limits.head_bytes)
      co_return fail(Errc::upstream_response_malformed,
                     fmt::format("response head over {} bytes", worker_.limits.head_bytes));
    auto ready = co_await answer.stream->wait_readable();
    if (!ready) co_return tl::unexpected<Error>(std::move(ready.error()));
    const Buffers::Lease lease(worker_.buffers);
    auto got = co_await answer.stream->read_some(lease.bytes());
    if (!got) co_return tl::unexpected<Error>(std::move(got.error()));
    if (*got == 0) co_return fail(Errc::upstream_closed, searched, "upstream closed without a response");
    answer.bytes.append(lease.bytes().data(), *got);
  }
  auto head = http::parse_response_head(answer.bytes.substr(0, length), worker_.limits);
  if (!head) co_return fail(Errc::upstream_response_malformed, head.error().at, head.error().detail);
  answer.head = std::move(*head);
  answer.bytes.erase(0, length);
  co_return Result<void>();
}

// Hands 1xx responses on (except the 100 we already gave) and stops at the final one.
Task<Result<void>> ExchangeTask::skip_interim(Answer& answer) {
  while (answer.head.status < 200) {
    auto framed = http::response_framing(answer.head, exchange_.request.method_text());
    if (!framed) co_return tl::unexpected<Error>(std::move(framed.error()));
    if (answer.head.status == 101 && upgrades_ && answer.head.has_token("upgrade", "websocket")) break;
    if (answer.head.status == 101) co_return fail(Errc::upstream_response_malformed, "101 that was not asked for");
    if (++interim_ > most_interim) co_return fail(Errc::upstream_response_malformed, "interim responses without end");
    const bool ours = answer.head.status == 100 && continued_;
    if (!ours && exchange_.request.version_minor == 1) {
      const std::array<std::string_view, 1> pieces = {answer.head.raw};
      const bool wrote = co_await write_client(pieces);
      if (!wrote) co_return fail(Errc::client_closed, "the client closed before its response");
    }
    auto next = co_await read_answer_head(answer);
    if (!next) co_return next;
  }
  co_return Result<void>();
}

// Whether so many more bytes of the response are kept for the capture.
bool ExchangeTask::keeps(std::size_t bytes) {
  const bool full = exchange_.response_body.size() >= worker_.limits.captured_response_bytes;
  if (!errand_.inspected || full || exchange_.response_truncated) return false;
  exchange_.response_truncated = !held_.add(bytes);
  return !exchange_.response_truncated;
}

// True if the message ended where its framing says and nothing came behind it. `begun` comes out as whether the client
// has been sent any of it.
Task<Result<bool>> ExchangeTask::relay_body(Answer& answer, http::Framing framing, bool& begun) {
  http::BodyReader reader(framing, worker_.limits, false);
  const std::size_t most_kept = worker_.limits.captured_response_bytes;
  std::string& kept = exchange_.response_body;
  // The head waits for nothing but what arrived with it.
  std::string head = exchange_.response->raw;  // outlives the exchange, which is handed over before the end
  const std::string_view raw = head;
  std::string_view bytes = answer.bytes;
  std::array<std::string_view, 4> pieces = {
      raw.substr(0, raw.size() - 2), verdict_line_, raw.substr(raw.size() - 2), {}};
  std::size_t first = 0;
  std::optional<Buffers::Lease> lease;
  for (;;) {
    auto taken = reader.push(bytes, keeps(bytes.size()) ? &kept : nullptr);
    if (!taken) co_return fail(Errc::upstream_response_malformed, taken.error().detail);
    if (kept.size() >= most_kept && !exchange_.response_truncated) {
      exchange_.response_truncated = kept.size() > most_kept || !reader.done();
      kept.resize(most_kept);
    }
    relayed_ += *taken;
    pieces[3] = bytes.substr(0, *taken);
    begun = true;
    if (reader.done() && errand_.inspected) co_await finish();
    const bool wrote = co_await write_client(std::span(pieces).subspan(first));
    if (!wrote) co_return fail(Errc::client_closed, "the client closed in the middle of its response");
    if (reader.done()) co_return *taken == bytes.size();
    if (first == 0) {  // a stream may go on for hours, and needs neither any more
      first = 3;
      std::string().swap(head);
      std::string().swap(answer.bytes);
    }
    lease.reset();
    answer.stream->expires_after(worker_.limits.upstream_stream_idle_time);
    auto ready = co_await answer.stream->wait_readable();
    if (!ready) co_return tl::unexpected<Error>(explained(std::move(ready.error())));
    lease.emplace(worker_.buffers);
    auto got = co_await answer.stream->read_some(lease->bytes());
    if (!got) co_return tl::unexpected<Error>(explained(std::move(got.error())));
    watched_->moved();
    if (*got == 0) {
      if (reader.ends_by_close() && errand_.inspected) co_await finish();
      if (reader.ends_by_close()) co_return false;
      co_return fail(Errc::upstream_closed, "closed before the end of the response");
    }
    bytes = std::string_view(lease->bytes().data(), *got);
  }
}

// The upstream has agreed to WebSocket: from here on bytes are carried both ways, unseen. Not before, or a refused
// upgrade would leave the client a connection of its own to the upstream, past the gate.
Task<void> ExchangeTask::switch_protocols(Answer& answer) {
  const std::array<std::string_view, 2> pieces = {answer.head.raw, answer.bytes};
  const bool wrote = co_await write_client(pieces);
  if (!wrote) co_return;
  worker_.counters.exchanges.fetch_add(1, std::memory_order_relaxed);
  worker_.counters.tunnels.fetch_add(1, std::memory_order_relaxed);
  Tunnelled record;
  record.via = errand_.via;
  record.host = errand_.route.target.host;
  record.port = errand_.route.target.port;
  record.cause = "websocket";
  co_await answer.sending->end();
  watched_.reset();
  co_await carry_unseen(flow_, client_, *answer.stream, std::move(record));
}

Task<bool> ExchangeTask::relay(Answer answer) {
  const bool again = co_await relay_answer(answer);
  // Whatever has not been sent by now is not wanted any more. The client's own bytes have all been read.
  co_await answer.sending->end();
  if (watched_) watched_->cancels(nullptr);
  co_return again;
}

Task<bool> ExchangeTask::relay_answer(Answer& answer) {
  auto reached = co_await skip_interim(answer);
  Result<http::Framing> framing = http::Framing{};
  if (reached) framing = http::response_framing(answer.head, exchange_.request.method_text());
  if (!reached || !framing) {
    Error error = explained(reached ? std::move(framing.error()) : std::move(reached.error()));
    co_await fail_exchange(std::move(error));
    co_return false;
  }
  if (answer.head.status == 101) {
    co_await switch_protocols(answer);
    co_return false;
  }
  using std::chrono::duration_cast;
  exchange_.first_byte = duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  const bool upstream_keeps = http::keeps_alive(answer.head, answer.head.version_minor);
  exchange_.response = std::move(answer.head);
  if (worker_.draining && keep_) {  // so that a client sends its next request elsewhere at once
    verdict_line_ += "connection: close\r\n";
    keep_ = false;
  }
  bool begun = false;
  auto clean = co_await relay_body(answer, *framing, begun);
  if (!clean && !begun) {
    // The framing broke within the first read: there is still time for a plain error.
    exchange_.response.reset();
    exchange_.response_body.clear();
    co_await fail_exchange(std::move(clean.error()));
    co_return false;
  }
  if (!clean) {
    // Half a response must not look like a whole one: the connection ends without the end of the body.
    Error error = std::move(clean.error());
    if (watched_->gone()) worker_.counters.upstream_cancelled.fetch_add(1, std::memory_order_relaxed);
    if (error.code == Errc::upstream_closed) error.code = Errc::upstream_response_truncated;
    exchange_.error = std::move(error);
    client_.stream->abort();
    co_await finish();
    co_return false;
  }
  const bool reusable = *clean && upstream_keeps && keep_ && answer.sending->complete() && !watched_->gone();
  if (reusable) watched_->cancels(nullptr);
  if (reusable) worker_.pool->put(errand_.route, std::move(answer.stream));
  co_await finish();
  co_return keep_&& upstream_keeps && framing->kind != http::Framing::Kind::until_close;
}

}  // namespace telltale::net
