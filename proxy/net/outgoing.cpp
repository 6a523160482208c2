// The few ways in which what we send may differ from what we got, apart from edits. RFC 9112 section 3.2, RFC 9110
// section 7.6. Covered by
// tests/unit/net/pieces_test.cpp.
#include "net/outgoing.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "http/hop.hpp"

namespace telltale::net {

namespace {

std::string host_value(const http::Authority& authority) {
  std::string host = http::text_of(authority);
  if (authority.port == 80) host.resize(host.rfind(':'));
  return host;
}

/// What takes the place of a field line: itself, nothing, or another value.
struct Replaced {
  enum class Kind : std::uint8_t { kept, dropped, value };
  Kind kind = Kind::kept;
  std::string value;
};

Replaced replaced(const http::RequestHead& head, const http::FieldRange& field, const http::AbsoluteTarget& target) {
  using Kind = Replaced::Kind;
  const std::string_view name = head.name(field);
  const bool upgrades = asks_for_websocket(head) && (ascii::equals_ignoring_case(name, "connection") ||
                                                     ascii::equals_ignoring_case(name, "upgrade"));
  if (!upgrades && http::is_hop_field(head, name)) return {Kind::dropped, {}};
  if (ascii::equals_ignoring_case(name, "host")) {
    const auto named = http::parse_host_field(head.value(field), 80);
    if (named && *named == target.authority) return {};
    return {Kind::value, host_value(target.authority)};
  }
  if (!ascii::equals_ignoring_case(name, "max-forwards")) return {};
  const auto left = http::forwards_left(head);
  if (!left || !*left || **left == 0) return {};
  return {Kind::value, std::to_string(**left - 1)};
}

}  // namespace

std::string to_origin_form(const http::RequestHead& head, const http::AbsoluteTarget& target,
                           std::string_view pseudonym) {
  using Kind = Replaced::Kind;
  const std::string_view raw = head.raw;
  std::string out;
  out.reserve(raw.size() + 64);
  out.append(raw.substr(0, head.target.begin));
  out += target.whole_server && head.method_text() == "OPTIONS" ? "*" : target.origin_form;
  std::size_t copied = head.target.end;
  for (const http::FieldRange& field : head.fields) {
    const Replaced change = replaced(head, field, target);
    if (change.kind == Kind::kept) continue;
    const ByteRange gone = change.kind == Kind::dropped ? field.line : field.value;
    out.append(raw.substr(copied, gone.begin - copied));
    out += change.value;
    copied = gone.end;
  }
  out.append(raw.substr(copied, raw.size() - 2 - copied));
  if (!head.find("host")) out += fmt::format("Host: {}\r\n", host_value(target.authority));
  out += fmt::format("Via: 1.{} {}\r\n\r\n", head.version_minor, pseudonym);
  return out;
}

std::string as_one_chunk(std::string_view body) {
  if (body.empty()) return "0\r\n\r\n";
  std::string out = fmt::format("{:x}\r\n", body.size());
  out.reserve(out.size() + body.size() + 7);
  out += body;
  out += "\r\n0\r\n\r\n";
  return out;
}

bool asks_for_websocket(const http::RequestHead& head) {
  return head.has_token("upgrade", "websocket") && head.has_token("connection", "upgrade");
}

}  // namespace telltale::net
