#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/head.hpp"

namespace telltale::http {

/// Why a body must not be rewritten: the name of what signs or digests it, for the record ("sigv4", "content-digest",
/// "digest", "content-md5", "signature", "x-amz-content-sha256", "billing-cch").
///
/// Looks at the head (SigV4 with a signed payload, RFC 9530 Content-Digest and Repr-Digest, RFC 3230 Digest,
/// Content-MD5, RFC 9421 Signature, HMAC headers) and, in the decoded content, at the one known client whose first
/// system block carries a digest over the body (`x-anthropic-billing-header: ... cch=<5 hex>`; `cch=00000` is constant
/// and signs nothing). The value itself is never computed. Nothing if the body is free.
[[nodiscard]] std::optional<std::string> find_body_signature(const RequestHead& head, std::string_view content);

}  // namespace telltale::http
