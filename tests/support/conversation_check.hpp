#pragma once
#include <string>

#include "codec/registry.hpp"

namespace telltale::test {

/// What holds for every conversation: each string of the document exactly once, in order, in a counted turn. Returns
/// the first broken rule, or "".
inline std::string broken_rule(const codec::JsonDocument& document, const codec::Conversation& conversation) {
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    if (document[i].kind != codec::JsonKind::string) continue;
    if (next >= conversation.segments.size()) return "a string is missing";
    const codec::Segment& segment = conversation.segments[next++];
    if (segment.value != i) return "not every string once, in order";
    if (segment.turn != 0 && segment.turn >= conversation.turns) return "turn out of range";
    if (codec::name_of(segment.kind).empty()) return "kind without a name";
  }
  if (next != conversation.segments.size()) return "a segment too many";
  return {};
}

}  // namespace telltale::test
