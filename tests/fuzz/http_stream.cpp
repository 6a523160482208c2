// Both sides of a connection in any bytes, parted at the first NUL: an error lies inside its side, and every exchange
// can be written and read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "record/http_stream.hpp"
#include "tests/support/toy_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t part = std::min(bytes.find('\0'), size);
  const record::Conversation about{"tcp-0", "https", "127.0.0.1:1", "a.test", 443, {1}, {}};
  const auto got = record::exchanges_in(bytes.substr(0, part), bytes.substr(part), about, Limits{});
  if (got.stopped && got.stopped->at > size) std::abort();
  for (const record::Capture& capture : got.captures)
    if (!record::parse_capture(record::to_line(capture, test::toy_digest), Limits{})) std::abort();
  return 0;
}
