#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/raw_text.hpp"

namespace telltale::inspect {

/// A string of the request with its escapes undone, and the way back to its bytes. Text without escapes is viewed, not
/// copied; the content it came from must outlive it.
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

  /// Content offset of what wrote decoded byte `offset`; the size gives the end. Cost: log of the number of escapes.
  [[nodiscard]] std::size_t raw(std::size_t offset) const;
  [[nodiscard]] ByteRange raw(ByteRange decoded) const { return {raw(decoded.begin), raw(decoded.end)}; }
  /// True if decoded byte `offset` was written as an escape.
  [[nodiscard]] bool is_escape(std::size_t offset) const;

 private:
  /// Behind each escape raw and decoded offsets drift apart: one entry for each place where they do.
  struct Mark {
    std::size_t decoded;  ///< where the escape's code point begins
    std::size_t raw;
    std::uint8_t decoded_length;
    std::uint8_t raw_length;
  };
  [[nodiscard]] const Mark* mark_at(std::size_t offset) const;

  RawText raw_;
  std::string decoded_;
  std::vector<Mark> marks_;
  bool ascii_ = true;
};

}  // namespace telltale::inspect
