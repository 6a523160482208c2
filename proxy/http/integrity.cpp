// Recognises what signs or digests a body, so that nobody edits it by surprise; computes nothing. RFC 9530, RFC 9421,
// RFC 3230, RFC 1864, AWS Signature Version 4. Covered by tests/unit/http/integrity_test.cpp.
#include "http/integrity.hpp"

#include <algorithm>
#include <cstring>

#include "core/ascii.hpp"

namespace telltale::http {
namespace {

constexpr std::string_view billing_header = "x-anthropic-billing-header:";
// The block's text is a few hundred bytes; the token stands in its first line.
constexpr std::size_t billing_bytes = 2048;

bool contains_ignoring_case(std::string_view text, std::string_view lower_word) {
  return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(),
                     [](char a, char b) { return ascii::to_lower(a) == b; }) != text.end();
}

// "UNSIGNED-PAYLOAD" and "STREAMING-UNSIGNED-PAYLOAD-TRAILER": the signature covers the head alone.
bool leaves_payload_unsigned(const Head& head) {
  const auto hash = head.find("x-amz-content-sha256");
  return hash && contains_ignoring_case(*hash, "unsigned-payload");
}

std::optional<std::string> signature_in_authorization(const Head& head, std::string_view value) {
  const std::string_view scheme = value.substr(0, value.find(' '));
  if (ascii::starts_with_ignoring_case(scheme, "aws4-")) {
    if (leaves_payload_unsigned(head)) return std::nullopt;
    return "sigv4";
  }
  if (ascii::equals_ignoring_case(scheme, "signature")) return "signature";
  if (contains_ignoring_case(scheme, "hmac")) return "hmac";  // Tencent TC3, Alibaba ACS3, Azure, Volcengine
  return std::nullopt;
}

// Vendors' own headers: x-hub-signature-256, x-signature, x-amz-hmac, x-ms-content-sha256 and their like.
bool is_vendor_signature(std::string_view name) {
  if (!ascii::starts_with_ignoring_case(name, "x-")) return false;
  for (std::size_t at = 2; at < name.size(); ++at) {
    const char c = ascii::to_lower(name[at]);
    if (c != 'h' && c != 's' && c != 'c' && c != 'b') continue;  // one pass for five words: heads are full of x- fields
    for (const std::string_view word : {"hmac", "signature", "content-sha256", "body-hash", "body-sha256"})
      if (c == word[0] && ascii::starts_with_ignoring_case(name.substr(at), word)) return true;
  }
  return false;
}

std::optional<std::string> signature_in_field(const Head& head, const FieldRange& field) {
  const std::string_view name = head.name(field);
  const std::string_view value = head.value(field);
  if (value.empty()) return std::nullopt;
  if (ascii::equals_ignoring_case(name, "authorization")) return signature_in_authorization(head, value);
  for (const std::string_view known : {"content-digest", "repr-digest", "digest", "content-md5", "signature"})
    if (ascii::equals_ignoring_case(name, known)) return std::string(known);
  if (!is_vendor_signature(name)) return std::nullopt;
  if (ascii::equals_ignoring_case(name, "x-amz-content-sha256") && leaves_payload_unsigned(head)) return std::nullopt;
  return ascii::lower(name);
}

// A value of `cch=` that is all zeros is a constant and signs nothing.
bool carries_digest(std::string_view block) {
  for (std::size_t at = block.find("cch="); at != std::string_view::npos; at = block.find("cch=", at + 1)) {
    const char before = block[at - 1];  // never at the front: the block begins with its name
    if (before != ' ' && before != ';' && before != ':') continue;
    for (const char c : block.substr(at + 4)) {
      if (!ascii::is_alnum(c)) break;
      if (c != '0') return true;
    }
  }
  return false;
}

// The block counts only where it begins a JSON string: a quotation of it inside a prompt, or inside JSON in a string
// (where an escape stands before the quote), is text. One pass for the one literal.
bool has_signed_billing_block(std::string_view content) {
  std::size_t at = 0;
  while (at < content.size()) {
    const void* found = memmem(content.data() + at, content.size() - at, billing_header.data(), billing_header.size());
    if (found == nullptr) return false;
    const auto begin = static_cast<std::size_t>(static_cast<const char*>(found) - content.data());
    at = begin + billing_header.size();
    if (begin == 0 || content[begin - 1] != '"') continue;
    if (begin >= 2 && content[begin - 2] == '\\') continue;
    const std::string_view rest = content.substr(begin, billing_bytes);
    if (carries_digest(rest.substr(0, rest.find('"')))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> find_body_signature(const RequestHead& head, std::string_view content) {
  std::optional<std::string> found;
  for (const FieldRange& field : head.fields) {
    auto signature = signature_in_field(head, field);
    if (signature == "sigv4") return signature;  // the payload hash beside it is part of the same signature
    if (signature && !found) found = std::move(signature);
  }
  if (found) return found;
  // A pre-signed URL: the signature is in the query.
  if (contains_ignoring_case(head.target_text(), "x-amz-signature=") && !leaves_payload_unsigned(head)) return "sigv4";
  if (has_signed_billing_block(content)) return "billing-cch";
  return std::nullopt;
}

}  // namespace telltale::http
