#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_scan.hpp"

namespace telltale::codec {

enum class Role : std::uint8_t { none, system, user, assistant, tool };

/// What a string of a request is there for.
enum class SegmentKind : std::uint8_t {
  system_text,      ///< system prompt, developer or mid-conversation system message
  user_text,        ///< text of a user turn: typed, or put there by the client
  assistant_text,   ///< earlier output of the model, sent back
  tool_call,        ///< arguments of an earlier tool call
  tool_result,      ///< output of a tool
  tool_definition,  ///< name, description or schema of an offered tool
  metadata,         ///< ids, keys, labels, client metadata
  opaque,           ///< signatures, encrypted blobs, images: not text
  other             ///< any other string
};

struct Segment {
  std::uint32_t value = 0;  ///< the string's index in the JsonDocument
  SegmentKind kind = SegmentKind::other;
  Role role = Role::none;
  std::uint32_t turn = 0;  ///< number of the message in the history; meaningless for role none
};

/// A request decoded: every string value of the document exactly once, in document order.
struct Conversation {
  std::string api;    ///< "anthropic.messages", "openai.responses", ..., "json" for any other JSON, "" if it is none
  std::string model;  ///< as sent; empty if not named
  bool stream = false;
  std::uint32_t turns = 0;
  std::vector<Segment> segments;
};

}  // namespace telltale::codec
