// A lock that loads is written to one that loads to the same; a refused one names a place inside it.
#include "record/lock.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = record::parse_lock(text);
  if (!first) {
    if (first.error().at > size) std::abort();
    return 0;
  }
  const std::string written = record::to_text(*first);
  const auto second = record::parse_lock(written);
  if (!second || !(*second == *first)) std::abort();
  if (record::to_text(*second) != written) std::abort();
  return 0;
}
