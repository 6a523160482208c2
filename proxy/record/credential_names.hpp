#pragma once
#include <cstdint>
#include <string_view>

// Which names stand before a credential.

namespace telltale::record {

/// True for header fields whose whole value is a credential: `authorization`, `x-api-key`, `cookie`, ..., and any name
/// that ends in `-token`, `-secret`, `-password`, `api-key` or the like.
[[nodiscard]] bool is_credential_field(std::string_view name);

/// Whether a value under this name is a credential: never, if it looks like one (`looks_secret`), always.
enum class Named : std::uint8_t { no, maybe, yes };

/// A member of a JSON object or a part of a multipart body: `apiKey`, `OPENAI_API_KEY`, `client-secret`; `token` maybe.
[[nodiscard]] Named member_named(std::string_view name);
/// A parameter of a query, also percent-encoded: members, `key`, `sig`, `X-Amz-Signature`, OAuth's `code`.
[[nodiscard]] Named parameter_named(std::string_view name);
/// A field of a form body: members, OAuth's `assertion` and `code`, `key`.
[[nodiscard]] Named form_field_named(std::string_view name);

/// Sixteen characters or more without a blank, a letter and a digit among them.
[[nodiscard]] bool looks_secret(std::string_view value);

/// `named` applied to a value.
[[nodiscard]] inline bool is_credential(Named named, std::string_view value) {
  return named == Named::yes || (named == Named::maybe && looks_secret(value));
}

}  // namespace telltale::record
