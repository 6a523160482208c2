// Where each part of each text comes from. Covered by tests/unit/inspect/attribute_test.cpp.
#include "inspect/attribute.hpp"

#include <algorithm>

#include "inspect/wrapper.hpp"

namespace telltale::inspect {
namespace {

using codec::SegmentKind;

void split_user_text(const Scene& scene, Passage& passage) {
  const std::string_view text = passage.text.view();
  std::vector<ByteRange> wrapped = find_client_wrappers(text);
  const bool has_typed = scene.input.typed != nullptr && !scene.input.typed->empty();
  std::size_t at = 0;
  const auto add = [&](std::size_t end, Source source, Voice voice, Reference known_by) {
    if (end > at) passage.pieces.push_back({{at, end}, source, voice, known_by});
    at = std::max(at, end);
  };
  const auto add_rest = [&](std::size_t end) {
    // Exact copies of what was typed, blanks at the ends aside.
    while (has_typed && at < end) {
      std::size_t best = std::string_view::npos;
      std::size_t length = 0;
      for (const std::string& one : *scene.input.typed) {
        const std::size_t found = text.substr(0, end).find(one, at);
        if (!one.empty() && found < best) {
          best = found;
          length = one.size();
        }
      }
      if (best == std::string_view::npos) break;
      add(best, Source::unexplained, Voice::client, Reference::typed);
      add(best + length, Source::typed, Voice::typed, Reference::typed);
    }
    add(end, Source::unexplained, has_typed ? Voice::client : Voice::user, Reference::none);
  };
  for (const ByteRange& one : wrapped) {
    add_rest(one.begin);
    add(one.end, Source::template_text, Voice::client, Reference::none);
  }
  add_rest(text.size());
}

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
  for (Passage& passage : scene.passages) {
    if (passage.kind == SegmentKind::user_text) {
      split_user_text(scene, passage);
      continue;
    }
    Piece piece = structural_piece(passage.kind);
    piece.range = {0, passage.text.size()};
    passage.pieces.push_back(piece);
  }
}

}  // namespace telltale::inspect
