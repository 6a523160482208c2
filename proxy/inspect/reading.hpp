#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

enum class Alphabet : std::uint8_t { hex, base64, base32 };

/// A run of token characters, read as the digits of some bytes.
struct Reading {
  Alphabet alphabet = Alphabet::hex;
  std::size_t shift = 0;  ///< digits passed over before the first group
  std::string bytes;

  /// The digits that write bytes [range) of the reading.
  [[nodiscard]] ByteRange digits(ByteRange range) const;
};

/// Every way to read `run`: hex at both places, base64 (either alphabet, padding allowed) at all four, base32 from its
/// beginning. At most 4096 digits are read.
[[nodiscard]] std::vector<Reading> read_run(std::string_view run);
/// The one reading of the whole run that a program would make; nothing if it is none of the alphabets in full.
[[nodiscard]] std::optional<Reading> read_whole(std::string_view run, Alphabet alphabet);

/// The bytes undone if they are a gzip or zlib stream of at most 64 KB; nothing else.
[[nodiscard]] std::optional<std::string> inflate(std::string_view bytes);
/// UTF-8 text without controls but blanks and line ends.
[[nodiscard]] bool is_printable(std::string_view bytes);
/// True if `bytes` begins with `value`, each byte combined with one and the same key by XOR (not 0).
[[nodiscard]] bool begins_xored(std::string_view bytes, std::string_view value);
/// A text with %XX, \uXXXX and \xXX undone; `at[i]` is the offset of what wrote byte i, with one more for the end.
struct Unescaped {
  std::string text;
  std::vector<std::size_t> at;
};
[[nodiscard]] Unescaped undo_escapes(std::string_view text);
/// Where the next such escape begins; npos if there is none.
[[nodiscard]] std::size_t find_escape(std::string_view text, std::size_t from);

}  // namespace telltale::inspect
