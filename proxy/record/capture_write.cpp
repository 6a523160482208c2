// A capture as one line of JSON. Source: docs/capture-format.md. Covered by tests/unit/record/capture_test.cpp.
#include "core/base64.hpp"
#include "record/capture.hpp"
#include "record/json_writer.hpp"
#include "record/report.hpp"

namespace telltale::record {
namespace {

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

void write_body(JsonWriter& json, const CapturedBody& body) {
  const bool is_text = body.coding.empty() && json.utf8_member("body", body.bytes);
  if (!is_text) json.member("body_base64", base64::encode(body.bytes));
  json.key("coding");
  if (body.coding.empty())
    json.null();
  else
    json.string(body.coding);
  if (body.truncated) json.key("truncated"), json.boolean(true);
}

void write_request(JsonWriter& json, const CapturedRequest& request) {
  json.key("request");
  json.begin_object();
  json.member("method", request.method);
  json.member("url", request.url);
  json.member("http", request.http);
  write_fields(json, "headers", request.headers);
  write_body(json, request.body);
  write_fields(json, "trailers", request.trailers);
  json.end_object();
}

void write_response(JsonWriter& json, const std::optional<CapturedResponse>& response) {
  json.key("response");
  if (!response) return json.null();
  json.begin_object();
  json.key("status"), json.unsigned_integer(response->status);
  write_fields(json, "headers", response->headers);
  write_body(json, response->body);
  json.key("time_ms");
  json.begin_object();
  json.key("first_byte"), json.integer(response->first_byte_ms);
  json.key("total"), json.integer(response->total_ms);
  json.end_object();
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
}

std::size_t size_guess(const Capture& capture) {
  const std::size_t answer = capture.response ? capture.response->body.bytes.size() : 0;
  return 2048 + (capture.request.body.bytes.size() + answer) * 9 / 8;
}

}  // namespace

std::string to_line(Capture capture, Digest digest) {
  mask_credentials(capture, digest);
  std::string out;
  out.reserve(size_guess(capture));
  JsonWriter json(out, JsonText::utf8);
  json.begin_object();
  json.key("telltale"), json.unsigned_integer(1);
  json.member("id", capture.id);
  json.member("time", capture.time);
  json.key("flow");
  json.begin_object();
  json.member("id", capture.flow_id);
  json.member("client", capture.flow_client);
  json.member("via", capture.flow_via);
  json.key("user"), json.null();
  json.end_object();
  write_request(json, capture.request);
  write_response(json, capture.response);
  write_references(json, capture);
  if (capture.flags) {
    json.key("capture");
    json.begin_object();
    json.key("base_url_set"), json.boolean(capture.flags->base_url_set);
    json.key("proxy_vars"), json.boolean(capture.flags->proxy_vars);
    json.end_object();
  }
  if (!capture.error.empty()) json.member("error", capture.error);
  if (capture.inspection) json.key("inspection"), json.raw(to_json(*capture.inspection, capture.id));
  json.end_object();
  return out;
}

}  // namespace telltale::record
