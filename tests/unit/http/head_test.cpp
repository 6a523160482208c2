#include "http/head.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

const std::string request =
    "POST /v1/messages?beta=true HTTP/1.1\r\nHost: api.example.com\r\nX-Odd:\t two words \t\r\n"
    "Connection: keep-alive\r\nconnection: TE , close\r\nEmpty:\r\nLatin: caf\xe9\r\n\r\n";

std::string with_line(const std::string& line) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
}

}  // namespace

TEST_CASE("parse_request_head says where everything is and keeps the bytes", "[http][head]") {
  const auto head = parse_request_head(request, Limits{});
  REQUIRE(head);
  CHECK(head->raw == request);
  CHECK(head->method_text() == "POST");
  CHECK(head->target_text() == "/v1/messages?beta=true");
  CHECK(head->version_minor == 1);
  REQUIRE(head->fields.size() == 6);
  CHECK(head->name(head->fields[1]) == "X-Odd");
  CHECK(head->value(head->fields[1]) == "two words");
  CHECK(head->slice(head->fields[1].line) == "X-Odd:\t two words \t\r\n");
  CHECK(head->value(head->fields[4]).empty());
  CHECK(head->find("latin") == std::string_view("caf\xe9"));
}

TEST_CASE("field lines join to the raw head again", "[http][head]") {
  const auto head = parse_request_head(request, Limits{});
  REQUIRE(head);
  std::string joined = request.substr(0, request.find('\n') + 1);
  for (const FieldRange& field : head->fields) joined += head->slice(field.line);
  CHECK(joined + "\r\n" == request);
}

TEST_CASE("fields are found by name in any case, and tokens over all lines", "[http][head]") {
  const auto head = parse_request_head(request, Limits{});
  REQUIRE(head);
  CHECK(head->find("HOST") == std::string_view("api.example.com"));
  CHECK_FALSE(head->find("hos"));
  CHECK(head->count("CONNECTION") == 2);
  CHECK(head->count("none") == 0);
  CHECK(head->has_token("connection", "close"));
  CHECK(head->has_token("Connection", "Keep-Alive"));
  CHECK(head->has_token("connection", "te"));
  CHECK_FALSE(head->has_token("connection", "keep"));
  CHECK_FALSE(head->has_token("x-odd", "words"));
}

TEST_CASE("parse_request_head refuses what two parsers could read differently", "[http][head]") {
  struct Row {
    const char* name;
    std::string bytes;
    Errc code;
  };
  using namespace std::string_literals;
  const Row rows[] = {
      {"nothing", "", Errc::head_malformed},
      {"no end", "GET / HTTP/1.1\r\nHost: a\r\n", Errc::head_malformed},
      {"empty line first", "\r\nGET / HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", Errc::head_malformed},
      {"bare LF in the middle", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", Errc::head_malformed},
      {"bare CR in a value", with_line("X: a\rb"), Errc::head_malformed},
      {"bare CR in the request line", "GET /\r HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"CR CR LF", "GET / HTTP/1.1\r\r\n\r\n", Errc::head_malformed},
      {"NUL in a value", with_line("X: a\0b"s), Errc::head_malformed},
      {"NUL in a name", with_line("X\0: a"s), Errc::head_malformed},
      {"control byte in a value", with_line("X: a\x01"), Errc::head_malformed},
      {"DEL in a value", with_line("X: a\x7f"), Errc::head_malformed},
      {"vertical tab in a value", with_line("X: a\x0b"), Errc::head_malformed},
      {"space before the colon", with_line("X : a"), Errc::head_malformed},
      {"tab before the colon", with_line("X\t: a"), Errc::head_malformed},
      {"space in a name", with_line("X Y: a"), Errc::head_malformed},
      {"non-ASCII name", with_line("X\xa0: a"), Errc::head_malformed},
      {"brackets in a name", with_line("X[]: a"), Errc::head_malformed},
      {"no colon", with_line("X"), Errc::head_malformed},
      {"empty name", with_line(": a"), Errc::head_malformed},
      {"fold by space", with_line("X: a\r\n b"), Errc::head_malformed},
      {"fold by tab", with_line("X: a\r\n\tb"), Errc::head_malformed},
      {"fold right after the request line", "GET / HTTP/1.1\r\n X: a\r\n\r\n", Errc::head_malformed},
      {"two spaces after the method", "GET  / HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"two spaces after the target", "GET /  HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"tab as separator", "GET\t/ HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"space at the end of the line", "GET / HTTP/1.1 \r\n\r\n", Errc::head_malformed},
      {"leading space", " GET / HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"space in the target", "GET /a b HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"no target", "GET HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"HTTP/0.9", "GET /\r\n\r\n", Errc::head_malformed},
      {"method is no token", "G@T / HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"non-ASCII target", "GET /\xc3\xa9 HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"control byte in the target", "GET /\x01 HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"fragment", "GET /#top HTTP/1.1\r\n\r\n", Errc::head_malformed},
      {"version in lower case", "GET / http/1.1\r\n\r\n", Errc::head_malformed},
      {"version without minor", "GET / HTTP/1\r\n\r\n", Errc::head_malformed},
      {"long minor", "GET / HTTP/1.10\r\n\r\n", Errc::head_malformed},
      {"version 2", "PRI * HTTP/2.0\r\n\r\n", Errc::version_unsupported},
      {"version 1.2", "GET / HTTP/1.2\r\n\r\n", Errc::version_unsupported},
      {"version 0.9", "GET / HTTP/0.9\r\n\r\n", Errc::version_unsupported},
      {"bytes after the head", "GET / HTTP/1.1\r\n\r\nx", Errc::head_malformed},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto head = parse_request_head(row.bytes, Limits{});
      REQUIRE_FALSE(head);
      CHECK(head.error().code == row.code);
      CHECK(head.error().at <= row.bytes.size());
    }
  }
}

TEST_CASE("head errors say at which byte", "[http][head]") {
  const std::string bytes = with_line(
      "Name: a\x01"
      "b");
  const auto head = parse_request_head(bytes, Limits{});
  REQUIRE_FALSE(head);
  CHECK(head.error().at == bytes.find('\x01'));
}

TEST_CASE("each limit of a head holds, and its edge passes", "[http][head]") {
  Limits limits;
  limits.head_bytes = 64;
  limits.head_fields = 2;
  limits.target_bytes = 8;
  const std::string start = "GET / HTTP/1.1\r\n";
  SECTION("bytes") {
    const std::string fits = start + "A:" + std::string(64 - start.size() - 6, 'x') + "\r\n\r\n";
    REQUIRE(fits.size() == 64);
    CHECK(parse_request_head(fits, limits));
    const auto head = parse_request_head(start + "A:" + std::string(64 - start.size() - 5, 'x') + "\r\n\r\n", limits);
    REQUIRE_FALSE(head);
    CHECK(head.error().code == Errc::head_too_long);
  }
  SECTION("fields") {
    CHECK(parse_request_head(start + "A:\r\nB:\r\n\r\n", limits));
    const auto head = parse_request_head(start + "A:\r\nB:\r\nC:\r\n\r\n", limits);
    REQUIRE_FALSE(head);
    CHECK(head.error().code == Errc::head_too_long);
  }
  SECTION("target") {
    CHECK(parse_request_head("GET /2345678 HTTP/1.1\r\n\r\n", limits));
    const auto head = parse_request_head("GET /23456789 HTTP/1.1\r\n\r\n", limits);
    REQUIRE_FALSE(head);
    CHECK(head.error().code == Errc::target_too_long);
  }
}

TEST_CASE("parse_response_head reads status lines with and without a reason", "[http][head]") {
  struct Row {
    const char* line;
    std::uint16_t status;
    std::uint8_t minor;
  };
  const Row rows[] = {{"HTTP/1.1 200 OK", 200, 1},
                      {"HTTP/1.1 200 ", 200, 1},
                      {"HTTP/1.1 200", 200, 1},
                      {"HTTP/1.0 404 Nicht gef\xfcnden", 404, 0},
                      {"HTTP/1.1 100 Continue", 100, 1}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.line) {
      const auto head = parse_response_head(std::string(row.line) + "\r\nServer: x\r\n\r\n", Limits{});
      REQUIRE(head);
      CHECK(head->status == row.status);
      CHECK(head->version_minor == row.minor);
      CHECK(head->find("server") == std::string_view("x"));
    }
  }
}

TEST_CASE("parse_response_head refuses a line that is none", "[http][head]") {
  const char* const lines[] = {"",
                               "HTTP",
                               "HTTP/1.1",
                               "HTTP/1.1 ",
                               "HTTP/1.1  200 OK",
                               "HTTP/1.1 20",
                               "HTTP/1.1 2000",
                               "HTTP/1.1 099 x",
                               "HTTP/1.1 2x0 OK",
                               "HTTP/1.1 200OK",
                               "HTTP/2.0 200 OK",
                               "ICY 200 OK",
                               "HTTP/1.1 200 O\x01K"};
  for (const char* line : lines) {
    DYNAMIC_SECTION(line) {
      CHECK_FALSE(parse_response_head(std::string(line) + "\r\n\r\n", Limits{}));
    }
  }
}

TEST_CASE("head_length finds the first empty line", "[http][head]") {
  CHECK(head_length("") == 0);
  CHECK(head_length("GET / HTTP/1.1\r\nHost: a\r\n") == 0);
  CHECK(head_length("GET / HTTP/1.1\r\nHost: a\r\n\r") == 0);
  CHECK(head_length("GET / HTTP/1.1\r\n\r\nGET /") == 18);
  CHECK(head_length("GET / HTTP/1.1\n\nGET /") == 16);
}

TEST_CASE("head_length finds the same end however the head drips in", "[http][head]") {
  for (const std::string& bytes : {request, std::string("GET / HTTP/1.1\n\n"), std::string("A\r\n\n")}) {
    std::size_t found = 0;
    std::size_t seen = 0;
    for (std::size_t n = 1; n <= bytes.size() && found == 0; ++n) {
      found = head_length(std::string_view(bytes).substr(0, n), seen);
      seen = n;
    }
    CHECK(found == bytes.size());
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) CHECK(head_length(bytes, cut) == bytes.size());
  }
}
