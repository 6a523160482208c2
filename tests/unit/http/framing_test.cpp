#include "http/framing.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

using Kind = Framing::Kind;

Result<Framing> frame_request(const std::string& start, const std::string& lines, const Limits& limits = {}) {
  TT_TRY(const RequestHead head, parse_request_head(start + "\r\n" + lines + "\r\n", limits));
  return request_framing(head, limits);
}

Result<Framing> frame_response(const std::string& start, const std::string& lines, std::string_view method) {
  TT_TRY(const ResponseHead head, parse_response_head(start + "\r\n" + lines + "\r\n", Limits{}));
  return response_framing(head, method);
}

}  // namespace

TEST_CASE("request_framing reads the plain forms", "[http][framing]") {
  struct Row {
    const char* start;
    const char* lines;
    Kind kind;
    std::uint64_t length;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1", "Host: a\r\n", Kind::none, 0},
      {"POST / HTTP/1.1", "Host: a\r\nContent-Length: 0\r\n", Kind::length, 0},
      {"POST / HTTP/1.1", "Host: a\r\ncontent-length:12\r\n", Kind::length, 12},
      {"GET / HTTP/1.1", "Host: a\r\nContent-Length: 3\r\n", Kind::length, 3},
      {"POST / HTTP/1.1", "Host: a\r\nTransfer-Encoding: chunked\r\n", Kind::chunked, 0},
      {"POST / HTTP/1.1", "Host: a\r\ntransfer-encoding: Chunked\r\n", Kind::chunked, 0},
      {"GET / HTTP/1.0", "", Kind::none, 0},
      {"OPTIONS * HTTP/1.1", "Host: a\r\n", Kind::none, 0},
      {"GET http://a/b HTTP/1.1", "Host: a\r\n", Kind::none, 0},
      {"CONNECT a:443 HTTP/1.1", "Host: a\r\n", Kind::none, 0},
      {"CONNECT a:443 HTTP/1.1", "Host: a:443\r\nContent-Length: 0\r\n", Kind::length, 0},
      {"POST / HTTP/1.1", "Host: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n", Kind::length, 1},
      {"GET / HTTP/1.1", "Host: a\r\nConnection: keep-alive, Upgrade\r\n", Kind::none, 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.start << " " << row.lines) {
      const auto got = frame_request(row.start, row.lines);
      REQUIRE(got);
      CHECK(got->kind == row.kind);
      CHECK(got->length == row.length);
    }
  }
}

TEST_CASE("request_framing refuses lengths that can be read in two ways", "[http][framing]") {
  const char* const rows[] = {
      "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: identity\r\nContent-Length: 3\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: ,chunked\r\n",
      "Transfer-Encoding: chunked,\r\n",
      "Transfer-Encoding: chunked;q=1\r\n",
      "Transfer-Encoding: \"chunked\"\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunk\r\n",
      "Transfer-Encoding: \xa0"
      "chunked\r\n",
      "Transfer-Encoding:\r\n",
      "Content-Length:\r\n",
      "Content-Length: 3\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\nContent-Length: 4\r\n",
      "Content-Length: 3, 3\r\n",
      "Content-Length: +3\r\n",
      "Content-Length: -3\r\n",
      "Content-Length: 0x3\r\n",
      "Content-Length: 3 3\r\n",
      "Content-Length: 3.0\r\n",
      "Content-Length: 3e1\r\n",
      "Content-Length: 0003\r\n",
      "Content-Length: 00\r\n",
      "Content-Length: a\r\n",
      "Content-Length: 3;\r\n",
      "Content-Length: \"3\"\r\n",
      "Content-Length: 9223372036854775808\r\n",
      "Content-Length: 18446744073709551619\r\n",
      "Content-Length: 99999999999999999999999\r\n",
      "Connection: content-length\r\nContent-Length: 3\r\n",
      "Connection: close, Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n",
      "Connection: close\r\nConnection: HOST\r\n",
      "Connection: trailer\r\n",
  };
  for (const char* lines : rows) {
    DYNAMIC_SECTION(lines) {
      const auto got = frame_request("POST / HTTP/1.1", std::string("Host: a\r\n") + lines);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::framing_ambiguous);
    }
  }
}

TEST_CASE("request_framing refuses other things no origin should see", "[http][framing]") {
  struct Row {
    const char* start;
    const char* lines;
    Errc code;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1", "", Errc::host_missing},
      {"GET / HTTP/1.1", "Host: a\r\nHost: a\r\n", Errc::host_duplicate},
      {"GET / HTTP/1.1", "Host: a\r\nhost: b\r\n", Errc::host_duplicate},
      {"GET / HTTP/1.0", "Host: a\r\nHost: a\r\n", Errc::host_duplicate},
      {"GET / HTTP/1.1", "Host:\r\n", Errc::head_malformed},
      {"GET / HTTP/1.1", "Host: a b\r\n", Errc::head_malformed},
      {"GET / HTTP/1.1", "Host: a/@c\r\n", Errc::head_malformed},
      {"GET / HTTP/1.1", "Host: a:0\r\n", Errc::head_malformed},
      {"GET / HTTP/1.1", "Host: a, b\r\n", Errc::head_malformed},
      {"POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n", Errc::framing_ambiguous},
      {"CONNECT a:443 HTTP/1.1", "Host: a\r\nContent-Length: 3\r\n", Errc::framing_ambiguous},
      {"CONNECT a:443 HTTP/1.1", "Host: a\r\nTransfer-Encoding: chunked\r\n", Errc::framing_ambiguous},
      {"GET * HTTP/1.1", "Host: a\r\n", Errc::target_malformed},
      {"GET a HTTP/1.1", "Host: a\r\n", Errc::target_malformed},
      {"GET a:443 HTTP/1.1", "Host: a\r\n", Errc::target_malformed},
      {"connect a:443 HTTP/1.1", "Host: a\r\n", Errc::target_malformed},
      {"POST / HTTP/1.1", "Host: a\r\nExpect: magic\r\n", Errc::expectation_unsupported},
      {"POST / HTTP/1.1", "Host: a\r\nExpect: 100-continue, x\r\n", Errc::expectation_unsupported},
      {"POST / HTTP/1.1", "Host: a\r\nExpect: 100-continue\r\nExpect: x\r\n", Errc::expectation_unsupported},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.start << " " << row.lines) {
      const auto got = frame_request(row.start, row.lines);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == row.code);
    }
  }
}

TEST_CASE("a length over the limit is refused, at the limit taken", "[http][framing]") {
  Limits limits;
  limits.body_bytes = 100;
  CHECK(frame_request("POST / HTTP/1.1", "Host: a\r\nContent-Length: 100\r\n", limits));
  const auto got = frame_request("POST / HTTP/1.1", "Host: a\r\nContent-Length: 101\r\n", limits);
  REQUIRE_FALSE(got);
  CHECK(got.error().code == Errc::body_too_long);
}

TEST_CASE("response_framing follows method and status first", "[http][framing]") {
  struct Row {
    const char* start;
    const char* lines;
    const char* method;
    Kind kind;
    std::uint64_t length;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", "GET", Kind::length, 5},
      {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", "POST", Kind::chunked, 0},
      {"HTTP/1.1 200 OK", "", "GET", Kind::until_close, 0},
      {"HTTP/1.0 200 OK", "", "GET", Kind::until_close, 0},
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", "HEAD", Kind::none, 0},
      {"HTTP/1.1 204 No Content", "", "GET", Kind::none, 0},
      {"HTTP/1.1 204 No Content", "Content-Length: 0\r\n", "GET", Kind::none, 0},
      {"HTTP/1.1 304 Not Modified", "Content-Length: 5\r\n", "GET", Kind::none, 0},
      {"HTTP/1.1 100 Continue", "", "POST", Kind::none, 0},
      {"HTTP/1.1 103 Early Hints", "", "GET", Kind::none, 0},
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", "CONNECT", Kind::none, 0},
      {"HTTP/1.1 407 No", "Content-Length: 5\r\n", "CONNECT", Kind::length, 5},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.method << " " << row.start << " " << row.lines) {
      const auto got = frame_response(row.start, row.lines, row.method);
      REQUIRE(got);
      CHECK(got->kind == row.kind);
      CHECK(got->length == row.length);
    }
  }
}

TEST_CASE("response_framing refuses ambiguous lengths as the upstream's fault", "[http][framing]") {
  for (const char* lines :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: x\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n", "Content-Length: 99999999999999999999\r\n"}) {
    DYNAMIC_SECTION(lines) {
      const auto got = frame_response("HTTP/1.1 200 OK", lines, "GET");
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::upstream_response_malformed);
    }
  }
}

TEST_CASE("response_framing refuses a body where there can be none", "[http][framing]") {
  for (const char* start : {"HTTP/1.1 100 Continue", "HTTP/1.1 103 Early Hints", "HTTP/1.1 204 No Content"})
    for (const char* lines : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
      CAPTURE(start, lines);
      const auto got = frame_response(start, lines, "GET");
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::upstream_response_malformed);
    }
}

TEST_CASE("request_framing refuses framing fields in disguise, and a TRACE with a body", "[http][framing]") {
  for (const char* lines : {"Content_Length: 5\r\n", "Transfer_Encoding: chunked\r\n", "CONTENT_ENCODING: gzip\r\n"})
    CHECK_FALSE(frame_request("POST / HTTP/1.1", std::string("Host: a\r\n") + lines));
  CHECK_FALSE(frame_request("TRACE / HTTP/1.1", "Host: a\r\nContent-Length: 1\r\n"));
  CHECK(frame_request("TRACE / HTTP/1.1", "Host: a\r\n"));
}

TEST_CASE("keeps_alive follows version and Connection", "[http][framing]") {
  struct Row {
    const char* start;
    const char* lines;
    bool alive;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1", "", true},
      {"GET / HTTP/1.1", "Connection: close\r\n", false},
      {"GET / HTTP/1.1", "Connection: TE, Close\r\n", false},
      {"GET / HTTP/1.1", "Proxy-Connection: close\r\n", false},
      {"GET / HTTP/1.0", "", false},
      {"GET / HTTP/1.0", "Connection: Keep-Alive\r\n", true},
      {"GET / HTTP/1.0", "Connection: keep-alive, close\r\n", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.start << " " << row.lines) {
      const auto head = parse_request_head(std::string(row.start) + "\r\n" + row.lines + "\r\n", Limits{});
      REQUIRE(head);
      CHECK(keeps_alive(*head, head->version_minor) == row.alive);
    }
  }
}
