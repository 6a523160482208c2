// Certificates and keys as PEM text, and hashes of them. RFC 7468, PKCS #8 (RFC 5958). Covered by
// tests/unit/certs/pem_test.cpp.
#include "certs/pem.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <climits>

#include "core/assert.hpp"

namespace telltale::certs {
namespace {

struct FreeBio {
  void operator()(BIO* b) const { BIO_free(b); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

// What a memory BIO holds; a copy of it stays in the BIO until that is freed.
std::string text_in(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Result<BioPtr> open_text(std::string_view pem) {
  if (pem.size() > INT_MAX) return fail(Errc::ca_malformed, "PEM text too long");
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return fail(Errc::ca_malformed, "PEM text could not be read");
  return bio;
}

// Without it, OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return -1;
}

tl::unexpected<Error> malformed(const char* what) {
  ERR_clear_error();
  return fail(Errc::ca_malformed, what);
}

}  // namespace

std::string to_pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  TT_ASSERT(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_in(bio.get());
}

Secret to_pem(EVP_PKEY* key) {
  // s_secmem wipes its buffer when it is freed.
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  TT_ASSERT(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(text_in(bio.get()));
}

Result<X509Ptr> certificate_from_pem(std::string_view pem) {
  TT_TRY(const BioPtr bio, open_text(pem));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!certificate) return malformed("not a PEM certificate");
  return certificate;
}

Result<KeyPtr> key_from_pem(std::string_view pem) {
  TT_TRY(const BioPtr bio, open_text(pem));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return malformed("not an unencrypted PEM private key");
  return key;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  TT_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string fingerprint(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  TT_ASSERT(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

}  // namespace telltale::certs
