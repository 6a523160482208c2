// Any bytes: values nest, count and decode as json_check.hpp says, and a finished value read alone is the same value.
#include "codec/json_scan.hpp"

#include "core/assert.hpp"
#include "tests/support/json_check.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

void check_alone(const JsonDocument& document, std::uint32_t i, const Limits& limits) {
  const JsonDocument alone = scan_json(document.slice(document[i].raw), limits);
  TT_ASSERT(!alone.stopped);
  TT_ASSERT(alone.values.size() == document[i].after - i);
  for (std::uint32_t k = 0; k < alone.values.size(); ++k) {
    TT_ASSERT(alone[k].kind == document[i + k].kind);
    TT_ASSERT(alone.slice(alone[k].raw) == document.slice(document[i + k].raw));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  Limits limits;
  limits.json_depth = 64;
  limits.json_values = 2000;
  const JsonDocument document = scan_json(text, limits);
  TT_ASSERT(test::broken_rule(document) == "");
  std::uint32_t checked = 0;
  for (std::uint32_t i = 0; i < document.values.size() && checked < 20; ++i) {
    const JsonValue& value = document[i];
    TT_ASSERT(document.pointer(i).empty() ==
              (value.parent == JsonValue::none && document[0].after == document.values.size()));
    if (!value.key.empty()) {
      const std::string name = decode_json_string(document.slice(value.key));
      const std::uint32_t first = document.member(value.parent, name);
      TT_ASSERT(first != JsonValue::none && first <= i);
    }
    const bool open_at_the_end = document.stopped && value.raw.end >= document.stopped->at;
    if (open_at_the_end) continue;
    check_alone(document, i, limits);
    ++checked;
  }
  return 0;
}
