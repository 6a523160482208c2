// One HAR entry as an exchange. Source: HAR 1.2, with `postData.encoding` of the 1.3 proposal and what browsers and
// proxies write in its place. Covered by tests/unit/record/formats_test.cpp and tests/fuzz/har.cpp.
#include <fmt/format.h>

#include <cmath>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "http/coding.hpp"
#include "record/json_reader.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;

// `{name, value}`, or `[name, value]` as one vendor writes it. Fields such as `:authority` are HTTP/2's own, and said
// by the URL.
Result<Fields> read_fields(const JsonReader& json, Index array) {
  Fields out;
  for (const Index item : json.items(array)) {
    std::string name = json.text_of(item, "name");
    std::string value = json.text_of(item, "value");
    if (json.is(item, JsonKind::array)) {
      const auto pair = json.items(item);
      if (pair.size() == 2) name = json.text(pair[0]), value = json.text(pair[1]);
    }
    if (name.empty()) return fail(Errc::capture_malformed, json.offset(item), "a header without a name");
    if (!name.starts_with(':')) out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

std::string field_of(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields)
    if (ascii::equals_ignoring_case(field, name)) return value;
  return {};
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

// A HAR may hold a coded body as it was sent or, with the same header, undone. The engine and the header go by what was
// sent, so the latter is coded again.
void settle_coding(CapturedBody& body, const Fields& headers, const Limits& limits) {
  const std::string coding = field_of(headers, "content-encoding");
  if (coding.empty() || body.bytes.empty()) return;
  const auto codings = http::parse_codings(coding, limits);
  if (!codings || codings->empty()) return;
  body.coding = coding;
  const auto opened = http::decode_content(body.bytes, *codings, limits);
  if (opened || opened.error().code != Errc::coding_malformed) return;
  auto coded = http::encode_content(body.bytes, *codings);
  if (coded) body.bytes = std::move(*coded);
}

Result<void> read_request(const JsonReader& json, Index object, const Limits& limits, CapturedRequest& out) {
  out.method = json.text_of(object, "method");
  out.url = json.text_of(object, "url");
  if (out.method.empty() || out.url.empty())
    return fail(Errc::capture_malformed, json.offset(object), "the request has no \"method\" or no \"url\"");
  out.http = http_of(json.text_of(object, "httpVersion"));
  TT_TRY(out.headers, read_fields(json, json.member(object, "headers")));
  const Index post = json.member(object, "postData");
  TT_TRY(out.body.bytes, read_text(json, post));
  if (out.body.bytes.empty() &&
      ascii::starts_with_ignoring_case(json.text_of(post, "mimeType"), "application/x-www-form-urlencoded"))
    out.body.bytes = form_of(json, json.member(post, "params"));
  const bool was_sent = json.count_of(object, "bodySize") > 0 || field_of(out.headers, "content-length") > "0";
  out.body.truncated = out.body.bytes.empty() && was_sent;
  settle_coding(out.body, out.headers, limits);
  return {};
}

Result<void> read_response(const JsonReader& json, Index object, Capture& out) {
  const std::uint64_t status = json.count_of(object, "status");
  // Status 0 is how browsers write that there was no answer.
  if (status == 0 || status > 999) return {};
  CapturedResponse answer;
  answer.status = static_cast<std::uint16_t>(status);
  TT_TRY(answer.headers, read_fields(json, json.member(object, "headers")));
  TT_TRY(answer.body.bytes, read_text(json, json.member(object, "content")));
  out.response = std::move(answer);
  return {};
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

Result<Capture> parse_har_entry(std::string_view text, const Limits& limits) {
  const codec::JsonDocument document = codec::scan_json(text, limits);
  if (document.stopped)
    return fail(Errc::capture_malformed, document.stopped->at, "not JSON: " + document.stopped->detail);
  const JsonReader json(document);
  if (document.values.empty() || document[0].kind != JsonKind::object)
    return fail(Errc::capture_malformed, 0, "an entry that is no object");
  Capture out;
  out.flow_via = "import";
  out.time = json.text_of(0, "startedDateTime");
  if (auto done = read_request(json, json.member(0, "request"), limits, out.request); !done)
    return tl::unexpected<Error>(done.error());
  const Index response = json.member(0, "response");
  if (auto done = read_response(json, response, out); !done) return tl::unexpected<Error>(done.error());
  out.error = json.text_of(response, "_error");
  const Index timings = json.member(0, "timings");
  if (out.response) {
    out.response->total_ms = milliseconds(json.real_of(0, "time"));
    out.response->first_byte_ms = milliseconds(json.real_of(timings, "send") + json.real_of(timings, "wait"));
  }
  out.has_websocket = !json.items(json.member(0, "_webSocketMessages")).empty();
  out.id = id_of(out.time, out.request.url);
  return out;
}

}  // namespace telltale::record
