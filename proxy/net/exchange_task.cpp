// A request's way: gate, body, judgement, upstream. Its response's way is in relay.cpp. Nothing goes upstream before
// the whole request has been judged. RFC 9110 sections 7.4, 7.8 and 10.1.1. Covered by tests/unit/net/exchange_test.cpp
// and refusal_test.cpp.
#include "net/exchange_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "http/hop.hpp"
#include "net/outgoing.hpp"
#include "net/problem.hpp"
#include "net/reply.hpp"

namespace telltale::net {
namespace {

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> methods = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string why_blocked(const Exchange& exchange) {
  if (!exchange.refused_for.empty()) return refused_unseen(exchange.refused_for, exchange.id);
  const std::size_t findings = exchange.verdict.findings.size();
  return fmt::format("{} finding{} in this request; exchange {}", findings, findings == 1 ? "" : "s", exchange.id);
}

}  // namespace

ExchangeTask::ExchangeTask(Flow& flow, Connection& client, const Errand& errand)
    : flow_(flow),
      worker_(flow.worker),
      client_(client),
      errand_(errand),
      held_(flow.worker.shares.memory),
      started_(std::chrono::steady_clock::now()) {}

// What an otherwise well-formed request must not ask of us.
Result<void> ExchangeTask::check(const http::RequestHead& head) const {
  if (head.method_text() == "CONNECT") return fail(Errc::method_unsupported, "CONNECT inside a tunnel");
  if (asks_for_websocket(head)) {
    if (errand_.inspected)
      return fail(Errc::upgrade_refused, "WebSocket is not carried on inspected hosts; use plain HTTP requests");
    // The opening handshake has no body (RFC 6455 section 4.1); with one, what follows could be read in two ways.
    if (framing_.kind == http::Framing::Kind::chunked || framing_.length > 0)
      return fail(Errc::framing_ambiguous, "a WebSocket upgrade with a body");
  }
  if (errand_.via != "connect") return check_hop(head);
  if (!head.target_text().starts_with('/') && head.target_text() != "*")
    return fail(Errc::target_malformed, "a whole URL as target inside a tunnel");
  const auto field = head.find("host");
  if (!field) return {};
  const auto host = http::parse_host_field(*field, errand_.route.target.port);
  if (host && host->host == errand_.route.target.host) return {};
  if (host && worker_.lets_differ(errand_.route.target.host, fmt::format("a request's Host is {}", host->host)))
    return {};
  return fail(Errc::host_mismatch, fmt::format("Host differs from the CONNECT target {}", errand_.route.target.host));
}

// What a forward proxy must not pass on: what it has had before, or a count of hops that is none.
Result<void> ExchangeTask::check_hop(const http::RequestHead& head) const {
  if (http::has_passed(head, worker_.options.pseudonym))
    return fail(Errc::upstream_loop, "the request has been here before, says its Via");
  if (auto left = http::forwards_left(head); !left) return tl::unexpected<Error>(std::move(left.error()));
  return {};
}

// What a well-formed request must find room for.
Result<void> ExchangeTask::admit(const RequestPlace& place, const http::RequestHead& head) {
  const std::uint32_t most = worker_.limits.client_requests;
  if (!place.granted())
    return fail(Errc::client_requests_full,
                fmt::format("{} requests of this client are under way, and no more may be", most));
  if (!held_.add(head.raw.size())) return fail(Errc::memory_full, "too much is being held for other requests");
  return {};
}

// True if the request may go no further, and was answered here. RFC 9110 section 7.6.2.
Task<bool> ExchangeTask::answer_last_hop(const http::RequestHead& head) {
  if (errand_.via != "absolute") co_return false;
  const auto left = http::forwards_left(head);
  const bool last = left && *left && **left == 0;
  if (!last) co_return false;
  const std::string answer = http::last_hop_answer(head);
  const std::array<std::string_view, 1> pieces = {answer};
  const bool wrote = co_await write_client(pieces);
  keep_ = wrote && http::keeps_alive(head, head.version_minor);
  co_return true;
}

// False if the request was refused.
Task<bool> ExchangeTask::read_body(const http::RequestHead& head) {
  const bool awaits = head.version_minor == 1 && head.find("expect").has_value();
  const bool has_body = framing_.kind == http::Framing::Kind::chunked || framing_.length > 0;
  if (awaits && has_body && client_.pending.empty()) {
    const std::array<std::string_view, 1> go_on = {"HTTP/1.1 100 Continue\r\n\r\n"};
    const bool wrote = co_await write_client(go_on);
    if (!wrote) co_return false;
    continued_ = true;
  }
  auto body = co_await read_request_body(worker_, client_, framing_, held_);
  if (body) {
    body_ = std::move(*body);
    co_return true;
  }
  held_.clear();  // its bytes are gone, and the refusal may take its time: others have room at once
  co_await refuse(flow_, client_, errand_.route.target.host, std::move(body.error()));
  co_return false;
}

void ExchangeTask::open_exchange(http::RequestHead head) {
  exchange_.time = std::chrono::system_clock::now();
  exchange_.id = worker_.ids.next(exchange_.time);
  exchange_.flow_id = flow_.id;
  exchange_.client = flow_.client;
  exchange_.via = errand_.via;
  exchange_.scheme = errand_.scheme;
  exchange_.host = errand_.route.target.host;
  exchange_.port = errand_.route.target.port;
  exchange_.request = std::move(head);
  exchange_.request_body = std::move(body_.data);
}

// False if the request must not go on; the client has then been told.
Task<bool> ExchangeTask::judge() {
  if (!errand_.inspected) co_return true;
  const std::shared_ptr<const inspect::TypedIndex> typed = worker_.observer.typed();
  inspect::Received received;
  received.scheme = errand_.scheme;
  received.host = exchange_.host;
  received.head = &exchange_.request;
  received.body = exchange_.request_body;
  received.typed_among = typed.get();
  judgement_ = co_await judge_request(worker_, worker_.judging, received);
  exchange_.verdict = std::move(judgement_.verdict);
  exchange_.typed = std::move(judgement_.typed);
  exchange_.refused_for = judgement_.refused_for;
  worker_.observer.judged(exchange_);
  if (worker_.options.verdict_header) {
    const std::string value = inspect::verdict_field(exchange_.verdict, exchange_.id);
    if (!value.empty()) verdict_line_ = fmt::format("telltale-verdict: {}\r\n", value);
  }
  if (exchange_.verdict.action != inspect::Action::block) co_return true;
  Error blocked{Errc::blocked_by_policy, 0, why_blocked(exchange_)};
  co_await fail_exchange(std::move(blocked));
  co_return false;
}

Result<void> ExchangeTask::prepare_outgoing() {
  if (judgement_.body && framing_.kind == http::Framing::Kind::chunked) outgoing_body_ = as_one_chunk(*judgement_.body);
  if (judgement_.head) outgoing_head_ = std::move(*judgement_.head);
  if (errand_.via != "absolute") return {};
  // The edited head is read again, so that what was edited and what is rewritten here cannot get in each other's way.
  std::string source = outgoing_head_.empty() ? exchange_.request.raw : std::move(outgoing_head_);
  TT_TRY(const http::RequestHead head, http::parse_request_head(std::move(source), worker_.limits));
  TT_TRY(const http::AbsoluteTarget target, http::parse_absolute_target(head.target_text()));
  outgoing_head_ = to_origin_form(head, target, worker_.options.pseudonym);
  return {};
}

Task<bool> ExchangeTask::run(http::RequestHead head) {
  const RequestPlace place(flow_.who(), worker_.limits.client_requests);
  auto framing = http::request_framing(head, worker_.limits);
  if (framing) {
    framing_ = *framing;
    auto checked = check(head);
    if (checked) checked = admit(place, head);
    if (!checked) framing = tl::unexpected<Error>(std::move(checked.error()));
  }
  std::string_view unseen;  // the cause, if it is refused for not being looked at
  if (framing && !errand_.inspected) {
    unseen = asks_for_websocket(head) ? "websocket" : "not_intercepted";
    auto carried = may_carry(worker_, unseen);
    if (carried) unseen = {};
    if (!carried) framing = tl::unexpected<Error>(std::move(carried.error()));
  }
  if (!framing) {
    co_await refuse(flow_, client_, errand_.route.target.host, std::move(framing.error()), unseen);
    co_return false;
  }
  const bool have_body = co_await read_body(head);
  if (!have_body) co_return false;
  const bool answered = co_await answer_last_hop(head);
  if (answered) co_return keep_;
  upgrades_ = asks_for_websocket(head);  // of an inspected host it was refused above
  keep_ = http::keeps_alive(head, head.version_minor);
  open_exchange(std::move(head));
  const bool goes_on = co_await judge();
  if (!goes_on) co_return false;
  auto prepared = prepare_outgoing();
  if (!prepared) {
    co_await fail_exchange(std::move(prepared.error()));
    co_return false;
  }
  auto answer = co_await ask();
  if (!answer) {
    co_await fail_exchange(std::move(answer.error()));
    co_return false;
  }
  const bool again = co_await relay(std::move(*answer));
  co_return again;
}

Task<Result<std::unique_ptr<Stream>>> ExchangeTask::obtain(bool& reused) {
  std::unique_ptr<Stream> stream = reused ? worker_.pool->take(errand_.route) : nullptr;
  reused = stream != nullptr;
  if (reused) {
    worker_.counters.upstream_reused.fetch_add(1, std::memory_order_relaxed);
    co_return stream;
  }
  auto dialled = co_await worker_.dial(errand_.route);
  if (dialled && watched_->gone()) co_return tl::unexpected<Error>(explained(Error{}));
  co_return dialled;
}

// Sends the request and reads the response's head. `stale` goes in as whether a pooled connection may be used, and
// comes out as whether it was one that had been closed before it gave a byte.
Task<Result<ExchangeTask::Answer>> ExchangeTask::ask_once(bool& stale) {
  bool reused = stale;
  stale = false;
  auto stream = co_await obtain(reused);
  if (!stream) co_return tl::unexpected<Error>(std::move(stream.error()));
  Answer answer;
  answer.stream = std::move(*stream);
  const std::string_view head = outgoing_head_.empty() ? std::string_view(exchange_.request.raw) : outgoing_head_;
  std::string_view body = body_.chunked.empty() ? std::string_view(exchange_.request_body) : body_.chunked;
  if (judgement_.body) body = outgoing_body_.empty() ? std::string_view(*judgement_.body) : outgoing_body_;
  const Sending::Pieces pieces = {head, body};
  answer.stream->expires_after(worker_.limits.upstream_first_byte_time);
  answer.sending = std::make_shared<Sending>(worker_.context, *answer.stream, pieces);
  sending_ = answer.sending;
  watched_->cancels(answer.stream.get());
  co_await Sending::start(answer.sending);
  // An upstream may answer and close before it has read everything: what it said still counts.
  auto read = co_await read_answer_head(answer);
  if (read) co_return answer;
  co_await answer.sending->end();
  watched_->cancels(nullptr);
  Error error = explained(std::move(read.error()));
  stale = reused && answer.bytes.empty() && error.code == Errc::upstream_closed;
  co_return tl::unexpected<Error>(std::move(error));
}

// An upstream that was left because the client had gone is not to blame.
Error ExchangeTask::explained(Error error) {
  if (!watched_->gone()) return error;
  return Error{Errc::client_closed, 0, "the client went away before the end of its response"};
}

// A pooled connection may turn out closed. The request goes out a second time only if its method says that doing it
// twice does no harm: whether the first copy was acted upon cannot be known (RFC 9110 section 9.2.2).
Task<Result<ExchangeTask::Answer>> ExchangeTask::ask() {
  bool stale = true;
  watched_.emplace(worker_.watch, *client_.stream);
  auto first = co_await ask_once(stale);
  if (first || !stale || !is_idempotent(exchange_.request.method_text())) co_return first;
  stale = false;
  auto second = co_await ask_once(stale);
  co_return second;
}

// The exchange ends without a response from upstream (or without a usable one): the client is told why.
Task<bool> ExchangeTask::fail_exchange(Error error) {
  const bool bodiless = exchange_.request.method_text() == "HEAD";
  exchange_.error = error;
  if (watched_ && watched_->gone()) worker_.counters.upstream_cancelled.fetch_add(1, std::memory_order_relaxed);
  const bool from_client = status_of(error.code) == 0;
  const std::string code = exchange_.refused_for;
  co_await finish();
  if (!from_client) co_await reply_problem(worker_, client_, std::move(error), verdict_line_, bodiless, code);
  co_return false;
}

// Reports the exchange, once. Where records are acknowledged this comes before the last byte goes to the client, and
// waits until the record is kept: what a client has seen the end of, a crash does not lose.
Task<void> ExchangeTask::finish() {
  if (recorded_) co_return;
  recorded_ = true;
  // Beside an early answer the request may still be on its way, out of the very bytes that are handed over here.
  if (sending_) co_await sending_->end();
  using std::chrono::duration_cast;
  exchange_.total = duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  worker_.counters.exchanges.fetch_add(1, std::memory_order_relaxed);
  if (errand_.inspected && worker_.observer.acknowledges()) {
    const auto kept = std::make_shared<Signal>(worker_.context);
    worker_.observer.keep(std::move(exchange_), Doorbell::rope(worker_.bell, kept));
    co_await kept->wait(worker_.options.record_time);
    if (!kept->fired()) worker_.counters.unacknowledged.fetch_add(1, std::memory_order_relaxed);
    co_return;
  }
  if (errand_.inspected) {
    worker_.observer.finished(std::move(exchange_));
    co_return;
  }
  const std::uint64_t bytes = exchange_.request.raw.size() + exchange_.request_body.size() + relayed_;
  worker_.observer.tunnelled({std::move(exchange_.id), std::move(exchange_.flow_id), std::move(exchange_.client),
                              std::move(exchange_.via), exchange_.time, std::move(exchange_.host), exchange_.port,
                              "not_intercepted", bytes});
}

}  // namespace telltale::net
