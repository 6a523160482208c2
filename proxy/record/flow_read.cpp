// One mitmproxy flow as an exchange: versions 4 to 21 agree in all that is read here but for the client's address,
// which was `address` before version 19. What is not HTTP becomes a tunnel that was not looked at. Covered by
// tests/unit/record/formats_test.cpp and tests/fuzz/flows.cpp.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

constexpr std::int64_t oldest_version = 4;
constexpr std::int64_t newest_version = 21;

/// One tnetstring: `3:abc,` has the payload `abc` and the type `,`. Type 0 stands for nothing.
struct Value {
  std::string_view payload;
  char type = 0;
};

// Takes one from the front; nothing if there is none.
std::optional<Value> take(std::string_view& text) {
  std::size_t length = 0;
  const std::size_t most = std::min<std::size_t>(text.size(), 12);
  const auto [end, error] = std::from_chars(text.data(), text.data() + most, length);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits >= text.size() || text[digits] != ':') return std::nullopt;
  if (length >= text.size() - digits - 1) return std::nullopt;
  const Value out{text.substr(digits + 1, length), text[digits + 1 + length]};
  text.remove_prefix(digits + length + 2);
  return out;
}

// The value of that key; nothing if the dictionary has none or is damaged before it.
Value member(Value dictionary, std::string_view name) {
  if (dictionary.type != '}') return {};
  std::string_view rest = dictionary.payload;
  while (!rest.empty()) {
    const auto key = take(rest);
    const auto value = take(rest);
    if (!key || !value) return {};
    if (key->payload == name) return *value;
  }
  return {};
}

std::string_view text_of(Value value) {
  return value.type == ',' || value.type == ';' ? value.payload : std::string_view();
}

double number_of(Value value) {
  double out = 0;
  if (value.type != '#' && value.type != '^') return 0;
  std::from_chars(value.payload.data(), value.payload.data() + value.payload.size(), out);
  return std::isfinite(out) && std::abs(out) < 1e12 ? out : 0;
}

std::int64_t milliseconds_of(double seconds) {
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

std::string field_of(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields)
    if (ascii::equals_ignoring_case(field, name)) return value;
  return {};
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

std::string url_of(Value request, const Fields& headers) {
  const std::string_view path = text_of(member(request, "path"));
  const std::string_view scheme = text_of(member(request, "scheme"));
  const auto port = static_cast<std::int64_t>(number_of(member(request, "port")));
  const std::string_view host = text_of(member(request, "host"));
  if (text_of(member(request, "method")) == "CONNECT") return fmt::format("{}:{}", host, port);
  // The client's name for the host: a transparent proxy knows the other only by its address.
  std::string authority = field_of(headers, "host");
  if (authority.empty()) authority = text_of(member(request, "authority"));
  const bool is_usual = port == (scheme == "http" ? 80 : 443);
  if (authority.empty()) authority = is_usual ? std::string(host) : fmt::format("{}:{}", host, port);
  return fmt::format("{}://{}{}", scheme, authority, path);
}

Result<void> read_request(Value flow, Capture& out) {
  const Value request = member(flow, "request");
  if (request.type != '}') return fail(Errc::capture_malformed, "a flow without a request");
  out.request.method = text_of(member(request, "method"));
  if (auto done = read_message(request, out.request.headers, out.request.body); !done) return done;
  TT_TRY(out.request.trailers, fields_of(member(request, "trailers")));
  out.request.url = url_of(request, out.request.headers);
  const std::string_view version = text_of(member(request, "http_version"));
  out.request.http = version.starts_with("HTTP/2")   ? "2"
                     : version.starts_with("HTTP/3") ? "3"
                     : version == "HTTP/1.0"         ? "1.0"
                                                     : "1.1";
  if (out.request.method.empty()) return fail(Errc::capture_malformed, "a request without a method");
  out.time = time_text(milliseconds_of(number_of(member(request, "timestamp_start"))));
  return {};
}

Result<void> read_response(Value flow, Capture& out) {
  const Value response = member(flow, "response");
  if (response.type != '}') return {};
  CapturedResponse answer;
  if (auto done = read_message(response, answer.headers, answer.body); !done) return done;
  const double status = number_of(member(response, "status_code"));
  answer.status = static_cast<std::uint16_t>(status >= 0 && status <= 999 ? status : 0);
  const double begun = number_of(member(member(flow, "request"), "timestamp_start"));
  const auto since = [&](std::string_view name) {
    return std::max<std::int64_t>(0, milliseconds_of(number_of(member(response, name)) - begun));
  };
  answer.first_byte_ms = since("timestamp_start");
  answer.total_ms = since("timestamp_end");
  out.response = std::move(answer);
  return {};
}

// TCP, UDP and DNS, and the messages of a WebSocket before version 12: there is nothing that could be inspected, and
// that is what is said.
void read_other(Value flow, std::string_view type, Capture& out) {
  const Value server = member(flow, "server_conn");
  out.request.method = "CONNECT";
  out.request.url = address_of(member(server, "address"));
  if (out.request.url.empty()) out.request.url = fmt::format("{}:0", type);
  out.time = time_text(milliseconds_of(number_of(member(member(flow, "client_conn"), "timestamp_start"))));
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

Result<Capture> parse_flow(std::string_view text, const Limits&) {
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
    return out;
  }
  if (auto done = read_request(*flow, out); !done) return tl::unexpected<Error>(done.error());
  if (auto done = read_response(*flow, out); !done) return tl::unexpected<Error>(done.error());
  out.error = text_of(member(member(*flow, "error"), "msg"));
  out.has_websocket = member(*flow, "websocket").type == '}';
  return out;
}

}  // namespace telltale::record
