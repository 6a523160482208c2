#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"

namespace telltale::http {

/// One header field as it stood on the wire. Both are ranges of the raw head the field came from, so that a value can
/// be edited by splice; `line` covers the whole field line with its CRLF.
struct FieldRange {
  ByteRange name;
  ByteRange value;  ///< without the optional white space around it
  ByteRange line;
};

/// The head of one message: its bytes as received (start line to the empty line, inclusive) and where things are in it.
/// Views returned by the functions below point into `raw` and live as long as it is neither moved nor changed.
struct Head {
  std::string raw;
  std::vector<FieldRange> fields;

  [[nodiscard]] std::string_view name(const FieldRange& field) const { return slice(field.name); }
  [[nodiscard]] std::string_view value(const FieldRange& field) const { return slice(field.value); }
  /// Value of the first field of that name (case ignored), or nothing.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// True if a list-valued field (`Connection: close, TE`) of that name contains `token`, over all its lines.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
  [[nodiscard]] std::string_view slice(ByteRange range) const {
    return std::string_view(raw).substr(range.begin, range.size());
  }
};

struct RequestHead : Head {
  ByteRange method;
  ByteRange target;
  std::uint8_t version_minor = 1;  ///< HTTP/1.x

  [[nodiscard]] std::string_view method_text() const { return slice(method); }
  [[nodiscard]] std::string_view target_text() const { return slice(target); }
};

struct ResponseHead : Head {
  std::uint16_t status = 0;
  std::uint8_t version_minor = 1;
};

/// Length of the head at the start of `bytes`, with its final empty line; 0 if it is not complete yet. `seen` says how
/// many of the bytes an earlier call has already looked at in vain: with it, a head that drips in costs O(n) in all.
[[nodiscard]] std::size_t head_length(std::string_view bytes, std::size_t seen = 0);

/// Reads a whole head (as `head_length` cut it) and refuses every form two parsers could read differently: bare CR or
/// LF, NUL, control bytes, white space before the colon, obs-fold, an empty or non-token name, a start line with other
/// than single spaces, bytes above 0x7E in the target. Framing fields are judged by `framing.hpp`.
/// Errors: head_malformed, head_too_long, target_too_long, version_unsupported; `at` is an offset in `bytes`.
/// Source: RFC 9112 sections 2.2, 3, 4, 5.
[[nodiscard]] Result<RequestHead> parse_request_head(std::string bytes, const Limits& limits);
[[nodiscard]] Result<ResponseHead> parse_response_head(std::string bytes, const Limits& limits);

}  // namespace telltale::http
