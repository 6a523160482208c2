// A capture line that parses is written to a line that parses to the same, and no credential comes back by it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "record/capture.hpp"
#include "tests/support/toy_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string line(reinterpret_cast<const char*>(data), size);
  const auto first = record::parse_capture(line, Limits{});
  if (!first) {
    if (first.error().at > size) std::abort();
    return 0;
  }
  static_cast<void>(record::head_of(first->request, Limits{}));
  const std::string written = record::to_line(*first, test::toy_digest);
  const auto second = record::parse_capture(written, Limits{});
  if (!second) std::abort();
  if (record::to_line(*second, test::toy_digest) != written) std::abort();
  return 0;
}
