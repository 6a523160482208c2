#pragma once
#include <openssl/ssl.h>
#include <memory>
#include <string>

#include "certs/pem.hpp"
#include "core/result.hpp"
#include "http/authority.hpp"

namespace telltale::net {

struct FreeStore {
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
};
using StorePtr = std::shared_ptr<X509_STORE>;

/// The roots upstreams are verified against: the system's, or only those of `ca_file` if one is named. Loaded once and
/// shared by all threads (22 ms, 1.2 MB). Error: config_malformed, with what to do.
[[nodiscard]] Result<StorePtr> load_trust(const std::string& ca_file);

/// What the verification of one upstream finds out beside its verdict. Must outlive the handshake.
struct PeerCheck {
  X509* own_root = nullptr;    ///< our own CA: what it signed is never a valid upstream; may be null
  bool own_root_seen = false;  ///< the refused certificate was signed by it
};

/// Makes `ssl` accept nothing but a chain to a trusted root for exactly this host: names by SAN alone, no partial
/// wildcards, addresses as addresses. Also sets SNI for names. Source: RFC 9110 section 4.3.4, RFC 9525.
[[nodiscard]] Result<void> expect_peer(SSL* ssl, const std::string& host, PeerCheck& check);

/// Why the handshake with that upstream failed, as the error that says it best. `fallback` is what the stream reported.
[[nodiscard]] Error explain_refusal(SSL* ssl, const http::Authority& target, Error fallback, const PeerCheck& check);

/// After a good handshake: refuses a chain that our own root is part of, in case the system trusts it.
/// Error: upstream_certificate_own_root.
[[nodiscard]] Result<void> refuse_own_root(SSL* ssl, const http::Authority& target, X509* own_root);

}  // namespace telltale::net
