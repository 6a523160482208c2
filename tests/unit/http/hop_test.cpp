#include "http/hop.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

RequestHead read(const std::string& start, const std::string& lines) {
  auto head = parse_request_head(start + "\r\n" + lines + "\r\n", Limits{});
  REQUIRE(head);
  return *head;
}

}  // namespace

TEST_CASE("is_hop_field knows the fields of one hop and what Connection names", "[http][hop]") {
  const RequestHead head = read("GET / HTTP/1.1", "Connection: x-a , close,\r\nConnection: X-B\r\n");
  for (const char* name : {"Connection", "keep-alive", "TE", "Upgrade", "Proxy-Authorization", "proxy-connection",
                           "Proxy-Authenticate", "X-A", "x-b"})
    CHECK(is_hop_field(head, name));
  for (const char* name : {"Host", "Transfer-Encoding", "Content-Length", "X-C", "Cookie", "Trailer"})
    CHECK_FALSE(is_hop_field(head, name));
}

TEST_CASE("forwards_left reads one plain number, for TRACE and OPTIONS alone", "[http][hop]") {
  const auto left = [](const char* method, const char* lines) {
    return forwards_left(read(std::string(method) + " / HTTP/1.1", lines));
  };
  CHECK(left("TRACE", "Max-Forwards: 0\r\n").value() == 0U);
  CHECK(left("OPTIONS", "max-forwards: 010\r\n").value() == 10U);
  CHECK(left("OPTIONS", "Max-Forwards: 999999999\r\n").value() == 999999999U);
  CHECK_FALSE(left("OPTIONS", "").value());
  CHECK_FALSE(left("GET", "Max-Forwards: x\r\n").value());
  for (const char* bad : {"Max-Forwards:\r\n", "Max-Forwards: -1\r\n", "Max-Forwards: 1,2\r\n",
                          "Max-Forwards: 1234567890\r\n", "Max-Forwards: 1\r\nMax-Forwards: 1\r\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(left("TRACE", bad));
  }
}

TEST_CASE("has_passed finds a name in any entry of any Via, and nowhere else", "[http][hop]") {
  const auto passed = [](const char* lines) { return has_passed(read("GET / HTTP/1.1", lines), "us"); };
  for (const char* lines :
       {"Via: 1.1 us\r\n", "Via: 1.0 a, 1.1 US (c)\r\n", "Via: 1.1 a\r\nvia: HTTP/1.1\tus\r\n", "Via: ,1.1 us(c)\r\n"})
    CHECK(passed(lines));
  for (const char* lines :
       {"", "Via: us\r\n", "Via: 1.1 usa\r\n", "Via: 1.1 a (us)\r\n", "X: 1.1 us\r\n", "Via:\r\n", "Via: ,,\r\n"})
    CHECK_FALSE(passed(lines));
}

TEST_CASE("last_hop_answer shows a TRACE its way and no credential", "[http][hop]") {
  const std::string shown =
      last_hop_answer(read("TRACE http://a/b HTTP/1.1", "Host: a\r\nCookie: c\r\nVia: 1.1 x\r\n"));
  CHECK(shown.ends_with("\r\n\r\nTRACE http://a/b HTTP/1.1\r\nHost: a\r\nVia: 1.1 x\r\n\r\n"));
  CHECK(last_hop_answer(read("OPTIONS * HTTP/1.1", "Host: a\r\n")).find("\r\nallow: ") != std::string::npos);
}
