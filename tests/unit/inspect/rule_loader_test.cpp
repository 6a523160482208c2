// What the loader says about packs that are wrong: each message names the pack, the place, and what to do.
#include "inspect/rule.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;

namespace {

/// A sound rule with members replaced or added.
std::string pack_with(const std::string& replace) {
  const std::pair<const char*, const char*> members[] = {
      {"id", R"("x.rule")"},
      {"summary", R"("something")"},
      {"why", R"("it matters")"},
      {"source", R"("a document")"},
      {"severity", R"("low")"},
      {"match", R"json({"pattern":"marker=(?P<value>[0-9]+)","needs":["marker="]})json"},
      {"where", R"(["system_text"])"},
      {"hits", R"([{"kind":"system_text","text":"a marker=12"}])"},
      {"misses", R"([{"kind":"system_text","text":"a marker=x"}])"}};
  std::string out;
  for (const auto& [name, value] : members) {
    const std::string key = fmt::format("\"{}\":", name);
    if (replace.find(key) == 0 || replace.find("," + key) != std::string::npos) continue;
    out += key + value + ",";
  }
  out += replace.empty() ? std::string(R"("references":[])") : replace;
  return "// comment\n{\"rules\":[{" + out + "}]}";
}

}  // namespace

TEST_CASE("a sound pack is read with all its keys", "[inspect][rule-loader]") {
  const auto pack = load_rule_pack(
      "rules/p.jsonc",
      pack_with(
          R"("confidence":0.5,"carries":"number","action":"block","supersedes":["y.*"],"risk":{"level":"low","breaks":"nothing known"})"));
  REQUIRE(pack);
  REQUIRE(pack->rules.size() == 1);
  const Rule& rule = *pack->rules[0];
  CHECK(rule.id == "x.rule");
  CHECK(rule.severity == Severity::low);
  CHECK(rule.action == Action::block);
  CHECK(rule.confidence == 0.5);
  CHECK(rule.where.has(codec::SegmentKind::system_text));
  CHECK_FALSE(rule.where.has(codec::SegmentKind::user_text));
  CHECK_FALSE(rule.every_occurrence);
  CHECK(rule.supersedes == std::vector<std::string>{"y.*"});
  CHECK(rule.risk.level == Risk::Level::low);
  CHECK(rule.risk.breaks == "nothing known");
}

TEST_CASE("the shipped packs load, and their ids differ", "[inspect][rule-loader]") {
  CHECK(test::shipped_rules().rules().size() > 30);
  CHECK(test::shipped_rules().find("marker.date-line") != nullptr);
  CHECK(test::shipped_rules().find("marker.none") == nullptr);
}

TEST_CASE("every fingerprint states its risk and is in the table of fingerprints", "[inspect][rule-loader]") {
  const std::string table = test::file_text("docs/fingerprints.md");
  for (const auto& rule : test::shipped_rules().rules()) {
    if (rule->id.rfind("env.", 0) != 0) continue;
    CAPTURE(rule->id);
    CHECK(table.find("| `" + rule->id + "` |") != std::string::npos);
    CHECK(table.find(rule->risk.breaks) != std::string::npos);
    CHECK(rule->risk.level != Risk::Level::unstated);
  }
}

TEST_CASE("a pack that is wrong is refused with its place and a remedy", "[inspect][rule-loader]") {
  struct Row {
    const char* name;
    std::string text;
    const char* message;
    Errc code = Errc::rule_malformed;
  };
  const Row rows[] = {
      {"no JSON", "{", "p.jsonc: /: not JSON at byte"},
      {"too deep", std::string(100, '['), "p.jsonc: /: pack nests deeper than 64 levels"},
      {"no object", "[]", "p.jsonc: /: must be an object"},
      {"no rules", "{}", "p.jsonc: /: needs \"rules\""},
      {"rules no list", R"({"rules":{}})", "p.jsonc: /rules: must be a list"},
      {"no id", R"({"rules":[{}]})", "p.jsonc: /rules/0/id: missing"},
      {"unknown key", pack_with(R"("colour":"red")"), "p.jsonc: /rules/0: unknown key \"colour\""},
      {"odd id", pack_with(R"("id":"a b")"), "p.jsonc: a b: /rules/0/id: may hold letters"},
      {"empty summary", pack_with(R"("summary":"")"), "p.jsonc: x.rule: /rules/0/summary: must not be empty"},
      {"summary no text", pack_with(R"("summary":1)"), "p.jsonc: x.rule: /rules/0/summary: must be a string"},
      {"severity", pack_with(R"("severity":"big")"), "/severity: must be info, low, medium, high or critical"},
      {"action", pack_with(R"("action":"drop")"), "/action: must be pass, flag, strip or block"},
      {"confidence", pack_with(R"("confidence":2)"), "/confidence: must lie between 0 and 1"},
      {"confidence no number", pack_with(R"("confidence":"1")"), "/confidence: must be a number"},
      {"kind", pack_with(R"("where":["system"])"), "\"system\" is no kind of text"},
      {"where key", pack_with(R"("where":{"role":"x"})"), "/where: unknown key \"role\""},
      {"no variant", pack_with(R"("match":{})"), "/match: needs one of \"template\""},
      {"pattern", pack_with(R"("match":{"pattern":"(","needs":["marker="]})"),
       "/match/pattern: pattern does not compile"},
      {"no needs", pack_with(R"("match":{"pattern":"a"})"), "/match: needs \"needs\""},
      {"short need", pack_with(R"("match":{"pattern":"a","needs":["abc"]})"), "must have 7 bytes or more"},
      {"list", pack_with(R"("match":{"pattern":"marker=1","needs":["marker="],"known":"towns"})"),
       "there is no list \"towns\""},
      {"family", pack_with(R"("match":{"detector":"blanks","families":["treble"]})"),
       "/match/families: blanks has no family \"treble\"; known: trailing trailing_space double tab empty_lines"},
      {"family of a detector without", pack_with(R"("match":{"detector":"tags","families":["a"]})"),
       "/match/families: tags has no families"},
      {"strip without form", pack_with(R"("action":"strip")"), "\"strip\" needs \"normalise_to\""},
      {"strip by value", pack_with(R"("action":"strip","normalise_to":"","each":"value")"), "reports every occurrence"},
      {"each", pack_with(R"("each":"time")"), "must be \"occurrence\" or \"value\""},
      {"no hits", pack_with(R"("hits":[])"), "needs at least one sample in \"hits\""},
      {"no misses", pack_with(R"("misses":[])"), "needs at least one sample in \"misses\""},
      {"slot", pack_with(R"("match":{"template":"some text {a}","slots":{}})"), "slot \"a\" is not in \"slots\""},
      {"open slot", pack_with(R"("match":{"template":"some text {a","slots":{"a":{"digits":2}}})"),
       "\"{\" without \"}\""},
      {"no state", pack_with(R"("match":{"template":"some text {a}","slots":{"a":{"digits":2}}})"),
       "no slot has states"},
      {"neutral", pack_with(R"("match":{"template":"some text {a}","slots":{"a":{"neutral":"x","states":["y"]}}})"),
       "/neutral: must be one of the states"},
      {"code point",
       pack_with(R"("match":{"template":"some text {a}","slots":{"a":{"neutral":"U+ZZZZ","states":["y"]}}})"),
       "is no code point"},
      {"unused slot",
       pack_with(
           R"("match":{"template":"some text {a}","slots":{"a":{"neutral":"y","states":["y"]},"b":{"digits":1}}})"),
       "slot \"b\" is not used"},
      {"pointer", pack_with(R"("match":{"pointer":"metadata"})"), "a path begins with \"/\""},
      {"pointer end", pack_with(R"("match":{"pointer":"/a/*"})"), "must be a plain name"},
      {"condition", pack_with(R"("match":{"pointer":"/a/*[key]/b"})"), "a condition is written [member=text]"},
      {"risk", pack_with(R"("risk":"low")"), "/risk: must be an object"},
      {"risk level", pack_with(R"("risk":{"level":"some","breaks":"x"})"), "/level: must be none, low, medium or high"},
      {"risk alone", pack_with(R"("risk":{"level":"low"})"), "/risk/breaks: missing"},
      {"opener", pack_with(R"("match":{"pointer":"/a#xml/b"})"), "after \"#\" comes \"json\" or \"base64\""},
      {"header", pack_with(R"("match":{"header":"*"})"), "name the header"},
      {"edit inside", pack_with(R"("match":{"pointer":"/a#json/b"},"normalise_to":"x")"), "cannot be edited"},
      {"hit does not hit", pack_with(R"("hits":[{"kind":"system_text","text":"nothing"}])"),
       "p.jsonc: x.rule: hits[0] did not match; rule and sample disagree, pack not loaded", Errc::rule_sample_failed},
      {"hit of a user", pack_with(R"("where":["user_text"],"hits":[{"kind":"user_text","text":"marker=1"}])"),
       "pack not loaded; of user_text only what stands in a client's tags counts, unless /where/client_places is false",
       Errc::rule_sample_failed},
      {"miss hits", pack_with(R"("misses":[{"kind":"system_text","text":"marker=1"}])"),
       "p.jsonc: x.rule: misses[0] matched; rule and sample disagree, pack not loaded", Errc::rule_sample_failed},
      {"carries", pack_with(R"("hits":[{"kind":"system_text","text":"marker=1","carries":{"a":"b"}}])"),
       "hits[0] does not carry what the sample says", Errc::rule_sample_failed},
      {"edited",
       pack_with(
           R"("action":"strip","normalise_to":"","hits":[{"kind":"system_text","text":"marker=1","edited":"x"}])"),
       "hits[0] strips to", Errc::rule_sample_failed},
      {"not idempotent",
       pack_with(R"("action":"strip","normalise_to":"23","hits":[{"kind":"system_text","text":"marker=1"}])"),
       "hits[0] is stripped again after stripping", Errc::rule_sample_failed},
      {"empty sample", pack_with(R"("hits":[{}])"), "needs \"text\", \"body\", \"headers\" or \"path\""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = load_rule_pack("p.jsonc", row.text);
      REQUIRE_FALSE(got);
      CAPTURE(got.error().detail);
      CHECK(got.error().code == row.code);
      CHECK(got.error().detail.rfind("p.jsonc: ", 0) == 0);
      CHECK(got.error().detail.find(row.message) != std::string::npos);
    }
  }
}

TEST_CASE("two rules of one id are refused", "[inspect][rule-loader]") {
  const auto pack = load_rule_pack("p.jsonc", pack_with(""));
  REQUIRE(pack);
  const auto set = RuleSet::compile({*pack, *pack});
  REQUIRE_FALSE(set);
  CHECK(set.error().code == Errc::rule_malformed);
  CHECK(set.error().detail == "x.rule: defined twice; ids must differ");
}

TEST_CASE("a comment with brackets and quotes does not disturb the loader", "[inspect][rule-loader]") {
  CHECK(load_rule_pack("p.jsonc", "// [[[ \" {{{\n/* \" [ */" + pack_with("")));
}
