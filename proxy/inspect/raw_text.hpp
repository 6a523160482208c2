#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// A stretch of text as it stands in the content: the inside of a JSON string (without its quotes), or plain text.
/// Everything below speaks of offsets in the content, so that a finding can be edited where it stands.
struct RawText {
  std::string_view content;
  ByteRange range;       ///< of the text in `content`
  bool escaped = false;  ///< backslashes are JSON escapes
  bool json = false;     ///< the inside of a JSON string: what is written there must be escaped
  bool ascii = false;    ///< the document writes all but ASCII as escapes
};

/// One code point of a RawText: what it is and how many raw bytes write it.
struct RawStep {
  char32_t code_point = 0;
  std::uint8_t length = 1;
  bool escape = false;  ///< written as an escape
  bool valid = true;    ///< false: an ill-formed byte, standing for itself
};
[[nodiscard]] RawStep step(const RawText& text, std::size_t at);
/// How many bytes of UTF-8 (WTF-8 for a lone surrogate) the step gives when decoded.
[[nodiscard]] std::size_t decoded_length(const RawStep& one);

/// A part of a RawText with its escapes undone. `raw_at[i]` is the content offset of decoded byte i; one more entry
/// gives the end. Text without escapes is viewed, not copied.
class Window {
 public:
  /// From up to `before` bytes ahead of `at` to up to `after` bytes behind it, widened to whole code points.
  Window(const RawText& text, std::size_t at, std::size_t before, std::size_t after);
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] std::string_view text() const { return view_; }
  [[nodiscard]] std::size_t raw(std::size_t offset) const {
    return raw_at_.empty() ? begin_ + offset : raw_at_[offset];
  }
  [[nodiscard]] ByteRange raw(ByteRange range) const { return {raw(range.begin), raw(range.end)}; }
  /// Decoded offset of the code point that covers content offset `at`.
  [[nodiscard]] std::size_t offset_of(std::size_t at) const;
  [[nodiscard]] bool starts_text() const { return starts_text_; }

 private:
  std::size_t begin_ = 0;
  std::string decoded_;
  std::vector<std::size_t> raw_at_;
  std::string_view view_;
  bool starts_text_ = false;
};

/// The whole text, escapes undone.
[[nodiscard]] std::string decode(const RawText& text);

/// Counts code points from the start of a text, forward only: ask in rising order.
class CodePointCounter {
 public:
  explicit CodePointCounter(const RawText& text) : text_(text), at_(text.range.begin) {}
  /// Number of code points that begin before content offset `at`.
  [[nodiscard]] std::size_t before(std::size_t at);

 private:
  RawText text_;
  std::size_t at_;
  std::size_t count_ = 0;
};

/// The first backslash of `content` at or behind `from` that begins `\u` or `\/`: the two escapes behind which a
/// literal of plain characters can hide; npos if there is none. A backslash that is itself escaped is found too;
/// decoding settles it.
[[nodiscard]] std::size_t next_hiding_escape(std::string_view content, std::size_t from);

}  // namespace telltale::inspect
