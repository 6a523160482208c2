#include "app/process_limits.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("the group of this process is found in both versions", "[app][limits]") {
  constexpr std::string_view one = "9:name=systemd:/\n4:memory:/user/a:b\n3:cpuset:/\n";
  CHECK(app::group_path(one, "memory") == "/user/a:b");
  CHECK_FALSE(app::group_path(one, ""));
  CHECK(app::group_path("0::/system.slice/telltale.service\n", "") == "/system.slice/telltale.service");
  CHECK_FALSE(app::group_path("", "memory"));
  CHECK_FALSE(app::group_path("nonsense\n4:\n", "memory"));
}

TEST_CASE("limits are fitted to what the process may have", "[app][limits]") {
  struct Row {
    const char* name;
    std::uint32_t asked;
    std::uint64_t descriptors;
    std::uint32_t connections;
    bool said;
  };
  const Row rows[] = {
      {"plenty", 20'000, 1'048'576, 20'000, false},
      {"the default is lowered in silence", 20'000, 20'000, 17'444, false},
      {"what was asked for is not", 19'000, 20'000, 17'444, true},
      {"very few", 20'000, 256, 168, true},
      {"fewer than we need ourselves", 20'000, 10, 16, true},
      {"asked for less", 100, 256, 100, false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Limits limits;
    limits.connections = row.asked;
    CHECK(app::fit(limits, row.descriptors, 1024).empty() != row.said);
    CHECK(limits.connections == row.connections);
  }
}

TEST_CASE("messages get a quarter of the memory, unless told otherwise", "[app][limits]") {
  Limits limits;
  CHECK(app::fit(limits, 1'000'000, 256ULL * 1024 * 1024).empty());
  CHECK(limits.held_bytes == 64ULL * 1024 * 1024);
  CHECK(limits.record_queue_bytes == 32ULL * 1024 * 1024);
  Limits told;
  told.held_bytes = 5;
  CHECK(app::fit(told, 1'000'000, 256ULL * 1024 * 1024).empty());
  CHECK(told.held_bytes == 5);
  CHECK(app::memory_allowed() > 0);
}
