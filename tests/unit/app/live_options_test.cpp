#include "app/live_options.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("targets of the live commands are read, and a wrong one is named", "[app][options]") {
  net::ProxyOptions options;
  REQUIRE(app::add_targets(options, {"127.0.0.0/8", "fd00::/8"}, {"api.example.test:443:127.0.0.1"}));
  CHECK(options.allow_upstream.size() == 2);
  CHECK(options.allow_upstream[0].prefix == 8);
  REQUIRE(options.resolve.size() == 1);
  CHECK(options.resolve[0].name == http::Authority{"api.example.test", 443});
  CHECK(options.resolve[0].address == "127.0.0.1");

  for (const char* wrong : {"127.0.0.0/33", "ten", ""}) {
    const auto added = app::add_targets(options, {wrong}, {});
    REQUIRE_FALSE(added);
    CHECK(added.error().code == Errc::option_invalid);
    CHECK_THAT(added.error().detail, Catch::Contains(wrong));
  }
  CHECK_FALSE(app::add_targets(options, {}, {"api.example.test:443"}));
}

TEST_CASE("judging takes mode and rules from the options", "[app][options]") {
  app::Inspecting inspecting;
  inspecting.mode = inspect::Mode::strip;
  inspecting.danger_strip_signed = {"marker.date-line"};
  const auto judging = app::make_judging(inspecting);
  REQUIRE(judging);
  CHECK((*judging)->policy.mode == inspect::Mode::strip);
  CHECK((*judging)->policy.danger_strip_signed.size() == 1);
  CHECK((*judging)->rules->find("marker.date-line") != nullptr);

  inspecting.rules = {"/nonexistent.jsonc"};
  CHECK_FALSE(app::make_judging(inspecting));
}
