// The few ways in which what we send may differ from what we got, apart from edits. RFC 9112 section 3.2. Covered by
// tests/unit/net/pieces_test.cpp.
#include "net/outgoing.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace telltale::net {

std::string to_origin_form(const http::RequestHead& head, const http::AbsoluteTarget& target) {
  const std::string_view raw = head.raw;
  std::string out;
  out.reserve(raw.size());
  out.append(raw.substr(0, head.target.begin));
  out += target.origin_form;
  std::size_t copied = head.target.end;
  for (const http::FieldRange& field : head.fields) {
    const std::string_view name = head.name(field);
    const bool ours = ascii::equals_ignoring_case(name, "proxy-connection") ||
                      ascii::equals_ignoring_case(name, "proxy-authorization");
    if (ours) {
      out.append(raw.substr(copied, field.line.begin - copied));
      copied = field.line.end;
      continue;
    }
    if (!ascii::equals_ignoring_case(name, "host")) continue;
    const auto named = http::parse_host_field(head.value(field), 80);
    if (named && *named == target.authority) continue;
    out.append(raw.substr(copied, field.value.begin - copied));
    std::string host = http::text_of(target.authority);
    if (target.authority.port == 80) host.resize(host.rfind(':'));
    out += host;
    copied = field.value.end;
  }
  out.append(raw.substr(copied));
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
