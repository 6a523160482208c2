// What OCSP responses and revocation lists say of a certificate. OpenSSL reads and verifies them; here is decided which
// of them count. RFC 6960, RFC 5280 section 6.3. Covered by tests/hostile/tls/revocation_fetch_test.py and the fuzz
// target certificate_status.
#include "net/certificate_status.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <algorithm>
#include <ctime>

#include "certs/parts.hpp"
#include "core/ascii.hpp"

namespace telltale::net {
namespace {

using certs::Owned;
using State = CertificateStatus::State;

constexpr long clock_skew = 300;               // seconds
constexpr long oldest_open_ended = 86400;      // seconds: of a status that does not say when the next one comes
constexpr std::int64_t open_ended_use = 3600;  // and how long such a one is believed
constexpr int most_statuses = 16;
constexpr std::size_t most_urls = 2;
constexpr std::size_t longest_url = 1024;

CertificateStatus unknown(std::string_view why) {
  ERR_clear_error();
  return {State::unknown, std::string(why), 0};
}

void add_url(std::vector<std::string>& urls, const GENERAL_NAME* name) {
  if (name->type != GEN_URI || urls.size() == most_urls) return;
  const ASN1_IA5STRING* const text = name->d.uniformResourceIdentifier;
  const std::string_view url(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                             static_cast<std::size_t>(ASN1_STRING_length(text)));
  if (url.size() <= longest_url && ascii::equals_ignoring_case(url.substr(0, 7), "http://")) urls.emplace_back(url);
}

const unsigned char* bytes_of(std::string_view der) {
  return reinterpret_cast<const unsigned char*>(der.data());
}

// What one status of a response says, if it is about that certificate and of now.
CertificateStatus read_single(OCSP_SINGLERESP* single, const StatusSubject& subject) {
  auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
  ASN1_OBJECT* hash = nullptr;
  OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id);
  const EVP_MD* const digest = EVP_get_digestbyobj(hash);
  const Owned<OCSP_CERTID, OCSP_CERTID_free> wanted(
      digest == nullptr ? nullptr : OCSP_cert_to_id(digest, subject.certificate, subject.issuer));
  if (!wanted || OCSP_id_cmp(wanted.get(), id) != 0) return unknown("the response is about another certificate");
  ASN1_GENERALIZEDTIME* updated = nullptr;
  ASN1_GENERALIZEDTIME* next = nullptr;
  const int status = OCSP_single_get0_status(single, nullptr, nullptr, &updated, &next);
  if (OCSP_check_validity(updated, next, clock_skew, next == nullptr ? oldest_open_ended : -1) != 1)
    return unknown("the response has ended or is not valid yet");
  const auto until =
      next == nullptr ? Result<std::int64_t>(std::time(nullptr) + open_ended_use) : certs::epoch_of(next);
  if (!until) return unknown("the response has a time that cannot be read");
  if (status == V_OCSP_CERTSTATUS_REVOKED) return {State::revoked, "its issuer's OCSP responder says so", *until};
  if (status == V_OCSP_CERTSTATUS_GOOD) return {State::good, "", *until};
  return unknown("the responder does not know the certificate");
}

// The verdict of OpenSSL's path validation with that list and no other flag: scope, signature, times and entries.
int verify_with(X509_CRL* list, const StatusSubject& subject) {
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  STACK_OF(X509_CRL)* const lists = sk_X509_CRL_new_null();
  int verdict = X509_V_ERR_OUT_OF_MEM;
  if (context && lists != nullptr && sk_X509_CRL_push(lists, list) == 1 &&
      X509_STORE_CTX_init(context.get(), subject.trust, subject.certificate, subject.chain) == 1) {
    X509_STORE_CTX_set0_crls(context.get(), lists);
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_CRL_CHECK);
    const int good = X509_verify_cert(context.get());
    verdict = good == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
    if (good != 1 && verdict == X509_V_OK) verdict = X509_V_ERR_UNSPECIFIED;
  }
  sk_X509_CRL_free(lists);
  return verdict;
}

}  // namespace

std::vector<std::string> responder_urls(X509* certificate) {
  std::vector<std::string> urls;
  const Owned<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  const int count = access ? sk_ACCESS_DESCRIPTION_num(access.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const ACCESS_DESCRIPTION* const one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(one->method) == NID_ad_OCSP) add_url(urls, one->location);
  }
  ERR_clear_error();
  return urls;
}

std::vector<std::string> list_urls(X509* certificate) {
  std::vector<std::string> urls;
  const Owned<CRL_DIST_POINTS, CRL_DIST_POINTS_free> points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  const int count = points ? sk_DIST_POINT_num(points.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const DIST_POINT* const point = sk_DIST_POINT_value(points.get(), i);
    // Lists for some reasons only, or by another issuer, cannot say that a certificate is good.
    if (point->distpoint == nullptr || point->distpoint->type != 0 || point->reasons != nullptr ||
        point->CRLissuer != nullptr)
      continue;
    const GENERAL_NAMES* const names = point->distpoint->name.fullname;
    for (int k = 0; k < sk_GENERAL_NAME_num(names); ++k) add_url(urls, sk_GENERAL_NAME_value(names, k));
  }
  ERR_clear_error();
  return urls;
}

std::string ocsp_request(const StatusSubject& subject) {
  const Owned<OCSP_REQUEST, OCSP_REQUEST_free> request(OCSP_REQUEST_new());
  // SHA-1 names the certificate here, and protects nothing: the one hash that all responders know (RFC 5019).
  OCSP_CERTID* const id = OCSP_cert_to_id(EVP_sha1(), subject.certificate, subject.issuer);
  if (!request || id == nullptr) return {};
  if (OCSP_request_add0_id(request.get(), id) == nullptr) {
    OCSP_CERTID_free(id);
    return {};
  }
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_REQUEST(request.get(), &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

CertificateStatus read_ocsp(std::string_view der, const StatusSubject& subject) {
  const unsigned char* at = bytes_of(der);
  const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
      d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  if (!response) return unknown("what came is no OCSP response");
  if (OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return unknown("the responder refused to answer");
  const Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_response_get1_basic(response.get()));
  if (!basic) return unknown("what came is no basic OCSP response");
  if (OCSP_basic_verify(basic.get(), subject.chain, subject.trust, OCSP_NOEXPLICIT) != 1)
    return unknown("the response is not signed by the issuer or its responder");
  CertificateStatus found = unknown("the response is about no certificate");
  const int count = std::min(OCSP_resp_count(basic.get()), most_statuses);
  for (int i = 0; i < count; ++i) {
    found = read_single(OCSP_resp_get0(basic.get(), i), subject);
    if (found.state != State::unknown) break;
  }
  return found;
}

CertificateStatus read_list(std::string_view der, const StatusSubject& subject) {
  const unsigned char* at = bytes_of(der);
  const Owned<X509_CRL, X509_CRL_free> list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (!list || at != bytes_of(der) + der.size()) return unknown("what came is no revocation list");
  if (X509_CRL_get_ext_by_NID(list.get(), NID_delta_crl, -1) >= 0) return unknown("the list is a delta to another one");
  const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list.get());
  const auto until = next == nullptr ? Result<std::int64_t>(0) : certs::epoch_of(next);
  if (!until || *until == 0) return unknown("the list does not say when the next one comes");
  const int verdict = verify_with(list.get(), subject);
  ERR_clear_error();
  if (verdict == X509_V_OK) return {State::good, "", *until};
  if (verdict == X509_V_ERR_CERT_REVOKED) return {State::revoked, "its issuer's revocation list says so", *until};
  return unknown(fmt::format("the list does not count: {}", X509_verify_cert_error_string(verdict)));
}

}  // namespace telltale::net
