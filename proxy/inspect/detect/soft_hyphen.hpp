#pragma once
#include <string_view>

#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {

/// The soft hyphens of one text. Hyphenated text has them in its long words, between syllables; a marker has them
/// anywhere.
class SoftHyphens {
 public:
  SoftHyphens(std::string_view text, ByteRange range, bool client);
  /// True if the soft hyphen at `at` may be a hyphenation.
  [[nodiscard]] bool is_right(std::size_t at) const;

 private:
  std::string_view text_;
  bool hyphenates_ = false;  ///< it may: no client's ASCII does
  bool throughout_ = false;  ///< its long words are hyphenated, as a tool does it
};

}  // namespace telltale::inspect
