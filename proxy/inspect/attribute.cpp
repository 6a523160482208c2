// Where each part of each text comes from: structure first, then what was typed, then what earlier requests of the
// client said, then the wrappers clients use. Covered by tests/unit/inspect/attribute_test.cpp.
#include "inspect/attribute.hpp"

#include <algorithm>

#include "inspect/baseline.hpp"
#include "inspect/typed_texts.hpp"
#include "inspect/variation.hpp"
#include "inspect/wrapper.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;
using Known = TemplateTexts::Known;

/// A template seen this often without a change of its numbers has fixed numbers.
constexpr std::uint32_t enough_times = 3;
/// In text that is not a user turn, a typed text must be this long to be told from a common phrase.
constexpr std::size_t long_enough = 24;
/// Searches for altered typed texts in one request: pairs of a typed text and a part of a user turn.
constexpr std::size_t most_near_searches = 64;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

ByteRange without_blank_ends(std::string_view text, ByteRange range) {
  const auto blank = [&](std::size_t at) { return is_blank(text.substr(at, 1)); };
  while (range.begin < range.end && blank(range.begin)) ++range.begin;
  while (range.end > range.begin && blank(range.end - 1)) --range.end;
  return range;
}

class Attribution {
 public:
  explicit Attribution(Scene& scene) : scene_(scene) {
    if (scene.input.typed != nullptr && !scene.input.typed->empty()) typed_.emplace(*scene.input.typed);
    if (typed_) found_.assign(typed_->count(), false);
    if (scene.baseline != nullptr) templates_ = &scene.baseline->texts();
  }

  void run() {
    for (Passage& passage : scene_.passages) start(passage);
    for (Passage& passage : scene_.passages) {
      if (passage.kind != SegmentKind::user_text) continue;
      split_known_notes(passage);
      split_wrappers(passage);
      split_altered_typed(passage);
      settle_rest(passage);
    }
    for (Passage& passage : scene_.passages)
      if (passage.kind == SegmentKind::system_text || passage.kind == SegmentKind::tool_definition)
        compare_whole(passage);
  }

 private:
  /// Replaces `range`, which lies inside piece number `at`, by a piece of its own. Returns the number of the new piece.
  static std::size_t carve(Passage& passage, std::size_t at, ByteRange range, Piece piece) {
    const Piece whole = passage.pieces[at];
    piece.range = range;
    std::vector<Piece> parts;
    if (range.begin > whole.range.begin) parts.push_back(whole);
    const std::size_t number = at + parts.size();
    parts.push_back(piece);
    if (range.end < whole.range.end) parts.push_back(whole);
    if (range.begin > whole.range.begin) parts.front().range.end = range.begin;
    if (range.end < whole.range.end) parts.back().range.begin = range.end;
    const auto place = passage.pieces.erase(passage.pieces.begin() + static_cast<std::ptrdiff_t>(at));
    passage.pieces.insert(place, parts.begin(), parts.end());
    return number;
  }

  static std::string_view text_of(const Passage& passage, ByteRange range) {
    return passage.text.view().substr(range.begin, range.size());
  }

  void start(Passage& passage) {
    Piece piece = structural_piece(passage.kind);
    piece.range = {0, passage.text.size()};
    if (passage.kind == SegmentKind::user_text && typed_) piece.voice = Voice::client;
    passage.pieces.push_back(piece);
    if (typed_) split_exact_typed(passage);
  }

  [[nodiscard]] bool may_hold_typed(const Passage& passage) const {
    switch (passage.kind) {
      case SegmentKind::user_text:
      case SegmentKind::system_text:
      case SegmentKind::metadata:
      case SegmentKind::other:
        return true;
      default:
        return false;
    }
  }

  void split_exact_typed(Passage& passage) {
    if (!may_hold_typed(passage)) return;
    const bool user = passage.kind == SegmentKind::user_text;
    if (passage.kind == SegmentKind::system_text && is_known(passage)) return;
    for (const TypedTexts::Place& place : typed_->exact(passage.text.view())) {
      if (!user && place.range.size() < long_enough && place.range.size() != passage.text.size()) continue;
      carve(passage, passage.pieces.size() - 1, place.range, {{}, Source::typed, Voice::typed, Reference::typed});
      if (user) found_[place.typed] = true;
    }
  }

  [[nodiscard]] bool is_known(const Passage& passage) const {
    return templates_ != nullptr && templates_->exact(passage.kind, passage.text.view()) != nullptr;
  }

  static bool is_open(const Passage& passage, const Piece& piece) {
    return piece.source == Source::unexplained && !is_blank(text_of(passage, piece.range));
  }

  static constexpr Piece note{{}, Source::template_text, Voice::client, Reference::none};
  static constexpr Piece known_note{{}, Source::template_text, Voice::client, Reference::baseline};

  /// Notes that stand here as they stood in earlier requests.
  void split_known_notes(Passage& passage) {
    if (templates_ == nullptr) return;
    for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
      if (!is_open(passage, passage.pieces[i])) continue;
      const ByteRange range = passage.pieces[i].range;
      const std::string_view text = text_of(passage, range);
      for (const Known& known : templates_->texts()) {
        if (known.kind != SegmentKind::user_text || known.text.size() > text.size()) continue;
        const std::size_t at = text.find(known.text);
        if (at == std::string_view::npos) continue;
        i = carve(passage, i, {range.begin + at, range.begin + at + known.text.size()}, known_note);
        passage.in_baseline = true;
        break;
      }
    }
  }

  void split_wrappers(Passage& passage) {
    for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
      if (!is_open(passage, passage.pieces[i])) continue;
      const ByteRange range = passage.pieces[i].range;
      const std::vector<ByteRange> wrapped = find_client_wrappers(text_of(passage, range), range.begin == 0);
      for (auto one = wrapped.rbegin(); one != wrapped.rend(); ++one)
        carve(passage, i, {range.begin + one->begin, range.begin + one->end}, note);
      i += 2 * wrapped.size();
    }
  }

  /// Typed texts that were not found word for word are looked for once more, altered.
  void split_altered_typed(Passage& passage) {
    if (!typed_) return;
    for (std::uint32_t typed = 0; typed < typed_->count(); ++typed) {
      if (found_[typed]) continue;
      for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
        if (!is_open(passage, passage.pieces[i])) continue;
        if (++near_searches_ > most_near_searches) return;
        const ByteRange range = passage.pieces[i].range;
        auto near = typed_->near(text_of(passage, range), typed);
        if (!near) continue;
        found_[typed] = true;
        carve(passage, i, {range.begin + near->range.begin, range.begin + near->range.end},
              {{}, Source::typed, Voice::typed, Reference::typed});
        for (const Hunk& hunk : near->hunks) add_typed_change(passage, typed, hunk, range.begin);
        break;
      }
    }
  }

  void add_typed_change(Passage& passage, std::uint32_t typed, const Hunk& hunk, std::size_t offset) {
    const ByteRange range{hunk.sent.begin + offset, hunk.sent.end + offset};
    const std::string& wanted = typed_->wanted(typed);
    passage.changes.push_back(
        {range, wanted.substr(hunk.reference.begin, hunk.reference.size()), Reference::typed, false});
    mark_unexplained(passage, range);
  }

  /// What a change put there is nobody's known text; the client, as who else could it be, speaks in it.
  static void mark_unexplained(Passage& passage, ByteRange range) {
    if (range.empty()) return;
    for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
      const Piece& piece = passage.pieces[i];
      if (piece.range.begin > range.begin || range.end > piece.range.end) continue;
      carve(passage, i, range, {{}, Source::unexplained, Voice::client, piece.known_by});
      return;
    }
  }

  /// What is left of a user turn: notes that changed since earlier requests, files, and what nobody can name.
  void settle_rest(Passage& passage) {
    for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
      Piece& piece = passage.pieces[i];
      const bool open = is_open(passage, piece);
      if (!open && !(piece.source == Source::template_text && piece.known_by == Reference::none)) {
        if (piece.source == Source::unexplained && piece.voice == Voice::client) piece.source = Source::template_text;
        continue;
      }
      if (compare_note(passage, i)) continue;
      if (open && typed_ && typed_->mentions_file_of(text_of(passage, piece.range))) {
        piece.source = Source::file;
        piece.voice = Voice::tool;
      }
    }
    std::stable_sort(passage.changes.begin(), passage.changes.end(),
                     [](const Change& a, const Change& b) { return a.range.begin < b.range.begin; });
  }

  bool compare_note(Passage& passage, std::size_t number) {
    if (templates_ == nullptr) return false;
    const ByteRange range = without_blank_ends(passage.text.view(), passage.pieces[number].range);
    const auto near = templates_->nearest(passage.kind, "", text_of(passage, range));
    if (near.known == nullptr) return false;
    passage.pieces[number].source = Source::template_text;
    passage.pieces[number].voice = Voice::client;
    passage.pieces[number].known_by = Reference::baseline;
    add_template_changes(passage, near, range.begin);
    return true;
  }

  void compare_whole(Passage& passage) {
    if (templates_ == nullptr) return;
    if (is_known(passage)) {
      passage.in_baseline = true;
      for (Piece& piece : passage.pieces) piece.known_by = Reference::baseline;
      return;
    }
    std::string name;
    if (passage.kind == SegmentKind::tool_definition)
      name = slot_name(scene_.document, scene_.conversation.segments[passage.segment].value);
    const auto near = templates_->nearest(passage.kind, name, passage.text.view());
    if (near.known == nullptr) return;
    for (Piece& piece : passage.pieces)
      if (piece.known_by == Reference::none) piece.known_by = Reference::baseline;
    add_template_changes(passage, near, 0);
  }

  void add_template_changes(Passage& passage, const TemplateTexts::Nearest& near, std::size_t offset) {
    const Known& known = *near.known;
    passage.in_baseline = true;
    const std::string_view sent = passage.text.view().substr(offset);
    for (const Hunk& hunk : near.hunks) {
      const ByteRange range{hunk.sent.begin + offset, hunk.sent.end + offset};
      const TemplateVariation variation = variation_of(known, sent, hunk);
      if (variation.kind == Variation::noise) continue;
      Change change{range, variation.expected, Reference::baseline, false};
      change.weak = !scene_.same_version || variation.kind == Variation::place ||
                    (variation.kind == Variation::number && known.times < enough_times);
      passage.changes.push_back(std::move(change));
      if (variation.kind == Variation::text) mark_unexplained(passage, range);
    }
  }

  Scene& scene_;
  std::optional<TypedTexts> typed_;
  std::vector<bool> found_;  ///< by typed text: it stands somewhere word for word, or was found altered
  const TemplateTexts* templates_ = nullptr;
  std::size_t near_searches_ = 0;
};

}  // namespace

Piece structural_piece(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::system_text:
      return {{}, Source::template_text, Voice::client, Reference::none};
    case SegmentKind::user_text:
      return {{}, Source::unexplained, Voice::user, Reference::none};
    case SegmentKind::assistant_text:
    case SegmentKind::tool_call:
      return {{}, Source::carried, Voice::model, Reference::none};
    case SegmentKind::tool_result:
      return {{}, Source::tool_result, Voice::tool, Reference::none};
    case SegmentKind::tool_definition:
      return {{}, Source::tool_definition, Voice::client, Reference::none};
    default:
      return {{}, Source::metadata, Voice::machine, Reference::none};
  }
}

void attribute(Scene& scene) {
  Attribution(scene).run();
}

}  // namespace telltale::inspect
