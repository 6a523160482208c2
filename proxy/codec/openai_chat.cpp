// OpenAI Chat Completions and what speaks like it (Mistral, DeepSeek, DashScope, OpenRouter, vLLM, Ollama's /api/chat).
// Source: the API's reference; shapes of real clients as recorded in the tests.
// Covered by tests/unit/codec/conversation_test.cpp and the fuzz target openai_chat.
#include "codec/api.hpp"
#include "codec/content_block.hpp"

namespace telltale::codec {
namespace {

Place step_in_root(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "messages") return in_state(parent, State::history);
  if (key == "tools" || key == "functions") return all(parent, SegmentKind::tool_definition);
  if (key == "system") return enter_content({State::content, SegmentKind::system_text, Role::system, 0}, node);
  const bool metadata = key == "metadata" || key == "user" || key == "prompt_cache_key" || key == "safety_identifier";
  return all(parent, metadata || is_id_key(key) ? SegmentKind::metadata : SegmentKind::other);
}

bool is_reasoning_key(std::string_view key) {
  return key == "reasoning_content" || key == "reasoning" || key == "reasoning_text" || key == "reasoning_details" ||
         key == "thinking" || key == "refusal";
}

Place step_in_turn(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "content") return enter_content(parent, node);
  if (key == "role") return all(parent, SegmentKind::other);
  if (key == "tool_calls") return {State::call, SegmentKind::tool_call, parent.role, parent.message};
  if (key == "function_call") return all(parent, SegmentKind::tool_call);
  if (is_reasoning_key(key))
    return enter_content({State::content, SegmentKind::assistant_text, parent.role, parent.message}, node);
  if (is_opaque_key(key) || key == "images") return all(parent, SegmentKind::opaque);
  const bool metadata = key == "name" || key == "audio" || is_id_key(key);
  return all(parent, metadata ? SegmentKind::metadata : SegmentKind::other);
}

}  // namespace

Place step_openai_chat(const Place& parent, const Node& node) {
  switch (parent.state) {
    case State::root:
      return step_in_root(parent, node);
    case State::history: {
      const Role role = parse_role(word_at(node.document, node.at, "role"));
      return {State::turn, text_kind_of(role), role, node.value().index + 1};
    }
    case State::turn:
      return step_in_turn(parent, node);
    default:
      return step_in_content(parent, node);
  }
}

}  // namespace telltale::codec
