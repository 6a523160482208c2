#include <openssl/x509v3.h>

#include <ctime>

#include "certs/leaf_cache.hpp"
#include "certs/parts.hpp"
#include "support/catch.hpp"
#include "unit/certs/verify.hpp"

using namespace telltale;
using namespace telltale::certs;

namespace {

constexpr std::int64_t day = 86400;

std::int64_t now() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

std::int64_t begin_of(X509* certificate) {
  return epoch_of(X509_get0_notBefore(certificate)).value_or(-1);
}
std::int64_t end_of(X509* certificate) {
  return epoch_of(X509_get0_notAfter(certificate)).value_or(-1);
}

Leaf leaf_of(const Authority& authority, std::string_view name, std::int64_t at = now()) {
  auto key = make_key();
  REQUIRE(key);
  auto leaf = mint_leaf(authority, key->get(), host(name), at);
  REQUIRE(leaf);
  return std::move(*leaf);
}

std::string long_name() {
  return std::string(60, 'a') + "." + std::string(60, 'b') + ".example";
}

std::string longest_name() {
  const std::string label(63, 'a');
  return label + "." + label + "." + label + "." + std::string(61, 'b');
}

}  // namespace

TEST_CASE("a strict client takes a leaf for its host and no other", "[certs][leaf]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const std::string names[] = {"api.example.com", "localhost", "xn--bcher-kva.example",
                               "my_host.example", "10.0.0.1",  "::1",
                               "2001:db8::1",     long_name(), longest_name()};
  for (const std::string& name : names) {
    DYNAMIC_SECTION(name) {
      const Leaf leaf = leaf_of(*authority, name);
      CHECK(verify_for(*authority, leaf.certificate.get(), host(name)) == X509_V_OK);
      CHECK(verify_for(*authority, leaf.certificate.get(), host("other.example")) == X509_V_ERR_HOSTNAME_MISMATCH);
      CHECK(verify_for(*authority, leaf.certificate.get(), host("10.0.0.2")) == X509_V_ERR_IP_ADDRESS_MISMATCH);
    }
  }
}

TEST_CASE("a strict client takes leaves of a constrained root", "[certs][leaf]") {
  const auto authority = Authority::create({"*.example.com", "10.0.0.1", "::1"});
  REQUIRE(authority);
  for (const char* name : {"api.example.com", "10.0.0.1", "::1"})
    CHECK(verify_for(*authority, leaf_of(*authority, name).certificate.get(), host(name)) == X509_V_OK);
  const auto addresses_only = Authority::create({"10.0.0.1"});
  REQUIRE(addresses_only);
  CHECK(verify_for(*addresses_only, leaf_of(*addresses_only, "10.0.0.1").certificate.get(), host("10.0.0.1")) ==
        X509_V_OK);
}

TEST_CASE("a leaf of another root of ours is not taken", "[certs][leaf]") {
  const auto one = Authority::create({});
  const auto other = Authority::create({});
  REQUIRE(one);
  REQUIRE(other);
  CHECK(verify_for(*other, leaf_of(*one, "api.example.com").certificate.get(), host("api.example.com")) != X509_V_OK);
}

TEST_CASE("mint_leaf refuses hosts outside the constraints", "[certs][leaf]") {
  const auto authority = Authority::create({"api.example.com"});
  REQUIRE(authority);
  for (const char* name : {"example.com", "other.example", "10.0.0.1", "::1"}) {
    const auto leaf = mint_leaf(*authority, authority->issuer_key(), host(name), now());
    REQUIRE_FALSE(leaf);
    CHECK(leaf.error().code == Errc::host_not_permitted);
  }
}

TEST_CASE("a leaf says what it is for", "[certs][leaf]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const Leaf leaf = leaf_of(*authority, "api.example.com");
  X509* certificate = leaf.certificate.get();
  CHECK(X509_get_version(certificate) == X509_VERSION_3);
  CHECK(X509_check_ca(certificate) == 0);
  CHECK(X509_get_key_usage(certificate) == KU_DIGITAL_SIGNATURE);
  CHECK(X509_get_extended_key_usage(certificate) == XKU_SSL_SERVER);
  CHECK(text_of_extension(certificate, NID_subject_alt_name) == "DNS:api.example.com");
  CHECK(text_of_extension(certificate, NID_subject_key_identifier) != "absent");
  CHECK(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(certificate), X509_get0_subject_key_id(authority->issuer())) ==
        0);
  CHECK(text_of_extension(leaf_of(*authority, "10.0.0.1").certificate.get(), NID_subject_alt_name) ==
        "IP Address:10.0.0.1");
}

TEST_CASE("the common name is the host if it fits, else the SAN is critical", "[certs][leaf]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  struct Row {
    std::string name;
    int entries;
  };
  const std::string at_bound = std::string(56, 'a') + ".example";
  const Row rows[] = {
      {"api.example.com", 1}, {at_bound, 1}, {"a" + at_bound.substr(1) + "x", 0}, {long_name(), 0}, {"10.0.0.1", 0}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Leaf leaf = leaf_of(*authority, row.name);
      CHECK(X509_NAME_entry_count(X509_get_subject_name(leaf.certificate.get())) == row.entries);
      CHECK(is_critical(leaf.certificate.get(), NID_subject_alt_name) == (row.entries == 0));
    }
  }
}

TEST_CASE("a leaf lives seven days, one of them past, and inside its issuer", "[certs][leaf]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  const auto issuer_end = epoch_of(X509_get0_notAfter(authority->issuer()));
  REQUIRE(issuer_end);
  SECTION("in the middle") {
    const std::int64_t at = now() + 100 * day;
    const Leaf leaf = leaf_of(*authority, "api.example.com", at);
    CHECK(begin_of(leaf.certificate.get()) == at - day);
    CHECK(end_of(leaf.certificate.get()) == at + 6 * day - 1);
    CHECK(leaf.renew_at == at + 5 * day - 1);
  }
  SECTION("near the issuer's end") {
    const std::int64_t at = *issuer_end - 2 * day;
    const Leaf leaf = leaf_of(*authority, "api.example.com", at);
    CHECK(end_of(leaf.certificate.get()) == *issuer_end);
    CHECK(leaf.renew_at > at);
    CHECK(leaf.renew_at <= *issuer_end);
  }
  SECTION("after the issuer's end") {
    const auto leaf = mint_leaf(*authority, authority->issuer_key(), host("api.example.com"), *issuer_end);
    REQUIRE_FALSE(leaf);
    CHECK(leaf.error().code == Errc::crypto_failed);
  }
  SECTION("before the issuer begins") {
    const Leaf leaf = leaf_of(*authority, "api.example.com", now() - 12 * 3600);
    CHECK(begin_of(leaf.certificate.get()) == begin_of(authority->issuer()));
  }
}

TEST_CASE("serial numbers are positive, long and never the same", "[certs][leaf]") {
  const auto authority = Authority::create({});
  REQUIRE(authority);
  std::vector<std::string> seen;
  std::size_t longest = 0;
  for (int i = 0; i < 50; ++i) {
    const Leaf leaf = leaf_of(*authority, "api.example.com");
    const ASN1_INTEGER* serial = X509_get0_serialNumber(leaf.certificate.get());
    CHECK(ASN1_STRING_type(serial) == V_ASN1_INTEGER);  // a negative one is V_ASN1_NEG_INTEGER
    seen.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                      static_cast<std::size_t>(ASN1_STRING_length(serial)));
    longest = std::max(longest, seen.back().size());
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  CHECK(longest == 16);
}
