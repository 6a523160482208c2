#include "app/mock_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "app/mock.hpp"
#include "support/catch.hpp"

using namespace telltale;

namespace {

struct Session {
  std::vector<std::string> received;  ///< head and body of each request, one after the other
  std::vector<std::string> reads;     ///< what each read gave, until nothing was ready
  std::optional<Error> error;
};

// Writes the pieces one by one, reading all that is ready after each.
net::Task<void> talk(net::Dialer& dialer, std::vector<std::string> pieces, Session& session) {
  const http::Authority target{"api.example.test", 443};
  auto stream = co_await dialer.dial(target, true);
  std::string buffer(16 * 1024, '\0');
  for (const std::string& piece : pieces) {
    const std::string_view view = piece;
    const std::span<const std::string_view> views(&view, 1);
    const auto written = co_await (*stream)->write_all(views);
    if (!written) {
      session.error = written.error();
      co_return;
    }
    while ((*stream)->readable()) {
      const std::span<char> into(buffer);
      const auto size = co_await (*stream)->read_some(into);
      if (!size || *size == 0) break;
      session.reads.push_back(buffer.substr(0, *size));
    }
  }
}

Session run(std::vector<std::string> pieces) {
  Session session;
  boost::asio::io_context context(1);
  const auto sink = [&session](const http::Authority& target, std::string_view head, std::string_view body) {
    CHECK(target.host == "api.example.test");
    session.received.emplace_back(head);
    session.received.emplace_back(body);
  };
  const auto dialer = app::make_mock_dialer(context, sink);
  boost::asio::co_spawn(context, talk(*dialer, std::move(pieces), session), boost::asio::detached);
  context.run();
  return session;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string whole;
  for (const std::string& part : parts) whole += part;
  return whole;
}

const std::string stream_request =
    "POST /v1/messages HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 15\r\n\r\n{\"stream\":true}";
const std::string plain_request = "GET /x HTTP/1.1\r\nHost: api.example.test\r\n\r\n";

}  // namespace

TEST_CASE("the mock keeps the exact bytes it received", "[app][mock]") {
  const std::string head =
      "POST /v1/messages?b=1 HTTP/1.1\r\nHOST: api.example.test\r\nX-Odd:   a \r\n"
      "transfer-encoding: chunked\r\n\r\n";
  const Session session = run({head + "3\r\n{ }\r\n", "1\r\n \r\n0\r\n\r\n"});
  REQUIRE(session.received.size() == 2);
  CHECK(session.received[0] == head);
  CHECK(session.received[1] == "{ } ");
}

TEST_CASE("the mock answers request after request on one connection", "[app][mock]") {
  const Session session = run({plain_request + plain_request, plain_request});
  CHECK(session.received.size() == 6);
  const std::string once =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}";
  CHECK(joined(session.reads) == once + once + once);
}

TEST_CASE("a request cut anywhere is answered alike", "[app][mock]") {
  for (std::size_t cut = 1; cut < plain_request.size(); ++cut) {
    const Session session = run({plain_request.substr(0, cut), plain_request.substr(cut)});
    CHECK(session.received.size() == 2);
    CHECK(joined(session.reads).ends_with("\r\n\r\n{}"));
  }
}

TEST_CASE("each event of a stream is a read of its own", "[app][mock]") {
  const Session session = run({stream_request});
  REQUIRE(session.reads.size() > 8);
  CHECK(session.reads[0].find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  for (std::size_t i = 1; i + 1 < session.reads.size(); ++i)
    CHECK(session.reads[i].find("event: ") == session.reads[i].find("\r\n") + 2);
  CHECK(session.reads.back() == "0\r\n\r\n");
}

TEST_CASE("the mock ends the connection when it should", "[app][mock]") {
  struct Row {
    const char* name;
    std::string request;
    const char* status;
  };
  const Row rows[] = {
      {"asked to close", "GET / HTTP/1.1\r\nHost: api.example.test\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 "},
      {"no request at all", "\x16\x03\x01 nonsense\r\n\r\n", "HTTP/1.1 400 "},
      {"ambiguous framing",
       "POST / HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "HTTP/1.1 400 "},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Session session = run({row.request, plain_request});
      CHECK(joined(session.reads).starts_with(row.status));
      REQUIRE(session.error);
      CHECK(session.error->code == Errc::upstream_closed);
    }
  }
}

TEST_CASE("a stream for HTTP/1.0 has no chunks and ends with the connection", "[app][mock]") {
  const Session session =
      run({"POST /v1/messages HTTP/1.0\r\nHost: api.example.test\r\nConnection: keep-alive\r\n"
           "Content-Length: 15\r\n\r\n{\"stream\":true}",
           plain_request});
  CHECK(joined(session.reads).find("chunked") == std::string::npos);
  CHECK(joined(session.reads).find("event: message_stop\n") != std::string::npos);
  CHECK(session.error);
}

TEST_CASE("HEAD gets the head alone, an Upgrade is refused with 426", "[app][mock]") {
  const Session head = run({"HEAD /x HTTP/1.1\r\nHost: api.example.test\r\n\r\n"});
  CHECK(joined(head.reads).ends_with("Content-Length: 2\r\nConnection: keep-alive\r\n\r\n"));
  const Session upgrade =
      run({"GET /v1/responses HTTP/1.1\r\nHost: api.example.test\r\nConnection: Upgrade\r\n"
           "Upgrade: websocket\r\n\r\n"});
  CHECK(joined(upgrade.reads).starts_with("HTTP/1.1 426 "));
}

TEST_CASE("a read waits until there is a reply, and no longer than allowed", "[app][mock]") {
  boost::asio::io_context context(1);
  app::MockStream stream(context.get_executor(), {"api.example.test", 443}, nullptr);
  std::string buffer(4096, '\0');
  std::optional<Result<std::size_t>> got;
  const auto read = [](app::MockStream& from, std::string& into,
                       std::optional<Result<std::size_t>>& out) -> net::Task<void> {
    const std::span<char> span(into);
    out = co_await from.read_some(span);
  };
  SECTION("a reply comes") {
    const auto write = [](app::MockStream& to) -> net::Task<void> {
      const std::string_view request = plain_request;
      const std::span<const std::string_view> views(&request, 1);
      const auto written = co_await to.write_all(views);
      CHECK(written);
    };
    boost::asio::co_spawn(context, read(stream, buffer, got), boost::asio::detached);
    boost::asio::co_spawn(context, write(stream), boost::asio::detached);
    context.run();
    REQUIRE(got);
    REQUIRE(*got);
    CHECK(**got > 0);
  }
  SECTION("the deadline comes") {
    stream.expires_after(std::chrono::milliseconds(1));
    boost::asio::co_spawn(context, read(stream, buffer, got), boost::asio::detached);
    context.run();
    REQUIRE(got);
    REQUIRE_FALSE(*got);
    CHECK(got->error().code == Errc::upstream_timeout);
  }
  SECTION("the end comes") {
    boost::asio::co_spawn(context, read(stream, buffer, got), boost::asio::detached);
    boost::asio::post(context, [&stream] { stream.close(); });
    context.run();
    REQUIRE(got);
    REQUIRE(*got);
    CHECK(**got == 0);
  }
}
