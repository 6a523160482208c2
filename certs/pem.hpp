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
[[nodiscard]] Secret to_pem(EVP_PKEY* key);                                ///< PKCS #8, not encrypted
[[nodiscard]] Result<X509Ptr> certificate_from_pem(std::string_view pem);  ///< Error: ca_malformed
[[nodiscard]] Result<KeyPtr> key_from_pem(std::string_view pem);           ///< Error: ca_malformed
[[nodiscard]] std::string sha256(std::string_view bytes);                  ///< 32 raw bytes
[[nodiscard]] std::string fingerprint(X509* certificate);                  ///< SHA-256 in hex, for people

}  // namespace telltale::certs
