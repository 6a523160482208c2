// A capture as one line of JSON. Source: docs/capture-format.md. Covered by tests/unit/record/capture_test.cpp.
#include "core/base64.hpp"
#include "record/capture.hpp"
#include "record/extras.hpp"
#include "record/json_writer.hpp"

namespace telltale::record {
namespace {

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
  if (!response->reason.empty()) json.member("reason", response->reason);
  if (!response->trailers.empty()) write_fields(json, "trailers", response->trailers);
  json.end_object();
}

void write_websocket(JsonWriter& json, const std::vector<WebSocketMessage>& messages) {
  if (messages.empty()) return;
  json.key("websocket");
  json.begin_array();
  for (const WebSocketMessage& message : messages) {
    json.begin_object();
    json.member("from", message.from_client ? "client" : "server");
    json.key("ms"), json.integer(message.ms);
    json.member("opcode", message.is_text ? "text" : "binary");
    const bool is_written = message.is_text && json.utf8_member("text", message.bytes);
    if (!is_written) json.member("base64", base64::encode(message.bytes));
    json.end_object();
  }
  json.end_array();
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
  write_origin(json, capture);
  write_request(json, capture.request);
  write_response(json, capture.response);
  write_websocket(json, capture.websocket);
  write_references(json, capture);
  if (!capture.error.empty()) json.member("error", capture.error);
  write_inspection(json, capture);
  json.end_object();
  return out;
}

}  // namespace telltale::record
