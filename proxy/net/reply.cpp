// Answers of our own. RFC 9112 section 9.6 (why a server reads on after its last response). Covered by
// tests/unit/net/refusal_test.cpp.
#include "net/reply.hpp"

#include <array>

#include "net/problem.hpp"

namespace telltale::net {
namespace {

constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;

Task<void> read_on(Worker& worker, Stream& stream) {
  stream.expires_after(linger_time);
  const Buffers::Lease lease(worker.buffers);
  for (std::size_t seen = 0; seen < linger_bytes;) {
    const auto got = co_await stream.read_some(lease.bytes());
    if (!got || *got == 0) co_return;
    seen += *got;
  }
}

}  // namespace

Task<void> reply_problem(Worker& worker, Connection& client, Error error, std::string_view extra, bool bodiless,
                         std::string_view code) {
  const std::string response = problem_response(error, extra, bodiless, code);
  const std::array<std::string_view, 1> pieces = {response};
  client.stream->expires_after(worker.limits.client_head_time);
  const auto wrote = co_await client.stream->write_all(pieces);
  if (!wrote) co_return;
  client.stream->end_writing();
  co_await read_on(worker, *client.stream);
}

Task<void> refuse(Flow& flow, Connection& client, std::string_view host, Error error, std::string_view code) {
  flow.worker.counters.refused.fetch_add(1, std::memory_order_relaxed);
  flow.worker.observer.refused(flow.client, host, error);
  if (status_of(error.code) == 0) co_return;
  const std::string_view extra = error.code == Errc::upgrade_refused ? "upgrade: HTTP/1.1\r\n" : "";
  co_await reply_problem(flow.worker, client, std::move(error), extra, false, code);
}

}  // namespace telltale::net
