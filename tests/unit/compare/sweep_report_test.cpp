#include <catch2/catch.hpp>

#include "compare/sweep.hpp"

namespace {

using namespace telltale;
using namespace telltale::compare;

SweepReport report() {
  SweepReport out;
  out.exchanges = 13;
  out.runs = 12;
  out.series = {"POST /v1/messages anthropic.messages"};
  out.blind = 1;
  out.factors.factors = {{"locale", {"tz_name"}, {"", "fa\x1B[2J"}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}}};
  out.factors.untestable = {"host"};
  out.features = 7;
  out.tested = 5;
  out.arrangements = 924;
  out.exact = true;
  out.alpha = 0.02;
  out.smallest_p = 2.0 / 924;
  SweepFinding finding;
  finding.request = "POST /v1/messages anthropic.messages";
  finding.where = "body:/system/0/text";
  finding.span = ByteRange{4, 5};
  finding.exchange = "01J";
  finding.factor = "locale";
  finding.same = {"tz_name"};
  finding.others = {{"user", true, 0.001}, {"cwd", false, 0.4}};
  finding.p = 2.0 / 924;
  finding.bits = 1;
  finding.levels = {"", "fa\x1B[2J"};
  finding.forms = {{"'", "'", {"U+0027"}, {6, 1}}, {"<U+02BC>", "\u02BC", {"U+02BC"}, {0, 5}}};
  finding.table = {"locale", "", finding.levels, {""}, {{{6, 0}}, {{1, 5}}}, 2, false};
  finding.links = {{"locale", 2.0 / 924, 1}};
  finding.more_places = 2;
  out.findings = {finding};
  return out;
}

TEST_CASE("the report in words", "[compare][report]") {
  CHECK(to_text(report(), false) ==
        R"(12 runs (13 exchanges), 1 kind of requests
  factor locale = tz_name: 2 levels
  not tested, another in every run: host
  7 things that differ between runs; 924 arrangements (all), level 0.02
  not compared, body unreadable: 1 exchange

POST /v1/messages anthropic.messages
  HIGH      body:/system/0/text [4, 5)
            text: depends on locale (always changes together with tz_name), and on user where that stays the same (p 0.001), or on cwd: these runs cannot tell
            p 0.0022, 1 bit
            "'"  U+0027
              6 of (none), 1 of fa<U+001B>[2J
            "<U+02BC>"  U+02BC
              5 of fa<U+001B>[2J
            and 2 places that change alike

1 finding
)");
}

TEST_CASE("the report as JSON", "[compare][report]") {
  CHECK(
      to_json(report()) ==
      R"({"sweep":1,"exchanges":13,"runs":12,"series":["POST /v1/messages anthropic.messages"],"not_compared":1,)"
      R"("factors":[{"name":"locale","same":["tz_name"],"levels":[{"value":"","runs":6},{"value":"fa\u001b[2J","runs":6}]}],)"
      R"("untestable":["host"],"features":7,"tested":5,"arrangements":924,"exact":true,"alpha":0.02,"smallest_p":0.0021645021645021645,)"
      R"("findings":[{"request":"POST /v1/messages anthropic.messages","aspect":"text","severity":"high","where":"body:/system/0/text","span":[4,5],"exchange":"01J","factor":"locale",)"
      R"("same":["tz_name"],"others":[{"factor":"user","adds":true,"p":0.001},{"factor":"cwd","adds":false,"p":0.4}],)"
      R"("p":0.0021645021645021645,"bits":1,"capacity_bits":0,"discloses":false,"levels":["","fa\u001b[2J"],)"
      R"("forms":[{"text":"'","code_points":["U+0027"],"runs":[6,1]},{"text":"<U+02BC>","code_points":["U+02BC"],"runs":[0,5]}],)"
      R"("table":{"rows":"locale","columns":"","row_levels":["","fa\u001b[2J"],"column_levels":[""],"exact":false,"cells":[[[0]],[[0,1]]]},)"
      R"("links":[{"factor":"locale","p":0.0021645021645021645,"bits":1}],)"
      R"("more_places":2}]})");
}

TEST_CASE("nothing found is said", "[compare][report]") {
  SweepReport none = report();
  none.findings.clear();
  const std::string text = to_text(none, true);
  CHECK(text.ends_with("nothing depends on the environment, as far as these runs can tell\n"));
}

}  // namespace
