#pragma once
#include <openssl/x509v3.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::net {

/// Whether its issuer has revoked a certificate, as far as that is known.
struct CertificateStatus {
  enum class State : std::uint8_t { unknown, good, revoked };
  State state = State::unknown;
  std::string reason;      ///< who says so, or why nothing is known; for people, without names from the certificate
  std::int64_t until = 0;  ///< seconds since the epoch: when the issuer will have said it anew; 0 for unknown
};

/// One certificate of a verified chain, to be asked about. Views: all must outlive it.
struct StatusSubject {
  X509* certificate = nullptr;
  X509* issuer = nullptr;
  STACK_OF(X509) * chain = nullptr;  ///< both, and what is above
  X509_STORE* trust = nullptr;
};

/// Where a certificate says its status can be had: `http` URLs alone, at most two of each kind, as they stand in it.
/// Source: RFC 5280 sections 4.2.1.13 and 4.2.2.1.
[[nodiscard]] std::vector<std::string> responder_urls(X509* certificate);
[[nodiscard]] std::vector<std::string> list_urls(X509* certificate);

/// The body of an OCSP request about that certificate, without a nonce: responders that answer from a store (RFC 5019)
/// have none to give. Empty if OpenSSL refused.
[[nodiscard]] std::string ocsp_request(const StatusSubject& subject);

/// What an OCSP response says of the certificate: signed by its issuer or by who that made a responder (OCSPSigning),
/// about this serial and issuer, and of now. Everything else is unknown. Source: RFC 6960 section 3.2.
[[nodiscard]] CertificateStatus read_ocsp(std::string_view der, const StatusSubject& subject);

/// What a revocation list says of it: signed by its issuer, whole (a delta alone is none), meant for this certificate
/// (a list may be for one part of an issuer's), and of now. Everything else is unknown. Cost: about 0.4 us and 350
/// bytes an entry, so a long one is not for a thread that serves connections. Source: RFC 5280 section 6.3.3.
[[nodiscard]] CertificateStatus read_list(std::string_view der, const StatusSubject& subject);

}  // namespace telltale::net
