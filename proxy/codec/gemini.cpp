// Gemini generateContent, streamGenerateContent and countTokens, direct, through Vertex, and nested under `request` as
// Cloud Code sends it. Member names come in camelCase and in snake_case. Source: the API's reference; shapes of real
// clients as recorded in the tests. Covered by tests/unit/codec/conversation_test.cpp and the fuzz target gemini.
#include "codec/api.hpp"

namespace telltale::codec {
namespace {

// A Content: a role and its parts. Bare text is allowed in some client libraries' dialects.
Place enter_turn(const Node& node, std::uint32_t message) {
  const std::string name = word_at(node.document, node.at, "role");
  const Role role = name.empty() ? Role::user : parse_role(name);
  return {State::turn, text_kind_of(role), role, message};
}

Place step_in_root(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "contents") return node.is(JsonKind::array) ? in_state(parent, State::history) : enter_turn(node, 1);
  if (key == "systemInstruction" || key == "system_instruction")
    return {State::turn, SegmentKind::system_text, Role::system, 0};
  if (key == "tools") return all(parent, SegmentKind::tool_definition);
  if (key == "request" || key == "generateContentRequest" || key == "generate_content_request")
    return in_state(parent, State::root);
  const bool metadata = key == "labels" || key == "cachedContent" || key == "cached_content" || key == "project" ||
                        key == "userAgent" || is_id_key(key);
  return all(parent, metadata ? SegmentKind::metadata : SegmentKind::other);
}

Place step_in_turn(const Place& parent, const Node& node) {
  if (node.key.empty()) return in_state(parent, State::turn);  // systemInstruction as a list
  if (node.key == "parts") return in_state(parent, node.is(JsonKind::object) ? State::block : State::content);
  if (node.key == "text") return all(parent, parent.kind);
  return all(parent, SegmentKind::other);
}

// The call or response of a function: its id is a number, all else is what went in or came out.
Place step_in_call(const Place& parent, const Node& node) {
  return all(parent, is_id_key(node.key) ? SegmentKind::metadata : parent.kind);
}

Place step_in_part(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "text") return all(parent, parent.kind);
  if (is_opaque_key(key)) return all(parent, SegmentKind::opaque);
  if (key == "inlineData" || key == "inline_data") return in_state(parent, State::media);
  if (key == "functionCall" || key == "function_call" || key == "executableCode" || key == "executable_code")
    return {State::call, SegmentKind::tool_call, parent.role, parent.message};
  if (key == "functionResponse" || key == "function_response" || key == "codeExecutionResult" ||
      key == "code_execution_result")
    return {State::call, SegmentKind::tool_result, Role::tool, parent.message};
  return all(parent, SegmentKind::other);
}

}  // namespace

Place step_gemini(const Place& parent, const Node& node) {
  switch (parent.state) {
    case State::root:
      return step_in_root(parent, node);
    case State::history:
      return enter_turn(node, node.value().index + 1);
    case State::turn:
      return step_in_turn(parent, node);
    case State::content:
      return in_state(parent, State::block);
    case State::block:
      return step_in_part(parent, node);
    case State::media:
      return all(parent, node.key == "data" ? SegmentKind::opaque : SegmentKind::other);
    case State::call:
      return step_in_call(parent, node);
    default:
      return all(parent, SegmentKind::other);
  }
}

bool is_gemini_count(const RequestShape& shape, const JsonDocument& document) {
  if (shape.path.ends_with("countTokens")) return true;
  if (shape.path.ends_with("enerateContent")) return false;
  return document.member(0, "generateContentRequest") != JsonValue::none;
}

}  // namespace telltale::codec
