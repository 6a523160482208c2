// JSON of no API we know: telemetry, settings, gateways' own formats. Every string is a string.
// Covered by tests/unit/codec/conversation_test.cpp.
#include "codec/api.hpp"

namespace telltale::codec {

Place step_any_json(const Place& parent, const Node&) {
  return all(parent, SegmentKind::other);
}

}  // namespace telltale::codec
