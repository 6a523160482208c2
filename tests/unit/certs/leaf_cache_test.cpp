#include "certs/leaf_cache.hpp"

#include <atomic>
#include <ctime>
#include <fstream>
#include <thread>

#include <openssl/x509v3.h>

#include "core/limits.hpp"
#include "support/catch.hpp"
#include "unit/certs/verify.hpp"

using namespace telltale;
using namespace telltale::certs;

namespace {

std::shared_ptr<const Authority> authority(const std::vector<std::string>& permit = {}) {
  auto made = Authority::create(permit);
  REQUIRE(made);
  return std::make_shared<const Authority>(std::move(*made));
}

const std::int64_t start = static_cast<std::int64_t>(std::time(nullptr));

std::shared_ptr<const Leaf> ask(LeafCache& cache, std::string_view name, std::int64_t at = start) {
  auto leaf = cache.leaf_for(host(name), at);
  REQUIRE(leaf);
  return *leaf;
}

}  // namespace

TEST_CASE("a host gets the same leaf again, of the one key", "[certs][leaf_cache]") {
  LeafCache cache(authority(), 8);
  const auto first = ask(cache, "a.example");
  CHECK(ask(cache, "A.example.") == first);
  CHECK(ask(cache, "b.example") != first);
  CHECK(cache.size() == 2);
  CHECK(X509_check_private_key(first->certificate.get(), cache.leaf_key()) == 1);
  CHECK(verify_for(*cache.authority(), first->certificate.get(), host("a.example")) == X509_V_OK);
}

TEST_CASE("the least recently used leaf goes first, and holders keep theirs", "[certs][leaf_cache]") {
  LeafCache cache(authority(), 2);
  const auto a = ask(cache, "a.example");
  const auto b = ask(cache, "b.example");
  CHECK(ask(cache, "a.example") == a);
  ask(cache, "c.example");
  CHECK(cache.size() == 2);
  CHECK(ask(cache, "a.example") == a);
  CHECK(ask(cache, "b.example") != b);
  CHECK(verify_for(*cache.authority(), b->certificate.get(), host("b.example")) == X509_V_OK);
}

TEST_CASE("a leaf that a clock set forward or back has put out of its time is made anew", "[certs][leaf_cache]") {
  constexpr std::int64_t day = 86'400;
  for (const std::int64_t jump : {-2 * day, 8 * day, 90 * day}) {
    CAPTURE(jump);
    LeafCache cache(authority(), 8);
    const auto first = ask(cache, "a.example");
    CHECK(ask(cache, "a.example", start + 3600) == first);
    CHECK(ask(cache, "a.example", start - 3600) == first);
    const auto later = ask(cache, "a.example", start + jump);
    CHECK(later != first);
    // Before the authority's own time nothing is valid, so nothing is kept.
    if (jump > 0) CHECK(ask(cache, "a.example", start + jump) == later);
  }
}

TEST_CASE("many hosts never make the cache longer than its bound", "[certs][leaf_cache]") {
  LeafCache cache(authority(), 4);
  for (int i = 0; i < 50; ++i) {
    ask(cache, "h" + std::to_string(i) + ".example");
    REQUIRE(cache.size() <= 4);
  }
  LeafCache tiny(authority(), 0);
  ask(tiny, "a.example");
  ask(tiny, "b.example");
  CHECK(tiny.size() == 1);
}

TEST_CASE("a leaf is renewed before it ends", "[certs][leaf_cache]") {
  LeafCache cache(authority(), 8);
  const auto first = ask(cache, "a.example");
  CHECK(ask(cache, "a.example", first->renew_at - 1) == first);
  const auto second = ask(cache, "a.example", first->renew_at);
  CHECK(second != first);
  CHECK(second->renew_at > first->renew_at);
  CHECK(cache.size() == 1);
}

TEST_CASE("a refusal is passed on and not kept", "[certs][leaf_cache]") {
  LeafCache cache(authority({"a.example"}), 8);
  const auto leaf = cache.leaf_for(host("b.example"), start);
  REQUIRE_FALSE(leaf);
  CHECK(leaf.error().code == Errc::host_not_permitted);
  CHECK(cache.size() == 0);
}

TEST_CASE("another authority signs from now on, and the leaves of the first stay good", "[certs][leaf_cache]") {
  const auto before = authority();
  const auto after = authority();
  LeafCache cache(before, 8);
  const auto first = ask(cache, "a.example");
  cache.sign_with(after);
  CHECK(cache.size() == 0);
  const auto second = ask(cache, "a.example");
  CHECK(second->authority == after);
  CHECK(verify_for(*after, second->certificate.get(), host("a.example")) == X509_V_OK);
  CHECK(verify_for(*before, first->certificate.get(), host("a.example")) == X509_V_OK);
  CHECK(cache.authorities() == std::vector<std::shared_ptr<const Authority>>{before, after});
}

TEST_CASE("four threads share a small cache", "[certs][leaf_cache]") {
  LeafCache cache(authority(), 5);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, &wrong, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string name = "h" + std::to_string((i * (t + 1)) % 9) + ".example";
        const auto parsed = parse_host_name(name);
        const auto leaf = cache.leaf_for(*parsed, start);
        if (!leaf || X509_check_host((*leaf)->certificate.get(), name.data(), name.size(), 0, nullptr) != 1) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(cache.size() == 5);
}

// By hand (`test_certs '[.load]'`): a hundred thousand signatures take a while.
TEST_CASE("a hundred thousand names leave the usual cache within its bound and 64 MiB", "[certs][leaf_cache][.load]") {
  LeafCache cache(authority(), Limits().leaf_cache);
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages >> pages;
    return pages * 4096;
  };
  const std::size_t before = resident();
  for (int i = 0; i < 100'000; ++i) ask(cache, "host-" + std::to_string(i) + ".some.example");
  const std::size_t grown = resident() - before;
  WARN("memory grew by " << grown / 1024 << " KiB");
  CHECK(cache.size() == Limits().leaf_cache);
  CHECK(grown < 64U * 1024 * 1024);
}
