// Responses: every framing, every read handed on at once, and what must not look like a whole answer.
#include "net/exchange_task.hpp"

#include <algorithm>
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

TEST_CASE("each event of a stream reaches the client before the next is sent", "[net][relay]") {
  std::binary_semaphore seen(0);
  constexpr int events = 200;
  Upstream upstream(good(), [&seen](Wire& wire, std::size_t) {
    (void)wire.receive_message();
    wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < events; ++i) {
      if (!seen.try_acquire_for(std::chrono::seconds(10))) return;
      wire.send("8\r\ndata: " + std::to_string(i % 10) + "\n\r\n");
    }
    wire.send("0\r\n\r\n");
    (void)wire.receive_rest();
  });
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  wire.send(get);
  CHECK(test::field_of(wire.receive_head(), "content-type") == "text/event-stream");
  int whole = 0;
  for (int i = 0; i < events; ++i) {
    seen.release();  // only now may the upstream send it
    whole += wire.receive(13) == "8\r\ndata: " + std::to_string(i % 10) + "\n\r\n" ? 1 : 0;
  }
  CHECK(whole == events);
  CHECK(wire.receive(5) == "0\r\n\r\n");
  CHECK(rig.recorder.exchange().response_body.size() == 8U * events);
}

TEST_CASE("responses come back byte for byte in every framing", "[net][relay]") {
  struct Row {
    const char* name;
    std::string response;
    bool until_close;
  };
  const Row rows[] = {
      {"length", "HTTP/1.1 200 Fine \r\nX-a: 1\r\nx-A:2\r\nContent-Length: 3\r\n\r\nabc", false},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", false},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", false},
      {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", false},
      {"until close", "HTTP/1.1 200 OK\r\n\r\nall there is", true},
      {"large", "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'z'), false},
      {"interim first", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
       false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Upstream upstream(good(), [&row](Wire& wire, std::size_t) {
        (void)wire.receive_message();
        wire.send(row.response);
        if (row.until_close) return wire.shutdown();
        (void)wire.receive_rest();
      });
      ProxyRig rig(upstream);
      Wire wire = rig.secure();
      wire.send(get);
      if (row.until_close) {
        CHECK((wire.receive_rest() == row.response));
      } else {
        CHECK((wire.receive(row.response.size()) == row.response));
      }
      CHECK_FALSE(rig.recorder.exchange().error);
    }
  }
}

TEST_CASE("a HEAD response ends with its head", "[net][relay]") {
  Upstream upstream(good(), [](Wire& wire, std::size_t) {
    for (;;) {
      (void)wire.receive_message();
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    }
  });
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  for (int i = 0; i < 2; ++i) {
    wire.send("HEAD / HTTP/1.1\r\nHost: api.example.test\r\n\r\n");
    CHECK(wire.receive_head() == "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  }
}

TEST_CASE("a response that is cut short does not look whole", "[net][relay]") {
  const std::pair<const char*, const char*> rows[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"},
      {"until close, without close_notify", "HTTP/1.1 200 OK\r\n\r\nabc"},
  };
  for (const auto& [name, response] : rows) {
    DYNAMIC_SECTION(name) {
      Upstream upstream(good(), [text = response](Wire& wire, std::size_t) {
        (void)wire.receive_message();
        wire.send(text);
        wire.end_plainly();
      });
      ProxyRig rig(upstream);
      Wire wire = rig.secure();
      wire.send(get);
      CHECK(wire.receive(std::string(response).size()) == response);
      CHECK_THROWS(wire.receive_some());  // the end is not an orderly one
      const net::Exchange exchange = rig.recorder.exchange();
      REQUIRE(exchange.error);
      CHECK(exchange.error->code == Errc::upstream_response_truncated);
    }
  }
}

TEST_CASE("responses that are none become 502", "[net][relay]") {
  const std::pair<const char*, const char*> rows[] = {
      {"noise", "hello there\r\n\r\n"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"unasked upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
      {"obs-fold", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const auto& [name, response] : rows) {
    DYNAMIC_SECTION(name) {
      Upstream upstream(good(), [text = response](Wire& wire, std::size_t) {
        (void)wire.receive_message();
        wire.send(text);
        (void)wire.receive_rest();
      });
      ProxyRig rig(upstream);
      Wire wire = rig.secure();
      wire.send(get);
      const std::string answer = wire.receive_message();
      CHECK(answer.starts_with("HTTP/1.1 502 "));
      CHECK(answer.find("upstream-response-malformed") != std::string::npos);
    }
  }
}

TEST_CASE("only so much of a response is kept", "[net][relay]") {
  Upstream upstream(good(), [](Wire& wire, std::size_t) {
    (void)wire.receive_message();
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'q'));
    (void)wire.receive_rest();
  });
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.limits.captured_response_bytes = 100; });
  Wire wire = rig.secure();
  wire.send(get);
  CHECK(wire.receive_message().ends_with(std::string(5000, 'q')));
  const net::Exchange exchange = rig.recorder.exchange();
  CHECK(exchange.response_body == std::string(100, 'q'));
  CHECK(exchange.response_truncated);
}

TEST_CASE("what is handed on as a record is sent no further", "[net][relay]") {
  constexpr std::size_t size = 32UL * 1024 * 1024;
  const std::string answer = "HTTP/1.1 413 Too much\r\nContent-Length: 2\r\n\r\nno";
  std::binary_semaphore handed_on(0);
  std::binary_semaphore over(0);
  std::string arrived;
  Upstream upstream(good(), [&](Wire& wire, std::size_t) {
    (void)wire.receive_head();
    wire.send(answer);  // whole, while most of the body is still to come
    (void)handed_on.try_acquire_for(std::chrono::seconds(10));
    arrived = wire.receive_rest();
    over.release();
  });
  ProxyRig rig(upstream, [](net::ProxyOptions& options) { options.record_time = std::chrono::seconds(3); });
  rig.recorder.acknowledge = [&](net::Exchange&& exchange, const std::function<void()>& kept) {
    std::fill(exchange.request_body.begin(), exchange.request_body.end(), 'Z');  // its bytes are the record's now
    handed_on.release();
    std::thread([kept, mine = std::make_shared<net::Exchange>(std::move(exchange))] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      kept();
    }).detach();
  };
  Wire wire = rig.secure();
  wire.send("POST / HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
            std::string(size, 'a'));
  CHECK(wire.receive_message() == answer);
  REQUIRE(over.try_acquire_for(std::chrono::seconds(10)));
  CHECK(arrived.size() < size);
  CHECK(arrived.find('Z') == std::string::npos);
}

TEST_CASE("bytes behind a response never reach the next request", "[net][relay]") {
  Upstream upstream(good(), [&upstream](Wire& wire, std::size_t) {
    for (;;) {
      upstream.note(wire.receive_message());
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    }
  });
  ProxyRig rig(upstream);
  Wire wire = rig.secure();
  for (int i = 0; i < 2; ++i) {
    wire.send(get);
    CHECK(wire.receive_message().ends_with("\r\n\r\nok"));
  }
  CHECK(upstream.connections() == 2);
}
