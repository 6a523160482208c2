// Blocks of content in the Anthropic and OpenAI APIs: text, thinking, media, tool calls and tool results.
// Covered by tests/unit/codec/conversation_test.cpp and the fuzz targets anthropic, openai_chat and openai_responses.
#include "codec/content_block.hpp"

namespace telltale::codec {
namespace {

constexpr std::string_view data_url = "\"data:";

// A URL says something; a data URL is a picture.
Place url_place(const Place& parent, const Node& node) {
  const bool data = node.document.slice(node.value().raw).starts_with(data_url);
  return all(parent, data ? SegmentKind::opaque : SegmentKind::other);
}

Place enter_block(const Place& parent, const Node& node) {
  const std::string type = word_at(node.document, node.at, "type");
  if (type.ends_with("tool_use")) return {State::call, SegmentKind::tool_call, parent.role, parent.message};
  if (type.ends_with("tool_result")) return {State::result, SegmentKind::tool_result, Role::tool, parent.message};
  return in_state(parent, State::block);
}

// A document may hold its text as it is, or as blocks; all other data is base64.
Place enter_media(const Place& parent, const Node& node) {
  const std::string type = word_at(node.document, node.at, "type");
  if (type == "text" || type == "content") return in_state(parent, State::media);
  return {State::media, SegmentKind::opaque, parent.role, parent.message};
}

bool is_text_key(std::string_view key) {
  return key == "text" || key == "thinking" || key == "refusal" || key == "transcript" || key == "summary" ||
         key == "title" || key == "context";
}

bool is_media_key(std::string_view key) {
  return key == "source" || key == "image_url" || key == "input_audio" || key == "file" || key == "video_url" ||
         key == "audio";
}

// Members nobody named: part of the output when a tool made the block, otherwise nothing to do with the text.
SegmentKind rest_of(const Place& parent) {
  return parent.kind == SegmentKind::tool_result ? SegmentKind::tool_result : SegmentKind::other;
}

Place step_in_block(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "type") return all(parent, SegmentKind::other);
  if (is_text_key(key)) return all(parent, parent.kind);
  if (key == "content") return enter_content(parent, node);
  if (is_opaque_key(key) || key == "data" || key == "file_data") return all(parent, SegmentKind::opaque);
  if (is_media_key(key)) {
    return node.is(JsonKind::object) ? enter_media(parent, node) : url_place(parent, node);
  }
  if (is_id_key(key)) return all(parent, SegmentKind::metadata);
  return all(parent, key == "cache_control" ? SegmentKind::other : rest_of(parent));
}

Place step_in_media(const Place& parent, const Node& node) {
  if (node.key == "data") return all(parent, parent.kind);
  if (node.key == "file_data") return all(parent, SegmentKind::opaque);
  if (node.key == "content") return enter_content(parent, node);
  if (node.key == "url" || node.key == "image_url") return url_place(parent, node);
  return all(parent, is_id_key(node.key) ? SegmentKind::metadata : SegmentKind::other);
}

Place step_in_call(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key.empty()) return parent;  // a list of calls
  if (key == "type" || key == "status" || key == "cache_control") return all(parent, SegmentKind::other);
  if (is_opaque_key(key)) return all(parent, SegmentKind::opaque);
  if (is_id_key(key) || key.ends_with("metadata") || key.ends_with("metadata_passthrough"))
    return all(parent, SegmentKind::metadata);
  if (key == "output" || key == "results" || key == "outputs" || key == "error")
    return enter_content({State::content, SegmentKind::tool_result, Role::tool, parent.message}, node);
  if (key == "result") return all(parent, SegmentKind::opaque);  // a generated image, in base64
  return all(parent, key == "tools" ? SegmentKind::tool_definition : SegmentKind::tool_call);
}

Place step_in_result(const Place& parent, const Node& node) {
  const std::string_view key = node.key;
  if (key == "type" || key == "status" || key == "cache_control") return all(parent, SegmentKind::other);
  if (is_opaque_key(key)) return all(parent, SegmentKind::opaque);
  if (is_id_key(key) || key.ends_with("metadata") || key.ends_with("metadata_passthrough"))
    return all(parent, SegmentKind::metadata);
  if (key == "tools") return all(parent, SegmentKind::tool_definition);
  return enter_content(parent, node);
}

}  // namespace

Place enter_content(const Place& text, const Node& node) {
  if (node.is(JsonKind::object)) return enter_block(text, node);
  return in_state(text, State::content);
}

Place step_in_content(const Place& parent, const Node& node) {
  switch (parent.state) {
    case State::content:
      return enter_content(parent, node);
    case State::block:
      return step_in_block(parent, node);
    case State::media:
      return step_in_media(parent, node);
    case State::call:
      return step_in_call(parent, node);
    case State::result:
      return step_in_result(parent, node);
    default:
      return all(parent, SegmentKind::other);
  }
}

}  // namespace telltale::codec
