// How long a body is, and every form in which two parsers could disagree about it. RFC 9112 section 6, RFC 9110
// section 7.2. Covered by tests/unit/http/framing_test.cpp.
#include "http/framing.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/ascii.hpp"
#include "http/authority.hpp"

namespace telltale::http {
namespace {

struct FramingFields {
  std::optional<std::string_view> coding;
  std::optional<std::string_view> length;
  std::size_t codings = 0;
  std::size_t lengths = 0;
};

FramingFields collect(const Head& head) {
  FramingFields found;
  for (const FieldRange& field : head.fields) {
    const std::string_view name = head.name(field);
    if (ascii::equals_ignoring_case(name, "transfer-encoding")) {
      ++found.codings;
      found.coding = head.value(field);
    } else if (ascii::equals_ignoring_case(name, "content-length")) {
      ++found.lengths;
      found.length = head.value(field);
    }
  }
  return found;
}

// Digits and nothing else: no sign, no list, no white space, no leading zero, nothing that overflows.
std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  if (text[0] == '0' && text.size() > 1) return std::nullopt;  // some read 010 as octal
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!ascii::is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

Result<Framing> fields_framing(const FramingFields& found, std::uint8_t version_minor, Framing::Kind otherwise) {
  if (found.codings > 1) return fail(Errc::framing_ambiguous, "more than one Transfer-Encoding");
  if (found.lengths > 1) return fail(Errc::framing_ambiguous, "more than one Content-Length");
  if (found.coding && found.length)
    return fail(Errc::framing_ambiguous, "Transfer-Encoding and Content-Length together");
  if (found.coding) {
    if (version_minor == 0) return fail(Errc::framing_ambiguous, "Transfer-Encoding in HTTP/1.0");
    if (!ascii::equals_ignoring_case(*found.coding, "chunked"))
      return fail(Errc::framing_ambiguous, "Transfer-Encoding that is not exactly chunked");
    return Framing{Framing::Kind::chunked, 0};
  }
  if (!found.length) return Framing{otherwise, 0};
  const auto length = parse_length(*found.length);
  if (!length) return fail(Errc::framing_ambiguous, "Content-Length that is not a plain number");
  return Framing{Framing::Kind::length, *length};
}

Result<void> check_host(const RequestHead& head) {
  const std::size_t hosts = head.count("host");
  if (hosts > 1) return fail(Errc::host_duplicate, "more than one Host field");
  if (hosts == 0) {
    if (head.version_minor == 0) return {};
    return fail(Errc::host_missing, "no Host field");
  }
  // CONNECT may name the host without its port (undici does); port 1 stands for "none given" and is not used.
  auto host = parse_host_field(*head.find("host"), 1);
  if (!host) return fail(Errc::head_malformed, "Host field is not a host: " + host.error().detail);
  return {};
}

// `Connection: content-length` would make the next hop drop a field that frames the message.
Result<void> check_connection(const Head& head) {
  if (!head.find("connection")) return {};
  for (const std::string_view name : {"content-length", "transfer-encoding", "host", "trailer"})
    if (head.has_token("connection", name))
      return fail(Errc::framing_ambiguous, fmt::format("Connection names {}", name));
  return {};
}

// Servers that hand fields on as variables (CGI, WSGI) read `_` as `-`.
Result<void> check_disguises(const Head& head) {
  for (const std::string_view name : {"content_length", "transfer_encoding", "content_encoding"})
    if (head.find(name)) return fail(Errc::framing_ambiguous, fmt::format("a field named {}", name));
  return {};
}

Result<void> check_target_form(const RequestHead& head) {
  const std::string_view method = head.method_text();
  const std::string_view target = head.target_text();
  if (method == "CONNECT") return {};
  if (target.starts_with('/')) return {};
  if (target == "*") {
    if (method == "OPTIONS") return {};
    return fail(Errc::target_malformed, "target * is for OPTIONS alone");
  }
  if (target.find("://") != std::string_view::npos) return {};
  return fail(Errc::target_malformed, "target is neither a path nor a URL");
}

Result<void> check_expectation(const Head& head) {
  const auto expect = head.find("expect");
  if (!expect) return {};
  if (head.count("expect") == 1 && ascii::equals_ignoring_case(*expect, "100-continue")) return {};
  return fail(Errc::expectation_unsupported, "only Expect: 100-continue is known");
}

tl::unexpected<Error> malformed_response(const Error& error) {
  return fail(Errc::upstream_response_malformed, error.at, error.detail);
}

}  // namespace

Result<Framing> request_framing(const RequestHead& head, const Limits& limits) {
  for (const auto check : {check_target_form, check_host})
    if (auto passed = check(head); !passed) return tl::unexpected(std::move(passed.error()));
  for (const auto check : {check_connection, check_disguises, check_expectation})
    if (auto passed = check(head); !passed) return tl::unexpected(std::move(passed.error()));
  TT_TRY(const Framing framing, fields_framing(collect(head), head.version_minor, Framing::Kind::none));
  const bool has_body = framing.kind == Framing::Kind::chunked || framing.length > 0;
  const std::string_view method = head.method_text();
  if (has_body && (method == "CONNECT" || method == "TRACE"))
    return fail(Errc::framing_ambiguous, fmt::format("{} with a body", method));
  if (framing.length > limits.body_bytes)
    return fail(Errc::body_too_long, fmt::format("request body over {} bytes", limits.body_bytes));
  return framing;
}

Result<Framing> response_framing(const ResponseHead& head, std::string_view request_method) {
  // A tunnel begins: whatever length fields say, what follows is not ours to frame (RFC 9112 section 6.3, item 2).
  if (request_method == "CONNECT" && head.status / 100 == 2) return Framing{Framing::Kind::none, 0};
  auto framing = fields_framing(collect(head), head.version_minor, Framing::Kind::until_close);
  if (!framing) return malformed_response(framing.error());
  // Interim and 204 responses have no body (RFC 9110 section 8.6): who believes the field waits for one, or takes the
  // next response for it.
  const bool announced = framing->kind == Framing::Kind::chunked || framing->length > 0;
  if (announced && (head.status < 200 || head.status == 204))
    return fail(Errc::upstream_response_malformed, fmt::format("a body announced on status {}", head.status));
  const bool bodiless = request_method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304;
  if (bodiless) return Framing{Framing::Kind::none, 0};
  return *framing;
}

bool keeps_alive(const Head& head, std::uint8_t version_minor) {
  if (head.has_token("connection", "close") || head.has_token("proxy-connection", "close")) return false;
  if (version_minor >= 1) return true;
  return head.has_token("connection", "keep-alive") || head.has_token("proxy-connection", "keep-alive");
}

}  // namespace telltale::http
