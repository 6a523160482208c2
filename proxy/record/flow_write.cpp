// A capture as a mitmproxy flow, version 21 or 17. Source: mitmproxy's Flow.get_state and io/compat of these versions;
// every member must be there and none beside. Covered by tests/unit/record/conversion_test.cpp and
// tests/e2e/convert_test.py, where mitmproxy reads them.
#include <fmt/format.h>

#include <charconv>

#include "record/conversion.hpp"
#include "record/extras.hpp"
#include "record/tnetstring.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

using tnet::dictionary;

struct Address {
  std::string_view host;
  std::int64_t port = 0;
};

// "127.0.0.1:51544", "[::1]:443", "api.example.com"; `usual` where it names no port.
Address address_of(std::string_view text, std::int64_t usual) {
  std::string_view host = text;
  std::string_view digits;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    digits = text.substr(colon + 1);
  }
  if (bracket != std::string_view::npos) host = text.substr(1, bracket - 1);
  std::int64_t port = usual;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return {host, port >= 0 && port <= 65535 ? port : usual};
}

std::string pair_of(const Address& address) {
  return tnet::list(tnet::text(address.host) + tnet::integer(address.port));
}

FlowTarget target_of(const CapturedRequest& request) {
  FlowTarget out;
  out.method = request.method;
  const std::string_view url = request.url;
  if (request.method == "CONNECT") {
    const Address address = address_of(url, 443);
    out.host = address.host, out.port = address.port, out.authority = url;
    return out;
  }
  const std::size_t mark = url.find("://");
  out.scheme = mark == std::string_view::npos ? std::string_view("http") : url.substr(0, mark);
  const std::string_view rest = mark == std::string_view::npos ? url : url.substr(mark + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, path);
  out.path = rest.substr(path);
  const Address address = address_of(authority.substr(authority.rfind('@') + 1), out.scheme == "http" ? 80 : 443);
  out.host = address.host, out.port = address.port;
  const bool says_it_itself = request.http == "2" || request.http == "3" || field_of(request.headers, "host").empty();
  if (says_it_itself) out.authority = authority;
  return out;
}

std::string headers_of(const Fields& fields) {
  std::string items;
  for (const auto& [name, value] : fields) items += tnet::list(tnet::bytes(name) + tnet::bytes(value));
  return tnet::list(items);
}

std::string trailers_of(const Fields& fields) {
  return fields.empty() ? tnet::null() : headers_of(fields);
}

std::string content_of(const CapturedBody& body) {
  return body.truncated && body.bytes.empty() ? tnet::null() : tnet::bytes(body.bytes);
}

std::string version_text(std::string_view http) {
  return http == "2" ? "HTTP/2.0" : fmt::format("HTTP/{}", http);
}

std::string request_of(const CapturedRequest& request, const FlowTarget& target, std::int64_t begun) {
  return dictionary({{"host", tnet::text(target.host)},
                     {"port", tnet::integer(target.port)},
                     {"method", tnet::bytes(target.method)},
                     {"scheme", tnet::bytes(target.scheme)},
                     {"authority", tnet::bytes(target.authority)},
                     {"path", tnet::bytes(target.path)},
                     {"http_version", tnet::bytes(version_text(request.http))},
                     {"headers", headers_of(request.headers)},
                     {"content", content_of(request.body)},
                     {"trailers", trailers_of(request.trailers)},
                     {"timestamp_start", tnet::seconds(begun)},
                     {"timestamp_end", tnet::seconds(begun)}});
}

std::string response_of(const Capture& capture, std::int64_t begun) {
  if (!capture.response) return tnet::null();
  const CapturedResponse& response = *capture.response;
  return dictionary({{"http_version", tnet::bytes(version_text(capture.request.http))},
                     {"status_code", tnet::integer(response.status)},
                     {"reason", tnet::bytes(response.reason)},
                     {"headers", headers_of(response.headers)},
                     {"content", content_of(response.body)},
                     {"trailers", trailers_of(response.trailers)},
                     {"timestamp_start", tnet::seconds(begun + response.first_byte_ms)},
                     {"timestamp_end", tnet::seconds(begun + response.total_ms)}});
}

std::string websocket_of(const Capture& capture, std::int64_t begun) {
  if (capture.websocket.empty()) return tnet::null();
  std::string items;
  for (const WebSocketMessage& message : capture.websocket)
    items += tnet::list(tnet::integer(message.is_text ? 1 : 2) + tnet::boolean(message.from_client) +
                        tnet::bytes(message.bytes) + tnet::seconds(begun + message.ms) + tnet::boolean(false) +
                        tnet::boolean(false));
  return dictionary({{"messages", tnet::list(items)},
                     {"closed_by_client", tnet::null()},
                     {"close_code", tnet::null()},
                     {"close_reason", tnet::null()},
                     {"timestamp_end", tnet::null()}});
}

/// One side's connection, of which a capture knows an address at most.
struct Side {
  std::string id, address;
  bool tls = false;
  std::string begun;
};

std::string client_of(const Side& side, unsigned version) {
  const std::string none = tnet::null();
  const std::string empty = tnet::list({});
  const std::string here = pair_of({"", 0});
  if (version >= newest_flow_version)
    return dictionary({{"id", side.id},
                       {"peername", side.address},
                       {"sockname", here},
                       {"proxy_mode", tnet::text("regular")},
                       {"mitmcert", none},
                       {"transport_protocol", tnet::text("tcp")},
                       {"error", none},
                       {"tls", tnet::boolean(side.tls)},
                       {"certificate_list", empty},
                       {"alpn", none},
                       {"alpn_offers", empty},
                       {"cipher", none},
                       {"cipher_list", empty},
                       {"tls_version", none},
                       {"sni", none},
                       {"timestamp_start", side.begun},
                       {"timestamp_end", none},
                       {"timestamp_tls_setup", none}});
  return dictionary({{"id", side.id},
                     {"address", side.address},
                     {"sockname", here},
                     {"mitmcert", none},
                     {"error", none},
                     {"tls", tnet::boolean(side.tls)},
                     {"tls_established", tnet::boolean(false)},
                     {"tls_extensions", empty},
                     {"certificate_list", empty},
                     {"alpn", none},
                     {"alpn_offers", empty},
                     {"cipher_name", none},
                     {"cipher_list", empty},
                     {"tls_version", none},
                     {"sni", none},
                     {"state", tnet::integer(0)},
                     {"timestamp_start", side.begun},
                     {"timestamp_end", none},
                     {"timestamp_tls_setup", none}});
}

std::string server_of(const Side& side, unsigned version) {
  const std::string none = tnet::null();
  const std::string empty = tnet::list({});
  if (version >= newest_flow_version)
    return dictionary({{"id", side.id},
                       {"address", side.address},
                       {"peername", none},
                       {"sockname", none},
                       {"via", none},
                       {"transport_protocol", tnet::text("tcp")},
                       {"error", none},
                       {"tls", tnet::boolean(side.tls)},
                       {"certificate_list", empty},
                       {"alpn", none},
                       {"alpn_offers", empty},
                       {"cipher", none},
                       {"cipher_list", empty},
                       {"tls_version", none},
                       {"sni", none},
                       {"timestamp_start", none},
                       {"timestamp_end", none},
                       {"timestamp_tcp_setup", none},
                       {"timestamp_tls_setup", none}});
  return dictionary({{"id", side.id},
                     {"address", side.address},
                     {"ip_address", none},
                     {"source_address", none},
                     {"via", none},
                     {"via2", none},
                     {"error", none},
                     {"tls", tnet::boolean(side.tls)},
                     {"tls_established", tnet::boolean(false)},
                     {"certificate_list", empty},
                     {"alpn", none},
                     {"alpn_offers", empty},
                     {"cipher_name", none},
                     {"cipher_list", empty},
                     {"tls_version", none},
                     {"sni", none},
                     {"state", tnet::integer(0)},
                     {"timestamp_start", none},
                     {"timestamp_end", none},
                     {"timestamp_tcp_setup", none},
                     {"timestamp_tls_setup", none}});
}

Overrides overrides_of(const CapturedRequest& request, const FlowTarget& target) {
  Overrides out;
  if (url_of(target, request.headers) != request.url) out.url = request.url;
  const bool is_usual = request.http == "1.0" || request.http == "1.1" || request.http == "2" || request.http == "3";
  if (!is_usual) out.http = request.http;
  return out;
}

// mitmproxy undoes a coding that the header names; what comes from a HAR may stand undone.
void settle(CapturedBody& body, const Fields& headers, const Limits& limits) {
  if (body.coding.empty()) settle_coding(body, field_of(headers, "content-encoding"), {}, limits);
}

}  // namespace

std::string url_of(const FlowTarget& target, const Fields& headers) {
  if (target.method == "CONNECT") {
    const bool is_v6 = target.host.find(':') != std::string_view::npos;
    return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", target.host, is_v6 ? "]" : "", target.port);
  }
  // The client's name for the host: a transparent proxy knows the other only by its address.
  std::string authority = field_of(headers, "host");
  if (authority.empty()) authority = target.authority;
  const bool is_usual = target.port == (target.scheme == "http" ? 80 : 443);
  if (authority.empty())
    authority = is_usual ? std::string(target.host) : fmt::format("{}:{}", target.host, target.port);
  return fmt::format("{}://{}{}", target.scheme, authority, target.path);
}

std::string to_flow(Capture capture, unsigned version, Digest digest, const Limits& limits) {
  mask_credentials(capture, digest);
  settle(capture.request.body, capture.request.headers, limits);
  if (capture.response) settle(capture.response->body, capture.response->headers, limits);
  const std::int64_t begun = milliseconds_of(capture.time).value_or(0);
  const FlowTarget target = target_of(capture.request);
  const bool is_tls = target.scheme == "https" || target.scheme == "wss";
  const Side client = {tnet::text(capture.flow_id), pair_of(address_of(capture.flow_client, 0)), is_tls,
                       tnet::seconds(begun)};
  const Side server = {tnet::text(capture.flow_id + "-server"), pair_of({target.host, target.port}), is_tls,
                       tnet::null()};
  const std::string error = capture.error.empty()
                                ? tnet::null()
                                : dictionary({{"msg", tnet::text(capture.error)}, {"timestamp", tnet::seconds(begun)}});
  const std::string extras = extras_of(capture, overrides_of(capture.request, target));
  return dictionary({{"version", tnet::integer(version)},
                     {"type", tnet::text("http")},
                     {"id", tnet::text(capture.id)},
                     {"error", error},
                     {"client_conn", client_of(client, version)},
                     {"server_conn", server_of(server, version)},
                     {"request", request_of(capture.request, target, begun)},
                     {"response", response_of(capture, begun)},
                     {"websocket", websocket_of(capture, begun)},
                     {"intercepted", tnet::boolean(false)},
                     {"is_replay", tnet::null()},
                     {"marked", tnet::text("")},
                     {"metadata", dictionary({{"telltale", tnet::text(extras)}})},
                     {"comment", tnet::text("")},
                     {"timestamp_created", tnet::seconds(begun)},
                     {"backup", tnet::null()}});
}

}  // namespace telltale::record
