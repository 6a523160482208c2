// Certificates and keys as PEM text, and hashes of them. RFC 7468, PKCS #8 (RFC 5958). Covered by
// tests/unit/certs/pem_test.cpp.
#include "certs/pem.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <array>
#include <climits>

#include "certs/parts.hpp"
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

constexpr int key_rounds = 600'000;  // what OWASP asks of PBKDF2-HMAC-SHA-256 (2023)

// Without it, OpenSSL would ask for a passphrase on the terminal.
int give_passphrase(char* buffer, int size, int /*writing*/, void* context) {
  const std::string_view passphrase = static_cast<const Secret*>(context)->reveal();
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  passphrase.copy(buffer, passphrase.size());
  return static_cast<int>(passphrase.size());
}

Result<void> write_encrypted(BIO* bio, EVP_PKEY* key, std::string_view passphrase) {
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> plain(EVP_PKEY2PKCS8(key));
  Owned<X509_ALGOR, X509_ALGOR_free> scheme(
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), key_rounds, nullptr, 0, nullptr, NID_hmacWithSHA256));
  if (!plain || !scheme) return crypto_failure("key not encrypted");
  const Owned<X509_SIG, X509_SIG_free> locked(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), scheme.get()));
  if (!locked) return crypto_failure("key not encrypted");
  static_cast<void>(scheme.release());  // now a part of it
  if (PEM_write_bio_PKCS8(bio, locked.get()) != 1) return crypto_failure("key not written");
  return {};
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

Result<Secret> to_pem(EVP_PKEY* key, const Secret& passphrase) {
  // s_secmem wipes its buffer when it is freed.
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  TT_ASSERT(bio);
  if (!passphrase.empty()) {
    if (auto written = write_encrypted(bio.get(), key, passphrase.reveal()); !written)
      return tl::unexpected(std::move(written.error()));
  } else if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return crypto_failure("key not written");
  }
  return Secret(text_in(bio.get()));
}

Result<X509Ptr> certificate_from_pem(std::string_view pem) {
  TT_TRY(const BioPtr bio, open_text(pem));
  Secret none;
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, give_passphrase, &none));
  if (!certificate) return malformed("not a PEM certificate");
  return certificate;
}

Result<KeyPtr> key_from_pem(std::string_view pem, const Secret& passphrase) {
  TT_TRY(const BioPtr bio, open_text(pem));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, const_cast<Secret*>(&passphrase)));
  if (key) return key;
  const bool locked = pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos;
  if (!locked) return malformed("not a PEM private key");
  ERR_clear_error();
  return fail(Errc::ca_key_locked, passphrase.empty() ? "the key is encrypted, and no passphrase was given"
                                                      : "the passphrase does not open the key");
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
