// Several addresses of one name: who is asked when, who wins, and what is left of the others.
#include "net/connect_race.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using net::Tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;
namespace ip = boost::asio::ip;

namespace {

/// One loopback address at a port: what it does with those who connect.
class Peer {
 public:
  enum class Kind : std::uint8_t { answers, refuses, silent };

  Peer(Kind kind, const std::string& address, std::uint16_t port = 0) : acceptor_(context_) {
    const Tcp::endpoint wanted(ip::make_address(address), port);
    acceptor_.open(wanted.protocol());
    acceptor_.bind(wanted);
    endpoint_ = acceptor_.local_endpoint();
    if (kind != Kind::refuses) acceptor_.listen(kind == Kind::silent ? 0 : 16);
    if (kind == Kind::silent) fill();
  }
  [[nodiscard]] Tcp::endpoint endpoint() const { return endpoint_; }

 private:
  // Whoever comes to a full queue hears nothing.
  void fill() {
    for (int i = 0; i < 4; ++i) {
      auto& one = queued_.emplace_back(context_);
      one.open(endpoint_.protocol());
      one.native_non_blocking(true);  // connect() of the library would wait
      (void)::connect(one.native_handle(), endpoint_.data(), static_cast<socklen_t>(endpoint_.size()));
    }
  }
  boost::asio::io_context context_;
  Tcp::acceptor acceptor_;
  Tcp::endpoint endpoint_;
  std::list<Tcp::socket> queued_;
};

struct Outcome {
  Result<net::Socket> socket = fail(Errc::internal, "");
  Clock::duration took{};
};

net::Task<void> run(boost::asio::io_context& context, std::vector<Tcp::endpoint> to, milliseconds at_most,
                    Outcome& out) {
  const auto began = Clock::now();
  auto found = co_await net::connect_first(context, std::move(to), at_most);
  out.took = Clock::now() - began;
  out.socket = std::move(found);
  context.stop();  // what is left is the timer of deadlines that are no more
}

/// What comes of connecting to `peers`, in that order.
Outcome race(boost::asio::io_context& context, const std::vector<const Peer*>& peers, milliseconds at_most) {
  std::vector<Tcp::endpoint> endpoints;
  for (const Peer* const peer : peers) endpoints.push_back(peer->endpoint());
  Outcome out;
  boost::asio::co_spawn(context, run(context, std::move(endpoints), at_most, out), boost::asio::detached);
  context.run();
  context.restart();
  context.poll();  // attempts that were given up end
  return out;
}

// With those that a context makes for itself when it is first used.
std::size_t open_descriptors(boost::asio::io_context& context) {
  (void)Tcp::socket(context, Tcp::v4());
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

}  // namespace

TEST_CASE("addresses of both families take turns", "[net][race]") {
  struct Row {
    const char* name;
    std::vector<std::string> given;
    std::size_t most;
    std::vector<std::string> wanted;
  };
  const Row rows[] = {
      {"none", {}, 4, {}},
      {"one family keeps its order", {"1.1.1.3", "1.1.1.1", "1.1.1.2"}, 4, {"1.1.1.3", "1.1.1.1", "1.1.1.2"}},
      {"the first one's family begins", {"::1", "::2", "1.1.1.1", "1.1.1.2"}, 8, {"::1", "1.1.1.1", "::2", "1.1.1.2"}},
      {"so does the older one", {"1.1.1.1", "1.1.1.2", "::1"}, 8, {"1.1.1.1", "::1", "1.1.1.2"}},
      {"the rest of the longer one", {"::1", "1.1.1.1", "::2", "::3"}, 8, {"::1", "1.1.1.1", "::2", "::3"}},
      {"no family is cut off by the other", {"::1", "::2", "::3", "::4", "1.1.1.1"}, 3, {"::1", "1.1.1.1", "::2"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      std::vector<ip::address> given;
      for (const std::string& text : row.given) given.push_back(ip::make_address(text));
      std::vector<std::string> got;
      for (const ip::address& address : net::in_turns(given, row.most)) got.push_back(address.to_string());
      CHECK(got == row.wanted);
    }
  }
}

TEST_CASE("the address that is there first wins, and the others are left", "[net][race]") {
  using Kind = Peer::Kind;
  const Peer good(Kind::answers, "127.0.0.1");
  const Peer refuses(Kind::refuses, "127.0.0.2");
  const Peer silent(Kind::silent, "127.0.0.3");
  struct Row {
    const char* name;
    std::vector<const Peer*> peers;
    milliseconds at_least, at_most;  ///< bounds are for a machine that has much else to do
  };
  const Row rows[] = {
      {"the only one", {&good}, milliseconds(0), seconds(5)},
      {"the first", {&good, &silent, &refuses}, milliseconds(0), seconds(5)},
      {"behind a silent one", {&silent, &good}, milliseconds(240), seconds(8)},
      {"behind two silent ones", {&silent, &silent, &good}, milliseconds(490), seconds(8)},
      {"a refusal is not waited for",
       {&refuses, &refuses, &refuses, &refuses, &good},
       milliseconds(0),
       milliseconds(990)},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      boost::asio::io_context context(1);
      const std::size_t before = open_descriptors(context);
      Outcome out = race(context, row.peers, seconds(30));
      REQUIRE(out.socket);
      CHECK(out.socket->remote_endpoint() == good.endpoint());
      CHECK(out.took >= row.at_least);
      CHECK(out.took < row.at_most);
      CHECK(open_descriptors(context) == before + 1);
    }
  }
}

TEST_CASE("a race that nobody wins says why", "[net][race]") {
  using Kind = Peer::Kind;
  const Peer refuses(Kind::refuses, "127.0.0.2");
  const Peer silent(Kind::silent, "127.0.0.3");
  struct Row {
    const char* name;
    std::vector<const Peer*> peers;
    Errc code;
  };
  const Row rows[] = {
      {"refused", {&refuses}, Errc::upstream_refused},
      {"all refused", {&refuses, &refuses}, Errc::upstream_refused},
      {"silent", {&silent}, Errc::upstream_connect_timeout},
      {"refused, then silent", {&refuses, &silent}, Errc::upstream_connect_timeout},
      {"silent all, and each had its turn", {&silent, &silent, &silent}, Errc::upstream_connect_timeout},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      boost::asio::io_context context(1);
      const std::size_t before = open_descriptors(context);
      const Outcome out = race(context, row.peers, milliseconds(200));
      REQUIRE_FALSE(out.socket);
      CHECK(out.socket.error().code == row.code);
      CHECK(open_descriptors(context) == before);
    }
  }
}

TEST_CASE("out of descriptors, a race says so and ends", "[net][race]") {
  const Peer refuses(Peer::Kind::refuses, "127.0.0.2");
  boost::asio::io_context context(1);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int next = dup(0);
  REQUIRE(next >= 0);
  close(next);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  (void)boost::asio::use_service<net::Sweep>(context);
  std::vector<Tcp::endpoint> endpoints(3, refuses.endpoint());
  Outcome out;
  boost::asio::co_spawn(context, run(context, std::move(endpoints), seconds(5), out), boost::asio::detached);
  setrlimit(RLIMIT_NOFILE, &none);
  context.run();
  setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE_FALSE(out.socket);
  CHECK(out.socket.error().code == Errc::descriptors_full);
  CHECK(out.took < seconds(3));
}

TEST_CASE("a race is left in the middle without harm", "[net][race]") {
  const Peer silent(Peer::Kind::silent, "127.0.0.3");
  boost::asio::io_context other(1);
  const std::size_t before = open_descriptors(other);
  {
    boost::asio::io_context context(1);
    Outcome out;
    std::vector<Tcp::endpoint> endpoints(2, silent.endpoint());
    boost::asio::co_spawn(context, run(context, std::move(endpoints), seconds(30), out), boost::asio::detached);
    context.run_for(milliseconds(20));
  }
  CHECK(open_descriptors(other) == before);
}

TEST_CASE("an upstream is reached behind an address that does not answer", "[net][race]") {
  test::Upstream upstream(test::server_context(test::ProxyRig::upstream_authority(), test::ProxyRig::host));
  const Peer silent(Peer::Kind::silent, "127.0.0.3", upstream.port());
  test::ProxyRig rig(upstream, [&](net::ProxyOptions& options) {
    const http::Authority name{test::ProxyRig::host, upstream.port()};
    options.resolve = {net::Resolution{name, "127.0.0.3"}, net::Resolution{name, "127.0.0.1"}};
  });
  test::Wire wire = rig.secure();
  wire.send("GET / HTTP/1.1\r\nHost: api.example.test\r\n\r\n");
  CHECK(wire.receive_message().starts_with("HTTP/1.1 200 "));
}
