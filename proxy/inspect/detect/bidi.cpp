// Direction marks, isolates, embeddings and overrides: right in paragraphs that hold right-to-left text, closed where
// they were opened. Source: UAX #9. Covered by tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>

#include "inspect/detect/characters.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;

constexpr unicode::CodeRange bidi_ranges[]{{0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};
constexpr char32_t pop_embedding = 0x202C;
constexpr char32_t left_override = 0x202D;
constexpr char32_t right_override = 0x202E;
constexpr char32_t pop_isolate = 0x2069;
constexpr std::size_t longest_reversed = 1024;  ///< bytes under an override that are put back in order

bool is_bidi(char32_t code) {
  return unicode::is_in(bidi_ranges, code);
}

bool is_mark_of_direction(char32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F;
}

bool closes(char32_t code) {
  return code == pop_embedding || code == pop_isolate;
}

/// One control of a paragraph, and whether it has its partner.
struct Control {
  Char at;
  std::size_t partner = 0;  ///< index of the closing one, for an opening one that is closed
  bool matched = false;
};

void match_controls(std::vector<Control>& controls) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < controls.size(); ++i) {
    const char32_t code = controls[i].at.code;
    if (is_mark_of_direction(code)) continue;
    if (!closes(code)) {
      open.push_back(i);
      continue;
    }
    const auto is_isolate = [&](std::size_t number) { return controls[number].at.code >= 0x2066; };
    // The end of an isolate ends what was opened inside it; the end of an embedding reaches over no isolate.
    if (code == pop_isolate && std::any_of(open.begin(), open.end(), is_isolate))
      while (!is_isolate(open.back())) open.pop_back();
    if (open.empty() || is_isolate(open.back()) != (code == pop_isolate)) continue;
    controls[open.back()].matched = controls[i].matched = true;
    controls[open.back()].partner = i;
    open.pop_back();
  }
}

/// The text under a right-to-left override, in the order in which it is drawn: marks stay behind their letters,
/// further controls go.
std::string drawn(std::string_view text, ByteRange range) {
  std::string out;
  std::size_t cluster_end = range.end;
  for (std::size_t at = range.end; at > range.begin;) {
    const Char one = unicode::char_before(text, at);
    at = one.begin;
    if (unicode::is_mark(one.code) && at > range.begin) continue;
    if (!is_bidi(one.code)) out.append(text.substr(at, cluster_end - at));
    cluster_end = at;
  }
  return out;
}

class Paragraphs {
 public:
  Paragraphs(const Judged& judged, const DetectorMatch& match, Marks& marks)
      : judged_(judged), match_(match), lines_(judged.text, judged.surroundings()), runs_(marks) {}

  void take(const Char& one) {
    if (!controls_.empty() && !lines_.range(controls_.back().at.begin).contains(one.begin)) finish();
    controls_.push_back({one});
  }

  void finish() {
    if (controls_.empty()) return;
    match_controls(controls_);
    const bool at_home = has_right_to_left(controls_.back().at.begin);
    std::size_t done = 0;  // what an override before has taken with it
    for (const Control& control : controls_) {
      if (control.at.begin < done) continue;
      if (at_home && (control.matched || is_mark_of_direction(control.at.code))) continue;
      if (!judged_.is_client() && is_quoted_example(judged_.text, control.at.range())) continue;
      done = mark(control);
    }
    controls_.clear();
  }

 private:
  /// A client's own text is judged by its paragraph; what others wrote may have a line of commands amid Arabic.
  [[nodiscard]] bool has_right_to_left(std::size_t at) {
    if (lines_.facts(at).right_to_left) return true;
    if (judged_.is_client()) return false;
    if (!piece_is_right_to_left_)
      piece_is_right_to_left_ = unicode::facts_of(judged_.text, judged_.range).right_to_left;
    return *piece_is_right_to_left_;
  }

  /// Gives the offset up to which the mark reaches.
  std::size_t mark(const Control& control) {
    const char32_t code = control.at.code;
    const bool forced = code == right_override || code == left_override;
    const std::string_view family = is_mark_of_direction(code) ? "mark" : forced ? "override" : "pair";
    if (!match_.has_family(family)) return control.at.end;
    if (code == right_override && control.matched) {
      const Char& end = controls_[control.partner].at;
      if (end.begin > control.at.end && end.begin - control.at.end <= longest_reversed) {
        runs_.close();
        runs_.add({control.at.begin, end.end}, drawn(judged_.text, {control.at.end, end.begin}), 1,
                  "the text under it is stored backwards");
        runs_.close();
        return end.end;
      }
    }
    runs_.add(control.at.range(), "", is_mark_of_direction(code) ? 1.6 : 1);
    return control.at.end;
  }

  Judged judged_;
  const DetectorMatch& match_;
  unicode::Lines lines_;
  Runs runs_;
  std::vector<Control> controls_;
  std::optional<bool> piece_is_right_to_left_;
};

}  // namespace

void detect_bidi(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static const unicode::Sieve sieve(bidi_ranges);
  for_each_judged(passage, marks, [&](const Judged& judged) {
    Paragraphs paragraphs(judged, match, marks);
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) {
      if (is_bidi(one.code)) paragraphs.take(one);
    });
    paragraphs.finish();
  });
}

}  // namespace telltale::inspect
