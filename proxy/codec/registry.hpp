#pragma once
#include <string_view>

#include "codec/conversation.hpp"

namespace telltale::codec {

/// What of the request helps to tell the API apart. Hosts do not count: gateways carry every API on any host.
struct RequestShape {
  std::string_view method;
  std::string_view path;  ///< target without query
};

/// Recognises the API by the shape of the body, the path only breaking ties, and sorts every string into segments.
///
/// API names: anthropic.messages, anthropic.count_tokens, openai.responses, openai.chat, gemini.generate_content,
/// gemini.count_tokens, json.
[[nodiscard]] Conversation decode_conversation(const RequestShape& shape, const JsonDocument& document);

[[nodiscard]] std::string_view name_of(SegmentKind kind);

}  // namespace telltale::codec
