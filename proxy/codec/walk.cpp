// The one walk over a document that all API codecs share, and the names they have in common.
// Covered by tests/unit/codec/conversation_test.cpp and the fuzz targets of the codecs.
#include "codec/walk.hpp"

namespace telltale::codec {
namespace {

/// No name or word that an API defines is longer; what is longer is none of them, whatever follows.
constexpr std::size_t longest_word = 256;

struct Open {
  std::uint32_t after = 0;
  Place place;
};

Place place_of(const JsonDocument& document, std::uint32_t at, const Place& parent, Step step) {
  if (parent.state == State::same) return parent;
  const JsonValue& value = document[at];
  std::string_view key = document.slice(value.key);
  if (!value.key_escaped) return step(parent, {document, at, key.empty() ? key : key.substr(1, key.size() - 2)});
  const std::string decoded = decode_json_start(key, longest_word);
  return step(parent, {document, at, decoded});
}

}  // namespace

void walk(const JsonDocument& document, Step step, Conversation& conversation) {
  std::vector<Open> open;
  open.reserve(32);
  conversation.segments.reserve(document.values.size());
  const auto size = static_cast<std::uint32_t>(document.values.size());
  for (std::uint32_t at = 0; at < size; ++at) {
    while (!open.empty() && open.back().after <= at) open.pop_back();
    const JsonValue& value = document[at];
    const Place place = open.empty() ? Place{State::root} : place_of(document, at, open.back().place, step);
    if (place.message > conversation.turns) conversation.turns = place.message;
    if (value.kind == JsonKind::string)
      conversation.segments.push_back({at, place.kind, place.role, place.message == 0 ? 0 : place.message - 1});
    if (value.kind == JsonKind::object || value.kind == JsonKind::array) open.push_back({value.after, place});
  }
}

Role parse_role(std::string_view name) {
  if (name == "user" || name == "human") return Role::user;
  if (name == "assistant" || name == "model") return Role::assistant;
  if (name == "system" || name == "developer") return Role::system;
  if (name == "tool" || name == "function") return Role::tool;
  return Role::none;
}

SegmentKind text_kind_of(Role role) {
  switch (role) {
    case Role::system:
      return SegmentKind::system_text;
    case Role::user:
      return SegmentKind::user_text;
    case Role::assistant:
      return SegmentKind::assistant_text;
    case Role::tool:
      return SegmentKind::tool_result;
    case Role::none:
      break;
  }
  return SegmentKind::other;
}

bool is_id_key(std::string_view key) {
  return key == "id" || key.ends_with("_id") || key.ends_with("Id") || key.ends_with("_ids");
}

bool is_opaque_key(std::string_view key) {
  return key == "signature" || key == "thoughtSignature" || key == "thought_signature" || key == "reasoning_opaque" ||
         key.starts_with("encrypted_");
}

std::string word_at(const JsonDocument& document, std::uint32_t at, std::string_view name) {
  const std::uint32_t found = document.member(at, name);
  if (found == JsonValue::none || document[found].kind != JsonKind::string) return {};
  return decode_json_start(document.slice(document[found].raw), longest_word);
}

}  // namespace telltale::codec
