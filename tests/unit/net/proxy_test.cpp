// The proxy as a whole: listening, threads, new rules, drain and stop.
#include "net/proxy.hpp"

#include <future>
#include <semaphore>
#include <thread>

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"

using namespace telltale;
using test::ProxyRig;
using test::Upstream;
using test::Wire;

namespace {

constexpr const char* get = "GET / HTTP/1.1\r\nHost: api.example.test\r\n\r\n";

test::SslContext good() {
  return test::server_context(ProxyRig::upstream_authority(), ProxyRig::host);
}

}  // namespace

TEST_CASE("a second proxy on the same port fails to start", "[net][proxy]") {
  Upstream upstream(good());
  for (const unsigned threads : {1U, 3U}) {
    ProxyRig rig(upstream, [threads](net::ProxyOptions& options) { options.threads = threads; });
    const std::uint16_t taken = rig.proxy->port();
    net::ProxyOptions options;
    options.listen_port = taken;
    options.threads = threads;
    test::Recorder recorder;
    net::Proxy second(options, std::make_shared<certs::LeafCache>(ProxyRig::proxy_authority(), 1), test::test_judging(),
                      recorder);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::listen_failed);
  }
}

TEST_CASE("a CA file that cannot be read stops the start", "[net][proxy]") {
  net::ProxyOptions options;
  options.listen_port = 0;
  options.upstream_ca_file = "/nowhere/ca.pem";
  test::Recorder recorder;
  net::Proxy proxy(options, std::make_shared<certs::LeafCache>(ProxyRig::proxy_authority(), 1), test::test_judging(),
                   recorder);
  const auto started = proxy.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().code == Errc::config_malformed);
}

TEST_CASE("many clients on several threads", "[net][proxy]") {
  Upstream upstream(good());
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.threads = 2; });
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&rig] {
      int good_answers = 0;
      for (int connection = 0; connection < 3; ++connection) {
        Wire wire = rig.secure();
        for (int i = 0; i < 10; ++i) {
          wire.send(get);
          good_answers += wire.receive_message().ends_with("ok") ? 1 : 0;
        }
      }
      return good_answers;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 30);
  rig.proxy->judge_by(test::test_judging());
  rig.proxy->drain();  // an exchange is counted after its last byte has been written
  CHECK(rig.proxy->counters().exchanges == 240);
}

TEST_CASE("drain lets an exchange finish and closes what is idle", "[net][proxy]") {
  std::binary_semaphore go_on(0);
  Upstream upstream(good(), [&go_on](Wire& wire, std::size_t) {
    (void)wire.receive_message();
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
    if (go_on.try_acquire_for(std::chrono::seconds(10))) wire.send("lf");
    (void)wire.receive_rest();
  });
  ProxyRig rig(upstream);
  Wire idle = rig.secure();
  Wire busy = rig.secure();
  busy.send(get);
  CHECK(busy.receive_head().starts_with("HTTP/1.1 200"));
  CHECK(busy.receive(2) == "ha");
  std::thread drainer([&rig] { rig.proxy->drain(); });
  CHECK(idle.ended());
  CHECK_THROWS(rig.plain().receive(1));  // nobody accepts any more
  go_on.release();
  CHECK(busy.receive(2) == "lf");
  CHECK(busy.ended());
  drainer.join();
}

TEST_CASE("drain does not wait longer than its time, and stop not at all", "[net][proxy]") {
  Upstream upstream(good(), [](Wire& wire, std::size_t) { (void)wire.receive_rest(); });
  ProxyRig rig(upstream,
               [](net::ProxyOptions& options) { options.limits.drain_time = std::chrono::milliseconds(100); });
  Wire wire = rig.secure();
  wire.send(get);
  std::string answer;
  SECTION("drain") {
    rig.proxy->drain();
  }
  SECTION("stop") {
    rig.proxy->stop();
  }
  CHECK(wire.ended());
}
