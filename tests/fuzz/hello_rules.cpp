// Handshake messages of any bytes: those of one input, each behind its length, are shown to one connection's rules.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "net/hello_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  telltale::net::HelloRules rules;
  std::span<const unsigned char> rest(data, size);
  while (rest.size() >= 2) {
    const std::size_t length = std::min<std::size_t>(rest[0] * 256U + rest[1], rest.size() - 2);
    rules.note(rest.subspan(2, length));
    rest = rest.subspan(2 + length);
  }
  return 0;
}
