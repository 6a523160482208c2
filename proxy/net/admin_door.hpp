#pragma once
#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"
#include "http/head.hpp"

namespace telltale::net {

/// Who may speak to the admin listener.
struct AdminDoor {
  std::string host;  ///< as it was configured: a name or an address
  std::uint16_t port = 0;
  bool anywhere = false;  ///< it listens beyond loopback
  Secret token;
};

/// Turns away what a web page could send (a Host that is a foreign name made to point at us, an Origin, a fetch of a
/// browser's) and, if `needs_token`, whoever does not give `Authorization: Bearer TOKEN`. The token is compared in
/// constant time. Errors: host_mismatch, origin_forbidden, unauthorized.
[[nodiscard]] Result<void> check_visitor(const AdminDoor& door, const http::RequestHead& head, bool needs_token);

}  // namespace telltale::net
