// Values known of the machine (its host name, its zone, its proxy variables), looked for in every text but what the
// user typed, in the header fields and in the target. Covered by tests/unit/inspect/environment_pass_test.cpp.
#include <algorithm>
#include <array>
#include <set>

#include "core/ascii.hpp"
#include "inspect/attribute.hpp"
#include "inspect/environment_search.hpp"
#include "inspect/inspection.hpp"
#include "inspect/label_context.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;

constexpr std::size_t most_of_one_fact = 16;  ///< findings of one value in one text; a listing of paths has thousands

/// Fields that say nothing of the machine, or must not be read.
bool is_read(std::string_view header) {
  constexpr std::array<std::string_view, 7> left_out{"host",    "authorization",       "cookie",        "x-api-key",
                                                     "api-key", "proxy-authorization", "x-goog-api-key"};
  return std::find(left_out.begin(), left_out.end(), header) == left_out.end();
}

/// Whether a plain value in a text of this voice is a statement about the machine.
bool counts(std::string_view text, ByteRange range, const Fact& fact, Voice voice, SegmentKind kind) {
  if (voice == Voice::typed || voice == Voice::user) return false;
  const bool definition = kind == SegmentKind::tool_definition;
  const bool quoted = voice == Voice::tool || voice == Voice::model;
  bool shared = fact.shared;
  if (quoted) shared = shared || fact.family == Family::path || fact.family == Family::user;
  if (quoted) shared = shared || fact.family == Family::zone;
  if (definition && is_example(text, range)) return false;  // "an IANA zone such as Europe/Berlin"
  const bool is_choice = is_alternative(text, range, fact.family);
  if (!shared) return !is_choice || fact.family != Family::zone;
  if (is_choice) return false;
  if (!definition && is_whole(text, range)) return true;
  if (has_label(text, range, fact.family)) return true;
  return voice == Voice::client && !definition &&
         (fills_line(text, range) || has_word_near(text, range, fact.family) ||
          ends_sentence(text, range, fact.family));
}

}  // namespace

void Inspection::prepare_environment() {
  if (input_.environment == nullptr || input_.environment->empty()) return;
  const bool wanted = std::any_of(rules_.environment.begin(), rules_.environment.end(),
                                  [this](std::uint32_t number) { return active_[number] != 0; });
  if (!wanted) return;
  needles_ = input_.needles;
  if (needles_ == nullptr) needles_ = &own_needles_.emplace(*input_.environment);
  fact_rules_.assign(needles_->facts().size(), nullptr);
  for (std::size_t i = 0; i < fact_rules_.size(); ++i) fact_rules_[i] = rule_for_fact(needles_->facts()[i].name);
}

/// The rule that names the fact; else the one for all other names.
const Rule* Inspection::rule_for_fact(std::string_view name) const {
  const Rule* rest = nullptr;
  for (const std::uint32_t number : rules_.environment) {
    if (active_[number] == 0) continue;
    const auto& names = std::get<EnvironmentMatch>(rules_.rules[number]->match).names;
    if (std::find(names.begin(), names.end(), name) != names.end()) return rules_.rules[number].get();
    if (std::find(names.begin(), names.end(), "*") != names.end()) rest = rules_.rules[number].get();
  }
  return rest;
}

void Inspection::look_for_environment(Scene& scene) {
  if (needles_ == nullptr) return;
  const std::size_t known = pending_.size();
  look_for_environment_in_head();
  if (is_text_) look_for_environment_in(scene.passages.front(), raw_spot());
  std::size_t quiet = 0;
  std::size_t next = 0;  // passages and segments both stand in document order; short strings are no passages
  for (std::uint32_t i = 0; is_json_ && i < conversation_.segments.size(); ++i) {
    const codec::Segment& segment = conversation_.segments[i];
    const bool is_passage = next < scene.passages.size() && scene.passages[next].segment == i;
    if (is_passage) {
      Passage& here = scene.passages[next++];
      const std::size_t before = pending_.size();
      look_for_environment_in(here, spot_of(segment));
      if (pending_.size() != before) here.print.reset();
      continue;
    }
    if (quiet < scene.quiet.size() && scene.quiet[quiet] == i) {
      ++quiet;
      continue;
    }
    if (segment.kind == SegmentKind::opaque) continue;
    Passage passage(spot_of(segment).text);
    passage.kind = segment.kind;
    passage.pieces.push_back(structural_piece(segment.kind));
    passage.pieces.front().range = {0, passage.text.size()};
    look_for_environment_in(passage, spot_of(segment));
  }
  drop_doubles(known);
}

void Inspection::look_for_environment_in(const Passage& passage, const Spot& spot) {
  for (const Piece& piece : passage.pieces) {
    if (piece.voice == Voice::typed || piece.voice == Voice::user) continue;
    const std::string_view text = passage.text.view().substr(piece.range.begin, piece.range.size());
    std::vector<std::size_t> told(needles_->facts().size());
    for (const Sighting& one : find_known_values(text, *needles_, runs_left_)) {
      const Fact& fact = needles_->facts()[one.fact];
      if (!one.is_encoded() && !counts(text, one.range, fact, piece.voice, passage.kind)) continue;
      if (++told[one.fact] > most_of_one_fact) continue;
      const ByteRange range{piece.range.begin + one.range.begin, piece.range.begin + one.range.end};
      tell_environment(one, passage.text.raw(range), spot);
    }
  }
}

void Inspection::tell_environment(const Sighting& one, ByteRange range, const Spot& spot) {
  const Fact& fact = needles_->facts()[one.fact];
  const Rule* const rule = fact_rules_[one.fact];
  if (rule == nullptr || ++tried_ > most_candidates) return;
  if (one.is_encoded() && !std::get<EnvironmentMatch>(rule->match).encoded) return;
  if (!spot.in_head && (!rule->where.has(spot.kind) || !pointer_allowed(*rule, spot.value))) return;
  Found found = known_value(*rule, fact.name, fact.value, range, spot.text);
  std::set<std::string_view> names{fact.name};
  for (const std::uint32_t further : one.further) {
    const Fact& other = needles_->facts()[further];
    if (names.insert(other.name).second) found.carries.emplace_back(other.name, shown(*rule, other.value));
  }
  if (one.is_encoded()) found.carries.emplace_back("written", one.form);
  add(*rule, std::move(found), spot);
}

void Inspection::look_for_environment_in_head() {
  const auto look = [this](ByteRange field, std::string where) {
    Spot spot;
    spot.text = {input_.head->raw, field, false, false};
    spot.in_head = true;
    spot.where = std::move(where);
    const std::string_view text = input_.head->slice(field);
    for (const Sighting& one : find_known_values(text, *needles_, runs_left_)) {
      const Fact& fact = needles_->facts()[one.fact];
      if (!one.is_encoded() && fact.shared && !is_whole(text, one.range)) continue;
      tell_environment(one, {field.begin + one.range.begin, field.begin + one.range.end}, spot);
    }
  };
  for (const http::FieldRange& field : input_.head->fields) {
    std::string name = ascii::lower(input_.head->name(field));
    if (is_read(name)) look(field.value, "header:" + name);
  }
  look(input_.head->target, "header::path");
}

/// What a pattern or a token detector saw at the same place is said once, by the known value. A finding that would be
/// stripped stays: its span is the one to remove.
void Inspection::drop_doubles(std::size_t first) {
  std::vector<std::pair<bool, ByteRange>> known;
  for (std::size_t i = first; i < pending_.size(); ++i)
    known.emplace_back(pending_[i].spot.in_head, pending_[i].found.range);
  if (known.empty()) return;
  const auto is_double = [&known](const Pending& one) {
    if (std::holds_alternative<EnvironmentMatch>(one.rule->match) || one.place_only) return false;
    if (one.rule->action == Action::strip && !one.found.edits.empty()) return false;
    if (!one.rule->supersedes.empty()) return false;  // settle() asks what it supersedes
    const ByteRange range = one.found.range;
    return std::any_of(known.begin(), known.end(), [&](const std::pair<bool, ByteRange>& there) {
      return there.first == one.spot.in_head && there.second.begin <= range.begin && there.second.end >= range.end;
    });
  };
  pending_.erase(std::remove_if(pending_.begin(), pending_.end(), is_double), pending_.end());
}

}  // namespace telltale::inspect
