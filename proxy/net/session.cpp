// What a client connection is for: CONNECT, plain requests in absolute form, or nothing we serve. RFC 9112 section 3.2.
// Covered by tests/unit/net/intercept_test.cpp, plain_test.cpp and refusal_test.cpp.
#include "net/session.hpp"

#include <fmt/format.h>

#include <exception>

#include "net/intercept.hpp"
#include "net/reply.hpp"

namespace telltale::net {
namespace {

// Ends the connection for a request head that could not be read. Quietly if the client only went away.
Task<void> end_on(Flow& flow, Connection& client, std::string_view host, Error error) {
  const bool between = error.at == 0 && (error.code == Errc::request_timeout || error.code == Errc::client_closed);
  if (between) co_return;
  co_await refuse(flow, client, host, std::move(error));
}

/// The next request, or nothing if there will be none.
Task<std::optional<http::RequestHead>> next_request(Flow& flow, Connection& client, std::string_view host) {
  std::optional<http::RequestHead> none;
  flow.phase = Flow::Phase::idle;
  auto bytes = co_await read_request_head(flow, client);
  flow.phase = Flow::Phase::busy;
  if (!bytes) {
    co_await end_on(flow, client, host, std::move(bytes.error()));
    co_return none;
  }
  if (bytes->empty()) co_return none;
  auto head = http::parse_request_head(std::move(*bytes), flow.worker.limits);
  if (!head) {
    co_await refuse(flow, client, host, std::move(head.error()));
    co_return none;
  }
  co_return std::move(*head);
}

Result<Errand> plain_errand(const Worker& worker, const http::RequestHead& head) {
  const bool to_a_server = head.target_text().starts_with('/') || head.target_text() == "*";
  if (to_a_server && head.find("via"))
    return fail(Errc::upstream_loop, "another proxy takes this one for the server it was asked for");
  if (to_a_server)
    return fail(Errc::target_malformed, "this is a proxy: send CONNECT, or a request with a whole http:// URL");
  TT_TRY(http::AbsoluteTarget target, http::parse_absolute_target(head.target_text()));
  Errand errand;
  errand.inspected = worker.intercepts(target.authority.host);
  errand.route.target = std::move(target.authority);
  errand.scheme = "http";
  errand.via = "absolute";
  return errand;
}

Task<bool> serve_one(Flow& flow, Connection& client, const Errand& errand, http::RequestHead head) {
  ExchangeTask task(flow, client, errand);
  const bool again = co_await task.run(std::move(head));
  co_return again;
}

// Requests in absolute form, until there are no more or a CONNECT comes. That one goes back to the caller, so that no
// frame of this is kept as long as a tunnel is.
Task<std::optional<Connect>> serve_plain(Flow& flow, TcpStream& stream) {
  std::optional<Connect> connect;
  Connection client;
  client.stream = &stream;
  for (bool again = true; again && !flow.worker.draining;) {
    auto head = co_await next_request(flow, client, "");
    if (!head) break;
    if (head->method_text() == "CONNECT") {
      connect.emplace();
      connect->head = std::move(*head);
      connect->pending = std::move(client.pending);
      break;
    }
    auto errand = plain_errand(flow.worker, *head);
    if (!errand) {
      co_await refuse(flow, client, "", std::move(errand.error()));
      break;
    }
    again = co_await serve_one(flow, client, *errand, std::move(*head));
  }
  co_return connect;
}

}  // namespace

Task<std::size_t> serve_requests(Flow& flow, Connection& client, const Errand& errand) {
  std::size_t served = 0;
  for (bool again = true; again;) {
    if (served > 0 && flow.worker.draining) break;
    auto head = co_await next_request(flow, client, errand.route.target.host);
    if (!head) break;
    ++served;
    ExchangeTask task(flow, client, errand);
    again = co_await task.run(std::move(*head));
  }
  co_return served;
}

Task<void> serve_client(Worker& worker, Socket socket, ClientTable::Place place) {
  worker.counters.connections.fetch_add(1, std::memory_order_relaxed);
  auto stream = std::make_unique<TcpStream>(std::move(socket), Side::client);
  Flow flow(worker, std::move(place), stream->peer(), worker.ids.next(std::chrono::system_clock::now()));
  std::string fault;
  try {
    flow.stream = stream.get();
    auto connect = co_await serve_plain(flow, *stream);
    if (connect)
      co_await serve_connect(flow, std::move(stream), std::move(*connect));
    else
      co_await stream->shutdown();
  } catch (const std::exception& caught) {
    fault = caught.what();
  }
  flow.stream = nullptr;
  if (fault.empty()) co_return;
  Error error{Errc::internal, 0, fmt::format("connection given up: {}", fault)};
  worker.counters.refused.fetch_add(1, std::memory_order_relaxed);
  worker.observer.refused(flow.client, "", error);
}

Task<void> turn_away(Worker& worker, Socket socket, Error error) {
  worker.counters.refused.fetch_add(1, std::memory_order_relaxed);
  worker.observer.refused(peer_of(socket), "", error);
  if (worker.turned_away >= worker.limits.turned_away) co_return;
  ++worker.turned_away;
  TcpStream stream(std::move(socket), Side::client);
  Connection client;
  client.stream = &stream;
  co_await reply_problem(worker, client, std::move(error), "", false);
  co_await stream.shutdown();
  --worker.turned_away;
}

}  // namespace telltale::net
