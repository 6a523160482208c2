// A baseline of findings that loads is written to one that loads to the same; a refused one names a place inside it.
#include "record/accepted_findings.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/support/toy_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = record::load_accepted(text, test::toy_digest);
  if (!first) {
    if (first.error().at > size) std::abort();
    return 0;
  }
  const std::string written = record::save_accepted(*first);
  const auto second = record::load_accepted(written, test::toy_digest);
  if (!second) std::abort();
  if (record::save_accepted(*second) != written) std::abort();
  return 0;
}
