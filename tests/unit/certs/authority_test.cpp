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

X509Ptr copy(X509* certificate) {
  return X509Ptr(X509_dup(certificate));
}
KeyPtr copy(EVP_PKEY* key) {
  return KeyPtr(EVP_PKEY_dup(key));
}

}  // namespace

TEST_CASE("a new root and its issuing certificate may sign and nothing else", "[certs][authority]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  REQUIRE(authority->has_issuer());
  struct Row {
    X509* certificate;
    EVP_PKEY* key;
    long path_length;
    std::string name;
  };
  const Row rows[] = {{authority->certificate(), authority->root_key(), 1, "Telltale CA "},
                      {authority->issuer(), authority->issuer_key(), 0, "Telltale issuing CA "}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(X509_get_version(row.certificate) == X509_VERSION_3);
      CHECK(X509_check_ca(row.certificate) == 1);
      CHECK(X509_get_pathlen(row.certificate) == row.path_length);
      CHECK(X509_get_key_usage(row.certificate) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
      CHECK(is_critical(row.certificate, NID_basic_constraints));
      CHECK(is_critical(row.certificate, NID_key_usage));
      CHECK(text_of_extension(row.certificate, NID_subject_key_identifier) != "absent");
      CHECK(text_of_extension(row.certificate, NID_name_constraints) == "absent");
      CHECK(subject_of(row.certificate).starts_with(row.name));
      CHECK(subject_of(row.certificate).size() == row.name.size() + 8);
      CHECK(EVP_PKEY_get_bits(row.key) == 256);
      CHECK(X509_check_private_key(row.certificate, row.key) == 1);
    }
  }
  CHECK(X509_self_signed(authority->certificate(), 1) == 1);
  CHECK(X509_verify(authority->issuer(), authority->root_key()) == 1);
  CHECK(EVP_PKEY_eq(authority->root_key(), authority->issuer_key()) != 1);
  CHECK_FALSE(authority->constrained());
}

TEST_CASE("the issuing certificate is constrained as its root is, and both bind a thief", "[certs][authority]") {
  const auto authority = Authority::create({"*.example.com", "10.0.0.1"});
  REQUIRE(authority);
  for (X509* const certificate : {authority->certificate(), authority->issuer()}) {
    CHECK(is_critical(certificate, NID_name_constraints));
    CHECK(text_of_extension(certificate, NID_name_constraints) ==
          text_of_extension(authority->certificate(), NID_name_constraints));
  }
  for (const Stolen stolen : {Stolen::issuing_key, Stolen::root_key}) {
    const HostName inside = host("api.example.com");
    const HostName outside = host("api.example.org");
    CHECK(verify_for(*authority, forge_leaf(*authority, inside, stolen).get(), inside) == X509_V_OK);
    CHECK(verify_for(*authority, forge_leaf(*authority, outside, stolen).get(), outside) ==
          X509_V_ERR_PERMITTED_VIOLATION);
  }
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
  CHECK(EVP_PKEY_eq(one->root_key(), other->root_key()) != 1);
  CHECK(subject_of(one->certificate()) != subject_of(other->certificate()));
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(one->certificate()), X509_get0_serialNumber(other->certificate())) !=
        0);
}

TEST_CASE("a CA comes back from its certificates and the issuing key", "[certs][authority]") {
  const auto made = Authority::create({"*.example.com", "10.0.0.1"});
  REQUIRE(made);
  const auto read = Authority::from_issuer(copy(made->certificate()), copy(made->issuer()), copy(made->issuer_key()));
  REQUIRE(read);
  CHECK(read->constrained());
  CHECK(read->permit() == made->permit());
  CHECK(fingerprint(read->certificate()) == fingerprint(made->certificate()));
  CHECK(read->root_key() == nullptr);
}

TEST_CASE("the root's key makes another issuing certificate", "[certs][authority]") {
  const auto made = Authority::create({"*.example.com"});
  REQUIRE(made);
  const auto again = Authority::from_root(copy(made->certificate()), copy(made->root_key()));
  REQUIRE(again);
  CHECK(again->permit() == made->permit());
  CHECK(EVP_PKEY_eq(again->issuer_key(), made->issuer_key()) != 1);
  CHECK(verify_for(*again, forge_leaf(*again, host("a.example.com")).get(), host("a.example.com")) == X509_V_OK);
}

TEST_CASE("a root that may have no CA below it signs itself", "[certs][authority]") {
  const auto made = Authority::create({"*.example.com"});
  REQUIRE(made);
  // The issuing certificate has path length 0; as a root of its own it stands for one that somebody else made.
  const auto single = Authority::from_root(copy(made->issuer()), copy(made->issuer_key()));
  REQUIRE(single);
  CHECK_FALSE(single->has_issuer());
  CHECK(single->issuer() == single->certificate());
  CHECK(single->permits(host("a.example.com")));
}

TEST_CASE("what is not a whole CA is refused", "[certs][authority]") {
  const auto one = Authority::create({});
  const auto other = Authority::create({});
  REQUIRE(one);
  REQUIRE(other);
  const X509Ptr leaf = forge_leaf(*one, host("api.example.com"));  // signed for the issuing key
  const auto is_refused = [](const Result<Authority>& got) { return !got && got.error().code == Errc::ca_malformed; };
  CHECK(is_refused(Authority::from_root(copy(other->certificate()), copy(one->root_key()))));
  CHECK(is_refused(Authority::from_root(copy(leaf.get()), copy(one->issuer_key()))));
  CHECK(is_refused(Authority::from_issuer(copy(one->certificate()), copy(leaf.get()), copy(one->issuer_key()))));
  CHECK(is_refused(Authority::from_issuer(copy(one->certificate()), copy(one->issuer()), copy(one->root_key()))));
  CHECK(is_refused(Authority::from_issuer(copy(other->certificate()), copy(one->issuer()), copy(one->issuer_key()))));
}

TEST_CASE("a root that has ended is refused", "[certs][authority]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  X509Ptr old = copy(authority->certificate());
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  REQUIRE(set_validity(old.get(), now - 1000, now - 10));
  REQUIRE(sign(old.get(), authority->root_key()));
  const auto read = Authority::from_root(std::move(old), copy(authority->root_key()));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::ca_malformed);
}
