// Requests and responses out of the two byte streams of a connection. Covered by
// tests/unit/record/http_stream_test.cpp, tests/fuzz/http_stream.cpp and tests/e2e/packets_test.py.
#include "record/http_stream.hpp"

#include <fmt/format.h>

#include "http/body_reader.hpp"
#include "http/framing.hpp"
#include "http/head.hpp"
#include "record/extras.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

/// A side's bytes and how far they are read.
struct Side {
  std::string_view bytes;
  std::size_t at = 0;
  [[nodiscard]] std::string_view rest() const { return bytes.substr(at); }
};

Fields fields_of(const http::Head& head) {
  Fields out;
  out.reserve(head.fields.size());
  for (const http::FieldRange& field : head.fields) out.emplace_back(head.name(field), head.value(field));
  return out;
}

Error malformed(const Side& side, const Error& error) {
  return {Errc::capture_malformed, side.at + error.at, error.detail};
}

// False if the bytes end before the body does; what is there of it is kept.
Result<bool> read_body(Side& side, http::Framing framing, const Limits& limits, CapturedBody& out) {
  http::BodyReader reader(framing, limits, false);
  std::string data;
  const auto taken = reader.push(side.rest(), &data);
  if (!taken) return tl::unexpected<Error>(malformed(side, taken.error()));
  side.at += *taken;
  out.bytes = std::move(data);
  return reader.done() || reader.ends_by_close();
}

std::string coding_of(const Fields& headers) {
  const std::string coding = field_of(headers, "content-encoding");
  return coding == "identity" ? std::string() : coding;
}

std::string url_of(const Conversation& about, std::string_view target, const Fields& headers) {
  if (!target.starts_with('/')) return std::string(target);
  std::string authority = field_of(headers, "host");
  const bool is_usual = about.port == (about.scheme == "https" ? 443 : 80);
  if (authority.empty()) authority = is_usual ? about.host : fmt::format("{}:{}", about.host, about.port);
  return fmt::format("{}://{}{}", about.scheme, authority, target);
}

// Nothing at the end of the bytes.
Result<std::optional<Capture>> read_request(Side& side, const Conversation& about, const Limits& limits) {
  const std::size_t length = http::head_length(side.rest());
  if (length == 0) return std::nullopt;
  auto head = http::parse_request_head(std::string(side.rest().substr(0, length)), limits);
  if (!head) return tl::unexpected<Error>(malformed(side, head.error()));
  const auto framing = http::request_framing(*head, limits);
  if (!framing) return tl::unexpected<Error>(malformed(side, framing.error()));
  side.at += length;
  Capture out;
  out.flow_id = about.id;
  out.flow_client = about.client;
  out.flow_via = "import";
  out.request.method = head->method_text();
  out.request.http = head->version_minor == 0 ? "1.0" : "1.1";
  out.request.headers = fields_of(*head);
  out.request.url = url_of(about, head->target_text(), out.request.headers);
  TT_TRY(const bool is_whole, read_body(side, *framing, limits, out.request.body));
  out.request.body.coding = coding_of(out.request.headers);
  if (!is_whole) out.request.body = {{}, {}, true};
  return out;
}

// True if there was one that ends the exchange; interim responses are passed over.
Result<bool> read_response(Side& side, const Limits& limits, Capture& out) {
  for (;;) {
    const std::size_t length = http::head_length(side.rest());
    if (length == 0) return false;
    const auto head = http::parse_response_head(std::string(side.rest().substr(0, length)), limits);
    if (!head) return tl::unexpected<Error>(malformed(side, head.error()));
    const bool is_interim = head->status >= 100 && head->status < 200 && head->status != 101;
    const auto framing = http::response_framing(*head, out.request.method);
    if (!framing) return tl::unexpected<Error>(malformed(side, framing.error()));
    side.at += length;
    if (is_interim) continue;
    CapturedResponse response;
    response.status = head->status;
    response.headers = fields_of(*head);
    TT_TRY(const bool is_whole, read_body(side, *framing, limits, response.body));
    response.body.coding = coding_of(response.headers);
    if (!is_whole) out.error = "upstream-response-truncated";
    out.response = std::move(response);
    return true;
  }
}

std::int64_t nth(const std::vector<std::int64_t>& times, std::size_t n) {
  return times.empty() ? 0 : times[std::min(n, times.size() - 1)];
}

}  // namespace

Exchanges exchanges_in(std::string_view from_client, std::string_view from_server, const Conversation& about,
                       const Limits& limits) {
  Exchanges out;
  Side client{from_client};
  Side server{from_server};
  for (;;) {
    auto request = read_request(client, about, limits);
    if (!request) {
      out.stopped = request.error();
      return out;
    }
    if (!*request) return out;
    Capture capture = std::move(**request);
    const std::size_t number = out.captures.size();
    capture.id = fmt::format("{}-{}", about.id, number + 1);
    capture.time = time_text(nth(about.asked, number));
    const auto answered = read_response(server, limits, capture);
    if (capture.response)
      capture.response->first_byte_ms = capture.response->total_ms =
          std::max<std::int64_t>(0, nth(about.answered, number) - nth(about.asked, number));
    const bool switched = capture.response && (capture.response->status == 101 || capture.request.method == "CONNECT");
    out.captures.push_back(std::move(capture));
    if (!answered) out.stopped = answered.error();
    if (!answered || switched) return out;
  }
}

}  // namespace telltale::record
