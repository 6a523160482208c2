#pragma once
#include "codec/registry.hpp"
#include "codec/walk.hpp"

namespace telltale::codec {

/// A family of request bodies that one codec reads.
enum class Family : std::uint8_t { json, anthropic, openai_chat, openai_responses, gemini };

/// Which family a document belongs to; its root object is value 0. Cost: the members of the root and of the first
/// messages.
[[nodiscard]] Family recognise(const RequestShape& shape, const JsonDocument& document);

// One step function a family, each in a file of its own: what every value of such a request is.
[[nodiscard]] Place step_anthropic(const Place& parent, const Node& node);
[[nodiscard]] Place step_openai_chat(const Place& parent, const Node& node);
[[nodiscard]] Place step_openai_responses(const Place& parent, const Node& node);
[[nodiscard]] Place step_gemini(const Place& parent, const Node& node);
[[nodiscard]] Place step_any_json(const Place& parent, const Node& node);

/// Counts tokens only, as the path says or, when it is silent, the lack of what a generation needs.
[[nodiscard]] bool is_anthropic_count(const RequestShape& shape, const JsonDocument& document);
[[nodiscard]] bool is_gemini_count(const RequestShape& shape, const JsonDocument& document);

}  // namespace telltale::codec
