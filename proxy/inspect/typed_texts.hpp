#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inspect/align.hpp"

namespace telltale::inspect {

/// What the user typed, prepared to be found in texts: as typed, and as clients pass it on (blanks at the ends gone,
/// CRLF as LF, escaped inside a JSON string).
class TypedTexts {
 public:
  explicit TypedTexts(const std::vector<std::string>& typed);

  struct Place {
    ByteRange range;
    std::uint32_t typed = 0;
  };
  /// Every place where a typed text stands word for word, in order, apart; where two begin together the longer one.
  /// A text under `short_text` bytes counts only where it stands alone: on a line of its own, in quotes or in a tag.
  /// Cost: one look at each byte.
  [[nodiscard]] std::vector<Place> exact(std::string_view text) const;

  struct Near {
    ByteRange range;
    std::vector<Hunk> hunks;  ///< against `wanted(typed)`; the sent side counts from the start of the text
  };
  /// The place where typed text number `typed` stands altered, if there is one: at least 70 % of it are the same.
  [[nodiscard]] std::optional<Near> near(std::string_view text, std::uint32_t typed) const;

  /// The text as a client should have sent it: LF, no blanks at the ends.
  [[nodiscard]] const std::string& wanted(std::uint32_t typed) const { return wanted_[typed]; }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(wanted_.size()); }
  /// True if some typed text mentions a file ("@src/main.c") whose path stands at the start of `text`.
  [[nodiscard]] bool mentions_file_of(std::string_view text) const;

  static constexpr std::size_t short_text = 12;

 private:
  struct Form {
    std::string text;
    std::uint32_t typed = 0;
  };
  void add_form(std::string text, std::uint32_t typed);
  [[nodiscard]] const Form* form_at(std::string_view text, std::size_t at) const;

  std::vector<std::string> wanted_;
  std::vector<Form> forms_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>>
      by_start_;                     ///< first eight bytes -> forms, longest first
  std::vector<std::uint32_t> tiny_;  ///< forms under eight bytes
  std::array<std::uint64_t, 64> filter_{};
  std::vector<std::string> mentioned_;
};

}  // namespace telltale::inspect
