// What a written piece gives when it is read back, against what it was written from. Covered by
// tests/unit/record/conversion_test.cpp.
#include "record/conversion.hpp"

namespace telltale::record {
namespace {

void compare(const CapturedBody& before, const CapturedBody& after, std::string_view whose, Unread& lost) {
  const auto say = [&](bool same, std::string_view what) {
    if (!same) lost.add(std::string(whose).append(what));
  };
  say(before.bytes == after.bytes, "body");
  say(before.coding == after.coding, "coding");
  say(before.truncated == after.truncated, "truncated");
}

void compare(const CapturedRequest& before, const CapturedRequest& after, Unread& lost) {
  const auto say = [&](bool same, std::string_view what) {
    if (!same) lost.add(what);
  };
  say(before.method == after.method, "request.method");
  say(before.url == after.url, "request.url");
  say(before.http == after.http, "request.http");
  say(before.headers == after.headers, "request.headers");
  say(before.trailers == after.trailers, "request.trailers");
  compare(before.body, after.body, "request.", lost);
}

void compare(const std::optional<CapturedResponse>& before, const std::optional<CapturedResponse>& after,
             Unread& lost) {
  const auto say = [&](bool same, std::string_view what) {
    if (!same) lost.add(what);
  };
  say(before.has_value() == after.has_value(), "response");
  if (!before || !after) return;
  say(before->status == after->status, "response.status");
  say(before->reason == after->reason, "response.reason");
  say(before->headers == after->headers, "response.headers");
  say(before->trailers == after->trailers, "response.trailers");
  say(before->first_byte_ms == after->first_byte_ms && before->total_ms == after->total_ms, "response.time_ms");
  compare(before->body, after->body, "response.", lost);
}

bool same_message(const WebSocketMessage& one, const WebSocketMessage& other) {
  return one.from_client == other.from_client && one.ms == other.ms && one.is_text == other.is_text &&
         one.bytes == other.bytes;
}

}  // namespace

Unread lost_in(const Capture& before, Format format, std::string_view piece, const Limits& limits) {
  Unread lost;
  const auto after = format == Format::har     ? parse_har_entry(piece, limits)
                     : format == Format::flows ? parse_flow(piece, limits)
                                               : parse_capture(piece, limits);
  if (!after) {
    lost.add("exchanges that cannot be read back");
    return lost;
  }
  const auto say = [&](bool same, std::string_view what) {
    if (!same) lost.add(what);
  };
  say(before.id == after->id, "id");
  say(before.time == after->time, "time");
  const bool same_flow = before.flow_id == after->flow_id && before.flow_client == after->flow_client &&
                         before.flow_via == after->flow_via && before.flow_user == after->flow_user;
  say(same_flow, "flow");
  compare(before.request, after->request, lost);
  compare(before.response, after->response, lost);
  const bool same_messages = std::equal(before.websocket.begin(), before.websocket.end(), after->websocket.begin(),
                                        after->websocket.end(), same_message);
  say(same_messages, "websocket");
  say(before.typed == after->typed, "typed");
  say(before.environment == after->environment, "environment");
  say(before.flags.has_value() == after->flags.has_value(), "capture");
  say(before.inspection.has_value() == after->inspection.has_value(), "inspection");
  say(before.error == after->error, "error");
  return lost;
}

}  // namespace telltale::record
