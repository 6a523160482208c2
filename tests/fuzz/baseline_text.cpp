// A store of baselines that loads is written to a store that loads to the same; a refused one names a place inside it.
#include "record/baseline_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/support/toy_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = record::load_baselines(text, Limits{});
  if (!first) {
    if (first.error().at > size) std::abort();
    return 0;
  }
  const std::string written = record::save_baselines(*first, test::toy_digest);
  const auto second = record::load_baselines(written, Limits{});
  if (!second) std::abort();
  if (record::save_baselines(*second, test::toy_digest) != written) std::abort();
  return 0;
}
