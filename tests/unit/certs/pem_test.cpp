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
  const auto pem = to_pem(authority->root_key(), Secret());
  REQUIRE(pem);
  CHECK(pem->reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  const auto key = key_from_pem(pem->reveal(), Secret());
  REQUIRE(key);
  CHECK(EVP_PKEY_eq(key->get(), authority->root_key()) == 1);
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
    const auto key = key_from_pem(bad, Secret());
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Errc::ca_malformed);
  }
  CHECK_FALSE(key_from_pem(good, Secret()));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("an encrypted key opens with its passphrase alone, and asks nobody", "[certs][pem]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const Secret passphrase(std::string("correct horse"));
  const auto pem = to_pem(authority->root_key(), passphrase);
  REQUIRE(pem);
  CHECK(pem->reveal().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  const auto opened = key_from_pem(pem->reveal(), passphrase);
  REQUIRE(opened);
  CHECK(EVP_PKEY_eq(opened->get(), authority->root_key()) == 1);
  for (const char* wrong : {"", "Correct horse", "correct horse "}) {
    const auto key = key_from_pem(pem->reveal(), Secret(std::string(wrong)));
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Errc::ca_key_locked);
  }
  CHECK(ERR_peek_error() == 0);
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
