#pragma once
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace telltale::certs {

struct FreeX509 {
  void operator()(X509* p) const { X509_free(p); }
};
struct FreeKey {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

[[nodiscard]] std::string to_pem(X509* certificate);
/// PKCS #8; encrypted (PBES2: AES-256-CBC, 600,000 rounds of HMAC-SHA-256) unless the passphrase is empty.
/// Error: crypto_failed.
[[nodiscard]] Result<Secret> to_pem(EVP_PKEY* key, const Secret& passphrase);
[[nodiscard]] Result<X509Ptr> certificate_from_pem(std::string_view pem);  ///< Error: ca_malformed
/// Errors: ca_malformed; ca_key_locked if it is encrypted and the passphrase does not open it.
[[nodiscard]] Result<KeyPtr> key_from_pem(std::string_view pem, const Secret& passphrase);
[[nodiscard]] std::string sha256(std::string_view bytes);  ///< 32 raw bytes
[[nodiscard]] std::string fingerprint(X509* certificate);  ///< SHA-256 in hex, for people

}  // namespace telltale::certs
