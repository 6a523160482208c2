#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_scan.hpp"

namespace telltale::inspect {

/// Where a stretch between two tokens of JSON stands.
enum class GapPlace : std::uint8_t { open, close, empty, before_colon, after_colon, before_comma, after_comma };
inline constexpr std::size_t gap_places = 7;

/// True if the document is written in lines: a fourth of its commas at least has a line break behind it.
[[nodiscard]] bool is_in_lines(const codec::JsonDocument& document);

/// One stretch between two tokens; `inline_` says that its container is written on one line.
struct Gap {
  ByteRange range;
  GapPlace place = GapPlace::open;
  std::uint32_t depth = 0;  ///< of what stands behind it
  bool inline_ = true;
};

/// Hands every gap of a document to `take`, in the order of their ends.
class GapReader {
 public:
  /// Unless the document is in `lines`, all its containers count as written on one.
  GapReader(const codec::JsonDocument& document, bool lines) : document_(document), lines_(lines) {}

  template <typename Take>
  void read(Take&& take) {
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) {
      leave_until(i, take);
      const codec::JsonValue& value = document_[i];
      const std::size_t start = value.key.empty() ? value.raw.begin : value.key.begin;
      if (!open_.empty()) enter_sibling(start, value.raw.end, take);
      if (!value.key.empty()) {
        const std::size_t colon = next_not_blank(value.key.end);
        take(Gap{{value.key.end, colon}, GapPlace::before_colon, depth(), here().inline_});
        take(Gap{{colon + 1, value.raw.begin}, GapPlace::after_colon, depth(), here().inline_});
      }
      if (is_container(value)) open_.push_back({value.raw, value.after, value.raw.begin + std::size_t{1}, true, true});
    }
    leave_until(static_cast<std::uint32_t>(document_.values.size()), take);
  }

 private:
  struct Open {
    ByteRange raw;
    std::uint32_t after;
    std::size_t last;  ///< end of the child met last
    bool empty;
    bool inline_;
  };

  static bool is_container(const codec::JsonValue& value) {
    return value.kind == codec::JsonKind::object || value.kind == codec::JsonKind::array;
  }
  [[nodiscard]] std::uint32_t depth() const { return static_cast<std::uint32_t>(open_.size()); }
  [[nodiscard]] Open& here() { return open_.back(); }
  [[nodiscard]] std::size_t next_not_blank(std::size_t at) const {
    return std::min(document_.text.find_first_not_of(" \t\r\n", at), document_.text.size());
  }

  template <typename Take>
  void enter_sibling(std::size_t start, std::size_t end, Take&& take) {
    Open& parent = here();
    if (parent.empty) {
      const ByteRange range{parent.last, start};
      parent.inline_ = !lines_ || document_.slice(range).find('\n') == std::string_view::npos;
      take(Gap{range, GapPlace::open, depth(), parent.inline_});
    } else {
      const std::size_t comma = next_not_blank(parent.last);
      take(Gap{{parent.last, comma}, GapPlace::before_comma, depth(), parent.inline_});
      take(Gap{{comma + 1, start}, GapPlace::after_comma, depth(), parent.inline_});
    }
    parent.empty = false;
    parent.last = end;
  }

  template <typename Take>
  void leave_until(std::uint32_t value, Take&& take) {
    while (!open_.empty() && open_.back().after <= value) {
      const Open gone = open_.back();
      open_.pop_back();
      const bool closed = gone.raw.end > gone.last;  // not where the text stopped being JSON
      if (!closed) continue;
      const GapPlace place = gone.empty ? GapPlace::empty : GapPlace::close;
      take(Gap{{gone.last, gone.raw.end - 1}, place, depth(), gone.inline_});
    }
  }

  const codec::JsonDocument& document_;
  bool lines_;
  std::vector<Open> open_;
};

/// How often a place is written which way.
struct GapCount {
  std::uint32_t none = 0;
  std::uint32_t blank = 0;
  std::uint32_t other = 0;

  [[nodiscard]] std::uint32_t all() const { return none + blank + other; }
  [[nodiscard]] std::string_view usual() const { return blank > none ? " " : ""; }
};

/// How a document is spaced.
struct GapStyle {
  std::array<GapCount, gap_places> counts{};  ///< of places without a line break by right
  std::uint32_t on_lines = 0;                 ///< gaps that should hold one, if the document is written in lines
  std::string line_end;                       ///< "\n" or "\r\n"
  std::string unit;                           ///< one step of the indent

  void add(const Gap& gap, std::string_view text) {
    if (may_break(gap)) {
      ++on_lines;
      if (line_end.empty() && gap.place == GapPlace::open && gap.depth == 1) learn_indent(text);
      return;
    }
    GapCount& count = counts[static_cast<std::size_t>(gap.place)];
    if (text.empty())
      ++count.none;
    else if (text == " ")
      ++count.blank;
    else
      ++count.other;
  }

  [[nodiscard]] static bool may_break(const Gap& gap) {
    return !gap.inline_ &&
           (gap.place == GapPlace::open || gap.place == GapPlace::after_comma || gap.place == GapPlace::close);
  }

  void learn_indent(std::string_view text) {
    const std::size_t end = text.find('\n') + 1;
    line_end = std::string(text.substr(0, end));
    unit = std::string(text.substr(end));
  }

  /// What stands at such a place in this document.
  [[nodiscard]] std::string expected(const Gap& gap) const {
    if (!may_break(gap)) return std::string(counts[static_cast<std::size_t>(gap.place)].usual());
    std::string out = line_end;
    for (std::uint32_t i = 0; i < gap.depth; ++i) out += unit;
    return out;
  }

  /// `", "`, `": "` and so on in short, to compare documents by; empty if there are too few places to tell.
  [[nodiscard]] std::string signature() const;
  /// A style on one line, from its signature; `lines` ones are not told apart by more than their indent.
  [[nodiscard]] static GapStyle of(std::string_view signature);

  /// How many places of its like there are to compare it with.
  [[nodiscard]] std::uint32_t alike(const Gap& gap) const {
    return may_break(gap) ? on_lines : counts[static_cast<std::size_t>(gap.place)].all();
  }
};

/// How a document is spaced, all its places counted.
[[nodiscard]] GapStyle gap_style_of(const codec::JsonDocument& document, bool lines);

}  // namespace telltale::inspect
