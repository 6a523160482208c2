#include "net/admin.hpp"

#include <fmt/format.h>

#include <chrono>

#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace telltale;
using test::Wire;

namespace {

net::AdminDoor door_at(std::uint16_t port) {
  net::AdminDoor door;
  door.host = "127.0.0.1";
  door.port = port;
  door.token = Secret("the-token");
  return door;
}

/// A server whose /echo gives back what was posted.
class Server {
 public:
  explicit Server(Limits limits = {}) {
    net::AdminOptions options;
    options.door = door_at(0);
    options.limits = limits;
    const auto text = [](std::string body) {
      return [body](const net::AdminRequest&) -> Result<net::AdminAnswer> {
        return net::AdminAnswer{200, "text/plain", body, false};
      };
    };
    options.routes.push_back({"GET", "/open", true, text("up\n")});
    options.routes.push_back({"GET", "/secret", false, text("told\n")});
    options.routes.push_back(
        {"POST", "/echo", false, [](const net::AdminRequest& request) -> Result<net::AdminAnswer> {
           return net::AdminAnswer{200, "text/plain", request.content_type + "|" + request.body, false};
         }});
    options.routes.push_back({"POST", "/empty", false, [](const net::AdminRequest&) -> Result<net::AdminAnswer> {
                                return net::AdminAnswer{204, "", "", false};
                              }});
    options.routes.push_back({"POST", "/broken", false, [](const net::AdminRequest&) -> Result<net::AdminAnswer> {
                                return fail(Errc::json_malformed, "not JSON");
                              }});
    options.routes.push_back({"GET", "/events", false, [](const net::AdminRequest&) -> Result<net::AdminAnswer> {
                                return net::AdminAnswer{200, "text/event-stream", ": hello\n\n", true};
                              }});
    server_ = std::make_unique<net::AdminServer>(std::move(options));
    const auto started = server_->start();
    if (!started) FAIL(started.error().detail);
  }
  net::AdminServer& operator*() { return *server_; }
  [[nodiscard]] Wire connect() const { return Wire::to(server_->port()); }
  [[nodiscard]] std::string request(std::string_view line, std::string_view more = "",
                                    std::string_view body = "") const {
    const std::string length = body.empty() ? "" : fmt::format("Content-Length: {}\r\n", body.size());
    return fmt::format("{} HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer the-token\r\n{}{}\r\n{}", line,
                       server_->port(), length, more, body);
  }

 private:
  std::unique_ptr<net::AdminServer> server_;
};

std::string status_of(const std::string& message) {
  return message.substr(0, message.find("\r\n"));
}

}  // namespace

TEST_CASE("the door turns away what a page could send and who has no token", "[net][admin]") {
  struct Row {
    const char* name;
    const char* fields;
    bool anywhere;
    std::optional<Errc> error;
  };
  const Row rows[] = {
      {"by address", "Host: 127.0.0.1:7000\r\nAuthorization: Bearer the-token\r\n", false, std::nullopt},
      {"by name", "Host: LOCALHOST:7000\r\nAuthorization: bearer the-token\r\n", false, std::nullopt},
      {"by IPv6 address", "Host: [::1]:7000\r\nAuthorization: Bearer the-token\r\n", false, std::nullopt},
      {"a name pointed at us", "Host: evil.example:7000\r\nAuthorization: Bearer the-token\r\n", false,
       Errc::host_mismatch},
      {"a name that looks like an address", "Host: 127.0.0.1.evil.example:7000\r\n", false, Errc::host_mismatch},
      {"another port", "Host: 127.0.0.1:7001\r\nAuthorization: Bearer the-token\r\n", false, Errc::host_mismatch},
      {"no port", "Host: 127.0.0.1\r\nAuthorization: Bearer the-token\r\n", false, Errc::host_mismatch},
      {"no Host", "Authorization: Bearer the-token\r\n", false, Errc::host_mismatch},
      {"a foreign address", "Host: 192.0.2.1:7000\r\nAuthorization: Bearer the-token\r\n", false, Errc::host_mismatch},
      {"any address, where it listens anywhere", "Host: 192.0.2.1:7000\r\nAuthorization: Bearer the-token\r\n", true,
       std::nullopt},
      {"a name, where it listens anywhere", "Host: evil.example:7000\r\nAuthorization: Bearer the-token\r\n", true,
       Errc::host_mismatch},
      {"an Origin", "Host: 127.0.0.1:7000\r\nOrigin: http://127.0.0.1:7000\r\nAuthorization: Bearer the-token\r\n",
       false, Errc::origin_forbidden},
      {"a page's fetch", "Host: 127.0.0.1:7000\r\nSec-Fetch-Site: none\r\nAuthorization: Bearer the-token\r\n", false,
       Errc::origin_forbidden},
      {"no token", "Host: 127.0.0.1:7000\r\n", false, Errc::unauthorized},
      {"a wrong token", "Host: 127.0.0.1:7000\r\nAuthorization: Bearer the-tokem\r\n", false, Errc::unauthorized},
      {"half a token", "Host: 127.0.0.1:7000\r\nAuthorization: Bearer the-tok\r\n", false, Errc::unauthorized},
      {"another scheme", "Host: 127.0.0.1:7000\r\nAuthorization: Digest the-token\r\n", false, Errc::unauthorized},
      {"two tokens", "Host: 127.0.0.1:7000\r\nAuthorization: Bearer the-token\r\nAuthorization: Bearer the-token\r\n",
       false, Errc::unauthorized},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      net::AdminDoor door = door_at(7000);
      door.anywhere = row.anywhere;
      const auto head = http::parse_request_head(fmt::format("GET / HTTP/1.1\r\n{}\r\n", row.fields), Limits{});
      REQUIRE(head);
      const auto checked = net::check_visitor(door, *head, true);
      CHECK(checked.has_value() == !row.error);
      if (!checked && row.error) CHECK(checked.error().code == *row.error);
    }
  }
  const auto open = http::parse_request_head("GET / HTTP/1.1\r\nHost: 127.0.0.1:7000\r\n\r\n", Limits{});
  CHECK(net::check_visitor(door_at(7000), *open, false));
  net::AdminDoor without = door_at(7000);
  without.token = Secret("");
  CHECK_FALSE(net::check_visitor(without, *open, true));
}

TEST_CASE("wrong tokens are answered late after some, right ones never", "[net][admin]") {
  Limits limits;
  limits.admin_wrong_tokens = 3;
  limits.admin_wrong_token_time = std::chrono::milliseconds(400);
  Server server(limits);
  const auto ask = [&server](std::string_view path, std::string_view token) {
    constexpr std::chrono::milliseconds pause{400};
    const auto start = std::chrono::steady_clock::now();
    Wire wire = server.connect();
    wire.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {}\r\n\r\n", path,
                          (*server).port(), token));
    const std::string status = status_of(wire.receive_message());
    return std::pair(status, std::chrono::steady_clock::now() - start >= pause);
  };
  for (int i = 0; i < 3; ++i) CHECK(ask("/secret", "no").first == "HTTP/1.1 401 Unauthorized");
  CHECK(ask("/secret", "no") == std::pair(std::string("HTTP/1.1 401 Unauthorized"), true));
  CHECK(ask("/secret", "the-token").first == "HTTP/1.1 200 OK");
  CHECK(ask("/open", "no").first == "HTTP/1.1 200 OK");
}

TEST_CASE("admin requests are answered one after the other", "[net][admin]") {
  Server server;
  struct Row {
    const char* name;
    std::string request;
    const char* status;
    const char* contains;
  };
  const Row rows[] = {
      {"get", server.request("GET /secret"), "HTTP/1.1 200 OK", "\r\n\r\ntold\n"},
      {"with a query", server.request("GET /secret?x=1"), "HTTP/1.1 200 OK", "\r\n\r\ntold\n"},
      {"post", server.request("POST /echo", "Content-Type: a/b\r\n", "hello"), "HTTP/1.1 200 OK", "a/b|hello"},
      {"post in chunks", server.request("POST /echo", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n",
       "HTTP/1.1 200 OK", "|abc"},
  };
  Wire wire = server.connect();
  for (const Row& row : rows) {
    wire.send(row.request);
    const std::string answer = wire.receive_message();
    CHECK(status_of(answer) == row.status);
    CHECK_THAT(answer, Catch::Contains(row.contains));
  }
  wire.send(server.request("POST /empty", "", "x"));
  CHECK(status_of(wire.receive_head()) == "HTTP/1.1 204 No Content");
  wire.send(server.request("HEAD /secret"));
  const std::string head = wire.receive_head();
  CHECK(test::field_of(head, "content-length") == "5");
  wire.send(server.request("GET /secret", "Connection: close\r\n"));
  CHECK(status_of(wire.receive_message()) == "HTTP/1.1 200 OK");
  CHECK(wire.ended());
}

TEST_CASE("what is wrong is refused, and the connection ends", "[net][admin]") {
  Limits limits;
  limits.admin_body_bytes = 8;
  limits.admin_head_bytes = 512;
  Server server(limits);
  struct Row {
    const char* name;
    std::string request;
    const char* status;
    const char* contains;
  };
  const std::string host = fmt::format("Host: 127.0.0.1:{}\r\n", (*server).port());
  const Row rows[] = {
      {"no token", "GET /secret HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 401 Unauthorized", "www-authenticate: Bearer"},
      {"no token, no path", "GET /nothing HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 401 Unauthorized", "unauthorized"},
      {"no such path", server.request("GET /nothing"), "HTTP/1.1 404 Not Found", "not-found"},
      {"another method", server.request("DELETE /secret"), "HTTP/1.1 405 Method Not Allowed", "allow: GET, HEAD\r\n"},
      {"whole URL", server.request("GET http://localhost/secret"), "HTTP/1.1 404 Not Found", "not-found"},
      {"the answer is an error", server.request("POST /broken", "", "{"), "HTTP/1.1 400 Bad Request", "json-malformed"},
      {"body too long", server.request("POST /echo", "", "123456789"), "HTTP/1.1 413 Content Too Large",
       "body-too-long"},
      {"head too long", server.request("GET /secret", "A: " + std::string(600, 'a') + "\r\n"),
       "HTTP/1.1 431 Request Header Fields Too Large", "head-too-long"},
      {"two lengths", server.request("POST /echo", "Content-Length: 2\r\nContent-Length: 3\r\n") + "abc",
       "HTTP/1.1 400 Bad Request", "framing-ambiguous"},
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request", "head-malformed"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Wire wire = server.connect();
      wire.send(row.request);
      const std::string answer = wire.receive_rest();
      CHECK(status_of(answer) == row.status);
      CHECK_THAT(answer, Catch::Contains(row.contains));
    }
  }
  Wire open = server.connect();
  open.send("GET /open HTTP/1.1\r\n" + host + "\r\n");
  CHECK_THAT(open.receive_message(), Catch::Contains("up\n"));
}

TEST_CASE("slow and surplus admin connections end", "[net][admin]") {
  Limits limits;
  limits.admin_time = std::chrono::milliseconds(50);
  limits.admin_connections = 2;
  Server server(limits);
  SECTION("a head that does not come") {
    Wire wire = server.connect();
    wire.send("GET /open HT");
    CHECK(status_of(wire.receive_rest()) == "HTTP/1.1 408 Request Timeout");
  }
  SECTION("a body that does not come") {
    Wire wire = server.connect();
    wire.send(server.request("POST /echo", "Content-Length: 5\r\n"));
    CHECK(status_of(wire.receive_rest()) == "HTTP/1.1 408 Request Timeout");
  }
  SECTION("nothing at all") {
    Wire wire = server.connect();
    CHECK(wire.receive_rest().empty());
  }
}

TEST_CASE("more than so many admin connections are busy", "[net][admin]") {
  Limits limits;
  limits.admin_connections = 2;
  Server server(limits);
  Wire one = server.connect();
  one.send(server.request("GET /secret"));
  CHECK(status_of(one.receive_message()) == "HTTP/1.1 200 OK");
  Wire two = server.connect();
  two.send(server.request("GET /secret"));
  CHECK(status_of(two.receive_message()) == "HTTP/1.1 200 OK");
  Wire three = server.connect();
  CHECK(status_of(three.receive_rest()) == "HTTP/1.1 503 Service Unavailable");
}

TEST_CASE("followers get every event, and hear of what was left out", "[net][admin]") {
  Limits limits;
  limits.admin_streams = 2;
  limits.admin_beat_time = std::chrono::milliseconds(30);
  Server server(limits);
  (*server).publish("nobody hears this");
  Wire first = server.connect();
  first.send(server.request("GET /events"));
  CHECK_THAT(first.receive_head(), Catch::Contains("content-type: text/event-stream"));
  CHECK(first.receive(std::string_view(": hello\n\n").size()) == ": hello\n\n");
  CHECK(first.receive(3) == ":\n\n");  // a beat: it follows now
  Wire second = server.connect();
  second.send(server.request("GET /events"));
  static_cast<void>(second.receive_head());
  CHECK(second.receive(12) == ": hello\n\n:\n\n");
  Wire third = server.connect();
  third.send(server.request("GET /events"));
  CHECK(status_of(third.receive_rest()) == "HTTP/1.1 503 Service Unavailable");

  (*server).publish(R"({"a":1})");
  const auto event_of = [](Wire& wire) {
    std::string seen;
    while (seen.find("data: ") == std::string::npos || !seen.ends_with("\n\n")) seen += wire.receive_some();
    return seen.substr(seen.find("data: "));
  };
  CHECK_THAT(event_of(first), Catch::StartsWith("data: {\"a\":1}\n\n"));
  CHECK_THAT(event_of(second), Catch::StartsWith("data: {\"a\":1}\n\n"));
  CHECK((*server).has_followers());
  first.reset();
  second.reset();
  Wire last = server.connect();  // a beat frees their places
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while ((*server).has_followers() && std::chrono::steady_clock::now() < until) {
    last.send(server.request("GET /secret"));
    static_cast<void>(last.receive_message());
  }
  CHECK_FALSE((*server).has_followers());
}

TEST_CASE("an admin address that is taken or no loopback is refused", "[net][admin]") {
  Server server;
  net::AdminOptions options;
  options.door = door_at((*server).port());
  const auto taken = net::AdminServer(std::move(options)).start();
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Errc::listen_failed);
  CHECK_THAT(taken.error().detail, Catch::Contains("--admin"));
  net::AdminOptions wide;
  wide.door = door_at(0);
  wide.door.host = "0.0.0.0";
  CHECK_FALSE(net::AdminServer(std::move(wide)).start());
}
