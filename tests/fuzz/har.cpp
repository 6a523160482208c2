// A HAR file in any bytes, cut anywhere.
#include <cstddef>
#include <cstdint>

#include "capture_formats.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  telltale::fuzz::check_format(bytes, telltale::record::make_har_splitter,
                               [](std::string_view text, const telltale::Limits& limits) {
                                 return telltale::record::parse_har_entry(text, limits);
                               });
  return 0;
}
