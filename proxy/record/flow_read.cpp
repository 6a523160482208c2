// One mitmproxy flow as an exchange: versions 4 to 21 agree in all that is read here but for the client's address,
// which was `address` before version 19. What is not HTTP becomes a tunnel that was not looked at. Covered by
// tests/unit/record/formats_test.cpp and tests/fuzz/flows.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "record/conversion.hpp"
#include "record/extras.hpp"
#include "record/splitter.hpp"
#include "record/tnetstring.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

using tnet::member;
using tnet::take;
using tnet::Value;

constexpr std::int64_t oldest_version = 4;
constexpr std::int64_t newest_version = 21;

std::string_view text_of(Value value) {
  return value.type == ',' || value.type == ';' ? value.payload : std::string_view();
}

double number_of(Value value) {
  double out = 0;
  if (value.type != '#' && value.type != '^') return 0;
  std::from_chars(value.payload.data(), value.payload.data() + value.payload.size(), out);
  return std::isfinite(out) && std::abs(out) < 1e12 ? out : 0;
}

std::int64_t in_milliseconds(double seconds) {
  return std::llround(seconds * 1000);
}

Result<Fields> fields_of(Value list) {
  Fields out;
  if (list.type != ']') return out;
  std::string_view rest = list.payload;
  while (!rest.empty()) {
    auto pair = take(rest);
    if (!pair || pair->type != ']') return fail(Errc::capture_malformed, "a header is not a pair");
    const auto name = take(pair->payload);
    const auto value = take(pair->payload);
    if (!name || !value) return fail(Errc::capture_malformed, "a header is not a pair");
    out.emplace_back(text_of(*name), text_of(*value));
  }
  return out;
}

// Trailers are a list of pairs, or null; content that was not kept is null too.
Result<void> read_message(Value message, Fields& headers, CapturedBody& body) {
  TT_TRY(headers, fields_of(member(message, "headers")));
  const Value content = member(message, "content");
  body.bytes = std::string(text_of(content));
  body.coding = field_of(headers, "content-encoding");
  body.truncated = content.type == '~' && field_of(headers, "content-length") > "0";
  return {};
}

std::string address_of(Value pair) {
  if (pair.type != ']') return {};
  std::string_view rest = pair.payload;
  const auto host = take(rest);
  const auto port = take(rest);
  if (!host || !port) return {};
  const bool is_v6 = text_of(*host).find(':') != std::string_view::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", text_of(*host), is_v6 ? "]" : "", port->payload);
}

FlowTarget target_of(Value request) {
  return {text_of(member(request, "method")), text_of(member(request, "scheme")),
          text_of(member(request, "host")),   text_of(member(request, "authority")),
          text_of(member(request, "path")),   static_cast<std::int64_t>(number_of(member(request, "port")))};
}

Result<void> read_request(Value flow, Capture& out) {
  const Value request = member(flow, "request");
  if (request.type != '}') return fail(Errc::capture_malformed, "a flow without a request");
  out.request.method = text_of(member(request, "method"));
  if (auto done = read_message(request, out.request.headers, out.request.body); !done) return done;
  TT_TRY(out.request.trailers, fields_of(member(request, "trailers")));
  out.request.url = url_of(target_of(request), out.request.headers);
  const std::string_view version = text_of(member(request, "http_version"));
  out.request.http = version.starts_with("HTTP/2")   ? "2"
                     : version.starts_with("HTTP/3") ? "3"
                     : version == "HTTP/1.0"         ? "1.0"
                                                     : "1.1";
  if (out.request.method.empty()) return fail(Errc::capture_malformed, "a request without a method");
  out.time = time_text(in_milliseconds(number_of(member(request, "timestamp_start"))));
  return {};
}

Result<void> read_response(Value flow, Capture& out) {
  const Value response = member(flow, "response");
  if (response.type != '}') return {};
  CapturedResponse answer;
  if (auto done = read_message(response, answer.headers, answer.body); !done) return done;
  TT_TRY(answer.trailers, fields_of(member(response, "trailers")));
  answer.reason = text_of(member(response, "reason"));
  const double status = number_of(member(response, "status_code"));
  answer.status = static_cast<std::uint16_t>(status >= 0 && status <= 999 ? status : 0);
  const double begun = number_of(member(member(flow, "request"), "timestamp_start"));
  const auto since = [&](std::string_view name) {
    return std::max<std::int64_t>(0, in_milliseconds(number_of(member(response, name)) - begun));
  };
  answer.first_byte_ms = since("timestamp_start");
  answer.total_ms = since("timestamp_end");
  out.response = std::move(answer);
  return {};
}

// Messages as mitmproxy writes them: opcode, from the client, content, time, and whether it was dropped or injected.
void read_websocket(Value messages, double begun, Unread* unread, std::vector<WebSocketMessage>& out) {
  std::string_view rest = messages.type == ']' ? messages.payload : std::string_view();
  while (!rest.empty()) {
    const auto message = take(rest);
    if (!message) return;
    std::string_view parts = message->payload;
    const auto opcode = take(parts);
    const auto from_client = take(parts);
    const auto content = take(parts);
    const auto time = take(parts);
    const bool is_message =
        message->type == ']' && content && opcode && (number_of(*opcode) == 1 || number_of(*opcode) == 2);
    if (!is_message) {
      if (unread != nullptr) unread->add("websocket.messages that are no text and no binary");
      continue;
    }
    const std::int64_t ms = time ? in_milliseconds(number_of(*time) - begun) : 0;
    out.push_back({from_client->payload == "true", std::max<std::int64_t>(0, ms), number_of(*opcode) == 1,
                   std::string(text_of(*content))});
  }
}

// What Telltale wrote beside it; true if it was there.
bool read_own(Value metadata, const Limits& limits, Capture& out) {
  const std::string_view text = text_of(member(metadata, "telltale"));
  if (text.empty()) return false;
  const codec::JsonDocument document = codec::scan_json(text, limits);
  if (document.stopped || document.values.empty()) return false;
  return read_extras(JsonReader(document), 0, out);
}

bool says_nothing(Value value) {
  return value.type == '~' || value.payload.empty() || value.payload == "false" || value.payload == "0";
}

void count_members(Value dictionary, std::string_view prefix, std::initializer_list<std::string_view> known,
                   Unread& unread) {
  std::string_view rest = dictionary.type == '}' ? dictionary.payload : std::string_view();
  while (!rest.empty()) {
    const auto key = take(rest);
    const auto value = take(rest);
    if (!key || !value) return;
    const bool is_known = std::find(known.begin(), known.end(), key->payload) != known.end();
    if (!is_known && !says_nothing(*value)) unread.add(std::string(prefix).append(key->payload));
  }
}

void count_others(Value flow, bool is_own, Unread& unread) {
  count_members(flow, "",
                {"version", "type", "id", "error", "client_conn", "server_conn", "request", "response", "websocket",
                 "metadata", "timestamp_created"},
                unread);
  count_members(member(flow, "metadata"), "metadata.", {is_own ? "telltale" : ""}, unread);
  if (is_own) return;  // the facts of its connections were never there
  if (!says_nothing(member(flow, "timestamp_created"))) unread.add("timestamp_created");
  count_members(member(flow, "client_conn"), "client_conn.", {"id", "peername", "address", "proxy_mode", "state"},
                unread);
  count_members(member(flow, "server_conn"), "server_conn.", {"id", "address", "state"}, unread);
  count_members(member(flow, "request"), "request.",
                {"host", "port", "method", "scheme", "authority", "path", "http_version", "headers", "content",
                 "trailers", "timestamp_start"},
                unread);
  count_members(
      member(flow, "response"), "response.",
      {"http_version", "headers", "content", "trailers", "status_code", "reason", "timestamp_start", "timestamp_end"},
      unread);
  count_members(member(flow, "websocket"), "websocket.", {"messages"}, unread);
}

// TCP, UDP and DNS, and the messages of a WebSocket before version 12: there is nothing that could be inspected, and
// that is what is said.
void read_other(Value flow, std::string_view type, Capture& out) {
  const Value server = member(flow, "server_conn");
  out.request.method = "CONNECT";
  out.request.url = address_of(member(server, "address"));
  if (out.request.url.empty()) out.request.url = fmt::format("{}:0", type);
  out.time = time_text(in_milliseconds(number_of(member(member(flow, "client_conn"), "timestamp_start"))));
  inspect::Verdict verdict;
  verdict.coverage.state = inspect::Coverage::State::none;
  verdict.coverage.causes.emplace_back(type == "websocket" ? "websocket" : "not_http");
  verdict.coverage.bytes_total = member(flow, "messages").payload.size();
  out.inspection = std::move(verdict);
}

Result<void> check_version(Value flow) {
  const Value version = member(flow, "version");
  if (version.type == ']') {
    std::string_view rest = version.payload;
    const auto major = take(rest);
    const auto minor = take(rest);
    return fail(Errc::capture_malformed, fmt::format("version {}.{} is older than {}, the oldest this program reads",
                                                     major ? major->payload.substr(0, 9) : "?",
                                                     minor ? minor->payload.substr(0, 9) : "?", oldest_version));
  }
  if (version.type != '#') return fail(Errc::capture_malformed, "a flow without a version, or damaged inside");
  const auto number = static_cast<std::int64_t>(number_of(version));
  if (number < oldest_version || number > newest_version)
    return fail(Errc::capture_malformed, fmt::format("version {} is not one of {} to {}, which this program reads",
                                                     number, oldest_version, newest_version));
  return {};
}

}  // namespace

Result<Capture> parse_flow(std::string_view text, const Limits& limits, Unread* unread) {
  const auto flow = take(text);
  if (!flow || flow->type != '}' || !text.empty()) return fail(Errc::capture_malformed, "not a flow");
  if (auto checked = check_version(*flow); !checked) return tl::unexpected<Error>(checked.error());
  Capture out;
  out.id = text_of(member(*flow, "id"));
  out.flow_via = "import";
  const Value client = member(*flow, "client_conn");
  out.flow_id = text_of(member(client, "id"));
  out.flow_client = address_of(member(client, "peername"));
  if (out.flow_client.empty()) out.flow_client = address_of(member(client, "address"));
  const std::string_view type = text_of(member(*flow, "type"));
  if (type != "http") {
    read_other(*flow, type, out);
    if (unread != nullptr) unread->add(fmt::format("messages of a {} flow", type));
    return out;
  }
  if (auto done = read_request(*flow, out); !done) return tl::unexpected<Error>(done.error());
  if (auto done = read_response(*flow, out); !done) return tl::unexpected<Error>(done.error());
  out.error = text_of(member(member(*flow, "error"), "msg"));
  const double begun = number_of(member(member(*flow, "request"), "timestamp_start"));
  read_websocket(member(member(*flow, "websocket"), "messages"), begun, unread, out.websocket);
  const bool is_own = read_own(member(*flow, "metadata"), limits, out);
  if (unread != nullptr) count_others(*flow, is_own, *unread);
  return out;
}

}  // namespace telltale::record
