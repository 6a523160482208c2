#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "certs/host_name.hpp"
#include "certs/pem.hpp"

namespace telltale::certs {

/// Adds critical name constraints that permit the given host patterns and nothing else.
///
/// How near RFC 5280 section 4.2.1.10 comes to a pattern: a permitted dNSName covers itself and every name below it.
///   `api.example.com`   becomes dNSName `api.example.com`: names below it are permitted too
///   `*.example.com`     becomes dNSName `example.com`: `example.com` itself is permitted too
///   `10.0.0.1`, `::1`   become iPAddress with a full mask: exactly that address
/// The form with a leading dot, which would leave `example.com` out, is not in the RFC and not read alike by clients.
/// A kind of name that no pattern permits is excluded whole (0.0.0.0/0 and ::/0, or the empty dNSName): constraints
/// bind only kinds they mention. Errors: host_name_invalid (also for `*`, which cannot be expressed), crypto_failed.
[[nodiscard]] Result<void> add_name_constraints(X509* certificate, const std::vector<std::string>& permit);

/// Gives `to` the name constraints of `from`, if it has any. False if OpenSSL refused.
[[nodiscard]] bool copy_name_constraints(X509* from, X509* to);

/// What a certificate's constraints permit, as host patterns: two for each dNSName (`example.com`, `*.example.com`),
/// one for each address. Empty if it has none.
[[nodiscard]] std::vector<std::string> permitted_patterns(X509* certificate);

/// Whether a client that enforces the certificate's constraints takes a leaf for that host.
[[nodiscard]] bool constraints_permit(X509* certificate, const HostName& host);

}  // namespace telltale::certs
