// Requests off a stream: head, then body, each whole and each under its limit and its time. Covered by
// tests/unit/net/exchange_test.cpp and refusal_test.cpp.
#include "net/request_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/body_reader.hpp"
#include "net/body_pace.hpp"

namespace telltale::net {
namespace {

// How much of a body is believed before any of it has come.
constexpr std::size_t first_reserve = 4 * 1024 * 1024;
constexpr std::size_t read_step = 64 * 1024;

tl::unexpected<Error> memory_full(std::size_t have) {
  return fail(Errc::memory_full, have, "too much is being held for other requests");
}

/// The deadline of a body: what its pace leaves it.
void wind(Stream& stream, const BodyPace& pace, std::uint64_t bytes) {
  stream.expires_after(pace.left(BodyPace::Clock::now(), bytes));
}

tl::unexpected<Error> cut_short(Error error, std::size_t have, const BodyPace& pace, const Limits& limits) {
  if (error.code == Errc::request_timeout) {
    if (pace.left(BodyPace::Clock::now(), have).count() > 0) {
      error.detail = "the client stopped sending in the middle of its request body";
    } else {
      error.code = Errc::body_too_slow;
      error.detail = fmt::format("less than {} bytes a second of the request body", limits.client_body_rate);
    }
    return tl::unexpected<Error>(std::move(error));
  }
  return fail(Errc::body_truncated, have, fmt::format("the client closed after {} bytes of its request body", have));
}

// A body of known length goes straight into its buffer. The buffer grows in small steps within what is reserved, so
// that the zeros written by resize stay in cache.
Task<Result<RequestBody>> read_length(Worker& worker, Connection& client, std::size_t length, Held& held) {
  RequestBody body;
  const BodyPace pace(worker.limits, BodyPace::Clock::now());
  if (client.pending.size() <= length) {
    body.data = std::exchange(client.pending, {});  // an idle connection keeps no buffer
  } else {
    body.data = client.pending.substr(0, length);
    client.pending.erase(0, length);
  }
  body.data.reserve(std::min(length, first_reserve));
  if (!held.add(body.data.size()) || !worker.shares.memory.fits(length - body.data.size()))
    co_return memory_full(body.data.size());
  while (body.data.size() < length) {
    const std::size_t at = body.data.size();
    // A client that has sent so much is believed: grown step by step, the body would be there twice for a moment.
    if (at >= first_reserve) body.data.reserve(length);
    const std::size_t step = std::min(read_step, length - at);
    body.data.resize(at + step);
    const std::span<char> into(body.data.data() + at, step);
    wind(*client.stream, pace, at);
    auto got = co_await client.stream->read_some(into);
    if (!got) co_return cut_short(std::move(got.error()), at, pace, worker.limits);
    if (*got == 0) co_return cut_short(Error{Errc::client_closed, 0, {}}, at, pace, worker.limits);
    body.data.resize(at + *got);
    if (!held.add(*got)) co_return memory_full(body.data.size());
  }
  co_return body;
}

Task<Result<RequestBody>> read_chunked(Worker& worker, Connection& client, http::Framing framing, Held& held) {
  RequestBody body;
  http::BodyReader reader(framing, worker.limits);
  const BodyPace pace(worker.limits, BodyPace::Clock::now());
  std::string input = std::move(client.pending);
  client.pending.clear();
  for (;;) {
    auto taken = reader.push(input, &body.data);
    if (!taken) co_return tl::unexpected<Error>(std::move(taken.error()));
    body.chunked.append(input, 0, *taken);
    if (!held.add(2 * *taken)) co_return memory_full(body.data.size());  // with its chunks and without
    if (reader.done()) {
      client.pending = input.substr(*taken);
      co_return body;
    }
    // Data is bounded by the reader; a flood of one-byte chunks is bounded here.
    if (body.chunked.size() > 2 * worker.limits.body_bytes + read_step)
      co_return fail(Errc::body_too_long, "chunk framing outgrows the body");
    wind(*client.stream, pace, body.chunked.size());
    std::string().swap(input);
    co_await client.stream->wait_readable();
    const Buffers::Lease lease(worker.buffers);
    auto got = co_await client.stream->read_some(lease.bytes());
    if (!got) co_return cut_short(std::move(got.error()), body.data.size(), pace, worker.limits);
    if (*got == 0) co_return cut_short(Error{Errc::client_closed, 0, {}}, body.data.size(), pace, worker.limits);
    input.assign(lease.bytes().data(), *got);
  }
}

}  // namespace

Task<Result<std::string>> read_request_head(Flow& flow, Connection& client) {
  Worker& worker = flow.worker;
  std::string& pending = client.pending;
  if (pending.empty()) {
    client.stream->expires_after(worker.limits.client_idle_time);
    auto ready = co_await client.stream->wait_readable();
    if (!ready) co_return tl::unexpected<Error>(std::move(ready.error()));
  }
  co_await worker.turns.next(&flow.who());
  client.stream->expires_after(worker.limits.client_head_time);
  Held held(worker.shares.memory);
  std::size_t searched = 0;
  for (;;) {
    const std::size_t from = searched < 3 ? 0 : searched - 3;
    const std::size_t found = http::head_length(std::string_view(pending).substr(from));
    if (found > 0) {
      std::string head = pending.substr(0, from + found);
      pending.erase(0, from + found);
      if (pending.empty()) std::string().swap(pending);
      co_return head;
    }
    searched = pending.size();
    if (pending.size() > worker.limits.head_bytes)
      co_return fail(Errc::head_too_long, fmt::format("request head over {} bytes", worker.limits.head_bytes));
    if (!held.add(pending.size() - held.bytes())) co_return memory_full(pending.size());
    // One that comes byte by byte must not hold a buffer for the time between.
    if (!pending.empty()) co_await client.stream->wait_readable();
    const Buffers::Lease lease(worker.buffers);
    auto got = co_await client.stream->read_some(lease.bytes());
    if (!got) {
      got.error().at = pending.size();
      co_return tl::unexpected<Error>(std::move(got.error()));
    }
    if (*got == 0) {
      if (pending.empty()) co_return std::string();
      co_return fail(Errc::client_closed, pending.size(), "closed in the middle of a request head");
    }
    pending.append(lease.bytes().data(), *got);
  }
}

Task<Result<RequestBody>> read_request_body(Worker& worker, Connection& client, http::Framing framing, Held& held) {
  if (framing.kind == http::Framing::Kind::chunked) {
    auto body = co_await read_chunked(worker, client, framing, held);
    co_return body;
  }
  auto body = co_await read_length(worker, client, framing.length, held);
  co_return body;
}

}  // namespace telltale::net
