// Anthropic Messages and count_tokens, also as Bedrock and Vertex carry them (no model, `anthropic_version` instead)
// and in batches. Source: the API's reference; shapes of real clients as recorded in the tests. Covered by
// tests/unit/codec/conversation_test.cpp and the fuzz target anthropic.
#include "codec/api.hpp"
#include "codec/content_block.hpp"

namespace telltale::codec {
namespace {

Place step_in_root(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "system") return enter_content({State::content, SegmentKind::system_text, Role::system, 0}, node);
  if (key == "messages") return in_state(parent, State::history);
  if (key == "tools") return all(parent, SegmentKind::tool_definition);
  if (key == "requests") return in_state(parent, State::batch);
  const bool metadata = key == "metadata" || key == "container" || key == "mcp_servers" || key == "diagnostics";
  return all(parent, metadata || is_id_key(key) ? SegmentKind::metadata : SegmentKind::other);
}

// A batch holds entries, an entry holds `params`, and those are a request.
Place step_in_batch(const Place& parent, const Node& node) {
  if (node.key.empty()) return parent;
  if (node.key == "params") return in_state(parent, State::root);
  return all(parent, is_id_key(node.key) ? SegmentKind::metadata : SegmentKind::other);
}

Place step_in_turn(const Place& parent, const Node& node) {
  if (node.key == "content") return enter_content(parent, node);
  return all(parent, is_id_key(node.key) ? SegmentKind::metadata : SegmentKind::other);
}

}  // namespace

Place step_anthropic(const Place& parent, const Node& node) {
  switch (parent.state) {
    case State::root:
      return step_in_root(parent, node);
    case State::batch:
      return step_in_batch(parent, node);
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

bool is_anthropic_count(const RequestShape& shape, const JsonDocument& document) {
  if (shape.path.find("count_tokens") != std::string_view::npos ||
      shape.path.find("count-tokens") != std::string_view::npos)
    return true;
  for (const std::string_view generates : {"/messages", "/invoke", "awPredict", "/completions"})
    if (shape.path.find(generates) != std::string_view::npos) return false;
  // `max_tokens` is required where text is made, and not allowed where tokens are counted.
  return document.member(0, "messages") != JsonValue::none && document.member(0, "max_tokens") == JsonValue::none &&
         document.member(0, "stream") == JsonValue::none;
}

}  // namespace telltale::codec
