#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "inspect/scene.hpp"

namespace telltale::inspect {

/// Characters that encoders treat alike when they choose between an escape and the character itself.
enum class EscapeClass : std::uint8_t {
  wide,         ///< beyond U+FFFF: .NET escapes them even where it escapes nothing else
  punctuation,  ///< U+2000 to U+20FF: Java's org.json escapes these and no others
  special,      ///< C1 controls, format characters, private use, U+2028: escaped one by one by many
  letter,       ///< all other beyond ASCII
};
inline constexpr std::size_t escape_classes = 4;

/// The class of a character beyond ASCII.
[[nodiscard]] EscapeClass escape_class(char32_t code_point);

/// One `\uXXXX` (or a pair of them), or one `\/`.
struct EscapeUse {
  static constexpr std::uint32_t none = Mark::none;
  std::uint32_t passage = none;  ///< none: in a member name
  std::uint32_t value = none;    ///< of a member name: the member
  ByteRange raw;                 ///< in the content
  ByteRange decoded;             ///< in the passage
  char32_t code_point = 0;
  bool slash = false;  ///< `\/`
};

/// How the strings of a document are escaped. Counts are of the whole document; the uses listed are the first of each
/// kind, up to `most_uses`.
struct EscapeCensus {
  static constexpr std::size_t most_uses = 4096;

  std::vector<EscapeUse> uses;
  std::array<std::uint32_t, 128> by_short{};  ///< `\n`, `\"` and so on (also `\/`), by the character
  std::array<std::uint32_t, 128> by_hex{};    ///< `\u000a`, by the character
  std::array<std::uint32_t, escape_classes> escaped{};
  std::array<std::uint32_t, escape_classes> raw{};  ///< counted only if asked for, or if one is escaped
  std::uint32_t lower_digits = 0;                   ///< escapes whose hexadecimal letters are all lower case
  std::uint32_t upper_digits = 0;
};

/// Linear; texts without escapes cost nothing unless `count_raw` is set or others have escapes beyond ASCII.
[[nodiscard]] EscapeCensus count_escapes(const Scene& scene, bool count_raw);

/// Which case the hexadecimal letters of an escape have; `none` if it has none.
enum class HexCase : std::uint8_t { none, lower, upper, mixed };
[[nodiscard]] HexCase hex_case(std::string_view escape);

}  // namespace telltale::inspect
