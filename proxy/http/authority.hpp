#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::http {

/// host:port. `host` is lower case, an IPv6 literal without its brackets and in its one canonical spelling (RFC 5952);
/// a trailing dot is dropped; `port` is never 0.
struct Authority {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const Authority&, const Authority&) = default;
};

/// "host:port" with the host as it must be written in a URL (brackets round IPv6).
[[nodiscard]] std::string text_of(const Authority& authority);

/// True for "10.0.0.1" (exactly four decimal parts without leading zeros) and for a valid IPv6 literal.
[[nodiscard]] bool is_ip_literal(std::string_view host);

/// A CONNECT target: `host:port`, `[v6]:port`; nothing else (no userinfo, scheme, path, space, missing port; host names
/// are letters, digits, `-`, `_`, `.`; an all-numeric or 0x host that is not a plain IPv4 literal is refused, since
/// resolvers read `127.1`, `0x7f.1` and `2130706433` as addresses). Error: authority_malformed.
/// Source: RFC 9110 section 9.3.6, RFC 3986 section 3.2.
[[nodiscard]] Result<Authority> parse_connect_target(std::string_view target);

/// A Host field: as above, but the port may be missing (then `default_port`).
[[nodiscard]] Result<Authority> parse_host_field(std::string_view value, std::uint16_t default_port);

/// An absolute-form target `http://host[:port]/path?query`; only the http scheme, no userinfo, no fragment.
/// Errors: target_malformed, authority_malformed. Source: RFC 9112 section 3.2.2.
struct AbsoluteTarget {
  Authority authority;
  std::string origin_form;    ///< "/path?query", "/" if there was no path
  bool whole_server = false;  ///< neither path nor query: OPTIONS then means the server (RFC 9112 section 3.2.4)
};
[[nodiscard]] Result<AbsoluteTarget> parse_absolute_target(std::string_view target);

}  // namespace telltale::http
