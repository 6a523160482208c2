#include "net/peer_chain.hpp"

#include <string>

#include "support/catch.hpp"

using namespace telltale;

namespace {

std::string bytes_of(const std::string& hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return out;
}

}  // namespace

TEST_CASE("roots whose private key is public are known by their key", "[net][tls]") {
  CHECK(net::is_known_interceptor(bytes_of("4bb8f35ba1e126f8dde1b0c420625ed86dce61a7bddadbdea9aba578ff13145e")));
  CHECK(net::is_known_interceptor(bytes_of("130ad4e0633521290531b6651f5759b0bc7bc656709ff8f365c2143b0389b6f6")));
  CHECK_FALSE(net::is_known_interceptor(bytes_of("4bb8f35ba1e126f8dde1b0c420625ed86dce61a7bddadbdea9aba578ff13145f")));
  CHECK_FALSE(net::is_known_interceptor(""));
  CHECK_FALSE(net::is_known_interceptor("4b"));
}
