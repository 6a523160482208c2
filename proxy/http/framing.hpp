#pragma once
#include <cstdint>
#include <string_view>

#include "http/head.hpp"

namespace telltale::http {

/// How long a body is, by RFC 9112 section 6.3.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  ///< for Kind::length
};

/// Decides how the request's body is framed, and refuses what could be read in two ways: a coding that is not exactly
/// `chunked`, a coding in HTTP/1.0, coding and length together, more than one length (even equal), a length that is not
/// plain digits (or has leading zeros), more or fewer than one Host (1.1), a Host that is no authority, a body on
/// CONNECT or TRACE, a framing field spelled with `_`, a target that is neither path nor URL, a Connection that names a
/// framing field, an unknown Expect. Errors: framing_ambiguous, host_missing, host_duplicate, head_malformed,
/// target_malformed, expectation_unsupported, body_too_long (length over the limit).
[[nodiscard]] Result<Framing> request_framing(const RequestHead& head, const Limits& limits);

/// The same for a response to a request of that method; also refuses a body on 1xx and 204. Errors:
/// upstream_response_malformed.
[[nodiscard]] Result<Framing> response_framing(const ResponseHead& head, std::string_view request_method);

/// Whether the connection can carry another message after this one (version, Connection).
[[nodiscard]] bool keeps_alive(const Head& head, std::uint8_t version_minor);

}  // namespace telltale::http
