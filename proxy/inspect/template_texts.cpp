// The client's own texts, remembered. Covered by tests/unit/inspect/template_texts_test.cpp.
#include "inspect/template_texts.hpp"

#include "inspect/scene.hpp"

namespace telltale::inspect {

void TemplateTexts::learn(const Scene& scene) {
  for (const Passage& passage : scene.passages) {
    for (const Piece& piece : passage.pieces) {
      if (piece.voice != Voice::client) continue;
      std::string text(passage.text.view().substr(piece.range.begin, piece.range.size()));
      texts_.push_back({passage.kind, std::move(text), 1});
    }
  }
}

}  // namespace telltale::inspect
