// What clients share: places, memory, the pace of a body, turns, names.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <string>
#include <thread>
#include <vector>

#include "net/body_pace.hpp"
#include "net/shares.hpp"
#include "net/turns.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::net;

namespace {

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

Task<void> take_turn(Turns& turns, const void* client, std::string name, std::vector<std::string>& order) {
  co_await turns.next(client);
  order.push_back(std::move(name));
}

Task<void> look_up(Resolver& resolver, boost::asio::io_context& context, std::string host,
                   std::chrono::milliseconds time, Result<Resolver::Addresses>& out) {
  out = co_await resolver.resolve(context, std::move(host), time);
}

}  // namespace

TEST_CASE("a client is an IPv4 address, or a /64", "[net][shares]") {
  CHECK(client_key(address("192.0.2.1")) == client_key(address("::ffff:192.0.2.1")));
  CHECK(client_key(address("192.0.2.1")) != client_key(address("192.0.2.2")));
  CHECK(client_key(address("2001:db8::1")) == client_key(address("2001:db8::ffff:1")));
  CHECK(client_key(address("2001:db8::1")) != client_key(address("2001:db8:0:1::1")));
  CHECK(client_key(address("::")) != client_key(address("0.0.0.0")));
}

TEST_CASE("connections are bounded in all and for each client", "[net][shares]") {
  Limits limits;
  limits.connections = 3;
  limits.client_connections = 2;
  ClientTable table(limits);
  {
    const auto first = table.admit(address("192.0.2.1"));
    const auto second = table.admit(address("192.0.2.1"));
    REQUIRE(first);
    REQUIRE(second);
    const auto third = table.admit(address("192.0.2.1"));
    REQUIRE_FALSE(third);
    CHECK(third.error().code == Errc::client_connections_full);
    const auto other = table.admit(address("192.0.2.2"));
    REQUIRE(other);
    CHECK(table.clients() == 2);
    const auto one_too_many = table.admit(address("192.0.2.3"));
    REQUIRE_FALSE(one_too_many);
    CHECK(one_too_many.error().code == Errc::connections_full);
  }
  CHECK(table.connections() == 0);
  CHECK(table.clients() == 0);
  CHECK(table.admit(address("192.0.2.1")));
}

TEST_CASE("requests of one client are counted over its connections", "[net][shares]") {
  ClientTable table(Limits{});
  const auto one = table.admit(address("192.0.2.1"));
  const auto two = table.admit(address("192.0.2.1"));
  const auto other = table.admit(address("192.0.2.2"));
  REQUIRE((one && two && other));
  const RequestPlace first(*one->client(), 1);
  CHECK(first.granted());
  {
    const RequestPlace second(*two->client(), 1);
    CHECK_FALSE(second.granted());
  }
  CHECK(RequestPlace(*two->client(), 2).granted());
  CHECK(RequestPlace(*other->client(), 1).granted());
}

TEST_CASE("the budget gives out 95 percent and takes it back", "[net][shares]") {
  MemoryBudget budget(1000);
  CHECK(budget.limit() == 950);
  {
    Held held(budget);
    CHECK(held.add(900));
    CHECK(budget.fits(50));
    CHECK_FALSE(budget.fits(51));
    CHECK_FALSE(held.add(51));
    CHECK(held.bytes() == 900);
    CHECK(held.add(50));
  }
  CHECK(budget.held() == 0);
  MemoryBudget boundless(0);
  CHECK(boundless.take(std::uint64_t{1} << 60U));
}

TEST_CASE("the budget holds under threads", "[net][shares]") {
  MemoryBudget budget(10'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&budget] {
      for (int round = 0; round < 10'000; ++round) {
        Held held(budget);
        if (held.add(6'000) && budget.held() < 6'000) std::abort();
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(budget.held() == 0);
}

TEST_CASE("a body may pause, but not for ever drip", "[net][shares]") {
  using std::chrono::milliseconds;
  struct Row {
    const char* name;
    int after_ms;
    std::uint64_t bytes;
    int left_ms;
  };
  const Limits limits;  // 10 s of grace, then 240 bytes a second; no pause over 30 s
  const Row rows[] = {
      {"nothing yet", 0, 0, 10'000},
      {"nothing in the grace", 10'000, 0, 0},
      {"a drip", 19'000, 2'400, 1'000},
      {"a drip too slow", 20'001, 2'400, 0},
      {"fast, then a pause", 5'000, 1'000'000, 30'000},
      {"at the rate", 1'010'000, 240'000, 0},
      {"above the rate", 1'010'000, 241'200, 5'000},
  };
  const BodyPace::Clock::time_point start{};
  const BodyPace pace(limits, start);
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(pace.left(start + milliseconds(row.after_ms), row.bytes) == milliseconds(row.left_ms));
  }
}

TEST_CASE("clients take turns, however many requests one has ready", "[net][shares]") {
  boost::asio::io_context context(1);
  Turns turns(context);
  const int flood = 0;
  const int other = 0;
  std::vector<std::string> order;
  for (int i = 0; i < 5; ++i)
    boost::asio::co_spawn(context, take_turn(turns, &flood, "flood", order), boost::asio::detached);
  boost::asio::co_spawn(context, take_turn(turns, &other, "other", order), boost::asio::detached);
  context.run();
  REQUIRE(order.size() == 6);
  CHECK(std::find(order.begin(), order.end(), "other") - order.begin() <= 2);
  CHECK(turns.waiting() == 0);
}

TEST_CASE("names are looked up beside the caller", "[net][shares]") {
  boost::asio::io_context context(1);
  Result<Resolver::Addresses> found = fail(Errc::internal, "");
  Resolver resolver(2, 1);
  boost::asio::co_spawn(context, look_up(resolver, context, "localhost", std::chrono::seconds(10), found),
                        boost::asio::detached);
  context.run();
  REQUIRE(found);
  CHECK(found->front().is_loopback());
}

TEST_CASE("a look-up nobody can make in time is given up", "[net][shares]") {
  struct Row {
    const char* name;
    std::uint32_t threads, waiting;
    Errc code;
  };
  const Row rows[] = {{"no thread", 0, 1, Errc::upstream_connect_timeout}, {"no room", 0, 0, Errc::resolver_busy}};
  for (const Row& row : rows) {
    INFO(row.name);
    boost::asio::io_context context(1);
    Resolver resolver(row.threads, row.waiting);
    Result<Resolver::Addresses> found = fail(Errc::internal, "");
    boost::asio::co_spawn(context, look_up(resolver, context, "localhost", std::chrono::milliseconds(20), found),
                          boost::asio::detached);
    context.run();
    REQUIRE_FALSE(found);
    CHECK(found.error().code == row.code);
  }
}
