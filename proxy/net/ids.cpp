// ULIDs, as github.com/ulid/spec defines them. Covered by tests/unit/net/pieces_test.cpp.
#include "net/ids.hpp"

#include <string_view>

namespace telltale::net {

Ids::Ids() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  random_.seed(seed);
}

std::string Ids::next(std::chrono::system_clock::time_point time) {
  constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  auto stamp = static_cast<std::uint64_t>(since);
  std::string id(26, '0');
  for (std::size_t i = 10; i-- > 0; stamp >>= 5U) id[i] = digits[stamp & 31U];
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = random_();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5U) id[10 + half * 8 + i] = digits[bits & 31U];
  }
  return id;
}

}  // namespace telltale::net
