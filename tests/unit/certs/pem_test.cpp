#include "certs/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "certs/authority.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::certs;

TEST_CASE("certificates and keys survive PEM", "[certs][pem]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const auto certificate = certificate_from_pem(authority->certificate_pem());
  REQUIRE(certificate);
  CHECK(X509_cmp(certificate->get(), authority->certificate()) == 0);
  const Secret pem = authority->key_pem();
  CHECK(pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  const auto key = key_from_pem(pem.reveal());
  REQUIRE(key);
  CHECK(EVP_PKEY_eq(key->get(), authority->key()) == 1);
}

TEST_CASE("text that is no PEM is refused and leaves no error behind", "[certs][pem]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const std::string good = authority->certificate_pem();
  for (const std::string& bad : {std::string(), std::string("nonsense"), good.substr(0, good.size() / 2),
                                 std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}) {
    const auto certificate = certificate_from_pem(bad);
    REQUIRE_FALSE(certificate);
    CHECK(certificate.error().code == Errc::ca_malformed);
    const auto key = key_from_pem(bad);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Errc::ca_malformed);
  }
  CHECK_FALSE(key_from_pem(good));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("an encrypted key is refused without asking for its passphrase", "[certs][pem]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  BIO* bio = BIO_new(BIO_s_mem());
  char passphrase[] = "secret";
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio, authority->key(), EVP_aes_256_cbc(), passphrase, 6, nullptr, nullptr) ==
          1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  const auto key = key_from_pem({data, static_cast<std::size_t>(size)});
  BIO_free(bio);
  REQUIRE_FALSE(key);
  CHECK(key.error().code == Errc::ca_malformed);
}

TEST_CASE("hashes are the known ones", "[certs][pem]") {
  const std::string digest = sha256("abc");
  REQUIRE(digest.size() == 32);
  CHECK(static_cast<unsigned char>(digest[0]) == 0xBA);
  CHECK(static_cast<unsigned char>(digest[31]) == 0xAD);
  const auto authority = Authority::create({});
  REQUIRE(authority);
  CHECK(fingerprint(authority->certificate()).size() == 32 * 3 - 1);
}
