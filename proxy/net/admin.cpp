// The admin listener. HTTP framing by the parsers of proxy/http; event streams by WHATWG HTML section 9.2. Covered by
// tests/unit/net/admin_test.cpp and tests/e2e/admin_test.py.
#include "net/admin.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <list>
#include <thread>

#include "http/body_reader.hpp"
#include "net/listener.hpp"
#include "net/problem.hpp"
#include "net/signal.hpp"

namespace telltale::net {
namespace {

constexpr std::size_t read_step = 16 * 1024;
constexpr std::uint32_t most_events_under_way = 4096;  // published and not yet with the followers

/// Somebody who follows a stream. Lives in its session.
struct Follower {
  std::deque<std::shared_ptr<const std::string>> waiting;
  std::size_t bytes = 0;
  std::uint64_t left_out = 0;
  Signal* wake = nullptr;  ///< while it sleeps
};

/// One connection, with what has been read of it and belongs to what comes next.
struct Visit {
  explicit Visit(Socket socket) : stream(std::move(socket), Side::client) {}
  TcpStream stream;
  std::string pending;
};

std::string head_of(const AdminAnswer& answer, bool keep) {
  const std::string type = answer.status == 204 ? "" : fmt::format("content-type: {}\r\n", answer.content_type);
  const std::string length =
      answer.stream || answer.status == 204 ? "" : fmt::format("content-length: {}\r\n", answer.body.size());
  return fmt::format("HTTP/1.1 {} {}\r\n{}{}cache-control: no-store\r\nx-content-type-options: nosniff\r\n{}\r\n",
                     answer.status, reason_phrase(answer.status), type, length, keep ? "" : "connection: close\r\n");
}

}  // namespace

struct AdminServer::State {
  explicit State(AdminOptions o) : options(std::move(o)), limits(options.limits) {
    limits.head_bytes = limits.admin_head_bytes;
    limits.body_bytes = limits.admin_body_bytes;
  }

  AdminOptions options;
  Limits limits;  ///< as the parsers take them
  std::list<Follower> followers;
  std::uint32_t visits = 0;
  std::uint32_t wrong_tokens = 0;  ///< since the last right one
  std::atomic<std::uint32_t> follower_count{0};
  std::atomic<std::uint32_t> events_under_way{0};
  // The context dies first: suspended sessions let go of the rest while it is there.
  std::unique_ptr<boost::asio::io_context> context = std::make_unique<boost::asio::io_context>(1);
  std::unique_ptr<Acceptor> acceptor;
  std::thread thread;

  Task<void> accept();
  Task<void> serve(Socket socket);
  Task<bool> serve_one(Visit& visit);
  Task<Result<http::RequestHead>> read_head(Visit& visit);
  Task<Result<std::string>> read_body(Visit& visit, const http::RequestHead& head);
  Task<bool> write(Visit& visit, std::string bytes);
  Task<void> refuse(Visit& visit, Error error, std::string extra);
  Task<void> follow(Visit& visit);
  void hand_out(const std::shared_ptr<const std::string>& event);

  struct Chosen {
    const AdminRoute* route = nullptr;
    std::string allow;  ///< methods of that path
  };
  [[nodiscard]] Chosen choose(const http::RequestHead& head) const;
};

AdminServer::State::Chosen AdminServer::State::choose(const http::RequestHead& head) const {
  std::string_view path = head.target_text();
  path = path.substr(0, path.find('?'));
  Chosen out;
  for (const AdminRoute& route : options.routes) {
    if (route.path != path) continue;
    out.allow = route.method == "GET" ? "GET, HEAD" : std::string(route.method);
    const bool is_asked = head.method_text() == route.method;
    const bool is_head = route.method == "GET" && head.method_text() == "HEAD";
    if (is_asked || is_head) out.route = &route;
  }
  return out;
}

Task<void> AdminServer::State::accept() {
  while (acceptor->is_open()) {
    auto [error, socket] = co_await acceptor->async_accept(as_values);
    if (!error) {
      boost::asio::co_spawn(*context, serve(std::move(socket)), boost::asio::detached);
      continue;
    }
    if (!acceptor->is_open()) break;
    Signal pause(*context);  // out of descriptors: what is open now has to end first
    co_await pause.wait(std::chrono::milliseconds(100));
  }
}

Task<void> AdminServer::State::serve(Socket socket) {
  Visit visit(std::move(socket));
  if (visits >= limits.admin_connections) {
    const Error busy{Errc::busy, 0, "too many admin connections"};
    std::string bytes = problem_response(busy);
    co_await write(visit, std::move(bytes));
    co_return;
  }
  ++visits;
  try {
    for (bool again = true; again;) again = co_await serve_one(visit);
    co_await visit.stream.shutdown();
  } catch (const std::exception&) {  // out of memory: this connection ends, the listener does not
  }
  --visits;
}

Task<bool> AdminServer::State::serve_one(Visit& visit) {
  auto head = co_await read_head(visit);
  if (!head) {
    const bool is_over = head.error().code == Errc::client_closed;
    if (!is_over) co_await refuse(visit, std::move(head.error()), "");
    co_return false;
  }
  const Chosen chosen = choose(*head);
  const bool needs_token = chosen.route == nullptr || !chosen.route->open;
  auto let_in = check_visitor(options.door, *head, needs_token);
  if (let_in && chosen.route == nullptr) {
    const bool is_path = !chosen.allow.empty();
    let_in = is_path ? fail(Errc::method_not_allowed, "use " + chosen.allow) : fail(Errc::not_found, "no such path");
  }
  if (!let_in) {
    std::string extra;
    if (let_in.error().code == Errc::unauthorized) {
      extra = "www-authenticate: Bearer\r\n";
      Signal pause(*context);
      if (++wrong_tokens > limits.admin_wrong_tokens) co_await pause.wait(limits.admin_wrong_token_time);
    }
    if (let_in.error().code == Errc::method_not_allowed) extra = fmt::format("allow: {}\r\n", chosen.allow);
    co_await refuse(visit, std::move(let_in.error()), std::move(extra));
    co_return false;
  }
  if (needs_token) wrong_tokens = 0;
  auto body = co_await read_body(visit, *head);
  if (!body) {
    co_await refuse(visit, std::move(body.error()), "");
    co_return false;
  }
  AdminRequest request;
  request.content_type = head->find("content-type").value_or("");
  request.body = std::move(*body);
  auto answer = chosen.route->answer(request);
  if (answer && answer->stream && followers.size() >= limits.admin_streams)
    answer = fail(Errc::busy, "too many followers");
  if (!answer) {
    co_await refuse(visit, std::move(answer.error()), "");
    co_return false;
  }
  const bool keep = http::keeps_alive(*head, head->version_minor) && !answer->stream;
  std::string bytes = head_of(*answer, keep);
  const bool is_head = head->method_text() == "HEAD";
  if (!is_head) bytes += answer->body;
  const bool wrote = co_await write(visit, std::move(bytes));
  if (wrote && answer->stream && !is_head) co_await follow(visit);
  co_return wrote&& keep;
}

Task<Result<http::RequestHead>> AdminServer::State::read_head(Visit& visit) {
  visit.stream.expires_after(limits.admin_time);
  std::array<char, read_step> buffer;
  std::size_t seen = 0;
  for (;;) {
    const std::size_t length = http::head_length(visit.pending, seen);
    if (length > 0) {
      std::string bytes = visit.pending.substr(0, length);
      visit.pending.erase(0, length);
      auto head = http::parse_request_head(std::move(bytes), limits);
      co_return head;
    }
    seen = visit.pending.size();
    if (seen > limits.head_bytes) co_return fail(Errc::head_too_long, "request head too long");
    auto got = co_await visit.stream.read_some(buffer);
    if (!got && seen == 0) got.error().code = Errc::client_closed;  // nothing was asked: nothing to answer
    if (!got) co_return tl::unexpected<Error>(std::move(got.error()));
    if (*got == 0) co_return fail(Errc::client_closed, "closed");
    visit.pending.append(buffer.data(), *got);
  }
}

Task<Result<std::string>> AdminServer::State::read_body(Visit& visit, const http::RequestHead& head) {
  auto framing = http::request_framing(head, limits);
  if (!framing) co_return tl::unexpected<Error>(std::move(framing.error()));
  http::BodyReader reader(*framing, limits);
  visit.stream.expires_after(limits.admin_time);
  if (!reader.done() && visit.pending.empty() && head.has_token("expect", "100-continue")) {
    const bool wrote = co_await write(visit, "HTTP/1.1 100 Continue\r\n\r\n");
    if (!wrote) co_return fail(Errc::client_closed, "closed");
  }
  std::string body;
  std::array<char, read_step> buffer;
  for (;;) {
    auto taken = reader.push(visit.pending, &body);
    if (!taken) co_return tl::unexpected<Error>(std::move(taken.error()));
    visit.pending.erase(0, *taken);
    if (reader.done()) co_return body;
    auto got = co_await visit.stream.read_some(buffer);
    if (!got) co_return tl::unexpected<Error>(std::move(got.error()));
    if (*got == 0) co_return fail(Errc::body_truncated, "closed in the middle of the body");
    visit.pending.append(buffer.data(), *got);
  }
}

Task<bool> AdminServer::State::write(Visit& visit, std::string bytes) {
  const std::array<std::string_view, 1> pieces = {bytes};
  visit.stream.expires_after(limits.admin_time);
  const auto wrote = co_await visit.stream.write_all(pieces);
  co_return wrote.has_value();
}

// Reads on for a moment, as closing on unread bytes would lose the answer (RFC 9112 section 9.6).
Task<void> AdminServer::State::refuse(Visit& visit, Error error, std::string extra) {
  if (status_of(error.code) == 0) co_return;
  std::string bytes = problem_response(error, extra);
  const bool wrote = co_await write(visit, std::move(bytes));
  if (!wrote) co_return;
  visit.stream.end_writing();
  visit.stream.expires_after(std::chrono::milliseconds(1'000));
  std::array<char, read_step> buffer;
  for (std::uint64_t seen = 0; seen < limits.body_bytes;) {
    const auto got = co_await visit.stream.read_some(buffer);
    if (!got || *got == 0) co_return;
    seen += *got;
  }
}

// Until the follower goes: noticed when something is written to it, a beat at the latest.
Task<void> AdminServer::State::follow(Visit& visit) {
  const auto self = followers.emplace(followers.end());
  ++follower_count;
  bool there = true;
  while (there) {
    Signal wake(*context);
    if (self->waiting.empty()) {
      self->wake = &wake;
      co_await wake.wait(limits.admin_beat_time);
      self->wake = nullptr;
    }
    std::string bytes;
    if (self->left_out > 0) bytes = fmt::format(": {} events left out\n\n", self->left_out);
    self->left_out = 0;
    for (const auto& event : self->waiting) bytes += *event;
    self->waiting.clear();
    self->bytes = 0;
    if (bytes.empty()) bytes = ":\n\n";
    there = co_await write(visit, std::move(bytes));
  }
  followers.erase(self);
  --follower_count;
}

void AdminServer::State::hand_out(const std::shared_ptr<const std::string>& event) {
  --events_under_way;
  for (Follower& follower : followers) {
    if (follower.bytes + event->size() > limits.admin_stream_bytes) {
      ++follower.left_out;
      continue;
    }
    follower.waiting.push_back(event);
    follower.bytes += event->size();
    if (follower.wake != nullptr) follower.wake->fire();
  }
}

AdminServer::AdminServer(AdminOptions options) : state_(std::make_unique<State>(std::move(options))) {}

AdminServer::~AdminServer() {
  stop();
  state_->acceptor.reset();
  state_->context.reset();
}

Result<void> AdminServer::open() {
  State& state = *state_;
  AdminDoor& door = state.options.door;
  TT_TRY(const Tcp::endpoint endpoint, claim(door.host, door.port, "--admin"));
  if (!endpoint.address().is_loopback() && !door.anywhere)
    return fail(Errc::listen_failed, fmt::format("{} is no loopback address; choose another with --admin", door.host));
  door.port = endpoint.port();
  state.acceptor = std::make_unique<Acceptor>(*state.context);
  return listen(*state.acceptor, endpoint, false);
}

Result<void> AdminServer::start() {
  State& state = *state_;
  if (state.acceptor == nullptr)
    if (auto opened = open(); !opened) return opened;
  boost::asio::co_spawn(*state.context, state.accept(), boost::asio::detached);
  state.thread = std::thread([context = state.context.get()] {
    prctl(PR_SET_NAME, "tt-admin");
    const auto guard = boost::asio::make_work_guard(*context);
    context->run();
  });
  return {};
}

void AdminServer::stop() {
  state_->context->stop();
  if (state_->thread.joinable()) state_->thread.join();
  state_->follower_count = 0;
}

std::uint16_t AdminServer::port() const {
  return state_->options.door.port;
}

http::Authority AdminServer::bound() const {
  if (state_->acceptor == nullptr) return {};
  boost::system::error_code error;
  const Tcp::endpoint endpoint = state_->acceptor->local_endpoint(error);
  return {endpoint.address().to_string(), endpoint.port()};
}

bool AdminServer::has_followers() const {
  return state_->follower_count.load(std::memory_order_relaxed) > 0;
}

void AdminServer::publish(std::string_view line) {
  State& state = *state_;
  if (!has_followers() || state.events_under_way.load() >= most_events_under_way) return;
  ++state.events_under_way;
  auto event = std::make_shared<const std::string>(fmt::format("data: {}\n\n", line));
  boost::asio::post(*state.context, [&state, event = std::move(event)] { state.hand_out(event); });
}

}  // namespace telltale::net
