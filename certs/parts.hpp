#pragma once
#include <openssl/x509v3.h>
#include <cstdint>
#include <memory>
#include <string_view>

#include "certs/host_name.hpp"
#include "certs/pem.hpp"

namespace telltale::certs {

/// Owner of an OpenSSL object whose free function is known at compile time.
template <auto free_function>
struct FreeWith {
  template <class T>
  void operator()(T* p) const {
    free_function(p);
  }
};
template <class T, auto free_function>
using Owned = std::unique_ptr<T, FreeWith<free_function>>;

/// The error for an OpenSSL call that failed; empties OpenSSL's error queue.
[[nodiscard]] tl::unexpected<Error> crypto_failure(std::string_view what);

/// A new EC P-256 key. Error: crypto_failed.
[[nodiscard]] Result<KeyPtr> make_key();

/// Parts of a certificate, each added through OpenSSL's structures; no text is parsed, so no name can become syntax.
/// Every function returns false if OpenSSL refused. Source: RFC 5280 section 4.1.2 and 4.2.1.
[[nodiscard]] bool set_random_serial(X509* certificate);  ///< 128 bits, positive
[[nodiscard]] bool set_validity(X509* certificate, std::int64_t not_before, std::int64_t not_after);
[[nodiscard]] bool set_common_name(X509* certificate, std::string_view name);
/// Critical: a CA, with at most so many CAs below it.
[[nodiscard]] bool add_ca_constraint(X509* certificate, long path_length);
[[nodiscard]] bool add_key_usage(X509* certificate, std::initializer_list<int> bits);  ///< critical
[[nodiscard]] bool add_server_auth(X509* certificate);
[[nodiscard]] bool add_subject_key_id(X509* certificate);  ///< of the public key that is already in it
[[nodiscard]] bool add_authority_key_id(X509* certificate, X509* issuer);
[[nodiscard]] bool add_alternative_name(X509* certificate, const HostName& host, bool critical);
[[nodiscard]] bool sign(X509* certificate, EVP_PKEY* key);

/// Seconds since the epoch, or nothing if the time is malformed.
[[nodiscard]] Result<std::int64_t> epoch_of(const ASN1_TIME* time);

}  // namespace telltale::certs
