#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/raw_text.hpp"

namespace telltale::inspect {

/// A string of the request with its escapes undone, and the way back to its bytes. Text without escapes is viewed, not
/// copied; the content it came from must outlive it. What it takes beside the decoded text is at most half a byte for
/// each byte of the string, however much of that is escapes.
class Text {
 public:
  explicit Text(const RawText& raw);

  /// UTF-8, or WTF-8 where the request had a lone surrogate; ill-formed bytes stand for themselves.
  [[nodiscard]] std::string_view view() const {
    return marks_.empty() ? raw_.content.substr(raw_.range.begin, raw_.range.size()) : std::string_view(decoded_);
  }
  [[nodiscard]] std::size_t size() const { return view().size(); }
  [[nodiscard]] const RawText& source() const { return raw_; }
  [[nodiscard]] bool is_ascii() const { return ascii_; }

  /// Content offset of what wrote decoded byte `offset`; the size gives the end. Cost: log of the number of marks, and
  /// the escapes of one stretch.
  [[nodiscard]] std::size_t raw(std::size_t offset) const;
  [[nodiscard]] ByteRange raw(ByteRange decoded) const { return {raw(decoded.begin), raw(decoded.end)}; }
  /// True if decoded byte `offset` was written as an escape.
  [[nodiscard]] bool is_escape(std::size_t offset) const;

 private:
  /// Behind each escape raw and decoded offsets drift apart. There is a mark for the first escape, and for each that
  /// begins `stretch` or more raw bytes behind the last mark; those between are read again when they are asked for.
  static constexpr std::size_t stretch = 32;
  struct Mark {
    std::size_t decoded;  ///< where the escape's code point begins
    std::size_t raw;
  };
  /// The escape that wrote decoded byte `offset`, or the last one before it; none: nothing is escaped up to there.
  struct Escape {
    Mark at;
    std::size_t decoded_length = 0;
    std::size_t raw_length = 0;
  };
  [[nodiscard]] std::optional<Escape> escape_at(std::size_t offset) const;

  RawText raw_;
  std::string decoded_;
  std::vector<Mark> marks_;
  bool ascii_ = true;
};

}  // namespace telltale::inspect
