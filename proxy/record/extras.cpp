// Members of a capture that are no part of its request or response, written and read in one place for all formats.
// Source: docs/capture-format.md. Covered by tests/unit/record/capture_test.cpp and conversion_test.cpp.
#include "record/extras.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "record/report.hpp"
#include "record/verdict_read.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;

constexpr std::int64_t extras_version = 1;

// Only what the header does not say: whoever edits the header in between means it.
void write_body_facts(JsonWriter& json, const CapturedBody& body, const Fields& headers) {
  if (body.coding != field_of(headers, "content-encoding")) json.member("coding", body.coding);
  if (body.truncated) json.key("truncated"), json.boolean(true);
}

void write_response_facts(JsonWriter& json, const CapturedResponse& response, const Overrides& overrides) {
  json.key("response");
  json.begin_object();
  write_body_facts(json, response.body, response.headers);
  json.key("time_ms");
  json.begin_object();
  json.key("first_byte"), json.integer(response.first_byte_ms);
  json.key("total"), json.integer(response.total_ms);
  json.end_object();
  if (overrides.trailers && !response.trailers.empty()) write_fields(json, "trailers", response.trailers);
  json.end_object();
}

void read_body_facts(const JsonReader& json, Index object, const Fields& headers, CapturedBody& body) {
  const Index coding = json.member(object, "coding");
  body.coding = json.is(coding, JsonKind::string) ? json.text(coding) : field_of(headers, "content-encoding");
  body.truncated = json.flag_of(object, "truncated");
}

void read_trailers(const JsonReader& json, Index object, Fields& out) {
  if (auto fields = read_pairs(json, json.member(object, "trailers")); fields && !fields->empty())
    out = std::move(*fields);
}

bool says_nothing(const JsonReader& json, Index value, std::string_view raw) {
  constexpr std::string_view nothing[] = {"null", "false", "0", "-1", "0.0", "\"\""};
  if (std::find(std::begin(nothing), std::end(nothing), raw) != std::end(nothing)) return true;
  return (json.is(value, JsonKind::array) || json.is(value, JsonKind::object)) && json.items(value).empty();
}

}  // namespace

std::string field_of(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields)
    if (ascii::equals_ignoring_case(field, name)) return value;
  return {};
}

void write_fields(JsonWriter& json, std::string_view name, const Fields& fields) {
  json.key(name);
  json.begin_array();
  for (const auto& [field, value] : fields) {
    json.begin_array();
    json.string(field);
    json.string(value);
    json.end_array();
  }
  json.end_array();
}

void write_origin(JsonWriter& json, const Capture& capture) {
  json.member("id", capture.id);
  json.member("time", capture.time);
  json.key("flow");
  json.begin_object();
  json.member("id", capture.flow_id);
  json.member("client", capture.flow_client);
  json.member("via", capture.flow_via);
  json.key("user"), capture.flow_user.empty() ? json.null() : json.string(capture.flow_user);
  json.end_object();
}

void write_references(JsonWriter& json, const Capture& capture) {
  json.key("typed");
  json.begin_array();
  for (const std::string& text : capture.typed) json.string(text);
  json.end_array();
  json.key("environment");
  json.begin_object();
  for (const auto& [name, values] : capture.environment) {
    json.key(name);
    json.begin_array();
    for (const std::string& value : values) json.string(value);
    json.end_array();
  }
  json.end_object();
  if (!capture.flags) return;
  json.key("capture");
  json.begin_object();
  json.key("base_url_set"), json.boolean(capture.flags->base_url_set);
  json.key("proxy_vars"), json.boolean(capture.flags->proxy_vars);
  json.end_object();
}

void write_inspection(JsonWriter& json, const Capture& capture) {
  if (capture.inspection) json.key("inspection"), json.raw(to_json(*capture.inspection, capture.id));
}

std::string extras_of(const Capture& capture, const Overrides& overrides) {
  std::string out;
  JsonWriter json(out, JsonText::ascii);
  json.begin_object();
  json.key("telltale"), json.integer(extras_version);
  write_origin(json, capture);
  json.key("request");
  json.begin_object();
  if (overrides.url) json.member("url", *overrides.url);
  if (overrides.http) json.member("http", *overrides.http);
  write_body_facts(json, capture.request.body, capture.request.headers);
  if (overrides.trailers && !capture.request.trailers.empty()) write_fields(json, "trailers", capture.request.trailers);
  json.end_object();
  if (capture.response) write_response_facts(json, *capture.response, overrides);
  write_references(json, capture);
  write_inspection(json, capture);
  json.end_object();
  return out;
}

Result<Fields> read_pairs(const JsonReader& json, Index array) {
  Fields out;
  for (const Index item : json.items(array)) {
    const auto pair = json.items(item);
    const bool is_pair = pair.size() == 2 && json.is(pair[0], JsonKind::string) && json.is(pair[1], JsonKind::string);
    if (!is_pair) return fail(Errc::capture_malformed, json.offset(item), "a header is not a pair of strings");
    out.emplace_back(json.text(pair[0]), json.text(pair[1]));
  }
  return out;
}

void read_origin(const JsonReader& json, Index top, Capture& out) {
  out.id = json.text_of(top, "id");
  out.time = json.text_of(top, "time");
  const Index flow = json.member(top, "flow");
  out.flow_id = json.text_of(flow, "id");
  out.flow_client = json.text_of(flow, "client");
  out.flow_user = json.text_of(flow, "user");
  out.flow_via = json.is(json.member(flow, "via"), JsonKind::string) ? json.text_of(flow, "via") : "import";
}

void read_references(const JsonReader& json, Index top, Capture& out) {
  out.typed = json.texts(json.member(top, "typed"));
  for (const Index item : json.items(json.member(top, "environment")))
    out.environment[json.key(item)] = json.texts(item);
  const Index flags = json.member(top, "capture");
  if (json.is(flags, JsonKind::object))
    out.flags = CaptureFlags{json.flag_of(flags, "base_url_set"), json.flag_of(flags, "proxy_vars")};
  const Index inspection = json.member(top, "inspection");
  if (json.is(inspection, JsonKind::object)) out.inspection = read_verdict(json, inspection);
}

bool read_extras(const JsonReader& json, Index object, Capture& out) {
  const auto version = json.integer(json.member(object, "telltale"));
  if (!version || *version != extras_version) return false;
  read_origin(json, object, out);
  const Index request = json.member(object, "request");
  if (json.is(json.member(request, "url"), JsonKind::string)) out.request.url = json.text_of(request, "url");
  if (json.is(json.member(request, "http"), JsonKind::string)) out.request.http = json.text_of(request, "http");
  read_body_facts(json, request, out.request.headers, out.request.body);
  read_trailers(json, request, out.request.trailers);
  if (out.response) {
    const Index response = json.member(object, "response");
    read_body_facts(json, response, out.response->headers, out.response->body);
    read_trailers(json, response, out.response->trailers);
    const Index time = json.member(response, "time_ms");
    out.response->first_byte_ms = json.integer(json.member(time, "first_byte")).value_or(0);
    out.response->total_ms = json.integer(json.member(time, "total")).value_or(0);
  }
  read_references(json, object, out);
  return true;
}

void count_unread(const JsonReader& json, Index object, std::string_view prefix,
                  std::initializer_list<std::string_view> known, Unread& unread) {
  for (const Index member : json.items(object)) {
    const std::string name = json.key(member);
    if (std::find(known.begin(), known.end(), name) != known.end() || says_nothing(json, member, json.raw(member)))
      continue;
    unread.add(std::string(prefix) + name);
  }
}

}  // namespace telltale::record
