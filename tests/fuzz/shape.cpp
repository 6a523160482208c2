// A stored shape that can be read is written to a text that reads back the same; none is larger than its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "inspect/shape.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = inspect::Shape::load(text);
  if (!first) {
    if (first.error().at > size) std::abort();
    return 0;
  }
  const std::string written = first->save();
  const auto second = inspect::Shape::load(written);
  if (!second || second->save() != written) std::abort();
  return 0;
}
