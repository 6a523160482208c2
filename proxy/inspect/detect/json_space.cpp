// White space between tokens (RFC 8259 section 2: "insignificant", which is what makes it a place to hide). A document
// has a style: compact, `", "` and `": "`, or lines with an indent; a place that departs from it was put there.
// Documents written by hand have no style, and get no findings. Covered by tests/unit/inspect/json_space_test.cpp.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class Place : std::uint8_t { open, close, empty, before_colon, after_colon, before_comma, after_comma };
constexpr std::size_t places = 7;

/// One stretch between two tokens; `inline_` says that its container does not begin with a line break.
struct Gap {
  ByteRange range;
  Place place = Place::open;
  std::uint32_t depth = 0;  ///< of what stands behind it
  bool inline_ = true;
};

/// Hands every gap of a document to `take`, in document order but for the ends of containers.
class GapReader {
 public:
  explicit GapReader(const JsonDocument& document) : document_(document) {}

  template <typename Take>
  void read(Take&& take) {
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) {
      leave_until(i, take);
      const JsonValue& value = document_[i];
      const std::size_t start = value.key.empty() ? value.raw.begin : value.key.begin;
      if (!open_.empty()) enter_sibling(start, value.raw.end, take);
      if (!value.key.empty()) {
        const std::size_t colon = next_not_blank(value.key.end);
        take(Gap{{value.key.end, colon}, Place::before_colon, depth(), here().inline_});
        take(Gap{{colon + 1, value.raw.begin}, Place::after_colon, depth(), here().inline_});
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

  static bool is_container(const JsonValue& value) {
    return value.kind == JsonKind::object || value.kind == JsonKind::array;
  }
  [[nodiscard]] std::uint32_t depth() const { return static_cast<std::uint32_t>(open_.size()); }
  [[nodiscard]] Open& here() { return open_.back(); }
  [[nodiscard]] std::size_t next_not_blank(std::size_t at) const {
    return std::min(document_.text.find_first_not_of(blanks, at), document_.text.size());
  }

  template <typename Take>
  void enter_sibling(std::size_t start, std::size_t end, Take&& take) {
    Open& parent = here();
    if (parent.empty) {
      const ByteRange range{parent.last, start};
      parent.inline_ = document_.slice(range).find('\n') == std::string_view::npos;
      take(Gap{range, Place::open, depth(), parent.inline_});
    } else {
      const std::size_t comma = next_not_blank(parent.last);
      take(Gap{{parent.last, comma}, Place::before_comma, depth(), parent.inline_});
      take(Gap{{comma + 1, start}, Place::after_comma, depth(), parent.inline_});
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
      const Place place = gone.empty ? Place::empty : Place::close;
      take(Gap{{gone.last, gone.raw.end - 1}, place, depth(), gone.inline_});
    }
  }

  const JsonDocument& document_;
  std::vector<Open> open_;
};

/// How often a place is written which way.
struct Count {
  std::uint32_t none = 0;
  std::uint32_t blank = 0;
  std::uint32_t other = 0;

  [[nodiscard]] std::uint32_t all() const { return none + blank + other; }
  [[nodiscard]] std::string_view usual() const { return blank > none ? " " : ""; }
};

struct Style {
  std::array<Count, places> counts{};  ///< of places without a line break by right
  std::uint32_t lines = 0;             ///< openings and commas with a line break behind them
  std::uint32_t on_lines = 0;          ///< gaps that should hold one, if the document is written in lines
  std::string line_end;                ///< "\n" or "\r\n"
  std::string unit;                    ///< one step of the indent

  void add(const Gap& gap, std::string_view text) {
    if (may_break(gap)) {
      ++on_lines;
      if (line_end.empty() && gap.place == Place::open && gap.depth == 1) learn_indent(text);
      return;
    }
    Count& count = counts[static_cast<std::size_t>(gap.place)];
    if (text.empty())
      ++count.none;
    else if (text == " ")
      ++count.blank;
    else
      ++count.other;
  }

  [[nodiscard]] static bool may_break(const Gap& gap) {
    return !gap.inline_ && (gap.place == Place::open || gap.place == Place::after_comma || gap.place == Place::close);
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

  /// How many places of its like there are to compare it with.
  [[nodiscard]] std::uint32_t alike(const Gap& gap) const {
    return may_break(gap) ? on_lines : counts[static_cast<std::size_t>(gap.place)].all();
  }
};

constexpr std::uint32_t fewest_alike = 5;    ///< fewer places show no style
constexpr std::size_t most_departures = 16;  ///< more than these, and one in fifty: written by hand
constexpr std::size_t one_in = 50;

void look_inside(const JsonDocument& document, std::vector<Mark>& marks) {
  Style style;
  std::size_t gaps = 0;
  GapReader(document).read([&](const Gap& gap) {
    style.add(gap, document.slice(gap.range));
    ++gaps;
  });
  std::vector<std::pair<Gap, std::string>> odd;
  std::size_t departures = 0;
  GapReader(document).read([&](const Gap& gap) {
    const std::string_view text = document.slice(gap.range);
    const bool plain = text.empty() && !Style::may_break(gap);
    if (plain && style.counts[static_cast<std::size_t>(gap.place)].usual().empty()) return;
    std::string expected = style.expected(gap);
    if (text == expected) return;
    ++departures;
    if (style.alike(gap) >= fewest_alike && odd.size() < most_departures) odd.emplace_back(gap, std::move(expected));
  });
  if (departures > std::max<std::size_t>(2, gaps / one_in)) return;
  for (const auto& [gap, expected] : odd) {
    Mark mark;
    mark.where = "raw";
    Edit edit = smallest_edit(gap.range, document.slice(gap.range), expected);
    mark.raw = edit.range;
    mark.edits.push_back(std::move(edit));
    mark.bits = 1;
    mark.note = "not as the document spaces its other tokens";
    marks.push_back(std::move(mark));
  }
}

void mark_outside(ByteRange range, const char* note, std::vector<Mark>& marks) {
  Mark mark;
  mark.where = "raw";
  mark.raw = range;
  mark.edits.push_back({range, ""});
  mark.bits = static_cast<double>(std::min<std::size_t>(range.size(), 64));
  mark.note = note;
  marks.push_back(std::move(mark));
}

}  // namespace

void detect_json_space(const Scene& scene, const DetectorMatch& match, std::vector<Mark>& marks) {
  if (!scene.is_json) return;
  const JsonDocument& document = scene.document;
  if (match.has_family("inside") && !document.stopped) look_inside(document, marks);
  const JsonValue& first = document[0];
  if (first.after != document.values.size()) return;  // several documents: lines of JSON
  if (match.has_family("before") && first.raw.begin > 0)
    mark_outside({0, first.raw.begin},
                 document.text.starts_with(byte_order_mark) ? "a byte order mark ahead of the document"
                                                            : "bytes ahead of the document",
                 marks);
  // A document that was cut short ends where the text does.
  const std::string_view tail = document.text.substr(first.raw.end);
  const bool whole = !document.stopped || document.stopped->at >= first.raw.end;
  if (!match.has_family("behind") || !whole || tail.empty() || tail == "\n" || tail == "\r\n") return;
  mark_outside({first.raw.end, document.text.size()}, "bytes behind the document", marks);
}

}  // namespace telltale::inspect
