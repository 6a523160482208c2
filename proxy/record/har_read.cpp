// One HAR entry as an exchange. Source: HAR 1.2, with `postData.encoding` of the 1.3 proposal and what browsers and
// proxies write in its place. Covered by tests/unit/record/formats_test.cpp and tests/fuzz/har.cpp.
#include <fmt/format.h>

#include <cmath>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "record/conversion.hpp"
#include "record/extras.hpp"
#include "record/splitter.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;

/// An entry on its way to a capture.
struct Reading {
  const JsonReader& json;
  const Limits& limits;
  Index extras = JsonReader::none;  ///< what Telltale wrote beside it
  Unread* unread = nullptr;
};

// `{name, value}`, or `[name, value]` as one vendor writes it. Fields such as `:authority` are HTTP/2's own, and said
// by the URL; where Telltale wrote them, they were there.
Result<Fields> read_fields(const Reading& in, Index array) {
  const JsonReader& json = in.json;

  Fields out;
  for (const Index item : json.items(array)) {
    std::string name = json.text_of(item, "name");
    std::string value = json.text_of(item, "value");
    if (json.is(item, JsonKind::array)) {
      const auto pair = json.items(item);
      if (pair.size() == 2) name = json.text(pair[0]), value = json.text(pair[1]);
    }
    if (name.empty()) return fail(Errc::capture_malformed, json.offset(item), "a header without a name");
    const bool is_pseudo = name.starts_with(':') && in.extras == JsonReader::none;
    if (!is_pseudo) out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

std::string http_of(std::string_view version) {
  std::string_view tail =
      version.substr(version.find_last_of("/hH") == std::string_view::npos ? 0 : version.find_last_of("/hH") + 1);
  if (tail.starts_with('2')) return "2";
  if (tail.starts_with('3')) return "3";
  return tail == "1.0" ? "1.0" : "1.1";
}

Result<std::string> read_text(const JsonReader& json, Index object) {
  std::string text = json.text_of(object, "text");
  std::string encoding = json.text_of(object, "encoding");
  if (encoding.empty()) encoding = json.text_of(object, "_encoding");
  if (!ascii::equals_ignoring_case(encoding, "base64")) return text;
  auto bytes = base64::decode(text);
  if (!bytes) return fail(Errc::capture_malformed, json.offset(object), "\"text\" is not base64");
  return std::move(*bytes);
}

void append_percent(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~')
      out.push_back(c);
    else
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
  }
}

std::string form_of(const JsonReader& json, Index params) {
  std::string out;
  for (const Index item : json.items(params)) {
    if (!out.empty()) out.push_back('&');
    append_percent(out, json.text_of(item, "name"));
    out.push_back('=');
    append_percent(out, json.text_of(item, "value"));
  }
  return out;
}

Result<void> read_request(const Reading& in, Index object, CapturedRequest& out) {
  const JsonReader& json = in.json;
  out.method = json.text_of(object, "method");
  out.url = json.text_of(object, "url");
  if (out.method.empty() || out.url.empty())
    return fail(Errc::capture_malformed, json.offset(object), "the request has no \"method\" or no \"url\"");
  out.http = http_of(json.text_of(object, "httpVersion"));
  TT_TRY(out.headers, read_fields(in, json.member(object, "headers")));
  const Index post = json.member(object, "postData");
  TT_TRY(out.body.bytes, read_text(json, post));
  if (out.body.bytes.empty() &&
      ascii::starts_with_ignoring_case(json.text_of(post, "mimeType"), "application/x-www-form-urlencoded"))
    out.body.bytes = form_of(json, json.member(post, "params"));
  const bool was_sent = json.count_of(object, "bodySize") > 0 || field_of(out.headers, "content-length") > "0";
  out.body.truncated = out.body.bytes.empty() && was_sent;
  return {};
}

Result<void> read_response(const Reading& in, Index object, Capture& out) {
  const JsonReader& json = in.json;
  const std::uint64_t status = json.count_of(object, "status");
  // Status 0 is how browsers write that there was no answer.
  if (status == 0 || status > 999) return {};
  CapturedResponse answer;
  answer.status = static_cast<std::uint16_t>(status);
  answer.reason = json.text_of(object, "statusText");
  TT_TRY(answer.headers, read_fields(in, json.member(object, "headers")));
  const Index content = json.member(object, "content");
  TT_TRY(answer.body.bytes, read_text(json, content));
  answer.body.truncated = answer.body.bytes.empty() && json.count_of(content, "size") > 0;
  out.response = std::move(answer);
  return {};
}

// Chrome's: text, or base64 for binary; times are seconds since 1970. What is no message of the conversation (an error,
// a ping) is counted.
void read_websocket(const Reading& in, std::int64_t begun, std::vector<WebSocketMessage>& out) {
  const JsonReader& json = in.json;
  for (const Index item : json.items(json.member(0, "_webSocketMessages"))) {
    const std::uint64_t opcode = json.count_of(item, "opcode");
    const std::string type = json.text_of(item, "type");
    const bool is_message = (type == "send" || type == "receive") && (opcode == 1 || opcode == 2);
    if (!is_message) {
      if (in.unread != nullptr) in.unread->add("_webSocketMessages that are no text and no binary");
      continue;
    }
    std::string data = json.text_of(item, "data");
    const bool is_coded = opcode == 2 || json.text_of(item, "_encoding") == "base64";
    if (is_coded) data = base64::decode(data).value_or(data);
    const double at = json.real_of(item, "time") * 1000;
    const std::int64_t ms = at > 0 && at < 1e15 ? std::llround(at) - begun : 0;
    out.push_back({type == "send", std::max<std::int64_t>(0, ms), opcode == 1, std::move(data)});
  }
}

// A HAR may hold a coded body as it was sent or, with the same header, undone. Answers are put into their coding only
// where somebody wants them whole: a replay does not judge them.
Result<void> settle(const Reading& in, Index holder, const Fields& headers, CapturedBody& body) {
  std::string sent;
  if (const Index coded = in.json.member(holder, "_coded"); coded != JsonReader::none) {
    auto bytes = base64::decode(in.json.text(coded));
    if (!bytes) return fail(Errc::capture_malformed, in.json.offset(coded), "\"_coded\" is not base64");
    sent = std::move(*bytes);
  }
  const bool is_own = in.extras != JsonReader::none;
  const std::string coding = is_own ? body.coding : field_of(headers, "content-encoding");
  if (settle_coding(body, coding, sent, in.limits) && in.unread != nullptr && !is_own)
    in.unread->add("coded bytes of bodies (coded anew)");
  return {};
}

void count_others(const JsonReader& json, Unread& unread) {
  count_unread(
      json, 0, "",
      {"startedDateTime", "time", "request", "response", "timings", "_webSocketMessages", "_telltale", "_resourceType"},
      unread);
  count_unread(
      json, json.member(0, "request"), "request.",
      {"method", "url", "httpVersion", "headers", "queryString", "cookies", "postData", "headersSize", "bodySize"},
      unread);
  count_unread(json, json.member(0, "response"), "response.",
               {"status", "statusText", "httpVersion", "headers", "cookies", "content", "redirectURL", "headersSize",
                "bodySize", "_error"},
               unread);
  count_unread(json, json.member(json.member(0, "response"), "content"), "response.content.",
               {"size", "mimeType", "text", "encoding", "_encoding", "compression", "_coded"}, unread);
  count_unread(json, json.member(json.member(0, "request"), "postData"), "request.postData.",
               {"mimeType", "text", "params", "encoding", "_encoding", "_coded"}, unread);
  count_unread(json, json.member(0, "timings"), "timings.", {"send", "wait", "receive"}, unread);
}

std::int64_t milliseconds(double value) {
  return value > 0 && value < 1e12 ? std::llround(value) : 0;
}

// FNV-1a: an entry has no id of its own, and the same file must give the same one everywhere.
std::string id_of(std::string_view time, std::string_view url) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::string_view part : {time, url})
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return fmt::format("har-{:016x}", hash);
}

}  // namespace

Result<Capture> parse_har_entry(std::string_view text, const Limits& limits, Unread* unread) {
  const codec::JsonDocument document = codec::scan_json(text, limits);
  if (document.stopped)
    return fail(Errc::capture_malformed, document.stopped->at, "not JSON: " + document.stopped->detail);
  const JsonReader json(document);
  if (document.values.empty() || document[0].kind != JsonKind::object)
    return fail(Errc::capture_malformed, 0, "an entry that is no object");
  Reading in{json, limits, json.member(0, "_telltale"), unread};
  Capture out;
  out.flow_via = "import";
  out.time = json.text_of(0, "startedDateTime");
  const Index request = json.member(0, "request");
  if (auto done = read_request(in, request, out.request); !done) return tl::unexpected<Error>(done.error());
  const Index response = json.member(0, "response");
  if (auto done = read_response(in, response, out); !done) return tl::unexpected<Error>(done.error());
  out.error = json.text_of(response, "_error");
  if (out.response) {
    const Index timings = json.member(0, "timings");
    out.response->total_ms = milliseconds(json.real_of(0, "time"));
    out.response->first_byte_ms = milliseconds(json.real_of(timings, "send") + json.real_of(timings, "wait"));
  }
  out.id = id_of(out.time, out.request.url);
  if (in.extras != JsonReader::none && !read_extras(json, in.extras, out)) in.extras = JsonReader::none;
  read_websocket(in, milliseconds_of(out.time).value_or(0), out.websocket);
  if (auto done = settle(in, json.member(request, "postData"), out.request.headers, out.request.body); !done)
    return tl::unexpected<Error>(done.error());
  const bool is_wanted_whole = unread != nullptr || in.extras != JsonReader::none;
  if (out.response && is_wanted_whole) {
    auto done = settle(in, json.member(response, "content"), out.response->headers, out.response->body);
    if (!done) return tl::unexpected<Error>(done.error());
  }
  if (unread != nullptr) count_others(json, *unread);
  return out;
}

}  // namespace telltale::record
