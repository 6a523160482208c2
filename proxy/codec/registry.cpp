// From a scanned body to a Conversation: recognise the API, walk the document with its codec.
// Covered by tests/unit/codec/conversation_test.cpp, recognise_test.cpp and one fuzz target per codec.
#include "codec/registry.hpp"

#include "codec/api.hpp"

namespace telltale::codec {
namespace {

Step step_of(Family family) {
  switch (family) {
    case Family::anthropic:
      return step_anthropic;
    case Family::openai_chat:
      return step_openai_chat;
    case Family::openai_responses:
      return step_openai_responses;
    case Family::gemini:
      return step_gemini;
    case Family::json:
      break;
  }
  return step_any_json;
}

std::string_view api_of(Family family, const RequestShape& shape, const JsonDocument& document) {
  switch (family) {
    case Family::anthropic:
      return is_anthropic_count(shape, document) ? "anthropic.count_tokens" : "anthropic.messages";
    case Family::openai_chat:
      return "openai.chat";
    case Family::openai_responses:
      return "openai.responses";
    case Family::gemini:
      return is_gemini_count(shape, document) ? "gemini.count_tokens" : "gemini.generate_content";
    case Family::json:
      break;
  }
  return "json";
}

// A text that begins like a number and goes on like prose is not JSON; a cut object is.
bool is_json(const JsonDocument& document) {
  if (document.values.empty()) return false;
  const JsonKind first = document[0].kind;
  return first == JsonKind::object || first == JsonKind::array || !document.stopped;
}

// Bedrock, Vertex, Gemini and Azure name the model in the path and not in the body.
std::string_view model_in_path(std::string_view path) {
  for (const std::string_view before : {"/models/", "/model/", "/deployments/"}) {
    const std::size_t at = path.find(before);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = path.substr(at + before.size());
    return rest.substr(0, rest.find_first_of(":/"));
  }
  return {};
}

std::string model_of(const RequestShape& shape, const JsonDocument& document) {
  std::uint32_t model = document.member(0, "model");
  if (const std::uint32_t request = document.member(0, "request"); model == JsonValue::none && request != model)
    model = document.member(request, "model");
  constexpr std::size_t longest_name = 256;
  const bool named = model != JsonValue::none && document[model].kind == JsonKind::string;
  std::string name = named ? decode_json_start(document.slice(document[model].raw), longest_name) : std::string();
  return name.empty() ? std::string(model_in_path(shape.path)) : name;
}

bool streams(const RequestShape& shape, const JsonDocument& document) {
  const std::uint32_t stream = document.member(0, "stream");
  if (stream != JsonValue::none) return document.slice(document[stream].raw) == "true";
  for (const std::string_view name : {":stream", "-with-response-stream"})
    if (shape.path.find(name) != std::string_view::npos) return true;
  return false;
}

}  // namespace

Conversation decode_conversation(const RequestShape& shape, const JsonDocument& document) {
  Conversation conversation;
  const Family family = recognise(shape, document);
  if (is_json(document)) conversation.api = api_of(family, shape, document);
  if (family != Family::json) {
    conversation.model = model_of(shape, document);
    conversation.stream = streams(shape, document);
  }
  walk(document, step_of(family), conversation);
  return conversation;
}

std::string_view name_of(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::system_text:
      return "system_text";
    case SegmentKind::user_text:
      return "user_text";
    case SegmentKind::assistant_text:
      return "assistant_text";
    case SegmentKind::tool_call:
      return "tool_call";
    case SegmentKind::tool_result:
      return "tool_result";
    case SegmentKind::tool_definition:
      return "tool_definition";
    case SegmentKind::metadata:
      return "metadata";
    case SegmentKind::opaque:
      return "opaque";
    case SegmentKind::other:
      break;
  }
  return "other";
}

}  // namespace telltale::codec
