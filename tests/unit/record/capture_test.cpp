#include "record/capture.hpp"

#include <fmt/format.h>

#include <cstring>

#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using test::toy_digest;

namespace {

record::Capture full_capture() {
  record::Capture out;
  out.id = "01JD0000000000000000000001";
  out.time = "2026-11-21T02:41:07.113Z";
  out.flow_id = "01JD0000000000000000000000";
  out.flow_client = "127.0.0.1:51544";
  out.request = {"POST",
                 "https://api.example.com/v1/messages?beta=true",
                 "1.1",
                 {{"Host", "api.example.com"}, {"X-Twice", "1"}, {"x-twice", "2"}},
                 {"{\"a\":\"Today\xCA\xBCs\"}\n", "", false},
                 {{"t", "v"}}};
  out.response.emplace();
  out.response->status = 200;
  out.response->headers = {{"content-type", "text/event-stream"}};
  out.response->body = {"data: 1\n\n", "", true};
  out.response->first_byte_ms = 41;
  out.response->total_ms = 1310;
  out.typed = {"hello", "there"};
  out.environment = {{"host", {"box"}}, {"tz_name", {"Asia/Tehran", "Iran"}}};
  out.flags = record::CaptureFlags{true, false};
  return out;
}

std::string line_of(const record::Capture& capture) {
  return record::to_line(capture, toy_digest);
}

record::Capture parsed(std::string_view line) {
  const auto got = record::parse_capture(line, Limits{});
  INFO(line);
  REQUIRE(got);
  return *got;
}

std::string with_request(std::string_view members) {
  return fmt::format(R"({{"telltale":1,"request":{{"method":"POST","url":"https://a.example/"{}}}}})", members);
}

}  // namespace

TEST_CASE("a capture line has its members in the order of the format", "[record][capture]") {
  CHECK(
      line_of(full_capture()) ==
      R"({"telltale":1,"id":"01JD0000000000000000000001","time":"2026-11-21T02:41:07.113Z",)"
      R"("flow":{"id":"01JD0000000000000000000000","client":"127.0.0.1:51544","via":"connect","user":null},)"
      R"("request":{"method":"POST","url":"https://api.example.com/v1/messages?beta=true","http":"1.1",)"
      R"("headers":[["Host","api.example.com"],["X-Twice","1"],["x-twice","2"]],)"
      "\"body\":\"{\\\"a\\\":\\\"Today\xCA\xBCs\\\"}\\n\",\"coding\":null,\"trailers\":[[\"t\",\"v\"]]},"
      R"("response":{"status":200,"headers":[["content-type","text/event-stream"]],"body":"data: 1\n\n","coding":null,)"
      R"("truncated":true,"time_ms":{"first_byte":41,"total":1310}},"typed":["hello","there"],)"
      R"("environment":{"host":["box"],"tz_name":["Asia/Tehran","Iran"]},)"
      R"("capture":{"base_url_set":true,"proxy_vars":false}})");
}

TEST_CASE("a capture comes back as it was written", "[record][capture]") {
  const record::Capture sent = full_capture();
  const record::Capture got = parsed(line_of(sent));
  CHECK(got.id == sent.id);
  CHECK(got.time == sent.time);
  CHECK(got.flow_id == sent.flow_id);
  CHECK(got.flow_client == sent.flow_client);
  CHECK(got.flow_via == sent.flow_via);
  CHECK(got.request.method == sent.request.method);
  CHECK(got.request.url == sent.request.url);
  CHECK(got.request.headers == sent.request.headers);
  CHECK(got.request.body.bytes == sent.request.body.bytes);
  CHECK(got.request.trailers == sent.request.trailers);
  REQUIRE(got.response);
  CHECK(got.response->status == 200);
  CHECK(got.response->body.bytes == sent.response->body.bytes);
  CHECK(got.response->body.truncated);
  CHECK(got.response->first_byte_ms == 41);
  CHECK(got.response->total_ms == 1310);
  CHECK(got.typed == sent.typed);
  CHECK(got.environment == sent.environment);
  REQUIRE(got.flags);
  CHECK(got.flags->base_url_set);
  CHECK_FALSE(got.inspection);
}

TEST_CASE("no byte of a body, a header or typed text is lost", "[record][capture]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  const std::string bodies[] = {
      "",         "{}", "Today\xCA\xBCs",           std::string("\0\x7F", 2), "\xFF\xFE", "\xED\xA0\xBD",
      "\xC0\xAF", all,  "\xF0\x9F\x98\x80 \xE2\x80"};
  for (const std::string& body : bodies) {
    for (const char* coding : {"", "gzip"}) {
      record::Capture capture = full_capture();
      capture.request.body = {body, coding, false};
      capture.request.headers[1].second = body;
      capture.typed = {body};
      capture.environment["odd"] = {body};
      const record::Capture got = parsed(line_of(capture));
      CHECK(got.request.body.bytes == body);
      CHECK(got.request.body.coding == coding);
      CHECK(got.request.headers == capture.request.headers);
      CHECK(got.typed == capture.typed);
      CHECK(got.environment == capture.environment);
    }
  }
}

TEST_CASE("a body is text where it can be and base64 where it must", "[record][capture]") {
  record::Capture capture = full_capture();
  capture.request.body = {"plain", "gzip", false};
  CHECK(line_of(capture).find(R"("body_base64":"cGxhaW4=","coding":"gzip")") != std::string::npos);
  capture.request.body = {"\xFF", "", false};
  CHECK(line_of(capture).find(R"("body_base64":"/w==","coding":null)") != std::string::npos);
}

TEST_CASE("no credential reaches the line", "[record][capture]") {
  record::Capture capture = full_capture();
  capture.request.headers.emplace_back("Authorization", "Bearer sekrit-sekrit");
  capture.request.body.bytes = R"({"api_key":"sekrit-sekrit"})";
  const std::string line = line_of(capture);
  CHECK(line.find("sekrit") == std::string::npos);
  CHECK(line.find("[masked sha256:") != std::string::npos);
  CHECK(line_of(parsed(line)) == line);
}

TEST_CASE("parse_capture reads leniently what it can do without", "[record][capture]") {
  CHECK(parsed(with_request("")).request.http == "1.1");
  CHECK(parsed(with_request(R"(,"body":null)")).request.body.bytes.empty());
  CHECK(parsed(with_request(R"(,"unknown":{"a":[1]},"http":"2")")).request.http == "2");
  CHECK(parsed(R"({"request":{"url":"u","method":"GET"},"telltale":1,"typed":"one"})").typed ==
        std::vector<std::string>{"one"});
  CHECK(parsed(with_request("")).flow_via == "import");
  CHECK_FALSE(parsed(with_request("")).response);
}

TEST_CASE("parse_capture says what is wrong and where", "[record][capture]") {
  struct Row {
    const char* name;
    std::string line;
    std::size_t at;
    const char* detail;
  };
  const Row rows[] = {
      {"empty", "", 0, "not a JSON object"},
      {"no object", "[1]", 0, "not a JSON object"},
      {"two values", R"({"telltale":1} {})", 14, "more than one value on the line"},
      {"no version", "{}", 0, "no \"telltale\" member; not a capture line"},
      {"version no number", R"({"telltale":"1"})", 12, "\"telltale\" is not a version number"},
      {"newer", R"({"telltale":7})", 12, "version 7 is newer than 1, the newest this program reads"},
      {"no request", R"({"telltale":1})", 0, "\"request\" is not an object"},
      {"no url", R"({"telltale":1,"request":{"method":"GET"}})", 24, "the request has no \"method\" or no \"url\""},
      {"header of three", with_request(R"(,"headers":[["a","b","c"]])"), 79, "a header is not a pair of strings"},
      {"header no string", with_request(R"(,"headers":[["a",1]])"), 79, "a header is not a pair of strings"},
      {"body a number", with_request(R"(,"body":1)"), 75, "\"body\" is not a string"},
      {"no base64", with_request(R"(,"body_base64":"*")"), 82, "\"body_base64\" is not base64"},
      {"response a string", R"({"telltale":1,"request":{"method":"GET","url":"u"},"response":"x"})", 62,
       "\"response\" is not an object"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = record::parse_capture(row.line, Limits{});
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::capture_malformed);
      CHECK(got.error().at == row.at);
      CHECK(got.error().detail == row.detail);
    }
  }
}

TEST_CASE("parse_capture refuses a damaged line wherever it is cut", "[record][capture]") {
  const std::string line = line_of(full_capture());
  for (std::size_t end = 0; end < line.size(); ++end) {
    const auto got = record::parse_capture(std::string_view(line).substr(0, end), Limits{});
    REQUIRE_FALSE(got);
    CHECK(got.error().at <= end);
  }
}

TEST_CASE("parse_capture keeps to the limit of a line", "[record][capture]") {
  Limits limits;
  limits.capture_line_bytes = 20;
  const auto got = record::parse_capture(with_request(""), limits);
  REQUIRE_FALSE(got);
  CHECK(got.error().code == Errc::capture_malformed);
  CHECK(got.error().detail == "the line is longer than 20 bytes");
}

TEST_CASE("head_of builds the head that HTTP/1.1 would have sent", "[record][capture]") {
  struct Row {
    const char* name;
    record::CapturedRequest request;
    std::string head;
  };
  const Row rows[] = {
      {"origin form",
       {"POST", "https://a.example/v1?x=1#frag", "1.1", {{"Host", "a.example"}}, {}, {}},
       "POST /v1?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n"},
      {"no path",
       {"GET", "https://a.example", "1.1", {{"Host", "a.example"}}, {}, {}},
       "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"},
      {"query without path", {"GET", "https://a.example?x", "1.1", {}, {}, {}}, "GET /?x HTTP/1.1\r\n\r\n"},
      {"HTTP/1.0", {"GET", "http://a.example/", "1.0", {}, {}, {}}, "GET / HTTP/1.0\r\n\r\n"},
      {"HTTP/2 becomes 1.1", {"GET", "http://a.example/", "2", {}, {}, {}}, "GET / HTTP/1.1\r\n\r\n"},
      {"a mask in the target",
       {"GET", "http://a.example/?key=[masked sha256:00000000]", "1.1", {}, {}, {}},
       "GET /?key=[masked%20sha256:00000000] HTTP/1.1\r\n\r\n"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = record::head_of(row.request, Limits{});
      REQUIRE(got);
      CHECK(got->raw == row.head);
    }
  }
}

TEST_CASE("head_of refuses what would make another head", "[record][capture]") {
  const record::CapturedRequest rows[] = {
      {"GET", "http://a.example/", "1.1", {{"a", "b\r\nc: d"}}, {}, {}},
      {"GET", "http://a.example/", "1.1", {{"a: b\nc", "d"}}, {}, {}},
      {"GET / HTTP/1.1\r\nx: y", "http://a.example/", "1.1", {}, {}, {}},
      {"GET", "http://a.example/\r\nx", "1.1", {}, {}, {}},
  };
  for (const auto& row : rows) {
    const auto got = record::head_of(row, Limits{});
    REQUIRE_FALSE(got);
    CHECK(got.error().code == Errc::capture_malformed);
  }
}
