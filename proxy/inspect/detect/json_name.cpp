// Member names as a carrier: one that reads like the API's and is not, or holds what nobody sees. Covered by
// tests/unit/inspect/json_form_test.cpp.
#include "inspect/detect/found.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/detect/odd_character.hpp"
#include "inspect/text.hpp"

namespace telltale::inspect {

void detect_json_name(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (!scene.is_json) return;
  const codec::JsonDocument& document = scene.document;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const codec::JsonValue& value = document[i];
    if (value.key.size() < 3) continue;
    const Text name(
        {document.text, {value.key.begin + std::size_t{1}, value.key.end - std::size_t{1}}, value.key_escaped, true});
    if (name.is_ascii()) continue;
    for (const OddCharacter& one : odd_characters(name.view())) {
      if (!match.has_family(one.visible ? "lookalike" : "invisible")) continue;
      Mark mark;
      mark.value = i;
      mark.bits = 1;
      mark.note = one.visible ? "a letter that looks like another" : "a character nobody sees";
      mark.code_points = code_point_names(name.view().substr(one.range.begin, one.range.size()));
      mark.edits.push_back({name.raw(one.range), one.neutral});
      marks.push_back(std::move(mark));
    }
  }
}

}  // namespace telltale::inspect
