// Bodies: read whole or byte by byte, the same data, the same end, the same error.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/assert.hpp"
#include "http/body_reader.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

struct Outcome {
  std::string data;
  std::size_t taken = 0;
  bool done = false;
  std::optional<Errc> error;
  bool operator==(const Outcome&) const = default;
};

Outcome read_in_pieces(Framing framing, std::string_view bytes, std::size_t step, const Limits& limits) {
  Outcome out;
  BodyReader reader(framing, limits);
  while (out.taken < bytes.size() && !reader.done()) {
    const std::string_view piece = bytes.substr(out.taken, step);
    const auto taken = reader.push(piece, &out.data);
    if (!taken) {
      TT_ASSERT(taken.error().at < piece.size());
      out.taken += taken.error().at;
      out.error = taken.error().code;
      return out;
    }
    TT_ASSERT(*taken == piece.size() || reader.done());
    out.taken += *taken;
  }
  out.done = reader.done();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Limits limits;
  limits.body_bytes = 4096;
  limits.trailer_bytes = 64;
  limits.chunk_line_bytes = 32;
  Framing framing{Framing::Kind::chunked, 0};
  if (data[0] >= 0xF0) framing = {Framing::Kind::length, data[0] & 0x0FU};
  const Outcome whole = read_in_pieces(framing, bytes, bytes.size() + 1, limits);
  TT_ASSERT(whole.data.size() <= limits.body_bytes);
  TT_ASSERT(whole.data.size() <= whole.taken);
  TT_ASSERT(read_in_pieces(framing, bytes, 1, limits) == whole);
  TT_ASSERT(read_in_pieces(framing, bytes, 1 + data[0] % 7U, limits) == whole);
  return 0;
}
