#pragma once
#include <openssl/ssl.h>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "certs/authority.hpp"
#include "core/result.hpp"
#include "http/authority.hpp"
#include "net/hello_rules.hpp"

namespace telltale::net {

struct FreeStore {
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
};
using StorePtr = std::shared_ptr<X509_STORE>;

/// The roots upstreams are verified against: the system's, or only those of `ca_file` if one is named. Loaded once and
/// shared by all threads (22 ms, 1.2 MB). Error: config_malformed, with what to do.
[[nodiscard]] Result<StorePtr> load_trust(const std::string& ca_file);

/// Adds the revocation lists (PEM) of those files to the store, which may be in use; a newer list wins over an older
/// one of the same issuer. Error: config_malformed.
[[nodiscard]] Result<void> load_revocations(X509_STORE* store, const std::vector<std::string>& files);

/// Whether revocation lists are looked at, and whether one must be there for every certificate of a chain.
enum class Revocations : std::uint8_t { ignored, used, required };

using Authorities = std::vector<std::shared_ptr<const certs::Authority>>;

/// What the verification of one upstream finds out beside its verdict. Must outlive the handshake.
struct PeerCheck {
  Authorities own;  ///< our own: what they signed is never a valid upstream
  Revocations revocations = Revocations::ignored;
  bool own_seen = false;   ///< the refused certificate was signed by it
  bool malformed = false;  ///< an extension of the certificate could not be read
  HelloRules hello;
};

/// Makes `ssl` accept nothing but a chain to a trusted root for exactly this host: names by SAN alone, no partial
/// wildcards, addresses as addresses. Also sets SNI for names, and asks for a stapled status. Source: RFC 9110
/// section 4.3.4, RFC 9525.
[[nodiscard]] Result<void> expect_peer(SSL* ssl, const std::string& host, PeerCheck& check);

/// The handshake is over: `check` may go.
void forget_peer(SSL* ssl);

/// Why the handshake with that upstream failed, as the error that says it best. `fallback` is what the stream reported.
[[nodiscard]] Error explain_refusal(SSL* ssl, const http::Authority& target, Error fallback, const PeerCheck& check);

}  // namespace telltale::net
