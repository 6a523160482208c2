// Which parts of a request the client wrote, and how often each form is used in them. Covered by
// tests/unit/inspect/style_test.cpp.
#include "inspect/style.hpp"

#include <algorithm>

#include "inspect/set_text.hpp"

namespace telltale::inspect::style {

const std::vector<Stretch>& client_stretches(const Scene& scene) {
  return scene.shared.get<std::vector<Stretch>>([&scene] {
    std::vector<Stretch> out;
    for (std::uint32_t i = 0; i < scene.passages.size(); ++i) {
      const Passage& passage = scene.passages[i];
      for (const Piece& piece : passage.pieces)
        if (piece.voice == Voice::client) out.push_back({i, passage.text.view(), piece.range});
    }
    return out;
  });
}

Codes& codes_of(const Scene& scene) {
  return scene.shared.get<Codes>([] { return Codes(); });
}

bool all_ascii(const Scene& scene, const std::vector<Stretch>& stretches) {
  return std::all_of(stretches.begin(), stretches.end(),
                     [&](const Stretch& one) { return scene.passages[one.passage].text.is_ascii(); });
}

void Census::add(const Use& use) {
  if (is_full()) return;
  uses_.push_back(use);
  count(use);
}

void Census::recount() {
  tallies_.clear();
  for (const Use& use : uses_) count(use);
}

void Census::count(const Use& use) {
  for (const std::uint32_t scope : {stretches_[use.stretch].passage, all}) {
    Tally& tally = tallies_[{scope, use.role}];
    const auto found =
        std::find_if(tally.forms.begin(), tally.forms.end(), [&](const auto& one) { return one.first == use.form; });
    if (found == tally.forms.end())
      tally.forms.emplace_back(use.form, 1);
    else
      ++found->second;
    if (tally.last != 0 && tally.last != use.form) ++tally.switches;
    tally.last = use.form;
  }
}

const Census::Tally& Census::tally(std::uint32_t passage, std::uint8_t role) const {
  static const Tally none;
  const auto found = tallies_.find({passage, role});
  return found == tallies_.end() ? none : found->second;
}

Census::Standing Census::standing_of(const Tally& tally, char32_t form) {
  Standing out;
  std::size_t most = 0;
  for (const auto& [one, count] : tally.forms) {
    out.total += count;
    if (one == form) out.mine = count;
    if (count > most || (count == most && one < 0x80)) {
      most = count;
      out.usual = one;
    }
  }
  return out;
}

Census::Standing Census::standing_in_text(const Use& use) const {
  return standing_of(tally(stretches_[use.stretch].passage, use.role), use.form);
}

Census::Standing Census::standing_in_all(const Use& use) const {
  return standing_of(tally(all, use.role), use.form);
}

Census::Standing Census::standing(const Use& use) const {
  const Standing own = standing_in_text(use);
  return own.total >= enough ? own : standing_in_all(use);
}

bool Census::is_minority(const Use& use) const {
  const Standing standing = this->standing(use);
  if (standing.usual == use.form) return false;
  if (standing.mine <= std::max<std::size_t>(1, standing.total / 20)) return true;
  return standing.total < enough && use.form >= 0x80 && standing.usual < 0x80;
}

bool Census::alternates(const Use& use) const {
  const Tally& own = tally(stretches_[use.stretch].passage, use.role);
  return own.switches >= 3 && standing_of(own, use.form).usual != use.form;
}

std::size_t Census::count(std::uint8_t role, char32_t form) const {
  return standing_of(tally(all, role), form).mine;
}

namespace {

/// Earlier requests had the same there.
bool was_said_before(const Passage& passage, ByteRange range) {
  if (!passage.in_baseline) return false;
  return std::none_of(passage.changes.begin(), passage.changes.end(), [&](const Change& change) {
    return change.range.begin <= range.end && range.begin <= change.range.end;
  });
}

/// Why a choice of style at that place says nothing of the client; empty if it may.
std::string_view excuse(const Scene& scene, const Stretch& stretch, ByteRange range) {
  const Passage& passage = scene.passages[stretch.passage];
  if (was_said_before(passage, range)) return "and earlier requests said the same";
  // Empty lines lie between two lines: between a prompt and a file too.
  if (is_in_set_text(scene, passage, range.begin) || is_in_set_text(scene, passage, range.end))
    return "in lines that are set like a file's";
  return {};
}

}  // namespace

void mark_uses(const Scene& scene, const std::vector<Stretch>& stretches, Census& census,
               const std::function<std::optional<Decision>(const Use&)>& judge, Marks& marks) {
  constexpr int most_rounds = 8;
  std::map<std::size_t, Decision> decided;
  const auto is_info = [&](const Use& use, const Decision& decision) {
    return decision.info || (!decision.always && !excuse(scene, stretches[use.stretch], use.range).empty());
  };
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::pair<std::size_t, char32_t>> edits;
    for (std::size_t i = 0; i < census.uses().size(); ++i) {
      const Use& use = census.uses()[i];
      const std::optional<Decision> decision = judge(use);
      if (!decision) continue;
      const auto [place, is_new] = decided.try_emplace(i, *decision);
      if (is_info(use, place->second)) continue;
      place->second.neutral = decision->neutral;
      edits.emplace_back(i, decision->neutral);
    }
    if (edits.empty()) break;
    for (const auto& [index, form] : edits) census.change(index, form);
    census.recount();
  }
  for (const auto& [index, decision] : decided) {
    if (!decision.told) continue;
    const Use& use = census.uses()[index];
    const Stretch& stretch = stretches[use.stretch];
    std::string neutral = as_text(decision.neutral);
    if (stretch.text.substr(use.range.begin, use.range.size()) == neutral) continue;  // there and back
    Mark mark = mark_of(scene, stretch, use.range, std::move(neutral), decision.always);
    mark.info = mark.info || decision.info;
    mark.bits = decision.bits;
    marks.push_back(std::move(mark));
  }
}

Mark mark_of(const Scene& scene, const Stretch& stretch, ByteRange range, std::string neutral, bool always) {
  Mark mark;
  mark.passage = stretch.passage;
  mark.range = range;
  mark.neutral = std::move(neutral);
  mark.bits = 1;
  if (!always) mark.note = excuse(scene, stretch, range);
  mark.info = !mark.note.empty();
  return mark;
}

}  // namespace telltale::inspect::style
