// The client's own texts, remembered: exact ones by hash, near ones by shared lines. Covered by
// tests/unit/inspect/reference_test.cpp.
#include "inspect/template_texts.hpp"

#include <algorithm>
#include <functional>

#include "core/ascii.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;
using Known = TemplateTexts::Known;

/// So much of a text must be the same for it to count as the known one, changed.
constexpr double alike = 0.6;
/// A learned text that differs by no more than this from a known one is that one with its slots filled anew.
constexpr std::size_t longest_slot = 64;
constexpr double mostly_alike = 0.85;
/// Texts up to this size are aligned with candidates that share no whole line.
constexpr std::size_t short_text = 4096;
constexpr std::size_t most_candidates_aligned = 12;

std::uint64_t hash_of(SegmentKind kind, std::string_view text) {
  return std::hash<std::string_view>{}(text)*31 + static_cast<std::uint64_t>(kind);
}

std::vector<std::uint64_t> line_hashes(std::string_view text) {
  std::vector<std::uint64_t> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out.push_back(std::hash<std::string_view>{}(text.substr(at, end - at)));
    at = end + 1;
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Share of lines that two texts have in common, of the one that has more.
double shared_lines(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t both = 0;
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (*i == *j) ++both;
    if (*i <= *j) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<double>(both) / static_cast<double>(std::max(a.size(), b.size()));
}

/// Documents inside a client's text (Voice::tool) are learned with it: they stand there in every request.
bool is_learned(const Passage& passage, const Piece& piece) {
  if (piece.voice != Voice::client && (piece.voice != Voice::tool || piece.source == Source::file)) return false;
  return passage.kind == SegmentKind::system_text || passage.kind == SegmentKind::user_text ||
         passage.kind == SegmentKind::tool_definition;
}

void add_slot(std::vector<ByteRange>& slots, ByteRange slot) {
  const auto touches = [&](const ByteRange& one) { return one.begin <= slot.end && slot.begin <= one.end; };
  for (auto found = std::find_if(slots.begin(), slots.end(), touches); found != slots.end();
       found = std::find_if(slots.begin(), slots.end(), touches)) {
    slot = {std::min(slot.begin, found->begin), std::max(slot.end, found->end)};
    slots.erase(found);
  }
  slots.insert(std::find_if(slots.begin(), slots.end(), [&](const ByteRange& one) { return one.begin > slot.begin; }),
               slot);
}

bool is_same_with_slots(const Known& known, const std::vector<Hunk>& hunks) {
  for (const Hunk& hunk : hunks) {
    if (std::max(hunk.reference.size(), hunk.sent.size()) > longest_slot) return false;
    if (hunk.reference.empty() || hunk.sent.empty()) return false;  // more or less text is no slot
  }
  return likeness(known.text, hunks) >= mostly_alike;
}

/// Blanks a user turn ends with behind a client's note: the client's too, also where it is not known what was typed.
bool is_end_of_note(const Passage& passage, const Piece& piece) {
  if (passage.kind != SegmentKind::user_text || piece.range.end != passage.text.size()) return false;
  const std::string_view text = passage.text.view().substr(piece.range.begin, piece.range.size());
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The client's parts of a text, neighbours joined: a wrapper and the line end behind it are one.
std::vector<ByteRange> learned_parts(const Passage& passage) {
  std::vector<ByteRange> out;
  for (const Piece& piece : passage.pieces) {
    const bool behind_note = !out.empty() && out.back().end == piece.range.begin && is_end_of_note(passage, piece);
    if (!is_learned(passage, piece) && !behind_note) continue;
    if (!out.empty() && out.back().end == piece.range.begin)
      out.back().end = piece.range.end;
    else
      out.push_back(piece.range);
  }
  return out;
}

}  // namespace

void TemplateTexts::learn(const Scene& scene) {
  for (const Passage& passage : scene.passages) {
    for (const ByteRange& part : learned_parts(passage)) {
      const std::string_view text = passage.text.view().substr(part.begin, part.size());
      std::string name;
      if (passage.kind == SegmentKind::tool_definition)
        name = slot_name(scene.document, scene.conversation.segments[passage.segment].value);
      if (text.find_first_not_of(" \t\r\n") != std::string_view::npos)
        learn_text(passage.kind, std::move(name), text.substr(0, longest_text));
    }
  }
  shrink();
}

void TemplateTexts::learn_text(SegmentKind kind, std::string name, std::string_view text) {
  if (const Known* const same = exact(kind, text)) {
    ++texts_[static_cast<std::size_t>(same - texts_.data())].times;
    return;
  }
  const Nearest near = nearest(kind, name, text);
  if (near.known != nullptr && is_same_with_slots(*near.known, near.hunks)) {
    Known& known = texts_[static_cast<std::size_t>(near.known - texts_.data())];
    for (const Hunk& hunk : near.hunks) add_slot(known.slots, hunk.reference);
    ++known.times;
    return;
  }
  add({kind, std::move(name), std::string(text), 1, {}, {}});
}

void TemplateTexts::add(Known known) {
  known.lines = line_hashes(known.text);
  bytes_ += known.text.size();
  by_hash_.emplace(hash_of(known.kind, known.text), static_cast<std::uint32_t>(texts_.size()));
  texts_.push_back(std::move(known));
}

void TemplateTexts::shrink() {
  if (texts_.size() <= most_texts && bytes_ <= most_bytes) return;
  // Seen least goes first; among equals the oldest.
  std::stable_sort(texts_.begin(), texts_.end(), [](const Known& a, const Known& b) { return a.times > b.times; });
  while (texts_.size() > most_texts / 2 || bytes_ > most_bytes / 2) {
    bytes_ -= texts_.back().text.size();
    texts_.pop_back();
  }
  index();
}

void TemplateTexts::index() {
  by_hash_.clear();
  for (std::uint32_t i = 0; i < texts_.size(); ++i) by_hash_.emplace(hash_of(texts_[i].kind, texts_[i].text), i);
}

const Known* TemplateTexts::exact(SegmentKind kind, std::string_view text) const {
  const auto [from, to] = by_hash_.equal_range(hash_of(kind, text));
  for (auto found = from; found != to; ++found)
    if (texts_[found->second].kind == kind && texts_[found->second].text == text) return &texts_[found->second];
  return nullptr;
}

TemplateTexts::Nearest TemplateTexts::nearest(SegmentKind kind, std::string_view name, std::string_view text) const {
  if (const Known* const same = exact(kind, text)) return {same, {}};
  if (name.empty() && text.size() < shortest_compared) return {};
  struct Candidate {
    const Known* known;
    double score;
  };
  std::vector<Candidate> candidates;
  const std::vector<std::uint64_t> lines = line_hashes(text);
  for (const Known& known : texts_) {
    if (known.kind != kind) continue;
    if (!name.empty() && known.name != name) continue;
    const double score = !name.empty() ? 1 : shared_lines(known.lines, lines);
    const bool comparable = known.text.size() <= short_text && text.size() <= short_text &&
                            known.text.size() < 2 * text.size() + 16 && text.size() < 2 * known.text.size() + 16;
    if (score > 0 || comparable) candidates.push_back({&known, score});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  if (candidates.size() > most_candidates_aligned) candidates.resize(most_candidates_aligned);
  Nearest best;
  double best_likeness = name.empty() ? alike : -1;
  for (const Candidate& one : candidates) {
    std::vector<Hunk> hunks = align(one.known->text, text, Dates::by_format);
    // A tool's text is known by its name: however much was added to it, it is that text.
    const double longer = name.empty() ? static_cast<double>(std::max(one.known->text.size(), text.size()))
                                       : static_cast<double>(one.known->text.size());
    const double same = likeness(one.known->text, hunks) * static_cast<double>(one.known->text.size()) / longer;
    if (same <= best_likeness) continue;
    best_likeness = same;
    best = {one.known, std::move(hunks)};
  }
  return best;
}

std::string slot_name(const codec::JsonDocument& document, std::uint32_t value) {
  std::vector<std::string> tokens;
  for (std::uint32_t at = value; at != codec::JsonValue::none; at = document[at].parent) {
    const std::uint32_t parent = document[at].parent;
    if (!document[at].key.empty()) {
      tokens.push_back(codec::decode_json_string(document.slice(document[at].key)));
      continue;
    }
    if (parent == codec::JsonValue::none || document[parent].kind != codec::JsonKind::array) continue;
    std::uint32_t holder = at;
    if (document[at].kind == codec::JsonKind::object) {
      const std::uint32_t function = document.member(at, "function");
      if (function != codec::JsonValue::none && document[function].kind == codec::JsonKind::object) holder = function;
      const std::uint32_t name = document.member(holder, "name");
      if (name != codec::JsonValue::none) {
        tokens.push_back("[" + document.string_at(name) + "]");
        continue;
      }
    }
    tokens.emplace_back("*");
  }
  std::string out;
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) out += (out.empty() ? "" : "/") + *token;
  return out;
}

}  // namespace telltale::inspect
