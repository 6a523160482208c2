// The checks before an admin request is looked at. Fetch metadata: W3C Fetch Metadata Request Headers; bearer tokens:
// RFC 6750 section 2.1. Covered by tests/unit/net/admin_test.cpp.
#include "net/admin_door.hpp"

#include <openssl/crypto.h>

#include "core/ascii.hpp"
#include "http/authority.hpp"

namespace telltale::net {
namespace {

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && http::is_ip_literal(host));
}

/// A name that somebody else's DNS may point at us is none of ours; a bare address is nobody's.
bool is_ours(const AdminDoor& door, const http::Authority& host) {
  if (host.port != door.port) return false;
  if (is_loopback(host.host) || host.host == ascii::lower(door.host)) return true;
  return door.anywhere && http::is_ip_literal(host.host);
}

bool has_token(const http::RequestHead& head, std::string_view token) {
  constexpr std::string_view scheme = "bearer ";
  if (token.empty() || head.count("authorization") != 1) return false;
  const std::string_view value = *head.find("authorization");
  if (value.size() != scheme.size() + token.size()) return false;
  if (ascii::lower(value.substr(0, scheme.size())) != scheme) return false;
  return CRYPTO_memcmp(value.data() + scheme.size(), token.data(), token.size()) == 0;
}

}  // namespace

Result<void> check_visitor(const AdminDoor& door, const http::RequestHead& head, bool needs_token) {
  const auto field = head.find("host");
  const auto host = http::parse_host_field(field.value_or(""), 80);
  if (!host || !is_ours(door, *host))
    return fail(Errc::host_mismatch, "the Host field does not name this listener's own address");
  if (head.find("origin") || head.find("sec-fetch-site"))
    return fail(Errc::origin_forbidden, "requests of web pages are not answered");
  if (needs_token && !has_token(head, door.token.reveal()))
    return fail(Errc::unauthorized, "send Authorization: Bearer and the token that the proxy wrote into admin.token");
  return {};
}

}  // namespace telltale::net
