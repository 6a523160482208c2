// One object for equal certificates. OpenSSL 3.0 manual: X509_digest, X509_up_ref. Covered by
// tests/unit/net/shared_certificates_test.cpp.
#include "net/shared_certificates.hpp"

#include <openssl/evp.h>

#include <array>

namespace telltale::net {
namespace {

// Empty if it cannot be told.
std::string fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return {digest.begin(), digest.begin() + size};
}

}  // namespace

void SharedCertificates::share(STACK_OF(X509) * shown) {
  for (int i = 0; i < sk_X509_num(shown); ++i) {
    X509* const one = sk_X509_value(shown, i);
    std::string key = fingerprint(one);
    if (key.empty()) continue;
    const auto found = known_.find(key);
    if (found == known_.end()) {
      if (known_.size() >= most) known_.clear();
      X509_up_ref(one);
      known_.emplace(std::move(key), one);
      continue;
    }
    X509* const known = found->second.get();
    if (known == one) continue;
    X509_up_ref(known);
    sk_X509_set(shown, i, known);
    X509_free(one);
  }
}

}  // namespace telltale::net
