#pragma once
#include <string>

#include "certs/authority.hpp"
#include "certs/leaf_cache.hpp"

namespace telltale::certs {

/// What a strict TLS client says to that leaf for that host: X509_V_OK or OpenSSL's error. Purpose sslserver, strict
/// flags, no common name read as a host, no partial wildcards.
int verify_for(const Authority& authority, X509* leaf, const HostName& host);

/// A leaf signed past the authority's own check, as a thief of the issuing key, or of the root's, would.
enum class Stolen { issuing_key, root_key };
X509Ptr forge_leaf(const Authority& authority, const HostName& host, Stolen stolen = Stolen::issuing_key);

HostName host(std::string_view text);
std::string text_of_extension(X509* certificate, int nid);
bool is_critical(X509* certificate, int nid);

}  // namespace telltale::certs
