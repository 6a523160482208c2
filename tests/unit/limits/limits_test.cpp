// Every limit that a pure function keeps, at the limit and one past it. tests/hostile/http/limits_test.py sees to it
// that each limit of core/limits.hpp has a row here, or a test of its own elsewhere.
#include <functional>

#include "codec/json_scan.hpp"
#include "http/body_reader.hpp"
#include "http/coding.hpp"
#include "record/capture.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "" : std::string(name_of(result.error().code));
}

std::string repeat(std::size_t count, std::string_view unit) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += unit;
  return out;
}

std::string request_of(std::size_t bytes) {
  const std::string frame = "GET / HTTP/1.1\r\nX: \r\n\r\n";
  return "GET / HTTP/1.1\r\nX: " + std::string(bytes - frame.size(), 'a') + "\r\n\r\n";
}

std::string response_of(std::size_t bytes) {
  const std::string frame = "HTTP/1.1 200 OK\r\nX: \r\n\r\n";
  return "HTTP/1.1 200 OK\r\nX: " + std::string(bytes - frame.size(), 'a') + "\r\n\r\n";
}

std::string chunked(const std::string& bytes, const Limits& limits) {
  http::BodyReader reader({http::Framing::Kind::chunked, 0}, limits);
  return outcome(reader.push(bytes, nullptr));
}

std::string coded(std::size_t bytes, http::Coding coding, const Limits& limits) {
  const auto body = http::encode_content(std::string(bytes, 'a'), {coding});
  return outcome(http::decode_content(*body, {coding}, limits));
}

std::string scanned(const std::string& text, const Limits& limits) {
  const auto document = codec::scan_json(text, limits);
  return document.stopped ? std::string(name_of(document.stopped->code)) : "";
}

/// The causes of a verdict that is not complete, and how many findings it does not list.
std::string inspected(const std::string& body, const Limits& limits) {
  const Request one = request(body);
  inspect::Input input;
  input.host = "gateway.example.test";
  input.head = &one.head;
  input.content = one.body;
  const auto verdict = inspect::inspect(input, shipped_rules(), inspect::Policy(), limits);
  std::string out;
  for (const std::string& cause : verdict.coverage.causes) out += cause + " ";
  if (verdict.findings_not_listed > 0) out += "and " + std::to_string(verdict.findings_not_listed);
  return out;
}

/// As many copies of a member, each of which is a finding of one rule.
std::string copies(std::size_t count) {
  return R"({"a":1)" + repeat(count, R"(,"a":1)") + "}";
}

/// A document inside a string inside a document, so deep.
std::string nested(std::size_t depth) {
  std::string text = R"({"a":1})";
  for (std::size_t i = 0; i < depth; ++i) text = R"({"a":)" + json_quoted(text) + "}";
  return text;
}

struct Row {
  const char* limit;
  std::function<void(Limits&)> set;
  std::size_t at;  ///< the limit that was set
  std::function<std::string(std::size_t, const Limits&)> look;
  std::string past;  ///< what `look` says one past it; nothing at the limit
};

const std::vector<Row>& rows() {
  using http::Coding;
  using std::size_t;
  static const std::vector<Row> all = {
      {"head_bytes", [](Limits& l) { l.head_bytes = 100; }, 100,
       [](size_t n, const Limits& l) { return outcome(http::parse_request_head(request_of(n), l)); }, "head-too-long"},
      {"head_bytes", [](Limits& l) { l.head_bytes = 100; }, 100,
       [](size_t n, const Limits& l) { return outcome(http::parse_response_head(response_of(n), l)); },
       "head-too-long"},
      {"head_fields", [](Limits& l) { l.head_fields = 4; }, 4,
       [](size_t n, const Limits& l) {
         return outcome(http::parse_request_head("GET / HTTP/1.1\r\n" + repeat(n, "X: 1\r\n") + "\r\n", l));
       },
       "head-too-long"},
      {"target_bytes", [](Limits& l) { l.target_bytes = 10; }, 10,
       [](size_t n, const Limits& l) {
         return outcome(http::parse_request_head("GET /" + repeat(n - 1, "a") + " HTTP/1.1\r\n\r\n", l));
       },
       "target-too-long"},
      {"trailer_bytes", [](Limits& l) { l.trailer_bytes = 20; }, 20,
       [](size_t n, const Limits& l) { return chunked("0\r\nX: " + repeat(n - 7, "a") + "\r\n\r\n", l); },
       "trailers-too-long"},
      {"chunk_line_bytes", [](Limits& l) { l.chunk_line_bytes = 10; }, 10,
       [](size_t n, const Limits& l) { return chunked("1;" + repeat(n - 3, "a") + "\r\nx\r\n0\r\n\r\n", l); },
       "chunk-malformed"},
      {"chunk_extension_bytes", [](Limits& l) { l.chunk_extension_bytes = 10; }, 10,
       [](size_t n, const Limits& l) { return chunked("1;" + repeat(n, "a") + "\r\nx\r\n0\r\n\r\n", l); },
       "chunk-malformed"},
      {"body_bytes", [](Limits& l) { l.body_bytes = 8; }, 8,
       [](size_t n, const Limits& l) { return chunked(fmt::format("4\r\nabcd\r\n{:x}\r\n", n - 4), l); },
       "body-too-long"},
      {"body_bytes", [](Limits& l) { l.body_bytes = 8; }, 8,
       [](size_t n, const Limits& l) { return outcome(http::request_framing(request(std::string(n, 'a')).head, l)); },
       "body-too-long"},
      {"content_bytes", [](Limits& l) { l.content_bytes = 1000; }, 1000,
       [](size_t n, const Limits& l) { return coded(n, Coding::gzip, l); }, "content-too-long"},
      {"content_bytes", [](Limits& l) { l.content_bytes = 1000; }, 1000,
       [](size_t n, const Limits& l) { return coded(n, Coding::deflate, l); }, "content-too-long"},
      {"content_bytes", [](Limits& l) { l.content_bytes = 1000; }, 1000,
       [](size_t n, const Limits& l) { return coded(n, Coding::br, l); }, "content-too-long"},
      {"content_bytes", [](Limits& l) { l.content_bytes = 1000; }, 1000,
       [](size_t n, const Limits& l) { return coded(n, Coding::zstd, l); }, "content-too-long"},
      {"coding_ratio_after", [](Limits& l) { l.coding_ratio_after = 2000, l.coding_ratio = 1; }, 2000,
       [](size_t n, const Limits& l) { return coded(n, Coding::gzip, l); }, "coding-ratio"},
      {"coding_ratio_after", [](Limits& l) { l.coding_ratio_after = 2000, l.coding_ratio = 1; }, 2000,
       [](size_t n, const Limits& l) { return coded(n, Coding::deflate, l); }, "coding-ratio"},
      {"coding_ratio_after", [](Limits& l) { l.coding_ratio_after = 2000, l.coding_ratio = 1; }, 2000,
       [](size_t n, const Limits& l) { return coded(n, Coding::br, l); }, "coding-ratio"},
      {"coding_ratio_after", [](Limits& l) { l.coding_ratio_after = 2000, l.coding_ratio = 1; }, 2000,
       [](size_t n, const Limits& l) { return coded(n, Coding::zstd, l); }, "coding-ratio"},
      {"codings", [](Limits& l) { l.codings = 2; }, 2,
       [](size_t n, const Limits& l) { return outcome(http::parse_codings("br" + repeat(n - 1, ", gzip"), l)); },
       "coding-unknown"},
      {"json_depth", [](Limits& l) { l.json_depth = 5; }, 5,
       [](size_t n, const Limits& l) { return scanned(repeat(n, "[") + repeat(n, "]"), l); }, "json-too-deep"},
      {"json_values", [](Limits& l) { l.json_values = 5; }, 5,
       [](size_t n, const Limits& l) { return scanned("[1" + repeat(n - 2, ",1") + "]", l); }, "json-too-many-values"},
      {"nesting", [](Limits& l) { l.nesting = 3; }, 3,
       [](size_t n, const Limits& l) { return inspected(nested(n), l); }, "nesting "},
      {"findings", [](Limits& l) { l.findings = 7; }, 7,
       [](size_t n, const Limits& l) { return inspected(copies(n), l); }, "and 1"},
      {"findings_of_rule", [](Limits& l) { l.findings_of_rule = 7; }, 7,
       [](size_t n, const Limits& l) { return inspected(copies(n), l); }, "findings and 1"},
      {"findings_of_request", [](Limits& l) { l.findings_of_request = 7; }, 7,
       [](size_t n, const Limits& l) { return inspected(copies(n), l); }, "findings and 1"},
      {"capture_line_bytes", [](Limits& l) { l.capture_line_bytes = 10; }, 10,
       [](size_t n, const Limits& l) {
         const auto read = record::parse_capture(repeat(n, "{"), l);
         return read || read.error().detail.find("longer than") == std::string::npos ? "" : "too long";
       },
       "too long"},
  };
  return all;
}

}  // namespace

TEST_CASE("each limit holds at its value and refuses one more", "[limits]") {
  std::size_t number = 0;
  for (const Row& row : rows()) {
    DYNAMIC_SECTION(++number << ": " << row.limit) {
      Limits limits;
      row.set(limits);
      CHECK(row.look(row.at, limits) == "");
      CHECK(row.look(row.at + 1, limits) == row.past);
    }
  }
}
