#include "certs/authority.hpp"

#include <openssl/x509v3.h>

#include <ctime>

#include "certs/parts.hpp"
#include "support/catch.hpp"
#include "unit/certs/verify.hpp"

using namespace telltale;
using namespace telltale::certs;

namespace {

std::string subject_of(X509* certificate) {
  char text[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text, sizeof text);
  return text;
}

}  // namespace

TEST_CASE("a new root is a CA that may sign leaves and nothing else", "[certs][authority]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  X509* root = authority->certificate();
  CHECK(X509_get_version(root) == X509_VERSION_3);
  CHECK(X509_check_ca(root) == 1);
  CHECK(X509_get_pathlen(root) == 0);
  CHECK(X509_get_key_usage(root) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  CHECK(is_critical(root, NID_basic_constraints));
  CHECK(is_critical(root, NID_key_usage));
  CHECK(text_of_extension(root, NID_subject_key_identifier) != "absent");
  CHECK(text_of_extension(root, NID_name_constraints) == "absent");
  CHECK(subject_of(root).starts_with("Telltale CA "));
  CHECK(subject_of(root).size() == 20);
  CHECK(X509_self_signed(root, 1) == 1);
  CHECK(EVP_PKEY_get_bits(authority->key()) == 256);
  CHECK_FALSE(authority->constrained());
}

TEST_CASE("a root is valid from yesterday for five years", "[certs][authority]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const auto begin = epoch_of(X509_get0_notBefore(authority->certificate()));
  const auto end = epoch_of(X509_get0_notAfter(authority->certificate()));
  REQUIRE(begin);
  REQUIRE(end);
  CHECK(std::abs(*begin + 86400 - std::time(nullptr)) < 60);
  CHECK(*end - *begin == std::int64_t{5} * 365 * 86400);
}

TEST_CASE("two roots share neither key nor serial nor name", "[certs][authority]") {
  const auto one = Authority::create({});
  const auto other = Authority::create({});
  REQUIRE(one);
  REQUIRE(other);
  CHECK(EVP_PKEY_eq(one->key(), other->key()) != 1);
  CHECK(subject_of(one->certificate()) != subject_of(other->certificate()));
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(one->certificate()), X509_get0_serialNumber(other->certificate())) !=
        0);
}

TEST_CASE("a root comes back from its PEM with its constraints", "[certs][authority]") {
  const auto made = Authority::create({"*.example.com", "10.0.0.1"});
  REQUIRE(made);
  const Secret key = made->key_pem();
  const auto read = Authority::from_pem(made->certificate_pem(), key.reveal());
  REQUIRE(read);
  CHECK(read->constrained());
  CHECK(read->permit() == made->permit());
  CHECK(fingerprint(read->certificate()) == fingerprint(made->certificate()));
}

TEST_CASE("from_pem refuses what is not a whole CA", "[certs][authority]") {
  const auto one = Authority::create({});
  const auto other = Authority::create({});
  REQUIRE(one);
  REQUIRE(other);
  const Secret key = one->key_pem();
  const X509Ptr leaf = forge_leaf(*one, host("api.example.com"));  // signed for the root's own key
  const std::string rows[] = {other->certificate_pem(), to_pem(leaf.get()), "", std::string(key.reveal())};
  for (const std::string& certificate : rows) {
    const auto read = Authority::from_pem(certificate, key.reveal());
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::ca_malformed);
  }
  CHECK_FALSE(Authority::from_pem(one->certificate_pem(), one->certificate_pem()));
}

TEST_CASE("from_pem refuses a root that has ended", "[certs][authority]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const X509Ptr old(X509_dup(authority->certificate()));
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  REQUIRE(set_validity(old.get(), now - 1000, now - 10));
  REQUIRE(sign(old.get(), authority->key()));
  const Secret key = authority->key_pem();
  const auto read = Authority::from_pem(to_pem(old.get()), key.reveal());
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::ca_malformed);
}
