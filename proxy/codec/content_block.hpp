#pragma once
#include "codec/walk.hpp"

namespace telltale::codec {

/// The `content` of a message, a system prompt or a tool result: a string, a list of strings and blocks, or one block.
/// `text` says what its text is.
[[nodiscard]] Place enter_content(const Place& text, const Node& node);

/// Steps inside content, for the states content, block, media, call and result. Anthropic, OpenAI Chat and OpenAI
/// Responses have the same shape here and differ in type names only, so one reading serves all three.
[[nodiscard]] Place step_in_content(const Place& parent, const Node& node);

}  // namespace telltale::codec
