#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"

namespace telltale::codec {

enum class JsonKind : std::uint8_t { object, array, string, number, literal };  // literal: true, false, null

/// A ByteRange of a text under 4 GiB, at half the size: a request has thousands of values. Converts to ByteRange.
struct ShortRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr std::size_t size() const { return end - begin; }
  [[nodiscard]] constexpr bool empty() const { return begin == end; }
  [[nodiscard]] constexpr bool contains(std::size_t at) const { return begin <= at && at < end; }
  // NOLINTNEXTLINE(google-explicit-constructor): it is a ByteRange in all but size
  constexpr operator ByteRange() const { return {begin, end}; }
};

/// One value. Values stand in document order, so a container's children follow it directly.
struct JsonValue {
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  ShortRange raw;               ///< with quotes, braces or brackets
  ShortRange key;               ///< raw key with quotes; empty unless the parent is an object
  std::uint32_t parent = none;  ///< index in JsonDocument::values; none at top level
  std::uint32_t index = 0;      ///< position in the parent (also for object members), or number of the top-level value
  std::uint32_t after = 0;      ///< index of the first value that is not inside this one
  JsonKind kind = JsonKind::literal;
  bool escaped = false;  ///< a string with a backslash in it
  bool key_escaped = false;
  bool ascii = true;  ///< a string without bytes above 0x7F
};

/// All values of a text: one document, or several one after the other (NDJSON, concatenated JSON).
/// `stopped` is set when the text stops being JSON; what was read up to there is kept, so that a damaged tail does not
/// hide the head. Views returned by the functions below point into `text`.
struct JsonDocument {
  std::string_view text;
  std::vector<JsonValue> values;
  /// json_malformed, json_too_deep, json_too_many_values, or content_too_long past 4 GiB; `at` is an offset in `text`.
  /// Containers that were open then end at `at`. A string without its closing quote is not among the values.
  std::optional<Error> stopped;

  [[nodiscard]] const JsonValue& operator[](std::uint32_t i) const { return values[i]; }
  [[nodiscard]] std::string_view slice(ByteRange r) const { return text.substr(r.begin, r.size()); }
  /// True for a member of that (decoded) name.
  [[nodiscard]] bool is_named(std::uint32_t i, std::string_view name) const;
  /// First member of that (decoded) name, or JsonValue::none. Cost: number of members before it.
  [[nodiscard]] std::uint32_t member(std::uint32_t object, std::string_view name) const;
  /// Decoded content of a string value; empty for others.
  [[nodiscard]] std::string string_at(std::uint32_t i) const;
  [[nodiscard]] bool string_equals(std::uint32_t i, std::string_view text) const;
  /// Indices of the direct children, in order.
  [[nodiscard]] std::vector<std::uint32_t> children(std::uint32_t container) const;
  /// JSON Pointer (RFC 6901) of a value; "" for a single top-level value, "/0", "/1"... inside a text of several. It is
  /// for reading: "…" stands for the rest of a name longer than 256 code points, and of a pointer over 4 KiB.
  [[nodiscard]] std::string pointer(std::uint32_t i) const;
};

/// Reads any text in one pass, without recursion and without copying. Lenient: a byte order mark, lone surrogates,
/// invalid UTF-8, raw controls, unknown escapes, duplicate keys, odd numbers (`01`, `+1`, `NaN`, 40 digits) and white
/// space after the value are accepted, since real clients send them and a refusal would hide the rest. Structure is not
/// bent: a missing comma, a trailing one or a stray bracket stops the scan. Grammar: RFC 8259.
/// Cost: linear, well under 1 ns a byte where strings are long; one vector.
[[nodiscard]] JsonDocument scan_json(std::string_view text, const Limits& limits);

/// Undoes the escapes of a raw string token (with or without its quotes). `\ud83d` without its partner comes out as
/// WTF-8, a backslash that begins no escape as itself. Never fails on a token `scan_json` accepted.
[[nodiscard]] std::string decode_json_string(std::string_view raw);

/// The same of the token's first `most` code points. For names and words that are compared with short ones: a token may
/// be as long as the body.
[[nodiscard]] std::string decode_json_start(std::string_view raw, std::size_t most);

/// Byte range inside `raw` (a string token with quotes) that produced code points [begin, end) of the decoded string.
/// A surrogate pair written as two escapes is one code point, a lone surrogate written as an escape too, and so is each
/// byte of raw text that is not UTF-8. (`utf8::length` of the decoded string counts three for a lone surrogate: where
/// it matters, map through raw bytes.) Past the end of the string is its end. Cost: linear in the token up to `end`.
[[nodiscard]] ByteRange raw_range_of(std::string_view raw, std::size_t begin, std::size_t end);

/// The inverse: code points [begin, end) of the decoded string that the raw bytes [begin, end) of the token touch.
[[nodiscard]] ByteRange code_points_of(std::string_view raw, ByteRange bytes);

/// `text` written for the inside of a JSON string: quote, backslash and controls escaped, all else as UTF-8.
[[nodiscard]] std::string escape_json(std::string_view text);

}  // namespace telltale::codec
