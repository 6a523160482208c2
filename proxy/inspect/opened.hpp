#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "inspect/raw_text.hpp"
#include "inspect/rule.hpp"

namespace telltale::inspect {

/// How a string is opened, as rules write it: "#json" or "#base64".
[[nodiscard]] std::string_view name_of(PointerMatch::Step::Opener opener);

/// The document that a whole string is: JSON text of an object or a list, or base64 of 24 characters or more of one.
struct HeldDocument {
  PointerMatch::Step::Opener opener = PointerMatch::Step::Opener::json;
  std::string text;
};
/// Nothing if `text` (decoded) holds none. Whether it is JSON beyond its first character shows when it is scanned.
/// Cost: a few bytes of the text, unless it does hold one.
[[nodiscard]] std::optional<HeldDocument> held_document(std::string_view text);
/// True if the raw text may hold one: what makes decoding it worth the while.
[[nodiscard]] bool may_hold_document(const RawText& text);

/// What stands at the end of a path's steps in a string.
struct Opened {
  std::string value;
  std::string key;
  bool container = false;
  ByteRange inner;      ///< of the value in the text that was opened last (without its quotes)
  ByteRange key_inner;  ///< of its name there
};
/// Opens `text` step by step and collects what the last path leads to: at most 256 values.
[[nodiscard]] std::vector<Opened> open_path(std::string text, const std::vector<PointerMatch::Step>& steps,
                                            const Limits& limits);

/// Places in the content of the decoded bytes [inner) of a text.
[[nodiscard]] ByteRange raw_range(const RawText& text, ByteRange inner);

}  // namespace telltale::inspect
