#include "record/retro.hpp"

#include "support/catch.hpp"

using namespace telltale;
using record::Retro;
using record::RetroItem;

namespace {

record::Capture capture_at(const char* time, const char* user = "") {
  record::Capture out;
  out.time = time;
  out.flow_client = "192.0.2.7:51544";
  out.flow_user = user;
  return out;
}

inspect::Verdict verdict_of(std::vector<std::pair<const char*, inspect::Severity>> found) {
  inspect::Verdict out;
  out.client_name = "claude-code";
  out.client_version = "2.1.196";
  for (const auto& [rule, severity] : found) {
    out.findings.emplace_back();
    out.findings.back().rule = rule;
    out.findings.back().severity = severity;
  }
  return out;
}

RetroItem item_of(const char* time, std::vector<std::pair<const char*, inspect::Severity>> found,
                  const char* user = "sam") {
  return record::retro_item(capture_at(time, user), verdict_of(std::move(found)), "api.example.test");
}

const auto high = inspect::Severity::high;
const auto low = inspect::Severity::low;

}  // namespace

TEST_CASE("findings are counted by rule, client, version, user and site, with first and last", "[record][retro]") {
  Retro retro(false);
  retro.add(item_of("2026-11-21T23:30:00Z", {{"marker.a", high}, {"marker.a", high}, {"env.b", low}}));
  retro.add(item_of("2026-11-22T00:30:00+02:00", {{"marker.a", high}}));
  retro.add(item_of("2026-11-23T00:00:00Z", {{"marker.a", high}}, "kim"));
  retro.add(item_of("yesterday", {}));
  REQUIRE(retro.rows().size() == 3);
  const Retro::Row& sam = retro.rows().at({"marker.a", "claude-code", "2.1.196", "sam", "api.example.test"});
  CHECK(sam.findings == 3);
  CHECK(sam.exchanges == 2);
  CHECK(sam.first < sam.last);
  CHECK(record::to_text(retro) ==
        "high      marker.a  4 findings in 3 exchanges, first 2026-11-21, last 2026-11-23\n"
        "          claude-code 2.1.196  kim  api.example.test  1 in 1, 2026-11-23 to 2026-11-23\n"
        "          claude-code 2.1.196  sam  api.example.test  3 in 2, 2026-11-21 to 2026-11-21\n"
        "low       env.b  1 finding in 1 exchange, first 2026-11-21, last 2026-11-21\n"
        "          claude-code 2.1.196  sam  api.example.test  1 in 1, 2026-11-21 to 2026-11-21\n"
        "\n"
        "by day\n"
        "2026-11-21  2 exchanges, 4 findings  env.b 1, marker.a 3\n"
        "2026-11-23  1 exchange, 1 finding  marker.a 1\n"
        "\n"
        "4 exchanges, 5 findings in 3, 1 without a time\n");
}

TEST_CASE("a week begins on its Monday", "[record][retro]") {
  Retro retro(true);
  retro.add(item_of("2026-11-22T23:59:59Z", {{"marker.a", high}}));
  retro.add(item_of("2026-11-23T00:00:00Z", {}));
  REQUIRE(retro.steps().size() == 2);
  CHECK(record::day_text(retro.steps().begin()->first) == "2026-11-16");
  CHECK_THAT(record::to_json_lines(retro),
             Catch::Contains(R"({"retro":"week","from":"2026-11-16","exchanges":1,"findings":{"marker.a":1}})"));
}

TEST_CASE("who sent it is the best that is known", "[record][retro]") {
  record::Capture capture = capture_at("");
  CHECK(record::retro_item(capture, {}, "h").user == "192.0.2.7");
  capture.environment["user"] = {"sam"};
  CHECK(record::retro_item(capture, {}, "h").user == "sam");
  capture.flow_user = "sam@example.test";
  CHECK(record::retro_item(capture, {}, "h").user == "sam@example.test");
  CHECK(record::retro_item(capture, {}, "").site == "-");
  CHECK(record::retro_item(capture, {}, std::string(1000, 'x')).site.size() == Retro::longest_name);
}

TEST_CASE("rows have a bound, and what is past it still counts for its rule", "[record][retro]") {
  Retro retro(false);
  RetroItem item = item_of("2026-11-21T00:00:00Z", {{"marker.a", high}});
  for (std::size_t i = 0; i < Retro::most_rows + 3; ++i) {
    item.user = std::to_string(i);
    retro.add(item);
  }
  CHECK(retro.rows().size() == Retro::most_rows + 1);
  CHECK(retro.totals().folded == 3);
  const std::string others(record::all_others);
  CHECK(retro.rows().at({"marker.a", others, others, others, others}).findings == 3);
}
