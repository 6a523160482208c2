// The pass over text: one search for the literals of all rules in the raw content, then each rule's own look at the
// places where one of its literals stands. Nothing is decoded before. Covered by tests/unit/inspect/date_line_test.cpp,
// engine_test.cpp.
#include <algorithm>

#include "core/ascii.hpp"
#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t window_before = 160;  ///< bytes of context a rule sees before its literal
constexpr std::size_t window_after = 448;

void sort_hits(std::vector<LiteralSet::Hit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const LiteralSet::Hit& a, const LiteralSet::Hit& b) {
    return a.at != b.at ? a.at < b.at : a.literal < b.literal;
  });
}

/// True if the character before `at` ends a line: nothing, a line break, or blanks after one.
bool begins_line(const RawText& text, std::size_t at) {
  while (at > text.range.begin && (text.content[at - 1] == ' ' || text.content[at - 1] == '\t')) --at;
  if (at == text.range.begin || text.content[at - 1] == '\n') return true;
  if (!text.escaped || text.content[at - 1] != 'n' || at < text.range.begin + 2) return false;
  return text.content[at - 2] == '\\';
}

}  // namespace

/// How often `spelling` stands inside words of the client's text, other than where it is followed as in `own`.
std::size_t count_in_words(const Scene& scene, std::string_view spelling, std::string_view own) {
  constexpr std::size_t most = 1000;
  std::size_t count = 0;
  for (const Passage& passage : scene.passages) {
    const std::string_view text = passage.text.view();
    for (std::size_t at = text.find(spelling); at != std::string_view::npos && count < most;
         at = text.find(spelling, at + spelling.size())) {
      const std::size_t end = at + spelling.size();
      const bool inside = at > 0 && end < text.size() && ascii::is_alpha(text[at - 1]) && ascii::is_alpha(text[end]);
      if (inside && passage.piece_at(at).voice == Voice::client && text.substr(end, own.size()) != own) ++count;
    }
  }
  return count;
}

/// The pass goes through hits in document order, and through segments beside them.
struct Inspection::Walk {
  std::size_t next = 0;  ///< first segment not yet passed
  Spot spot;
  bool inside = false;     ///< the current hit lies in `spot`
  std::uint32_t open = 0;  ///< client tags open here, one bit each
};

void Inspection::look_at_texts() {
  std::vector<LiteralSet::Hit> hits;
  const LiteralSet& literals = is_json_ ? rules_.literals : rules_.decoded_literals;
  literals.find(input_.content, hits);
  if (is_json_) rescan_hidden(hits);
  Walk walk;
  if (is_text_) {
    walk.spot = raw_spot();
    walk.inside = true;
  }
  for (const LiteralSet::Hit& hit : hits) take_hit(hit, walk);
}

/// A literal can hide behind escapes (`\u003csystem-reminder\u003e`, `Asia\/Shanghai`). Strings with such escapes are
/// decoded and searched again; what is found is put where the raw text has it.
void Inspection::rescan_hidden(std::vector<LiteralSet::Hit>& hits) {
  const auto& segments = conversation_.segments;
  std::vector<LiteralSet::Hit> inside;
  std::size_t segment = 0;
  const std::size_t known = hits.size();
  std::size_t from = 0;
  for (std::size_t at = hiding_escape_; at != std::string_view::npos; at = next_hiding_escape(input_.content, from)) {
    from = at + 1;
    while (segment < segments.size() && document_[segments[segment].value].raw.end <= at) ++segment;
    if (segment == segments.size()) break;
    const Spot spot = spot_of(segments[segment]);
    if (at < spot.text.range.begin) continue;
    const RawStep one = step(spot.text, at);
    if (rules_.literals_are_ascii && one.code_point >= 0x80) continue;
    from = spot.text.range.end;  // the string needs no more looking
    inside.clear();
    const std::string decoded = decode(spot.text);
    rules_.decoded_literals.find(decoded, inside);
    std::size_t raw = spot.text.range.begin;
    std::size_t offset = 0;
    for (const LiteralSet::Hit& hit : inside) {
      while (offset < hit.at) {
        const RawStep here = step(spot.text, raw);
        offset += decoded_length(here);
        raw += here.length;
      }
      hits.push_back({hit.literal, raw});
    }
  }
  if (hits.size() == known) return;
  sort_hits(hits);
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const LiteralSet::Hit& a, const LiteralSet::Hit& b) {
                           return a.at == b.at && a.literal == b.literal;
                         }),
             hits.end());
}

void Inspection::take_hit(const LiteralSet::Hit& hit, Walk& walk) {
  if (is_json_) {
    const auto& segments = conversation_.segments;
    const auto after = std::upper_bound(
        segments.begin() + static_cast<std::ptrdiff_t>(walk.next), segments.end(), hit.at,
        [this](std::size_t at, const codec::Segment& segment) { return at < document_[segment.value].raw.end; });
    const auto number = static_cast<std::size_t>(after - segments.begin());
    if (number == segments.size()) {
      walk.inside = false;
      walk.next = number;
      return;
    }
    if (number != walk.next || !walk.inside || walk.spot.value != segments[number].value) {
      walk.next = number;
      walk.spot = spot_of(segments[number]);
      walk.open = 0;
    }
    walk.inside = walk.spot.text.range.contains(hit.at);
    if (!walk.inside) return;
  }
  const RuleSet::Compiled::LiteralUse& use = rules_.uses[hit.literal];
  if (use.opens != 0 && begins_line(walk.spot.text, hit.at)) walk.open |= use.opens;
  for (const std::uint32_t rule : use.rules) try_rule(rule, hit.at, walk);
  walk.open &= ~use.closes;
}

std::optional<std::size_t> Inspection::times_in_words(std::string_view spelling, std::string_view own) {
  const auto [place, is_new] = spellings_.try_emplace({std::string(spelling), std::string(own)}, 0);
  if (!is_new) return place->second;
  if (spellings_.size() > most_spellings) {
    spellings_.erase(place);
    return std::nullopt;
  }
  place->second = count_in_words(*scene_, spelling, own);
  return place->second;
}

/// A client that spells its words so throughout its text is not choosing.
bool Inspection::is_habit(const Found& found) {
  constexpr std::size_t enough = 2;
  constexpr std::size_t rarely = 10;  // one in so many is a slip
  if (!found.may_be_habit || !found.edit || !scene_) return false;
  const std::string_view own = input_.content.substr(found.range.end, 6);
  const std::optional<std::size_t> so = times_in_words(found.value, own);
  if (!so || *so < enough) return false;
  const std::optional<std::size_t> otherwise = times_in_words(*found.edit, own);
  return otherwise && *otherwise * rarely <= *so;
}

void Inspection::try_rule(std::uint32_t number, std::size_t at, Walk& walk) {
  const Rule& rule = *rules_.rules[number];
  const Spot& spot = walk.spot;
  if (active_[number] == 0 || !rule.where.has(spot.kind)) return;
  const bool user = spot.kind == codec::SegmentKind::user_text;
  const Voice voice = user ? voice_at(static_cast<std::uint32_t>(walk.next), at) : Voice::client;
  if (voice == Voice::typed) return;
  if (user && rule.where.client_places && walk.open == 0 && voice != Voice::client) return;
  if (++tried_ > most_candidates) return;
  if (!pointer_allowed(rule, spot.value)) return;
  const Window window(spot.text, at, window_before, window_after);
  std::vector<Found> found;
  const std::size_t offset = window.offset_of(at);
  if (const auto* shape = std::get_if<TemplateMatch>(&rule.match))
    detect_template(rule, *shape, window, offset, spot.text, found);
  else if (const auto* pattern = std::get_if<PatternMatch>(&rule.match))
    detect_pattern(rule, *pattern, window, offset, spot.text, found);
  if (found.empty() || last_match_[number] == found.front().match.begin) return;
  last_match_[number] = found.front().match.begin;
  if (input_.typed != nullptr && is_typed(spot.text, found.front().match, *input_.typed, user && walk.open != 0, !user))
    return;
  for (Found& one : found)
    if (!is_habit(one)) add(rule, std::move(one), spot);
}

}  // namespace telltale::inspect
