// One fact in one place is one finding of a family, told by its narrowest rule.
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

std::string names(const Verdict& verdict) {
  std::string out;
  for (const Finding& finding : verdict.findings) out += (out.empty() ? "" : " ") + finding.rule;
  return out;
}

std::string rule(std::string_view id, std::string_view more) {
  return fmt::format(
      R"json({{"id":"{}","summary":"s","why":"w","source":"s","severity":"low",)json"
      R"json("hits":[{{"kind":"system_text","text":"Working in /srv/work/acme now","environment":{{"cwd":"/srv/work/acme"}}}}],)json"
      R"json("misses":[{{"kind":"system_text","text":"x"}}],{}}})json",
      id, more);
}

const char* const pattern =
    R"json("where":["system_text"],"match":{"pattern":"Working in (?P<value>/\\S+)","needs":["Working in"]})json";
const char* const limited = R"json("where":{"kind":["system_text"],"api":["anthropic.*"]},)json"
                            R"json("match":{"pattern":"Working in (?P<value>/\\S+)","needs":["Working in"]})json";
const char* const known = R"json("where":["system_text"],"match":{"environment":["cwd","home"]})json";

}  // namespace

TEST_CASE("findings of one fact settle on one rule", "[inspect][settle]") {
  struct Row {
    const char* name;
    std::vector<std::string> rules;
    const char* left;
  };
  const Row rows[] = {
      {"a known value before a label that supersedes nothing",
       {rule("f.known", known), rule("f.label", pattern)},
       "f.known"},
      {"a known value before what another family says of it",
       {rule("f.known", known), rule("g.label", pattern)},
       "f.known"},
      {"the first by name where all is alike", {rule("f.a", pattern), rule("f.b", pattern)}, "f.a"},
      {"limits before none", {rule("f.any", pattern), rule("f.one", limited)}, "f.one"},
      {"superseded across families",
       {rule("f.known", known), rule("g.label", std::string(pattern) + R"(,"supersedes":["f.*"])")},
       "g.label"},
  };
  const Environment environment{{"cwd", {"/srv/work/acme"}}};
  Options options;
  options.environment = &environment;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      std::string pack;
      for (const std::string& one : row.rules) pack += (pack.empty() ? "" : ",") + one;
      const auto set = rules_from({"{\"rules\":[" + pack + "]}"});
      const auto verdict =
          judge(request(R"({"model":"m","max_tokens":1,"system":"Working in /srv/work/acme now","messages":[]})"), *set,
                options)
              .verdict;
      CHECK(names(verdict) == row.left);
    }
  }
}

TEST_CASE("a part of a superseding finding's value goes, another value stays", "[inspect][settle]") {
  const auto set = rules_from({"{\"rules\":[" + rule("f.known", std::string(known) + R"(,"each":"occurrence")") + "," +
                               rule("f.label", std::string(pattern) + R"(,"supersedes":["f.known"])") + "]}"});
  const Environment environment{{"cwd", {"/srv/work/acme"}}, {"home", {"/srv/work"}}};
  Options options;
  options.environment = &environment;
  const auto look = [&](std::string_view text) {
    const std::string body =
        fmt::format(R"({{"model":"m","max_tokens":1,"system":{},"messages":[]}})", json_quoted(text));
    return names(judge(request(body), *set, options).verdict);
  };
  CHECK(look("Working in /srv/work/acme now") == "f.label");
  CHECK(look("Working in /srv/work/acme now; home is /srv/work here") == "f.label f.known");
  CHECK(look("Working in /tmp/x now") == "f.label");
}
