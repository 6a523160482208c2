// A flows file in any bytes, cut anywhere: the pieces are the same, and each is understood or refused inside its
// bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "record/splitter.hpp"

namespace {

using namespace telltale;

std::string pieces_of(std::string_view bytes, std::size_t step) {
  const auto splitter = record::make_flow_splitter(Limits{});
  std::string out;
  while (!bytes.empty()) {
    std::string_view block = bytes.substr(0, step);
    bytes.remove_prefix(block.size());
    while (!block.empty()) {
      const auto piece = splitter->next(block);
      if (piece && *piece) out += (*piece)->text + "\n";
      if (!piece) out += piece.error().detail + "\n";
    }
  }
  static_cast<void>(splitter->finish());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (pieces_of(bytes, size) != pieces_of(bytes, 1)) std::abort();
  const auto capture = record::parse_flow(bytes, Limits{});
  if (!capture && capture.error().at > size) std::abort();
  return 0;
}
