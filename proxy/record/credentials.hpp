#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"
#include "record/capture.hpp"
#include "record/credential_names.hpp"

// Where credentials stand. All functions return ranges in order that do not overlap and are never empty; what is masked
// already is not found again.

namespace telltale::record {

/// In any text, a JSON body or prose: values of JSON members with a credential's name (also in JSON inside a JSON
/// string), tokens known by their shape (`sk-ant-...`, `AIza...`, `ghp_...`, JWTs, `Bearer ...`), private keys in PEM,
/// passwords in URLs. Cost: one pass, about 0.5 ns a byte.
[[nodiscard]] std::vector<ByteRange> find_credentials(std::string_view text);

/// In `a=b&c=d`: a query (`form` false) or a form body, where OAuth's `code` and `password` count too.
[[nodiscard]] std::vector<ByteRange> find_form_credentials(std::string_view text, bool form);

/// In a multipart/form-data body: parts with a credential's name.
[[nodiscard]] std::vector<ByteRange> find_multipart_credentials(std::string_view text);

/// In a URL, or a header field that may hold one: parameters of the query by name, and what `find_credentials` finds.
[[nodiscard]] std::vector<ByteRange> find_url_credentials(std::string_view url);

/// In the value of a field that is a credential by its name: all of it; of an AWS signature only Credential and
/// Signature, since the rest says that the body is signed and the verdict depends on that.
[[nodiscard]] std::vector<ByteRange> find_in_credential_field(std::string_view value);

/// Both in order; those that overlap become one.
[[nodiscard]] std::vector<ByteRange> united(std::vector<ByteRange> ranges, const std::vector<ByteRange>& more);

/// `[masked sha256:8 hex]`: the first eight digits of SHA-256 of the text it stands for, so that equal credentials can
/// be told from different ones.
[[nodiscard]] std::string mask_of(std::string_view text, Digest digest);

/// `text` with every range replaced by its mask.
[[nodiscard]] std::string masked(std::string_view text, const std::vector<ByteRange>& ranges, Digest digest);

/// Length of every mask.
inline constexpr std::size_t mask_length = 24;

}  // namespace telltale::record
