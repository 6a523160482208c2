// Fixed text with slots, each in one of several states: the shape of a marker. The template becomes one RE2 pattern;
// the state table says what each state carries. Covered by tests/unit/inspect/date_line_test.cpp.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/detect/found.hpp"
#include "inspect/detect/parse.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t most_joiners = 3;  ///< code points beside a state
constexpr std::size_t longest_code_point = 4;

/// A slot as the pack states it, on its way into the pattern.
struct SlotPattern {
  TemplateMatch::Slot slot;
  std::string pattern;
  std::size_t most_bytes = 0;
  bool counted = false;  ///< a slot of digits: nothing to report
};

std::string alternatives(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  quoted.reserve(texts.size());
  for (const std::string& text : texts) quoted.push_back(quote_pattern(text));
  // Longest first: RE2 takes the first alternative that fits.
  std::sort(quoted.begin(), quoted.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return fmt::format("{}", fmt::join(quoted, "|"));
}

std::vector<std::string> state_texts(const RuleNode& node, std::string_view key) {
  std::vector<std::string> out;
  for (const std::string& spelt : node.texts(key)) out.push_back(state_text(node.at(key), spelt));
  return out;
}

SlotPattern read_slot(const std::string& name, const RuleNode& node) {
  SlotPattern out;
  out.slot.name = name;
  node.allow_only({"digits", "neutral", "states", "other", "beside", "bits", "usual_is_quiet"});
  if (node.has("digits")) {
    const double digits = node.number_or("digits", 0);
    if (digits < 1 || digits > 20) node.at("digits").complain("must lie between 1 and 20");
    out.counted = true;
    out.most_bytes = static_cast<std::size_t>(std::clamp(digits, 1.0, 20.0));
    out.pattern = fmt::format("[0-9]{{{}}}", out.most_bytes);
    return out;
  }
  out.slot.states = state_texts(node, "states");
  out.slot.bits = node.number_or("bits", 0);
  out.slot.usual_is_quiet = node.flag_or("usual_is_quiet", false);
  const std::string neutral = state_text(node.at("neutral"), node.text("neutral"));
  const auto found = std::find(out.slot.states.begin(), out.slot.states.end(), neutral);
  if (found == out.slot.states.end()) {
    node.at("neutral").complain("must be one of the states");
    return out;
  }
  std::rotate(out.slot.states.begin(), found, found + 1);  // the neutral state stands first
  std::vector<std::string> all = out.slot.states;
  for (std::string& other : state_texts(node, "other")) all.push_back(std::move(other));
  for (const std::string& text : all) out.most_bytes = std::max(out.most_bytes, text.size());
  out.pattern = fmt::format("(?:{})", alternatives(all));
  const std::vector<std::string> beside = state_texts(node, "beside");
  if (beside.empty()) return out;
  const std::string joiner = fmt::format("(?:{}){{0,{}}}", alternatives(beside), most_joiners);
  out.pattern = joiner + out.pattern + joiner;
  out.most_bytes += 2 * most_joiners * longest_code_point;
  return out;
}

/// Builds the pattern piece by piece and remembers how far before each literal the match can begin.
struct Builder {
  std::vector<SlotPattern>* slots;
  std::string pattern;
  std::string longest;     ///< literal piece that is searched
  std::size_t lead = 0;    ///< most bytes before it
  std::size_t so_far = 0;  ///< most bytes up to here
  int groups = 0;

  void add_literal(const std::string& text) {
    if (text.size() > longest.size()) {
      longest = text;
      lead = so_far;
    }
    so_far += text.size();
    pattern += quote_pattern(text);
  }
  bool add_slot(const std::string& name) {
    for (SlotPattern& one : *slots) {
      if (one.slot.name != name) continue;
      so_far += one.most_bytes;
      pattern += fmt::format("({})", one.pattern);
      one.slot.groups.push_back(++groups);
      return true;
    }
    return false;
  }
};

void build(const RuleNode& node, const std::string& text, Builder& builder) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = std::min(text.find('{', at), text.size());
    if (open > at) builder.add_literal(text.substr(at, open - at));
    if (open == text.size()) return;
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) return node.complain("\"{\" without \"}\"");
    const std::string name = text.substr(open + 1, close - open - 1);
    if (!builder.add_slot(name))
      return node.complain(fmt::format("slot \"{}\" is not in \"slots\"", utf8::escaped(name)));
    at = close + 1;
  }
}

/// The text of all places of a slot, if they agree.
std::optional<std::string> agreed_text(const TemplateMatch::Slot& slot, const std::vector<re2::StringPiece>& groups) {
  const re2::StringPiece first = groups[static_cast<std::size_t>(slot.groups.front())];
  for (const int group : slot.groups) {
    if (groups[static_cast<std::size_t>(group)] != first) return std::nullopt;
  }
  return std::string(first.data(), first.size());
}

ByteRange range_in(const re2::StringPiece& piece, std::string_view text) {
  const auto begin = static_cast<std::size_t>(piece.data() - text.data());
  return {begin, begin + piece.size()};
}

/// Whether two places of the content have the same letters round them: copies of one sentence.
bool stand_alike(std::string_view content, ByteRange a, ByteRange b) {
  static constexpr std::size_t near = 4;
  const auto around = [&content](ByteRange place) {
    const std::size_t from = place.begin - std::min(place.begin, near);
    return std::pair{content.substr(from, place.begin - from), content.substr(place.end, near)};
  };
  return around(a) == around(b);
}

/// How often `spelling` stands between two letters of the text, up to `most`, near `own`. Copies of the sentence at
/// `own` do not count: they say nothing about how the rest is written. Bounded, since a text may hold many copies.
std::size_t count_inside_words(const RawText& text, std::string_view spelling, ByteRange own, std::size_t most) {
  constexpr std::size_t reach = 16 * 1024;
  constexpr int most_places = 64;
  const std::size_t from = std::max(text.range.begin, own.begin - std::min(own.begin, reach));
  const std::string_view all = text.content.substr(0, std::min(text.range.end, own.end + reach));
  std::size_t count = 0;
  std::size_t at = all.find(spelling, from);
  for (int i = 0; at != std::string_view::npos && count < most && i < most_places; ++i) {
    const ByteRange place{at, at + spelling.size()};
    const bool inside = at > text.range.begin && place.end < all.size() && ascii::is_alpha(all[at - 1]) &&
                        ascii::is_alpha(all[place.end]);
    if (inside && !stand_alike(all, place, own)) ++count;
    at = all.find(spelling, place.end);
  }
  return count;
}

// A text that writes all its words with a typographic apostrophe is typeset so; the choice carries nothing. One that
// mixes spellings, or has no other word to compare with, is what the rule is for.
bool is_usual(const RawText& text, const std::string& state, const std::string& neutral, ByteRange own) {
  constexpr std::size_t enough = 2;
  return count_inside_words(text, state, own, enough) == enough && count_inside_words(text, neutral, own, 1) == 0;
}

Found slot_finding(const Rule& rule, const TemplateMatch::Slot& slot, const std::string& state, const Window& window,
                   const std::vector<re2::StringPiece>& groups, const RawText& text) {
  Found found;
  const std::string& neutral = slot.states.front();
  for (const int group : slot.groups) {
    const ByteRange place = window.raw(range_in(groups[static_cast<std::size_t>(group)], window.text()));
    found.edits.push_back({place, written(text, place, neutral)});
  }
  found.range = {found.edits.front().range.begin, found.edits.back().range.end};
  found.match = window.raw(range_in(groups[0], window.text()));
  found.edit = neutral;
  found.code_points = code_point_names(state);
  found.expected = code_point_names(neutral);
  const bool listed = std::find(slot.states.begin(), slot.states.end(), state) != slot.states.end();
  found.carries = carries_of(rule, slot.name, listed ? state : std::string("other"));
  found.value = state;
  found.bits = slot.bits;
  return found;
}

}  // namespace

void read_template(const RuleNode& node, Rule& rule) {
  node.allow_only({"template", "slots"});
  std::vector<SlotPattern> slots;
  for (const auto& [name, slot] : node.at("slots").members()) slots.push_back(read_slot(name, slot));
  Builder builder;
  builder.slots = &slots;
  build(node.at("template"), node.text("template"), builder);
  rule.needs = {builder.longest};
  TemplateMatch match;
  match.lead = builder.lead;
  match.regex = compile_pattern(node.at("template"), builder.pattern);
  for (SlotPattern& one : slots) {
    if (one.slot.groups.empty()) node.at("slots").complain(fmt::format("slot \"{}\" is not used", one.slot.name));
    if (!one.counted && !one.slot.states.empty()) match.slots.push_back(std::move(one.slot));
  }
  if (match.slots.empty()) node.at("slots").complain("no slot has states: nothing to find");
  rule.every_occurrence = true;
  rule.match = std::move(match);
}

void detect_template(const Rule& rule, const TemplateMatch& match, const Window& window, std::size_t offset,
                     const RawText& text, std::vector<Found>& out) {
  const re2::StringPiece input(window.text().data(), window.text().size());
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(match.regex->NumberOfCapturingGroups()) + 1);
  const std::size_t from = offset - std::min(offset, match.lead);
  if (!match.regex->Match(input, from, input.size(), re2::RE2::UNANCHORED, groups.data(),
                          static_cast<int>(groups.size())))
    return;
  if (!range_in(groups[0], window.text()).contains(offset)) return;
  for (const TemplateMatch::Slot& slot : match.slots) {
    const auto state = agreed_text(slot, groups);
    if (!state) return;  // one slot spelt in two ways is another text
  }
  for (const TemplateMatch::Slot& slot : match.slots) {
    const std::string state = *agreed_text(slot, groups);
    if (state == slot.states.front()) continue;
    const re2::StringPiece& first = groups[static_cast<std::size_t>(slot.groups.front())];
    const ByteRange own = window.raw(range_in(first, window.text()));
    if (slot.usual_is_quiet && is_usual(text, state, slot.states.front(), own)) continue;
    out.push_back(slot_finding(rule, slot, state, window, groups, text));
    out.back().may_be_habit = slot.usual_is_quiet;
  }
}

}  // namespace telltale::inspect
