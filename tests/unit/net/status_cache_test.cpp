#include "net/status_cache.hpp"

#include "support/catch.hpp"

using namespace telltale;
using net::CertificateStatus;
using net::StatusCache;
using Asked = StatusCache::Asked;
using State = CertificateStatus::State;

namespace {

constexpr std::int64_t now = 1'800'000'000;

/// Asks without wanting to hear of it.
Asked ask(StatusCache& cache, const std::string& certificate, std::int64_t at = now) {
  CertificateStatus out;
  return cache.ask(
      certificate, at, [] {}, out);
}

void settle(StatusCache& cache, const std::string& certificate, State state, std::int64_t until = now + 600) {
  REQUIRE(ask(cache, certificate) == Asked::ours);
  cache.settle(certificate, {state, "", until}, now);
}

}  // namespace

TEST_CASE("one asks about a certificate, and all who wait are told once", "[net][status]") {
  StatusCache cache{Limits{}};
  int told = 0;
  CertificateStatus out;
  const auto rope = [&told] { ++told; };
  CHECK(cache.ask("a", now, rope, out) == Asked::ours);
  CHECK(cache.ask("a", now, rope, out) == Asked::theirs);
  CHECK(cache.ask("b", now, rope, out) == Asked::ours);
  CHECK_FALSE(cache.known("a", now, out));
  cache.settle("a", {State::revoked, "why", now + 100}, now);
  CHECK(told == 2);
  CHECK(cache.ask("a", now, rope, out) == Asked::known);
  CHECK(out.state == State::revoked);
  CHECK(out.reason == "why");
  cache.settle("a", {State::good, "", now + 100}, now);
  CHECK(told == 2);
}

TEST_CASE("a status is known as long as it says, within bounds", "[net][status]") {
  Limits limits;
  limits.status_keep_time = std::chrono::seconds(1000);
  limits.status_retry_time = std::chrono::seconds(60);
  struct Row {
    const char* name;
    State state;
    std::int64_t until;
    std::int64_t known_for;
  };
  const Row rows[] = {
      {"as it says", State::good, now + 600, 600},
      {"revoked, as it says", State::revoked, now + 600, 600},
      {"past what is kept", State::good, now + 5000, 1000},
      {"ended within the tolerance", State::good, now - 100, 60},
      {"not known", State::unknown, 0, 60},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      StatusCache cache(limits);
      CertificateStatus out;
      settle(cache, "a", row.state, row.until);
      CHECK(cache.known("a", now + row.known_for - 1, out));
      CHECK(out.state == row.state);
      CHECK_FALSE(cache.known("a", now + row.known_for, out));
      CHECK(ask(cache, "a", now + row.known_for) == Asked::ours);
    }
  }
}

TEST_CASE("a clock that was set back makes no status last longer", "[net][status]") {
  StatusCache cache{Limits{}};
  CertificateStatus out;
  settle(cache, "a", State::good);
  CHECK_FALSE(cache.known("a", now - 1, out));
  cache.note_dead("x.test:80", now);
  CHECK_FALSE(cache.is_dead("x.test:80", now - 1));
}

TEST_CASE("so many certificates are kept, and asked about at once", "[net][status]") {
  Limits limits;
  limits.status_cache = 3;
  limits.status_fetches = 2;
  StatusCache cache(limits);
  SECTION("kept: the least recently used goes") {
    CertificateStatus out;
    for (const char* name : {"a", "b", "c"}) settle(cache, name, State::good);
    CHECK(cache.known("a", now, out));
    settle(cache, "d", State::good);
    CHECK(cache.size() == 3);
    CHECK(cache.known("a", now, out));
    CHECK_FALSE(cache.known("b", now, out));
  }
  SECTION("asked about: one past it is told") {
    CHECK(ask(cache, "a") == Asked::ours);
    CHECK(ask(cache, "b") == Asked::ours);
    CHECK(ask(cache, "c") == Asked::full);
    CHECK(ask(cache, "a") == Asked::theirs);
    cache.settle("a", {}, now);
    CHECK(ask(cache, "c") == Asked::ours);
  }
}

TEST_CASE("a place that gave no answer is left alone for a while", "[net][status]") {
  Limits limits;
  limits.status_retry_time = std::chrono::seconds(60);
  StatusCache cache(limits);
  CHECK_FALSE(cache.is_dead("x.test:80", now));
  cache.note_dead("x.test:80", now);
  CHECK(cache.is_dead("x.test:80", now + 59));
  CHECK_FALSE(cache.is_dead("x.test:80", now + 60));
  CHECK_FALSE(cache.is_dead("y.test:80", now));
  for (int i = 0; i < 2000; ++i) cache.note_dead(std::to_string(i), now + 61);
  CHECK(cache.is_dead("100", now + 61));
  CHECK_FALSE(cache.is_dead("1999", now + 61));  // no more than so many are remembered
}
