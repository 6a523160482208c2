// Fields and extensions of a certificate, one function each, as ASN.1 structures. RFC 5280 sections 4.1.2 and 4.2.1.
// Covered by tests/unit/certs/authority_test.cpp and leaf_test.cpp, which look at the finished certificates.
#include "certs/parts.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include <array>
#include <ctime>

namespace telltale::certs {
namespace {

using OctetString = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool add(X509* certificate, int nid, void* value, bool critical) {
  return X509_add1_ext_i2d(certificate, nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1;
}

bool set_bytes(ASN1_STRING* to, std::string_view bytes) {
  return ASN1_STRING_set(to, bytes.data(), static_cast<int>(bytes.size())) == 1;
}

// Method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the public key's bits. An identifier, not a protection.
std::string key_id(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

tl::unexpected<Error> crypto_failure(std::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fail(Errc::crypto_failed, fmt::format("{} ({})", what, reason == nullptr ? "no reason given" : reason));
}

Result<KeyPtr> make_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return crypto_failure("no key could be made");
  return key;
}

bool set_random_serial(X509* certificate) {
  const Owned<BIGNUM, BN_free> number(BN_new());
  return number && BN_rand(number.get(), 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, std::int64_t not_before, std::int64_t not_after) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), not_before) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), not_after) != nullptr;
}

bool set_common_name(X509* certificate, std::string_view name) {
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, as_bytes(name),
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

bool add_ca_constraint(X509* certificate, long path_length) {
  const Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> constraint(BASIC_CONSTRAINTS_new());
  if (!constraint) return false;
  constraint->ca = 0xFF;
  constraint->pathlen = ASN1_INTEGER_new();
  return constraint->pathlen != nullptr && ASN1_INTEGER_set(constraint->pathlen, path_length) == 1 &&
         add(certificate, NID_basic_constraints, constraint.get(), true);
}

bool add_key_usage(X509* certificate, std::initializer_list<int> bits) {
  const Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free> usage(ASN1_BIT_STRING_new());
  if (!usage) return false;
  for (const int bit : bits)
    if (ASN1_BIT_STRING_set_bit(usage.get(), bit, 1) != 1) return false;
  return add(certificate, NID_key_usage, usage.get(), true);
}

bool add_server_auth(X509* certificate) {
  struct FreeAll {
    void operator()(EXTENDED_KEY_USAGE* p) const { sk_ASN1_OBJECT_pop_free(p, ASN1_OBJECT_free); }
  };
  const std::unique_ptr<EXTENDED_KEY_USAGE, FreeAll> usage(sk_ASN1_OBJECT_new_null());
  return usage && sk_ASN1_OBJECT_push(usage.get(), OBJ_nid2obj(NID_server_auth)) > 0 &&
         add(certificate, NID_ext_key_usage, usage.get(), false);
}

bool add_subject_key_id(X509* certificate) {
  const OctetString id(ASN1_OCTET_STRING_new());
  const std::string bytes = key_id(certificate);
  return id && !bytes.empty() && set_bytes(id.get(), bytes) &&
         add(certificate, NID_subject_key_identifier, id.get(), false);
}

bool add_authority_key_id(X509* certificate, X509* issuer) {
  const ASN1_OCTET_STRING* stated = X509_get0_subject_key_id(issuer);
  const Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> id(AUTHORITY_KEYID_new());
  if (!id) return false;
  id->keyid = stated != nullptr ? ASN1_OCTET_STRING_dup(stated) : ASN1_OCTET_STRING_new();
  if (id->keyid == nullptr) return false;
  if (stated == nullptr && !set_bytes(id->keyid, key_id(issuer))) return false;
  return add(certificate, NID_authority_key_identifier, id.get(), false);
}

bool add_alternative_name(X509* certificate, const HostName& host, bool critical) {
  const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(GENERAL_NAMES_new());
  Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
  Owned<ASN1_STRING, ASN1_STRING_free> value(
      ASN1_STRING_type_new(host.is_ip() ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING));
  if (!names || !name || !value || !set_bytes(value.get(), host.is_ip() ? host.address : host.text)) return false;
  GENERAL_NAME_set0_value(name.get(), host.is_ip() ? GEN_IPADD : GEN_DNS, value.release());
  if (sk_GENERAL_NAME_push(names.get(), name.get()) <= 0) return false;
  static_cast<void>(name.release());  // now the list's
  return add(certificate, NID_subject_alt_name, names.get(), critical);
}

bool sign(X509* certificate, EVP_PKEY* key) {
  const int type = EVP_PKEY_get_base_id(key);
  const bool hashes_itself = type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448;
  return X509_sign(certificate, key, hashes_itself ? nullptr : EVP_sha256()) > 0;
}

Result<std::int64_t> epoch_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1)
    return crypto_failure("time in a certificate is malformed");
  return static_cast<std::int64_t>(timegm(&parts));
}

}  // namespace telltale::certs
