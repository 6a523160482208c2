#pragma once
#include <cstdint>
#include <string_view>

#include "codec/conversation.hpp"

namespace telltale::codec {

/// What a container means to the codec that reads it.
enum class State : std::uint8_t {
  same,     ///< every string below is of the same kind
  root,     ///< the request itself
  batch,    ///< list of requests, and one entry of it
  history,  ///< list of messages
  turn,     ///< one message
  content,  ///< a string, or a list of blocks
  block,    ///< one block of content: text, image, thinking
  media,    ///< what an image, sound or file block holds
  call,     ///< a tool call, or a list of them
  result,   ///< output of a tool
  tools,    ///< an item of the history that offers tools
};

/// Where the walk stands: what the value is, and what it hands down to its children.
struct Place {
  State state = State::same;
  SegmentKind kind = SegmentKind::other;
  Role role = Role::none;
  std::uint32_t message = 0;  ///< number of the message, counted from 1; 0 outside the history
};

/// One value on the walk. `key` is decoded; empty for elements of arrays.
struct Node {
  const JsonDocument& document;
  std::uint32_t at = 0;
  std::string_view key;

  [[nodiscard]] const JsonValue& value() const { return document[at]; }
  [[nodiscard]] bool is(JsonKind kind) const { return value().kind == kind; }
};

/// Says what a value is, from its key and what its parent is. Never called for children of a State::same.
using Step = Place (*)(const Place& parent, const Node& node);

/// Walks all values once, in document order, and appends every string to `conversation.segments`. Linear; the stack
/// is as deep as the document.
void walk(const JsonDocument& document, Step step, Conversation& conversation);

/// Every string below is `kind`; role and message stay.
[[nodiscard]] constexpr Place all(const Place& parent, SegmentKind kind) {
  return {State::same, kind, parent.role, parent.message};
}
[[nodiscard]] constexpr Place in_state(const Place& parent, State state) {
  return {state, parent.kind, parent.role, parent.message};
}

[[nodiscard]] Role parse_role(std::string_view name);
[[nodiscard]] SegmentKind text_kind_of(Role role);

/// "id", "call_id", "sessionId": names of members that number a thing and say nothing.
[[nodiscard]] bool is_id_key(std::string_view key);
/// Members that hold signatures and encrypted blobs in any API.
[[nodiscard]] bool is_opaque_key(std::string_view key);

/// The string member `name` of object `at`, decoded, its first 256 code points; empty if there is none. Cost: the
/// members before it, so at most one look-up a container, never one a member.
[[nodiscard]] std::string word_at(const JsonDocument& document, std::uint32_t at, std::string_view name);

}  // namespace telltale::codec
