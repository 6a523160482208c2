#pragma once
#include <cstdint>
#include <string>

#include "codec/api.hpp"
#include "core/assert.hpp"
#include "tests/support/conversation_check.hpp"

namespace telltale::fuzz {

/// Any bytes through one codec, whatever they look like: every string exactly once, in document order, the same each
/// time. Then through recognition, as live traffic goes.
inline int check_codec(const std::uint8_t* data, std::size_t size, codec::Step step, std::string_view path) {
  const std::string text(data, data + size);
  const codec::JsonDocument document = codec::scan_json(text, Limits{});
  codec::Conversation forced;
  codec::walk(document, step, forced);
  TT_ASSERT(test::broken_rule(document, forced) == "");

  const codec::Conversation recognised = codec::decode_conversation({"POST", path}, document);
  TT_ASSERT(test::broken_rule(document, recognised) == "");
  if (codec::recognise({"POST", path}, document) == codec::Family::json) {
    for (const codec::Segment& segment : recognised.segments) TT_ASSERT(segment.kind == codec::SegmentKind::other);
    TT_ASSERT(recognised.turns == 0);
  }
  return 0;
}

}  // namespace telltale::fuzz
