// A string decoded with its map: every decoded byte knows the bytes that wrote it, as a plain walk through the string
// finds them.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/json_scan.hpp"
#include "core/assert.hpp"
#include "inspect/text.hpp"

using namespace telltale;
using namespace telltale::inspect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const std::size_t begin = data[0] % size;
  const RawText raw{content, {begin, size}, true, true};
  const Text text(raw);
  TT_ASSERT(text.view() == decode(raw));
  TT_ASSERT(codec::decode_json_string("\"" + std::string(content.substr(begin)) + "\"") == text.view());
  std::size_t decoded = 0;
  for (std::size_t at = begin; at < size;) {
    const RawStep one = step(raw, at);
    const std::size_t length = decoded_length(one);
    for (std::size_t i = 0; i < length; ++i) {
      TT_ASSERT(text.raw(decoded + i) == at + (one.escape ? 0 : i));
      TT_ASSERT(text.is_escape(decoded + i) == one.escape);
    }
    decoded += length;
    at += one.length;
  }
  TT_ASSERT(decoded == text.size() && text.raw(decoded) == size);
  for (std::size_t at = next_hiding_escape(content, 0); at != std::string_view::npos;
       at = next_hiding_escape(content, at + 1))
    TT_ASSERT(content[at] == '\\' && (content[at + 1] == 'u' || content[at + 1] == '/'));
  return 0;
}
