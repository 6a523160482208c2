// Content codings: no input makes more than the limits allow, and what is coded comes back.
#include <cstddef>
#include <cstdint>

#include "core/assert.hpp"
#include "http/coding.hpp"

using namespace telltale;
using namespace telltale::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Limits limits;
  limits.content_bytes = 64 * 1024;
  limits.coding_ratio_after = 8 * 1024;
  std::vector<Coding> codings{static_cast<Coding>(data[0] & 3U)};
  if ((data[0] & 4U) != 0) codings.push_back(static_cast<Coding>((data[0] >> 3U) & 3U));
  if (const auto content = decode_content(bytes, codings, limits)) {
    TT_ASSERT(content->size() <= limits.content_bytes);
    TT_ASSERT(content->size() <= std::max<std::size_t>(limits.coding_ratio_after, bytes.size() * limits.coding_ratio));
  } else {
    TT_ASSERT(content.error().at <= bytes.size());
    TT_ASSERT(content.error().code != Errc::internal);
  }
  const auto coded = encode_content(bytes, codings);
  TT_ASSERT(coded.has_value());
  const auto back = decode_content(*coded, codings, Limits{});
  TT_ASSERT(back.has_value());
  TT_ASSERT(*back == bytes);
  static_cast<void>(parse_codings(bytes, limits));
  return 0;
}
