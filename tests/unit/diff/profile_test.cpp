#include "diff/profile.hpp"

#include <catch2/catch.hpp>

#include "unit/diff/two_sides.hpp"

namespace {

using namespace telltale;
using diff::Profile;
using diff::Sort;
using test::profile_of;

TEST_CASE("a profile counts requests and not occurrences", "[diff][profile]") {
  const Profile profile = profile_of({{R"({"a":[1,1,2]})"}, {R"({"a":[1]})"}, {"{}"}});
  REQUIRE(profile.endpoints().size() == 1);
  const auto& endpoint = profile.endpoints().begin()->second;
  CHECK(endpoint.requests == 3);
  const auto& place = endpoint.places.at({Sort::value, "body:/a/*"});
  CHECK(place.requests == 2);
  REQUIRE(place.forms.size() == 2);
  CHECK(place.forms[0].text == "1");
  CHECK(place.forms[0].requests == 2);
  CHECK(place.forms[1].requests == 1);
  CHECK(endpoint.least_bytes == 2);
  CHECK(endpoint.most_bytes == 13);
}

TEST_CASE("a profile holds no more than it may, and says so", "[diff][profile]") {
  Profile profile;
  for (std::size_t i = 0; i < Profile::most_forms + 5; ++i)
    profile.add(test::statement_of({R"({"n":)" + std::to_string(i) + "}"}));
  const auto& place = profile.endpoints().begin()->second.places.at({Sort::value, "body:/n"});
  CHECK(place.forms.size() == Profile::most_forms);
  CHECK(place.not_kept == 0);
  CHECK(place.further.size() == 5);
  REQUIRE(profile.left_out().size() == 1);
  CHECK(profile.left_out()[0] == "5 further values at places with very many were only compared as equal or not");
}

TEST_CASE("texts past the bound are compared as equal or not", "[diff][profile]") {
  const std::string huge = R"({"a":")" + std::string(Profile::longest_text + 1, 'x') + "\"}";
  const std::string other = R"({"a":")" + std::string(Profile::longest_text + 1, 'y') + "\"}";
  CHECK_FALSE(test::compare({{huge}}, {{huge}}).differs());
  const diff::DiffReport report = test::compare({{huge}}, {{other}});
  REQUIRE(report.differences.size() == 1);
  CHECK(report.differences[0].coarse);
  CHECK(report.notes.size() == 2);
}

TEST_CASE("a form is known on the other side, also past what is kept", "[diff][profile]") {
  std::vector<test::Sent> many;
  for (std::size_t i = 0; i < Profile::most_forms + 5; ++i)
    many.push_back({R"({"tag":"word)" + std::string(i + 1, 'x') + "\"}"});
  const std::vector<test::Sent> last = {many.back()};
  for (const diff::Difference& one : test::compare(last, many).differences) CHECK_FALSE(one.a.there);
}

TEST_CASE("endpoints past the bound are counted", "[diff][profile]") {
  Profile profile;
  for (std::size_t i = 0; i < Profile::most_endpoints + 3; ++i) {
    test::Sent sent{"{}"};
    sent.url = "https://h.example/p" + std::string(i + 1, 'x');
    profile.add(test::statement_of(sent));
  }
  CHECK(profile.endpoints().size() == Profile::most_endpoints);
  REQUIRE_FALSE(profile.left_out().empty());
  CHECK(profile.left_out()[0] == "3 requests of further endpoints were not looked at");
}

}  // namespace
