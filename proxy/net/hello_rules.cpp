// The hellos of a handshake, read just far enough to list their extensions. RFC 8446 section 4.1, RFC 5746 section 3.4.
// Covered by tests/unit/net/hello_rules_test.cpp and the fuzz target hello_rules.
#include "net/hello_rules.hpp"

#include <algorithm>
#include <array>

namespace telltale::net {
namespace {

using Bytes = std::span<const unsigned char>;

enum Kind : unsigned char { client_hello = 1, server_hello = 2, encrypted_extensions = 8 };
constexpr std::uint16_t supported_versions = 43;
constexpr std::uint16_t cookie = 44;
constexpr std::uint16_t renegotiation_info = 0xFF01;
constexpr std::uint16_t legacy_version = 0x0303;
constexpr std::size_t random_size = 32;

// What a server hello that asks for another client hello has as its random: SHA-256 of "HelloRetryRequest".
constexpr std::array<unsigned char, random_size> retry_random = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

/// Takes from the front; past the end it gives nothing and stays empty.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}
  Bytes take(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  std::size_t number(std::size_t size) {
    std::size_t value = 0;
    for (const unsigned char byte : take(size)) value = value * 256 + byte;
    return value;
  }
  Bytes sized(std::size_t size) { return take(number(size)); }
  [[nodiscard]] bool more() const { return !rest_.empty(); }

 private:
  Bytes rest_;
};

std::vector<std::uint16_t> types_of(Bytes block) {
  std::vector<std::uint16_t> types;
  for (Reader reader(block); reader.more();) {
    types.push_back(static_cast<std::uint16_t>(reader.number(2)));
    reader.sized(2);
  }
  return types;
}

bool holds(const std::vector<std::uint16_t>& types, std::uint16_t type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::vector<std::uint16_t> offered_by(Bytes client) {
  Reader reader(client);
  reader.take(2 + random_size);
  reader.sized(1);  // session
  reader.sized(2);  // suites
  reader.sized(1);  // compressions
  return types_of(reader.sized(2));
}

}  // namespace

void HelloRules::note(Bytes message) {
  Reader reader(message);
  const auto kind = reader.number(1);
  reader.take(3);
  const Bytes body = reader.take(message.size());
  if (kind == client_hello) offered_ = offered_by(body);
  if (kind == server_hello) check_server(body);
  if (kind == encrypted_extensions) check_extensions(Reader(body).sized(2), false);
}

void HelloRules::check_server(Bytes body) {
  Reader reader(body);
  const auto version = reader.number(2);
  const Bytes random = reader.take(random_size);
  reader.sized(1);  // session
  reader.take(3);   // suite, compression
  const Bytes block = reader.sized(2);
  if (holds(types_of(block), supported_versions) && version != legacy_version)
    broken_ = "the server's hello has a false legacy version";
  check_extensions(block, std::equal(random.begin(), random.end(), retry_random.begin(), retry_random.end()));
}

// Two may come unasked: the answer to the signalling suite of RFC 5746, and the cookie of a retry.
void HelloRules::check_extensions(Bytes block, bool retry) {
  for (const std::uint16_t type : types_of(block)) {
    const bool unasked_for = type == renegotiation_info || (retry && type == cookie);
    if (!unasked_for && !holds(offered_, type)) broken_ = "the server answered an extension that was not offered";
  }
}

}  // namespace telltale::net
