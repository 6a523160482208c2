#include "net/status_answer.hpp"

#include "support/catch.hpp"

using namespace telltale;

namespace {

constexpr std::size_t most = 8;

/// The body, or "error: " and why there is none.
std::string read(std::string_view wire, std::size_t step, bool closes) {
  const Limits limits;
  net::StatusAnswer answer("GET", most, limits);
  for (std::size_t at = 0; at < wire.size() && !answer.done(); at += step)
    if (auto taken = answer.push(wire.substr(at, step)); !taken) return "error: " + taken.error().detail;
  if (!answer.done() && closes)
    if (auto ended = answer.end(); !ended) return "error: " + ended.error().detail;
  return answer.done() ? answer.body() : "more";
}

}  // namespace

TEST_CASE("a short answer is read whole, however it is cut", "[net][status]") {
  struct Row {
    const char* name;
    std::string wire;
    const char* expected;
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const Row rows[] = {
      {"by its length", ok + "Content-Length: 3\r\n\r\nabc", "abc"},
      {"in chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"},
      {"to its end", "HTTP/1.0 200 OK\r\n\r\nabc", "abc"},
      {"empty", ok + "Content-Length: 0\r\n\r\n", ""},
      {"as long as allowed", ok + "Content-Length: 8\r\n\r\n12345678", "12345678"},
      {"one longer, by its length", ok + "Content-Length: 9\r\n\r\n", "error: its body is over 8 bytes"},
      {"one longer, in chunks", ok + "Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n",
       "error: its body is over 8 bytes"},
      {"one longer, to its end", ok + "\r\n123456789", "error: its body is over 8 bytes"},
      {"cut", ok + "Content-Length: 3\r\n\r\nab", "error: it ended before its end"},
      {"cut in the head", ok + "Content-", "error: it ended before its end"},
      {"nothing", "", "error: it ended before its end"},
      {"a redirect", "HTTP/1.1 302 Found\r\nLocation: http://x.test/\r\n\r\n",
       "error: it was answered with status 302"},
      {"only a hint", "HTTP/1.1 103 Early Hints\r\n\r\n", "error: it was answered with status 103"},
      {"a coding", ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", "error: its body has a content coding"},
      {"no coding, said so", ok + "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\na", "a"},
  };
  for (const Row& row : rows)
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
      INFO(row.name << ", " << step << " bytes at a time");
      CHECK(read(row.wire, step, true) == row.expected);
    }
}

TEST_CASE("an answer that two parsers could read differently is none", "[net][status]") {
  for (const char* fields :
       {"Content-Length: 3\r\nContent-Length: 4", "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Content-Length : 3", "Content-Length: 3\r\n folded"}) {
    INFO(fields);
    const std::string wire = std::string("HTTP/1.1 200 OK\r\n") + fields + "\r\n\r\nabc";
    CHECK(read(wire, 4096, true).starts_with("error: "));
  }
}

TEST_CASE("an answer whose head never ends is given up", "[net][status]") {
  std::string wire = "HTTP/1.1 200 OK\r\n";
  while (wire.size() <= Limits().head_bytes) wire += "A: b\r\n";
  CHECK(read(wire, 4096, false) == "error: its head has no end");
}
