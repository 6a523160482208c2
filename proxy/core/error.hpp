#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace telltale {

/// Whose fault an error is. The fault picks the answer: client 4xx, upstream 502 or 504, configuration a failed
/// start (exit 2), input an unreadable capture (exit 3), ours a counted bug (500, exit 5).
enum class Fault : std::uint8_t { client, upstream, configuration, input, ours };

// One row per error: enumerator, stable name (logs, problem documents, `coverage.causes`), fault, HTTP status for the
// client (0: never answered over HTTP). Names are an interface: add rows, do not rename them.
#define TT_ERRORS(X)                                                                           \
  /* http: one message */                                                                      \
  X(head_too_long, "head-too-long", client, 431)                                               \
  X(head_malformed, "head-malformed", client, 400)                                             \
  X(target_too_long, "target-too-long", client, 414)                                           \
  X(target_malformed, "target-malformed", client, 400)                                         \
  X(authority_malformed, "authority-malformed", client, 400)                                   \
  X(framing_ambiguous, "framing-ambiguous", client, 400)                                       \
  X(host_missing, "host-missing", client, 400)                                                 \
  X(host_duplicate, "host-duplicate", client, 400)                                             \
  X(host_mismatch, "host-mismatch", client, 421)                                               \
  X(method_unsupported, "method-unsupported", client, 501)                                     \
  X(version_unsupported, "version-unsupported", client, 505)                                   \
  X(expectation_unsupported, "expectation-unsupported", client, 417)                           \
  X(upgrade_refused, "upgrade-refused", client, 426)                                           \
  X(chunk_malformed, "chunk-malformed", client, 400)                                           \
  X(trailers_too_long, "trailers-too-long", client, 431)                                       \
  X(body_too_long, "body-too-long", client, 413)                                               \
  X(body_truncated, "body-truncated", client, 400)                                             \
  X(request_timeout, "request-timeout", client, 408)                                           \
  X(client_tls_failed, "client-tls-failed", client, 0)                                         \
  X(client_closed, "client-closed", client, 0)                                                 \
  X(body_too_slow, "body-too-slow", client, 408)                                               \
  X(client_connections_full, "client-connections-full", client, 429)                           \
  X(client_requests_full, "client-requests-full", client, 429)                                 \
  X(connections_full, "connections-full", ours, 503)                                           \
  X(memory_full, "memory-full", ours, 503)                                                     \
  X(descriptors_full, "descriptors-full", ours, 503)                                           \
  X(busy, "busy", ours, 503)                                                                   \
  X(unauthorized, "unauthorized", client, 401)                                                 \
  X(origin_forbidden, "origin-forbidden", client, 403)                                         \
  X(not_found, "not-found", client, 404)                                                       \
  X(method_not_allowed, "method-not-allowed", client, 405)                                     \
  X(blocked_by_policy, "blocked-by-policy", client, 403)                                       \
  /* http: content coding */                                                                   \
  X(coding_unknown, "coding-unknown", client, 415)                                             \
  X(coding_malformed, "coding-malformed", client, 400)                                         \
  X(coding_ratio, "coding-ratio", client, 413)                                                 \
  X(content_too_long, "content-too-long", client, 413)                                         \
  /* codec */                                                                                  \
  X(json_malformed, "json-malformed", client, 400)                                             \
  X(json_too_deep, "json-too-deep", client, 400)                                               \
  X(json_too_many_values, "json-too-many-values", client, 413)                                 \
  /* inspect */                                                                                \
  X(edit_out_of_range, "edit-out-of-range", ours, 500)                                         \
  X(edit_overlap, "edit-overlap", ours, 500)                                                   \
  X(rule_malformed, "rule-malformed", configuration, 0)                                        \
  X(rule_sample_failed, "rule-sample-failed", configuration, 0)                                \
  /* upstream */                                                                               \
  X(upstream_address_forbidden, "upstream-address-forbidden", client, 403)                     \
  X(upstream_port_forbidden, "upstream-port-forbidden", client, 403)                           \
  X(upstream_loop, "upstream-loop", client, 508)                                               \
  X(upstream_unresolvable, "upstream-unresolvable", upstream, 502)                             \
  X(resolver_busy, "resolver-busy", ours, 503)                                                 \
  X(upstream_refused, "upstream-refused", upstream, 502)                                       \
  X(upstream_unreachable, "upstream-unreachable", upstream, 502)                               \
  X(upstream_connect_timeout, "upstream-connect-timeout", upstream, 504)                       \
  X(upstream_tls_timeout, "upstream-tls-timeout", upstream, 504)                               \
  X(upstream_tls_failed, "upstream-tls-failed", upstream, 502)                                 \
  X(upstream_certificate_untrusted, "upstream-certificate-untrusted", upstream, 502)           \
  X(upstream_certificate_self_signed, "upstream-certificate-self-signed", upstream, 502)       \
  X(upstream_certificate_expired, "upstream-certificate-expired", upstream, 502)               \
  X(upstream_certificate_not_yet_valid, "upstream-certificate-not-yet-valid", upstream, 502)   \
  X(upstream_certificate_wrong_host, "upstream-certificate-wrong-host", upstream, 502)         \
  X(upstream_certificate_revoked, "upstream-certificate-revoked", upstream, 502)               \
  X(upstream_certificate_weak, "upstream-certificate-weak", upstream, 502)                     \
  X(upstream_certificate_purpose, "upstream-certificate-purpose", upstream, 502)               \
  X(upstream_certificate_constraint, "upstream-certificate-constraint", upstream, 502)         \
  X(upstream_certificate_own_root, "upstream-certificate-own-root", upstream, 502)             \
  X(upstream_certificate_interceptor, "upstream-certificate-interceptor", upstream, 502)       \
  X(upstream_certificate_status_missing, "upstream-certificate-status-missing", upstream, 502) \
  X(upstream_certificate_status_unknown, "upstream-certificate-status-unknown", upstream, 502) \
  X(upstream_certificate_invalid, "upstream-certificate-invalid", upstream, 502)               \
  X(upstream_closed, "upstream-closed", upstream, 502)                                         \
  X(upstream_timeout, "upstream-timeout", upstream, 504)                                       \
  X(upstream_response_malformed, "upstream-response-malformed", upstream, 502)                 \
  X(upstream_response_truncated, "upstream-response-truncated", upstream, 502)                 \
  /* certs */                                                                                  \
  X(host_name_invalid, "host-name-invalid", client, 400)                                       \
  X(host_not_permitted, "host-not-permitted", configuration, 502)                              \
  X(ca_malformed, "ca-malformed", configuration, 0)                                            \
  X(ca_key_exposed, "ca-key-exposed", configuration, 0)                                        \
  X(ca_key_locked, "ca-key-locked", configuration, 0)                                          \
  X(crypto_failed, "crypto-failed", ours, 500)                                                 \
  /* record, app */                                                                            \
  X(capture_malformed, "capture-malformed", input, 0)                                          \
  X(input_unreadable, "input-unreadable", input, 0)                                            \
  X(config_malformed, "config-malformed", configuration, 0)                                    \
  X(option_invalid, "option-invalid", configuration, 0)                                        \
  X(store_exposed, "store-exposed", configuration, 0)                                          \
  X(capture_locked, "capture-locked", input, 0)                                                \
  X(user_unusable, "user-unusable", configuration, 0)                                          \
  X(sandbox_unavailable, "sandbox-unavailable", configuration, 0)                              \
  X(listen_failed, "listen-failed", configuration, 0)                                          \
  X(file_failed, "file-failed", configuration, 0)                                              \
  X(internal, "internal", ours, 500)

enum class Errc : std::uint8_t {
#define TT_ROW(id, name, fault, status) id,
  TT_ERRORS(TT_ROW)
#undef TT_ROW
};

/// What went wrong, where, and in words a person can act on.
struct Error {
  Errc code = Errc::internal;
  std::size_t at = 0;  ///< byte offset in the input the function was given; 0 where that means nothing
  std::string detail;  ///< one clause, no secret and no prompt text in it
};

[[nodiscard]] std::string_view name_of(Errc code);  ///< "upstream-certificate-expired"
[[nodiscard]] Fault fault_of(Errc code);
[[nodiscard]] unsigned status_of(Errc code);  ///< HTTP status for the client; 0 if it is never answered over HTTP

}  // namespace telltale
