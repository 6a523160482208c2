#pragma once
#include <openssl/ssl.h>
#include <string_view>

#include "certs/authority.hpp"
#include "http/authority.hpp"
#include "net/trust.hpp"

namespace telltale::net {

/// What is asked of a chain that was verified, before the first byte of a request: that our own authority is no part of
/// it (the system may trust that), nor a root whose private key the world knows, and that the status the server stapled
/// does not say revoked. True if a staple says that the leaf is good. A certificate that demands a staple (RFC 7633)
/// must come with a good one; a staple that cannot be believed is none. Errors: upstream_certificate_own_root,
/// _interceptor, _revoked, _status_missing.
[[nodiscard]] Result<bool> judge_chain(SSL* ssl, const http::Authority& target, const Authorities& own);

/// Whether that SHA-256 of a SubjectPublicKeyInfo belongs to a root that software installed with its private key in it.
[[nodiscard]] bool is_known_interceptor(std::string_view spki_sha256);

/// The refusal of what our own authority signed.
[[nodiscard]] Error own_root_error(const http::Authority& target);

}  // namespace telltale::net
