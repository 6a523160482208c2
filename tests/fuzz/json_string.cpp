// Any bytes as the inside of a string token: decoding is total, escaping its inverse, and code points and raw bytes
// agree in both directions.
#include "codec/json_scan.hpp"
#include "core/assert.hpp"

using namespace telltale;
using namespace telltale::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 300) return 0;  // the checks below are quadratic
  const std::string given(data, data + size);
  TT_ASSERT(decode_json_string('"' + escape_json(given) + '"') == given);

  const std::string raw = '"' + given + '"';
  const std::size_t length = code_points_of(raw, {0, raw.size()}).end;
  TT_ASSERT((raw_range_of(raw, 0, length) == ByteRange{1, raw.size() - 1}));
  std::string joined;
  std::size_t before = 1;
  for (std::size_t i = 0; i < length; ++i) {
    const ByteRange bytes = raw_range_of(raw, i, i + 1);
    TT_ASSERT(bytes.begin == before && bytes.end > before);
    before = bytes.end;
    TT_ASSERT((code_points_of(raw, bytes) == ByteRange{i, i + 1}));
    TT_ASSERT((code_points_of(raw, {bytes.end - 1, bytes.end}) == ByteRange{i, i + 1}));
    joined += decode_json_string(raw.substr(bytes.begin, bytes.size()));
  }
  TT_ASSERT(joined == decode_json_string(raw));
  TT_ASSERT(before == raw.size() - 1);
  return 0;
}
