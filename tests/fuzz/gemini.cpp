// The gemini codec on any bytes; the properties are in codec_property.hpp.
#include "codec_property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return telltale::fuzz::check_codec(data, size, telltale::codec::step_gemini, "/v1beta/models/m:generateContent");
}
