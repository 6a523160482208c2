// Blanks of the client's text: at line ends, doubled within lines, tabs for spaces, before a full stop, empty lines.
// Tables, code and aligned columns are left alone. Covered by tests/unit/inspect/blank_test.cpp.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

/// Where a run of blanks stands.
enum class Place : std::uint8_t { trailing, empty_line, between_words, after_sentence, after_bullet };

struct Run {
  std::uint32_t stretch = 0;
  ByteRange range;
  Place place = Place::between_words;
  bool has_tab = false;
};

/// What one text does as a rule.
struct Habit {
  std::array<std::size_t, 5> single{};  ///< by place: one space
  std::array<std::size_t, 5> longer{};  ///< by place: more of them, or a tab
  std::size_t lines = 0;
  std::size_t inner_ends = 0;   ///< single spaces at the end of a line that is not the last of its paragraph
  std::size_t odd_endings = 0;  ///< trailing runs other than one space
  std::size_t gaps = 0;         ///< one empty line
  std::vector<std::pair<std::uint32_t, ByteRange>> wide_gaps;  ///< more of them, and whose they are

  void add(const Habit& other) {
    for (std::size_t i = 0; i < single.size(); ++i) {
      single[i] += other.single[i];
      longer[i] += other.longer[i];
    }
    lines += other.lines;
  }
};

constexpr std::size_t index(Place place) {
  return static_cast<std::size_t>(place);
}

/// "-", "*", "12." or "3)" between the start of the line and `at`, blanks before it aside.
bool is_bullet(std::string_view text, std::size_t line, std::size_t at) {
  std::string_view head = ascii::trim(text.substr(line, at - line));
  if (head.size() > 4 || head.empty()) return head.starts_with('#') && head.find_first_not_of('#') == head.npos;
  if (head == "-" || head == "*" || head == "+" || head == "\xE2\x80\xA2" || head == ">") return true;
  if (head.find_first_not_of('#') == head.npos) return true;
  if (head.back() != '.' && head.back() != ')') return false;
  head.remove_suffix(1);
  return !head.empty() && std::all_of(head.begin(), head.end(), ascii::is_digit);
}

/// Reads the blanks of one stretch in one pass.
class Reader {
 public:
  Reader(const Stretch& stretch, std::uint32_t number, std::vector<Run>& runs, Habit& habit)
      : text_(stretch.text), range_(stretch.range), number_(number), runs_(runs), habit_(habit) {}

  void read() {
    line_ = range_.begin;
    for (std::size_t at = range_.begin; at < range_.end;) {
      const char c = text_[at];
      if (static_cast<unsigned char>(c) > ' ') {
        ++at;
      } else if (c == '\n') {
        at = take_line_ends(at);
        line_ = at;
      } else if (is_blank(c)) {
        at = is_plain_gap(at) ? take_plain_gap(at) : take_run(at);
      } else {
        ++at;
      }
    }
  }

 private:
  static constexpr std::size_t most_runs = 20'000;
  static constexpr std::size_t bullet_reach = 16;

  /// One space between two words well inside a line, as nearly all are.
  [[nodiscard]] bool is_plain_gap(std::size_t at) const {
    return text_[at] == ' ' && at - line_ > bullet_reach && at + 1 < range_.end &&
           static_cast<unsigned char>(text_[at + 1]) > ' ' && static_cast<unsigned char>(text_[at - 1]) > ' ';
  }

  std::size_t take_plain_gap(std::size_t at) {
    ++habit_.single[index(inner_place(at))];
    return at + 1;
  }

  /// Line ends in a row, with nothing between: counts empty lines.
  std::size_t take_line_ends(std::size_t at) {
    std::size_t end = at;
    while (end < range_.end && text_[end] == '\n') ++end;
    ++habit_.lines;
    if (end - at == 2) ++habit_.gaps;
    if (end - at > 2 && at > range_.begin && end < range_.end) habit_.wide_gaps.push_back({number_, {at + 2, end}});
    return end;
  }

  std::size_t take_run(std::size_t at) {
    std::size_t end = at;
    bool has_tab = false;
    for (; end < range_.end && is_blank(text_[end]); ++end) has_tab = has_tab || text_[end] == '\t';
    const bool begins_line = at == line_;
    const bool ends_text = end == text_.size();
    const bool ends_line = end < range_.end && is_line_end(text_[end]);
    if (!ends_line && !ends_text && (begins_line || end == range_.end))
      return end;  // indentation, or the seam to typed text
    if (ends_text && end - at == 1 && !has_tab) return end;
    const Place place = ends_line || ends_text ? (begins_line ? Place::empty_line : Place::trailing) : inner_place(at);
    const bool is_single = end - at == 1 && !has_tab;
    ++(is_single ? habit_.single : habit_.longer)[index(place)];
    if (place == Place::trailing && is_single && !ends_paragraph(end)) ++habit_.inner_ends;
    if ((place == Place::trailing || place == Place::empty_line) && !is_single) ++habit_.odd_endings;
    const bool is_plain = is_single && place != Place::trailing && place != Place::empty_line;
    if (!is_plain && runs_.size() < most_runs) runs_.push_back({number_, {at, end}, place, has_tab});
    return end;
  }

  [[nodiscard]] Place inner_place(std::size_t at) const {
    if (at - line_ <= bullet_reach && is_bullet(text_, line_, at)) return Place::after_bullet;
    const char left = text_[at - 1];
    return left == '.' || left == '!' || left == '?' || left == ':' ? Place::after_sentence : Place::between_words;
  }

  [[nodiscard]] bool ends_paragraph(std::size_t at) const {
    const std::size_t next = text_.find('\n', at);
    return next == std::string_view::npos || next + 1 >= text_.size() || text_[next + 1] == '\n';
  }

  std::string_view text_;
  ByteRange range_;
  std::uint32_t number_;
  std::vector<Run>& runs_;
  Habit& habit_;
  std::size_t line_ = 0;
};

/// Signs of a line that is set in columns, or code.
bool is_tabular(std::string_view line) {
  if (std::count(line.begin(), line.end(), '|') >= 2) return true;
  line = ascii::trim(line);
  return std::count(line.begin(), line.end(), '\t') >= 2;
}

bool is_before_stop(std::string_view text, std::size_t at) {
  return std::string_view(".,;:!?").find(text[at]) != std::string_view::npos && is_gap(after(text, at + 1));
}

/// A comment behind code, an arrow, a closing brace: such things are aligned.
bool begins_column(std::string_view rest) {
  for (const std::string_view sign : {"//", "/*", "#", "--", "<-", "->", "=>", "=", "\\", "|", "<", "(", "{", "}", "+"})
    if (rest.starts_with(sign)) return true;
  return rest.starts_with("\xE2\x86") || rest.starts_with("\xE2\x94");  // arrows, lines
}

/// Behind an address in angle brackets, where a record's next field begins; behind the mark that opens a string, whose
/// indentation it is.
bool follows_field(std::string_view text, std::size_t at) {
  if (at < 2) return false;
  const char sign = text[at - 1];
  const char left = text[at - 2];
  if (sign == '>') return true;
  return (sign == '"' || sign == '\'') && (is_blank(left) || is_line_end(left) || left == '(' || left == '=');
}

/// Whether a column begins right behind `column` code points of `line`: a run of blanks ends there.
bool has_column(std::string_view line, std::size_t column) {
  const std::size_t at = utf8::offset_of(line, column);
  const std::size_t first = line.find_first_not_of(" \t");
  if (at < 2 || at >= line.size() || first >= at || is_blank(line[at])) return false;
  return is_blank(line[at - 1]) && is_blank(line[at - 2]);
}

/// Whether the line before or behind has a run of blanks that ends in the same column, or any tab within.
bool is_aligned(std::string_view text, const Run& run) {
  const ByteRange line = line_at(text, run.range.begin);
  const std::size_t column = utf8::length(text.substr(line.begin, run.range.end - line.begin));
  const auto fits = [&](ByteRange other) {
    const std::string_view words = text.substr(other.begin, other.size());
    if (!run.has_tab) return has_column(words, column);
    const std::size_t first = words.find_first_not_of(" \t");
    const std::size_t last = words.find_last_not_of(" \t");
    return first != std::string_view::npos && words.substr(first, last - first).find('\t') != std::string_view::npos;
  };
  const bool above = line.begin > 0 && fits(line_at(text, line.begin - 1));
  return above || (line.end + 1 < text.size() && fits(line_at(text, line.end + 1)));
}

/// Two spaces as Markdown's line break, in a row of lines that end so.
bool is_hard_break(std::string_view text, const Run& run) {
  if (run.has_tab || run.range.size() != 2) return false;
  const ByteRange line = line_at(text, run.range.begin);
  const auto breaks = [&](ByteRange other) {
    const std::string_view words = text.substr(other.begin, other.size());
    return words.size() > 2 && words.ends_with("  ") && !is_blank(words[words.size() - 3]);
  };
  const bool above = line.begin > 0 && breaks(line_at(text, line.begin - 1));
  return above || (line.end + 1 < text.size() && breaks(line_at(text, line.end + 1)));
}

/// Blanks alone in a line, as many as its neighbours are indented: a template's own indentation.
bool is_indentation(std::string_view text, const Run& run) {
  const auto indented = [&](std::size_t at) {
    const std::string_view line = text.substr(at, run.range.size() + 1);
    const std::size_t depth = line.find_first_not_of(" \t");
    return depth != std::string_view::npos && depth >= run.range.size();
  };
  const ByteRange above = run.range.begin < 2 ? ByteRange{} : line_at(text, run.range.begin - 1);
  if (above.begin < above.end && indented(above.begin)) return true;
  const std::size_t next = text.find_first_not_of("\r\n", run.range.end);
  return next != std::string_view::npos && indented(next);
}

/// Decides on the runs, once all habits are known.
class Judge {
 public:
  Judge(const std::vector<Stretch>& stretches, const std::map<std::uint32_t, Habit>& habits, Codes& codes)
      : stretches_(stretches), habits_(habits), codes_(codes) {
    for (const auto& [passage, habit] : habits) all_.add(habit);
  }

  /// The family a run belongs to, or "" if it is nothing.
  std::string_view family_of(const Run& run) {
    const Stretch& stretch = stretches_[run.stretch];
    const Habit& own = habits_.at(stretch.passage);
    if (run.place == Place::trailing || run.place == Place::empty_line) return family_of_trailing(run, stretch, own);
    if (!run.has_tab && run.range.size() > 4) return {};
    if (is_habit(run.place, own)) return {};  // asked first: what follows reads the lines around
    const ByteRange line = line_at(stretch.text, run.range.begin);
    if (is_tabular(stretch.text.substr(line.begin, line.size())) || is_aligned(stretch.text, run)) return {};
    if (begins_column(stretch.text.substr(run.range.end, 3)) || codes_.of(stretch).covers_code(run.range.begin))
      return {};
    if (!run.has_tab && follows_field(stretch.text, run.range.begin)) return {};
    if (is_before_stop(stretch.text, run.range.end)) return {};  // early_blanks' business
    if (run.has_tab && is_numbered_line(stretch.text, line, run)) return {};
    return run.has_tab ? "tab" : "double";
  }

 private:
  std::string_view family_of_trailing(const Run& run, const Stretch& stretch, const Habit& own) {
    if (codes_.of(stretch).in_fence(run.range.begin)) return {};
    if (run.place == Place::empty_line && is_indentation(stretch.text, run)) return {};
    if (is_hard_break(stretch.text, run)) return {};
    const std::size_t endings = own.single[index(Place::trailing)] + own.longer[index(Place::trailing)];
    if (endings >= 8 && endings * 2 > own.lines) return {};  // the rule, not the exception
    if (run.has_tab || run.range.size() > 1 || own.odd_endings > 0) return "trailing";
    return "trailing_space";
  }

  /// "    12\tfirst line": the output of a tool that numbers lines.
  static bool is_numbered_line(std::string_view text, ByteRange line, const Run& run) {
    const std::string_view head = ascii::trim(text.substr(line.begin, run.range.begin - line.begin));
    return std::all_of(head.begin(), head.end(), ascii::is_digit);
  }

  [[nodiscard]] bool is_habit(Place place, const Habit& own) const {
    const std::size_t here = own.single[index(place)] + own.longer[index(place)];
    const Habit& habit = here >= 5 ? own : all_;
    if (place == Place::between_words) {  // justified text, drawings
      const std::size_t longer = own.longer[index(place)];
      return longer > 3 && longer * 10 > own.single[index(place)];
    }
    return habit.longer[index(place)] > 1 && habit.longer[index(place)] >= habit.single[index(place)];
  }

  const std::vector<Stretch>& stretches_;
  const std::map<std::uint32_t, Habit>& habits_;
  Habit all_;
  Codes& codes_;
};

/// At the end of every paragraph it stands at, and at many: the habit of a hand, not a sign.
bool ends_paragraphs_only(const Habit& habit) {
  return habit.inner_ends == 0 && habit.odd_endings == 0 && habit.single[index(Place::trailing)] >= 5;
}

void mark_wide_gaps(const Scene& scene, const std::vector<Stretch>& stretches, const Habit& habit, Codes& codes,
                    Marks& marks) {
  if (habit.gaps < 5 || habit.wide_gaps.size() > std::max<std::size_t>(1, habit.gaps / 20)) return;
  for (const auto& [number, gap] : habit.wide_gaps)
    if (!codes.of(stretches[number]).in_fence(gap.begin))
      marks.push_back(mark_of(scene, stretches[number], gap, "", false));
}

/// What all rules for blanks start from.
struct Blanks {
  std::map<std::uint32_t, Habit> habits;  ///< by passage
  std::vector<Run> runs;
};

Blanks read_blanks(const std::vector<Stretch>& stretches) {
  Blanks out;
  for (std::uint32_t i = 0; i < stretches.size(); ++i)
    Reader(stretches[i], i, out.runs, out.habits[stretches[i].passage]).read();
  return out;
}

}  // namespace

void detect_blanks(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  const std::vector<Stretch>& stretches = client_stretches(scene);
  const auto& [habits, runs] = scene.shared.get<Blanks>([&] { return read_blanks(stretches); });
  Codes& codes = codes_of(scene);
  Judge judge(stretches, habits, codes);
  for (const Run& run : runs) {
    const std::string_view family = judge.family_of(run);
    if (family.empty() || !match.has_family(family)) continue;
    const Stretch& stretch = stretches[run.stretch];
    const bool at_end = run.place == Place::trailing || run.place == Place::empty_line;
    // The first space of several is the text's own, the rest is what was added.
    ByteRange range = run.range;
    if (!at_end && !run.has_tab) ++range.begin;
    Mark mark = mark_of(scene, stretch, range, at_end || !run.has_tab ? "" : " ", false);
    if (family == "trailing_space" && ends_paragraphs_only(habits.at(stretch.passage))) mark.info = true;
    marks.push_back(std::move(mark));
  }
  if (!match.has_family("empty_lines")) return;
  for (const auto& [passage, habit] : habits) mark_wide_gaps(scene, stretches, habit, codes, marks);
}

}  // namespace telltale::inspect
