#include "record/http_stream.hpp"

#include "support/catch.hpp"

using namespace telltale;

namespace {

const std::string asks =
    "POST /v1?a=b HTTP/1.1\r\nHost: a.test\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: 2\r\n\r\n{}";
const std::string answers = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
const std::string goes_on = "HTTP/1.1 100 Continue\r\n\r\n";

record::Conversation about() {
  return {"tcp-0", "https", "127.0.0.1:50000", "a.test", 443, {1000, 2000}, {1005, 2010}};
}

}  // namespace

TEST_CASE("the two sides of a connection are exchanges", "[record][stream]") {
  const auto got = record::exchanges_in(asks + asks, goes_on + answers + answers, about(), Limits{});
  CHECK_FALSE(got.stopped);
  REQUIRE(got.captures.size() == 2);
  const record::Capture& second = got.captures[1];
  CHECK(second.id == "tcp-0-2");
  CHECK(second.time == "1970-01-01T00:00:02.000Z");
  CHECK(second.request.url == "https://a.test/v1?a=b");
  CHECK(second.request.headers[2] == std::pair<std::string, std::string>("x-twice", "2"));
  CHECK(second.request.body.bytes == "{}");
  REQUIRE(second.response);
  CHECK(second.response->body.bytes == "ok");
  CHECK(second.response->total_ms == 10);
}

TEST_CASE("what is cut off or no HTTP is said, and what stands before it is kept", "[record][stream]") {
  struct Row {
    const char* name;
    std::string client, server;
    std::size_t captures;
    bool stopped, answered;
  };
  const Row rows[] = {
      {"nothing", "", "", 0, false, false},
      {"no answer", asks, "", 1, false, false},
      {"half an answer", asks, answers.substr(0, answers.size() - 8), 1, false, true},
      {"half a head", asks + "POST / HT", answers, 1, false, true},
      {"half a body", asks.substr(0, asks.size() - 1), "", 1, false, false},
      {"no HTTP", asks + "\x16\x03\x01\r\n\r\n", answers, 1, true, true},
      {"an answer that is none", asks, "SSH-2.0\r\n\r\n", 1, true, false},
      {"a WebSocket", asks + "\x81\x85", "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81", 1, false, true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = record::exchanges_in(row.client, row.server, about(), Limits{});
      REQUIRE(got.captures.size() == row.captures);
      CHECK(got.stopped.has_value() == row.stopped);
      if (row.captures > 0) CHECK(got.captures[0].response.has_value() == row.answered);
    }
  }
  CHECK(
      record::exchanges_in(asks.substr(0, asks.size() - 1), "", about(), Limits{}).captures[0].request.body.truncated);
}
