// OpenAI Responses, over HTTP or as a WebSocket message (`type: response.create`), with the variant that moves the
// tools into the history (`additional_tools`). Source: the API's reference; shapes of real clients as recorded in the
// tests. Covered by tests/unit/codec/conversation_test.cpp and the fuzz target openai_responses.
#include "codec/api.hpp"
#include "codec/content_block.hpp"

namespace telltale::codec {
namespace {

bool is_metadata_key(std::string_view key) {
  return key.ends_with("metadata") || key.ends_with("metadata_passthrough") || is_id_key(key);
}

// A prompt alone is the whole history; a list is the history item by item.
Place enter_input(const Place& parent, const Node& node) {
  if (node.is(JsonKind::string)) return {State::same, SegmentKind::user_text, Role::user, 1};
  return in_state(parent, State::history);
}

Place step_in_root(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "input") return enter_input(parent, node);
  if (key == "instructions") return enter_content({State::content, SegmentKind::system_text, Role::system, 0}, node);
  if (key == "tools") return all(parent, SegmentKind::tool_definition);
  const bool metadata = is_metadata_key(key) || key == "user" || key == "prompt_cache_key" ||
                        key == "safety_identifier" || key == "conversation";
  return all(parent, metadata ? SegmentKind::metadata : SegmentKind::other);
}

// One item of the history, by its type. Items are many and new ones come; the endings hold.
Place enter_item(const Node& node) {
  const std::uint32_t message = node.value().index + 1;
  if (node.is(JsonKind::string)) return {State::same, SegmentKind::user_text, Role::user, message};
  const std::string type = word_at(node.document, node.at, "type");
  if (type.ends_with("_output")) return {State::result, SegmentKind::tool_result, Role::tool, message};
  if (type.ends_with("_call")) return {State::call, SegmentKind::tool_call, Role::assistant, message};
  if (type == "reasoning" || type.starts_with("compaction"))
    return {State::turn, SegmentKind::assistant_text, Role::assistant, message};
  if (type.ends_with("_tools")) return {State::tools, SegmentKind::tool_definition, Role::none, message};
  const Role role = parse_role(word_at(node.document, node.at, "role"));
  return {State::turn, text_kind_of(role), role, message};
}

Place step_in_turn(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "content" || key == "summary") return enter_content(parent, node);
  if (is_opaque_key(key)) return all(parent, SegmentKind::opaque);
  return all(parent, is_metadata_key(key) ? SegmentKind::metadata : SegmentKind::other);
}

Place step_in_tools(const Place& parent, const Node& node) {
  if (node.key == "type" || node.key == "role") return all(parent, SegmentKind::other);
  return all(parent, is_metadata_key(node.key) ? SegmentKind::metadata : SegmentKind::tool_definition);
}

}  // namespace

Place step_openai_responses(const Place& parent, const Node& node) {
  switch (parent.state) {
    case State::root:
      return step_in_root(parent, node);
    case State::history:
      return enter_item(node);
    case State::turn:
      return step_in_turn(parent, node);
    case State::tools:
      return step_in_tools(parent, node);
    default:
      return step_in_content(parent, node);
  }
}

}  // namespace telltale::codec
