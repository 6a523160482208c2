// A capture as an entry of a HAR 1.2. Source: HAR 1.2, with `postData.encoding` of the 1.3 proposal (and `_encoding`,
// which others write in its place), and Chrome's `_webSocketMessages`. Covered by tests/unit/record/conversion_test.cpp
// and tests/e2e/convert_test.py.
#include <fmt/format.h>

#include "core/base64.hpp"
#include "core/utf8.hpp"
#include "http/coding.hpp"
#include "record/conversion.hpp"
#include "record/extras.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

/// A body as a HAR holds it.
struct Shown {
  std::string undone;  ///< without its coding; unused if it had none
  bool coded = false;
  bool same_again = false;  ///< coding it again gives the bytes that were sent
};

Shown shown(const CapturedBody& body, const Limits& limits) {
  Shown out;
  if (body.coding.empty() || body.bytes.empty()) return out;
  const auto codings = http::parse_codings(body.coding, limits);
  if (!codings || codings->empty()) return out;
  auto undone = http::decode_content(body.bytes, *codings, limits);
  if (!undone) return out;
  out.coded = true;
  out.undone = std::move(*undone);
  const auto again = http::encode_content(out.undone, *codings);
  out.same_again = again && *again == body.bytes;
  return out;
}

// `encoding` and its older name are for bytes that no string holds.
void write_text(JsonWriter& json, const CapturedBody& body, const Shown& view) {
  const std::string_view content = view.coded ? std::string_view(view.undone) : std::string_view(body.bytes);
  if (!json.utf8_member("text", content)) {
    json.member("text", base64::encode(content));
    json.member("encoding", "base64");
    json.member("_encoding", "base64");
  }
  // An empty text does not say that there was a coded body at all.
  const bool is_as_sent = view.coded ? view.same_again && !content.empty() : body.coding.empty();
  if (!is_as_sent) json.member("_coded", base64::encode(body.bytes));
}

void write_headers(JsonWriter& json, const Fields& fields) {
  json.key("headers");
  json.begin_array();
  for (const auto& [name, value] : fields) {
    json.begin_object();
    json.member("name", name);
    json.member("value", value);
    json.end_object();
  }
  json.end_array();
}

void write_empty_array(JsonWriter& json, std::string_view name) {
  json.key(name);
  json.begin_array();
  json.end_array();
}

// As it stands in the URL, percent signs and all.
void write_query(JsonWriter& json, std::string_view url) {
  json.key("queryString");
  json.begin_array();
  url = url.substr(0, url.find('#'));
  const std::size_t mark = url.find('?');
  std::string_view rest = mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t sign = std::min(part.find('='), part.size());
    json.begin_object();
    json.member("name", part.substr(0, sign));
    json.member("value", part.substr(std::min(part.size(), sign + 1)));
    json.end_object();
  }
  json.end_array();
}

void write_sizes(JsonWriter& json, std::size_t body) {
  json.key("headersSize"), json.integer(-1);
  json.key("bodySize"), json.unsigned_integer(body);
}

std::string version_text(std::string_view http) {
  return fmt::format("HTTP/{}", http);
}

void write_request(JsonWriter& json, const CapturedRequest& request, const Limits& limits) {
  json.key("request");
  json.begin_object();
  json.member("method", request.method);
  json.member("url", request.url);
  json.member("httpVersion", version_text(request.http));
  write_empty_array(json, "cookies");
  write_headers(json, request.headers);
  write_query(json, request.url);
  if (!request.body.bytes.empty()) {
    json.key("postData");
    json.begin_object();
    json.member("mimeType", field_of(request.headers, "content-type"));
    write_text(json, request.body, shown(request.body, limits));
    json.end_object();
  }
  write_sizes(json, request.body.bytes.size());
  json.end_object();
}

void write_content(JsonWriter& json, const CapturedResponse& response, const Limits& limits) {
  const Shown view = shown(response.body, limits);
  const std::size_t size = view.coded ? view.undone.size() : response.body.bytes.size();
  json.key("content");
  json.begin_object();
  json.key("size"), json.unsigned_integer(size);
  if (view.coded)
    json.key("compression"),
        json.integer(static_cast<std::int64_t>(size) - static_cast<std::int64_t>(response.body.bytes.size()));
  json.member("mimeType", field_of(response.headers, "content-type"));
  if (!response.body.bytes.empty()) write_text(json, response.body, view);
  json.end_object();
}

// No answer is status 0, as browsers write it.
void write_response(JsonWriter& json, const Capture& capture, const Limits& limits) {
  static const CapturedResponse none;
  const CapturedResponse& response = capture.response ? *capture.response : none;
  json.key("response");
  json.begin_object();
  json.key("status"), json.unsigned_integer(response.status);
  json.member("statusText", response.reason);
  json.member("httpVersion", capture.response ? version_text(capture.request.http) : "");
  write_empty_array(json, "cookies");
  write_headers(json, response.headers);
  write_content(json, response, limits);
  json.member("redirectURL", field_of(response.headers, "location"));
  write_sizes(json, response.body.bytes.size());
  if (!capture.error.empty()) json.member("_error", capture.error);
  json.end_object();
}

void write_times(JsonWriter& json, const Capture& capture) {
  const std::int64_t total = capture.response ? std::max<std::int64_t>(0, capture.response->total_ms) : 0;
  const std::int64_t first = capture.response ? std::clamp<std::int64_t>(capture.response->first_byte_ms, 0, total) : 0;
  json.key("cache");
  json.begin_object();
  json.end_object();
  json.key("timings");
  json.begin_object();
  json.key("send"), json.integer(0);
  json.key("wait"), json.integer(first);
  json.key("receive"), json.integer(total - first);
  json.end_object();
}

// Times are seconds since 1970, as Chrome writes them.
void write_websocket(JsonWriter& json, const Capture& capture) {
  if (capture.websocket.empty()) return;
  const std::int64_t begun = milliseconds_of(capture.time).value_or(0);
  json.member("_resourceType", "websocket");
  json.key("_webSocketMessages");
  json.begin_array();
  for (const WebSocketMessage& message : capture.websocket) {
    json.begin_object();
    json.member("type", message.from_client ? "send" : "receive");
    const std::int64_t at = begun + message.ms;
    json.key("time"), json.raw(fmt::format("{}.{:03}", at / 1000, std::max<std::int64_t>(0, at % 1000)));
    json.key("opcode"), json.integer(message.is_text ? 1 : 2);
    const bool is_written = message.is_text && json.utf8_member("data", message.bytes);
    if (!is_written) json.member("data", base64::encode(message.bytes));
    if (message.is_text && !is_written) json.member("_encoding", "base64");
    json.end_object();
  }
  json.end_array();
}

Overrides overrides_of(const Capture& capture) {
  Overrides out;
  out.trailers = true;
  const bool is_usual = capture.request.http == "1.0" || capture.request.http == "1.1" || capture.request.http == "2" ||
                        capture.request.http == "3";
  if (!is_usual) out.http = capture.request.http;
  return out;
}

}  // namespace

std::string har_begin(std::string_view version) {
  std::string out = R"({"log":{"version":"1.2","creator":{"name":"telltale","version":")";
  append_escaped(out, version, JsonText::ascii);
  return out + "\"},\"entries\":[\n";
}

std::string_view har_between() {
  return ",\n";
}

std::string_view har_end() {
  return "\n]}}\n";
}

std::string to_har_entry(Capture capture, Digest digest, const Limits& limits) {
  mask_credentials(capture, digest);
  std::string out;
  JsonWriter json(out, JsonText::utf8);
  json.begin_object();
  const bool has_time = milliseconds_of(capture.time).has_value();
  json.member("startedDateTime", has_time ? std::string_view(capture.time) : "1970-01-01T00:00:00.000Z");
  json.key("time"), json.integer(capture.response ? std::max<std::int64_t>(0, capture.response->total_ms) : 0);
  write_request(json, capture.request, limits);
  write_response(json, capture, limits);
  write_times(json, capture);
  write_websocket(json, capture);
  json.key("_telltale"), json.raw(extras_of(capture, overrides_of(capture)));
  json.end_object();
  return out;
}

}  // namespace telltale::record
