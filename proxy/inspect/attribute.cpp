// Where each part of each text comes from: structure first, then what was typed, then what earlier requests of the
// client said, then the wrappers clients use. Covered by tests/unit/inspect/reference_test.cpp.
#include "inspect/attribute.hpp"

#include <algorithm>

#include "inspect/baseline.hpp"
#include "inspect/document.hpp"
#include "inspect/typed_texts.hpp"
#include "inspect/variation.hpp"
#include "inspect/wrapper.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;
using Known = TemplateTexts::Known;

/// In text that is not a user turn, a typed text must be this long to be told from a common phrase.
constexpr std::size_t long_enough = 24;
/// Searches for altered typed texts in one request: pairs of a typed text and a part of a user turn.
constexpr std::size_t most_near_searches = 64;
/// Bytes read in one request in search of the notes of earlier requests: a long conversation takes a tenth. Past it
/// notes are known by their tags alone.
constexpr std::size_t most_note_bytes = 256UL * 1024 * 1024;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The first or last few characters of `text` that are no blanks, quotation marks, brackets or tags of a client's.
ByteRange stray_part(std::string_view text, bool at_start) {
  constexpr std::size_t longest = 8;
  constexpr std::string_view frames = " \t\r\n\"'`<>()[]{}:";
  if (at_start) {
    const std::size_t end = std::min(text.find_first_of(frames), text.size());
    return end <= longest ? ByteRange{0, end} : ByteRange{};
  }
  const std::size_t last = text.find_last_of(frames);
  const std::size_t begin = last == std::string_view::npos ? 0 : last + 1;
  return text.size() - begin <= longest ? ByteRange{begin, text.size()} : ByteRange{};
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
      split_wrappers(passage, false);
      split_altered_typed(passage);
      split_wrappers(passage, true);
      settle_rest(passage);
    }
    for (Passage& passage : scene_.passages)
      if (passage.kind == SegmentKind::system_text || passage.kind == SegmentKind::tool_definition)
        compare_whole(passage);
    for (Passage& passage : scene_.passages)
      if (passage.kind == SegmentKind::system_text || passage.kind == SegmentKind::user_text) split_documents(passage);
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
    const std::vector<ByteRange> tagged =
        user ? find_client_wrappers(passage.text.view(), false) : std::vector<ByteRange>();
    for (const TypedTexts::Place& place : typed_->exact(passage.text.view())) {
      // Who types a sentence of a client's note has not typed the note.
      const auto holds = [&](const ByteRange& one) {
        return one.begin < place.range.begin && place.range.end < one.end;
      };
      if (std::any_of(tagged.begin(), tagged.end(), holds)) continue;
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

  /// The longest text of a user turn in earlier requests that `text` holds; npos if there is none.
  [[nodiscard]] ByteRange known_note_in(std::string_view text) {
    ByteRange best;
    for (const Known& known : templates_->texts()) {
      if (known.kind != SegmentKind::user_text || known.text.size() > text.size()) continue;
      if (known.text.size() <= std::max(best.size(), TemplateTexts::shortest_compared)) continue;
      if (note_bytes_ + text.size() > most_note_bytes) return best;
      note_bytes_ += text.size();
      const std::size_t at = text.find(known.text);
      if (at != std::string_view::npos) best = {at, at + known.text.size()};
    }
    return best;
  }

  /// Notes that stand here as they stood in earlier requests.
  void split_known_notes(Passage& passage) {
    if (templates_ == nullptr) return;
    for (std::size_t i = 0; i < passage.pieces.size(); ++i) {
      if (!is_open(passage, passage.pieces[i])) continue;
      const ByteRange range = passage.pieces[i].range;
      const ByteRange found = known_note_in(text_of(passage, range));
      if (found.empty()) continue;
      i = carve(passage, i, {range.begin + found.begin, range.begin + found.end}, known_note);
      passage.in_baseline = true;
      // The text ends otherwise than it did.
      const ByteRange rest{range.begin + found.end, range.end};
      if (rest.end == passage.text.size() && !rest.empty() && is_blank(text_of(passage, rest)))
        passage.changes.push_back({rest, "", Reference::baseline, !scene_.same_version});
    }
  }

  /// The elements of known clients; also what merely looks like a wrapper, once altered typed texts are found.
  void split_wrappers(Passage& passage, bool any) {
    std::vector<Piece> pieces;
    pieces.reserve(passage.pieces.size());
    for (const Piece& piece : passage.pieces) {
      Piece rest = piece;
      const auto cut = [&](std::size_t end, const Piece& as) {
        pieces.push_back(as);
        pieces.back().range = {rest.range.begin, end};
        rest.range.begin = end;
      };
      if (is_open(passage, piece)) {
        const std::size_t begin = piece.range.begin;
        for (const ByteRange& one : find_client_wrappers(text_of(passage, piece.range), any && begin == 0)) {
          if (begin + one.begin > rest.range.begin) cut(begin + one.begin, piece);
          if (!one.empty()) cut(begin + one.end, note);
        }
      }
      if (!rest.range.empty() || piece.range.empty()) pieces.push_back(rest);
    }
    passage.pieces = std::move(pieces);
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
      if (!is_unsettled(passage.pieces[i])) continue;
      std::size_t end = i + 1;
      while (end < passage.pieces.size() && is_unsettled(passage.pieces[end])) ++end;
      if (compare_note(passage, i, end)) continue;
      for (; i < end; ++i) settle_alone(passage, i);
    }
    std::stable_sort(passage.changes.begin(), passage.changes.end(),
                     [](const Change& a, const Change& b) { return a.range.begin < b.range.begin; });
  }

  static bool is_unsettled(const Piece& piece) {
    return piece.known_by == Reference::none &&
           (piece.source == Source::unexplained || piece.source == Source::template_text);
  }

  void settle_alone(Passage& passage, std::size_t number) {
    Piece& piece = passage.pieces[number];
    if (is_stray_end(passage, number) || piece.source != Source::unexplained) return;
    if (is_blank(text_of(passage, piece.range))) {
      if (piece.voice == Voice::client) piece.source = Source::template_text;
      return;
    }
    if (!typed_ || !typed_->mentions_file_of(text_of(passage, piece.range))) return;
    piece.source = Source::file;
    piece.voice = Voice::tool;
  }

  /// "right?!" where "right?" was typed: what touches a typed text and is no frame was put there.
  static bool is_stray_end(Passage& passage, std::size_t number) {
    const Piece& piece = passage.pieces[number];
    const bool behind = number > 0 && passage.pieces[number - 1].voice == Voice::typed;
    const bool ahead = number + 1 < passage.pieces.size() && passage.pieces[number + 1].voice == Voice::typed;
    if (!behind && !ahead) return false;
    const ByteRange stray = stray_part(text_of(passage, piece.range), behind);
    if (stray.empty()) return false;
    passage.changes.push_back(
        {{piece.range.begin + stray.begin, piece.range.begin + stray.end}, "", Reference::typed, false});
    return stray.size() == piece.range.size();
  }

  /// Compares what pieces [number, end) hold with earlier notes. They become one piece if one is near.
  bool compare_note(Passage& passage, std::size_t number, std::size_t end) {
    if (templates_ == nullptr) return false;
    ByteRange range{passage.pieces[number].range.begin, passage.pieces[end - 1].range.end};
    auto near = templates_->nearest(passage.kind, "", text_of(passage, range));
    if (near.known == nullptr) return false;
    passage.pieces[number].range = range;
    passage.pieces.erase(passage.pieces.begin() + static_cast<std::ptrdiff_t>(number + 1),
                         passage.pieces.begin() + static_cast<std::ptrdiff_t>(end));
    Piece piece = note;
    piece.known_by = Reference::baseline;
    // What stands before or behind the note is not the note's; blanks ahead of what was typed are nobody's.
    const std::size_t known_end = near.known->text.size();
    if (!near.hunks.empty() && near.hunks.back().reference == ByteRange{known_end, known_end} &&
        (range.end < passage.text.size() ||
         !is_blank(text_of(passage, {range.begin + near.hunks.back().sent.begin, range.end})))) {
      range.end = range.begin + near.hunks.back().sent.begin;
      near.hunks.pop_back();
    }
    const bool leads = !near.hunks.empty() && near.hunks.front().reference == ByteRange{0, 0} &&
                       !is_blank(text_of(passage, {range.begin, range.begin + near.hunks.front().sent.end}));
    const std::size_t offset = range.begin;
    if (leads) {
      range.begin += near.hunks.front().sent.end;
      near.hunks.erase(near.hunks.begin());
    }
    if (range.empty()) return false;
    carve(passage, number, range, piece);
    add_template_changes(passage, near, offset);
    return true;
  }

  /// Documents inside the client's text speak with their own voice: their doubled blanks are no choice of the client's.
  static void split_documents(Passage& passage) {
    const auto is_client = [](const Piece& piece) { return piece.voice == Voice::client; };
    if (std::none_of(passage.pieces.begin(), passage.pieces.end(), is_client)) return;
    const bool user = passage.kind == SegmentKind::user_text;
    std::size_t i = 0;
    for (const Document& one : find_documents(passage.text.view())) {
      for (; i < passage.pieces.size() && passage.pieces[i].range.begin < one.range.end; ++i) {
        Piece piece = passage.pieces[i];
        const ByteRange range{std::max(piece.range.begin, one.range.begin), std::min(piece.range.end, one.range.end)};
        if (!is_client(piece) || range.begin >= range.end) continue;
        piece.voice = Voice::tool;
        if (user && one.is_element && piece.known_by == Reference::none) piece.source = Source::file;
        i = carve(passage, i, range, piece);
      }
    }
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

  /// A line that changed places with a date of its own day in it: what is gone here stands elsewhere as it was sent.
  static std::optional<std::string> moved_text(const TemplateTexts::Nearest& near, std::string_view sent,
                                               const Hunk& gone) {
    const std::string_view was = std::string_view(near.known->text).substr(gone.reference.begin, gone.reference.size());
    if (was.size() < TemplateTexts::shortest_compared) return std::nullopt;
    for (const Hunk& hunk : near.hunks) {
      if (!hunk.reference.empty()) continue;
      const std::string_view is = sent.substr(hunk.sent.begin, hunk.sent.size());
      if (is.size() == was.size() && align(was, is, Dates::by_format).empty()) return std::string(is);
    }
    return std::nullopt;
  }

  void add_template_changes(Passage& passage, const TemplateTexts::Nearest& near, std::size_t offset) {
    const Known& known = *near.known;
    passage.in_baseline = true;
    const std::string_view sent = passage.text.view().substr(offset);
    for (const Hunk& hunk : near.hunks) {
      const ByteRange range{hunk.sent.begin + offset, hunk.sent.end + offset};
      TemplateVariation variation = variation_of(known, sent, hunk);
      if (hunk.sent.empty() && !variation.expected) variation.expected = moved_text(near, sent, hunk);
      if (variation.kind == Variation::noise) continue;
      Change change{range, variation.expected, Reference::baseline, false};
      change.weak = !scene_.same_version || variation.kind == Variation::place ||
                    (variation.kind == Variation::number && !variation.expected);
      passage.changes.push_back(std::move(change));
      if (variation.kind == Variation::text) mark_unexplained(passage, range);
    }
  }

  Scene& scene_;
  std::optional<TypedTexts> typed_;
  std::vector<bool> found_;  ///< by typed text: it stands somewhere word for word, or was found altered
  const TemplateTexts* templates_ = nullptr;
  std::size_t near_searches_ = 0;
  std::size_t note_bytes_ = 0;  ///< read by known_note_in()
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
