// HTTP answers of responders of any bytes, cut in pieces whose length is the first byte: the same comes out as of the
// whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/status_answer.hpp"

using namespace telltale;

namespace {

constexpr std::size_t most = 512;

std::string read(std::string_view wire, std::size_t step) {
  const Limits limits;
  net::StatusAnswer answer("POST", most, limits);
  for (std::size_t at = 0; at < wire.size() && !answer.done(); at += step)
    if (!answer.push(wire.substr(at, step))) return "!";
  if (!answer.done() && !answer.end()) return "!";
  if (answer.body().size() > most) std::abort();
  return answer.body();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(wire, std::max<std::size_t>(data[0], 1)) != read(wire, std::max<std::size_t>(wire.size(), 1))) std::abort();
  return 0;
}
