// A line of a capture file back into a Capture. Source: docs/capture-format.md. Covered by
// tests/unit/record/capture_test.cpp and tests/fuzz/capture.cpp.
#include <fmt/format.h>

#include "core/base64.hpp"
#include "record/capture.hpp"
#include "record/extras.hpp"
#include "record/json_reader.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;

constexpr std::int64_t newest_version = 1;

Result<void> check_version(const JsonReader& json, Index top) {
  const Index member = json.member(top, "telltale");
  if (member == JsonReader::none) return fail(Errc::capture_malformed, 0, "no \"telltale\" member; not a capture line");
  const auto version = json.integer(member);
  if (!version || *version < 1)
    return fail(Errc::capture_malformed, json.offset(member), "\"telltale\" is not a version number");
  if (*version > newest_version)
    return fail(Errc::capture_malformed, json.offset(member),
                fmt::format("version {} is newer than {}, the newest this program reads", *version, newest_version));
  return {};
}

Result<CapturedBody> read_body(const JsonReader& json, Index object) {
  CapturedBody out;
  out.coding = json.text_of(object, "coding");
  out.truncated = json.flag_of(object, "truncated");
  const Index coded = json.member(object, "body_base64");
  if (coded == JsonReader::none) {
    const Index plain = json.member(object, "body");
    if (plain != JsonReader::none && !json.is(plain, JsonKind::string))
      return fail(Errc::capture_malformed, json.offset(plain), "\"body\" is not a string");
    out.bytes = json.text(plain);
    return out;
  }
  auto bytes = json.is(coded, JsonKind::string) ? base64::decode(json.text(coded)) : std::nullopt;
  if (!bytes) return fail(Errc::capture_malformed, json.offset(coded), "\"body_base64\" is not base64");
  out.bytes = std::move(*bytes);
  return out;
}

Result<CapturedRequest> read_request(const JsonReader& json, Index object) {
  if (!json.is(object, JsonKind::object))
    return fail(Errc::capture_malformed, json.offset(object), "\"request\" is not an object");
  CapturedRequest out;
  out.method = json.text_of(object, "method");
  out.url = json.text_of(object, "url");
  if (out.method.empty() || out.url.empty())
    return fail(Errc::capture_malformed, json.offset(object), "the request has no \"method\" or no \"url\"");
  if (json.is(json.member(object, "http"), JsonKind::string)) out.http = json.text_of(object, "http");
  TT_TRY(out.headers, read_pairs(json, json.member(object, "headers")));
  TT_TRY(out.body, read_body(json, object));
  TT_TRY(out.trailers, read_pairs(json, json.member(object, "trailers")));
  return out;
}

Result<CapturedResponse> read_response(const JsonReader& json, Index object) {
  if (!json.is(object, JsonKind::object))
    return fail(Errc::capture_malformed, json.offset(object), "\"response\" is not an object");
  CapturedResponse out;
  const std::uint64_t status = json.count_of(object, "status");
  if (status > 999) return fail(Errc::capture_malformed, json.offset(object), "\"status\" is not an HTTP status");
  out.status = static_cast<std::uint16_t>(status);
  TT_TRY(out.headers, read_pairs(json, json.member(object, "headers")));
  TT_TRY(out.body, read_body(json, object));
  const Index time = json.member(object, "time_ms");
  out.first_byte_ms = json.integer(json.member(time, "first_byte")).value_or(0);
  out.total_ms = json.integer(json.member(time, "total")).value_or(0);
  out.reason = json.text_of(object, "reason");
  TT_TRY(out.trailers, read_pairs(json, json.member(object, "trailers")));
  return out;
}

Result<std::vector<WebSocketMessage>> read_websocket(const JsonReader& json, Index array) {
  std::vector<WebSocketMessage> out;
  for (const Index item : json.items(array)) {
    WebSocketMessage message;
    message.from_client = json.text_of(item, "from") == "client";
    message.ms = json.integer(json.member(item, "ms")).value_or(0);
    message.is_text = json.text_of(item, "opcode") != "binary";
    const Index coded = json.member(item, "base64");
    auto bytes =
        coded == JsonReader::none ? std::optional(json.text_of(item, "text")) : base64::decode(json.text(coded));
    if (!bytes) return fail(Errc::capture_malformed, json.offset(coded), "\"base64\" of a message is not base64");
    message.bytes = std::move(*bytes);
    out.push_back(std::move(message));
  }
  return out;
}

Result<Capture> read_capture(const JsonReader& json, Index top) {
  if (const auto checked = check_version(json, top); !checked) return tl::unexpected<Error>(checked.error());
  Capture out;
  read_origin(json, top, out);
  TT_TRY(out.request, read_request(json, json.member(top, "request")));
  const Index response = json.member(top, "response");
  if (response != JsonReader::none) {
    TT_TRY(out.response, read_response(json, response));
  }
  TT_TRY(out.websocket, read_websocket(json, json.member(top, "websocket")));
  read_references(json, top, out);
  out.error = json.text_of(top, "error");
  return out;
}

void count_unread(const JsonReader& json, Unread& unread) {
  record::count_unread(json, 0, "",
                       {"telltale", "id", "time", "flow", "request", "response", "websocket", "typed", "environment",
                        "capture", "inspection", "error"},
                       unread);
  record::count_unread(json, json.member(0, "flow"), "flow.", {"id", "client", "via"}, unread);
  record::count_unread(json, json.member(0, "request"), "request.",
                       {"method", "url", "http", "headers", "body", "body_base64", "coding", "truncated", "trailers"},
                       unread);
  record::count_unread(
      json, json.member(0, "response"), "response.",
      {"status", "headers", "body", "body_base64", "coding", "truncated", "time_ms", "reason", "trailers"}, unread);
}

}  // namespace

Result<Capture> parse_capture(std::string_view line, const Limits& limits, Unread* unread) {
  if (line.size() > limits.capture_line_bytes)
    return fail(Errc::capture_malformed, limits.capture_line_bytes,
                fmt::format("the line is longer than {} bytes", limits.capture_line_bytes));
  const codec::JsonDocument document = codec::scan_json(line, limits);
  if (document.stopped)
    return fail(Errc::capture_malformed, document.stopped->at, "not JSON: " + document.stopped->detail);
  if (document.values.empty() || document[0].kind != JsonKind::object)
    return fail(Errc::capture_malformed, 0, "not a JSON object");
  if (document[0].after != document.values.size())
    return fail(Errc::capture_malformed, document[0].raw.end, "more than one value on the line");
  const JsonReader json(document);
  if (unread != nullptr) count_unread(json, *unread);
  return read_capture(json, 0);
}

}  // namespace telltale::record
