#pragma once
#include <cstdint>
#include <string_view>

#include "core/byte_range.hpp"
#include "inspect/detect/token_shape.hpp"

namespace telltale::inspect {

/// What the surroundings of an odd token say of it.
enum class TokenPlace : std::uint8_t {
  unexplained,
  labelled,  ///< the text calls it a session, request or message id
  usual      ///< a commit beside its subject, a content hash, code, a path or address, a file name, an example
};
[[nodiscard]] TokenPlace place_of(std::string_view text, const OddToken& token);

/// What a mark of the token covers, and whether that can go without harm: the whole of an HTML comment, of brackets
/// that hold little else, of a line of pairs, of `#token` at the end of a line, each with the blank or line end before
/// it.
struct TokenSpan {
  ByteRange range;
  bool removable = false;
};
[[nodiscard]] TokenSpan span_of(std::string_view text, ByteRange token);

}  // namespace telltale::inspect
