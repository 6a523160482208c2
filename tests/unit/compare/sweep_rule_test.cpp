// From captures to a rule that finds what was planted in other captures, and to a page that survives hostile content.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "compare/sweep.hpp"
#include "inspect/rule_set.hpp"

namespace {

using namespace telltale;
using namespace telltale::compare;

const char* const signs[] = {"'", "\u2019", "\u02BC"};

// The sign goes with the host, the separator with the zone where the host is none of the vendor's.
std::string line_of(unsigned host, unsigned zone, std::string_view date_sign = "") {
  const std::string_view sep = !date_sign.empty() ? date_sign : zone == 1 && host != 0 ? "/" : "-";
  return fmt::format("Today{}s date is 2026{}05{}13.", signs[host], sep, sep);
}

record::Capture capture(unsigned host, unsigned zone, unsigned repeat, const std::string& text) {
  record::Capture out;
  out.id = fmt::format("{}-{}-{}", host, zone, repeat);
  out.environment = {{"HOST", {fmt::format("host<{}>&\"", host)}}, {"ZONE", {zone == 0 ? "UTC" : "Asia/Tehran"}}};
  out.request.method = "POST";
  out.request.url = "https://api.example.com/v1/messages";
  out.request.headers = {{"Host", "api.example.com"}};
  out.request.body.bytes = fmt::format(
      R"({{"model":"m","max_tokens":9,"system":[{{"type":"text","text":"x"}}],"messages":[{{"role":"user","content":[{{"type":"text","text":"{}"}},{{"type":"text","text":"hi"}}]}}]}})",
      text);
  return out;
}

SweepReport swept(const std::function<std::string(unsigned, unsigned)>& text) {
  Sweep sweep{Limits{}};
  for (unsigned repeat = 0; repeat < 4; ++repeat)
    for (unsigned host = 0; host < 3; ++host)
      for (unsigned zone = 0; zone < 2; ++zone) sweep.add(capture(host, zone, repeat, text(host, zone)), "one.jsonl");
  auto report = sweep.analyse({});
  REQUIRE(report);
  return std::move(*report);
}

// The place where elements stop nesting; nothing if the page is well formed.
std::string misnested(std::string_view page) {
  static const std::set<std::string_view> open_only = {"meta", "br"};
  std::vector<std::string> stack;
  for (std::size_t at = page.find('<'); at != std::string_view::npos; at = page.find('<', at + 1)) {
    if (page.substr(at).starts_with("<!doctype")) continue;
    const std::size_t end = page.find('>', at);
    if (end == std::string_view::npos) return std::string(page.substr(at, 60));
    const bool closes = page[at + 1] == '/';
    const std::string_view inside = page.substr(at + (closes ? 2 : 1), end - at - (closes ? 2 : 1));
    const std::string name(inside.substr(0, inside.find_first_of(" \n")));
    if (closes && (stack.empty() || stack.back() != name)) return std::string(page.substr(at, 60));
    if (closes) stack.pop_back();
    if (!closes && !open_only.contains(name)) stack.push_back(name);
  }
  return stack.empty() ? "" : "never closed: " + stack.back();
}

}  // namespace

TEST_CASE("two slots of one line become one rule that is proven", "[compare][rule]") {
  const SweepReport report = swept([](unsigned host, unsigned zone) {
    return "<system-reminder>\\n# currentDate\\n" + line_of(host, zone) + "\\n</system-reminder>\\n";
  });
  const SweepRules rules = to_rules(report);
  CHECK(rules.rules == 1);
  CHECK(rules.without.empty());
  const auto pack = inspect::load_rule_pack("sweep.jsonc", rules.pack);
  if (!pack) FAIL(pack.error().detail);
  CHECK(rules.pack.find(R"(Today{state1}s date is {number1}{state2}{number2}{state2}{number3}.)") != std::string::npos);
  CHECK(rules.pack.find(R"("ZONE": "Asia/Tehran")") != std::string::npos);
  CHECK(rules.pack.find("U+02BC") != std::string::npos);
  // A user's own sentence is no business of the rule.
  CHECK(rules.pack.find("client_places") == std::string::npos);
}

TEST_CASE("a line without a tag is looked for in all of a user's turn", "[compare][rule]") {
  const SweepRules rules = to_rules(swept([](unsigned host, unsigned zone) { return line_of(host, zone); }));
  CHECK(rules.rules == 1);
  CHECK(rules.pack.find(R"("client_places": false)") != std::string::npos);
}

TEST_CASE("a form that is nothing takes the character before it along", "[compare][rule]") {
  const SweepRules rules = to_rules(swept([](unsigned host, unsigned) {
    return fmt::format("The model answers briefly{} and to the point.", host == 1   ? "\u200B"
                                                                        : host == 2 ? "\u200B\u200B"
                                                                                    : "");
  }));
  CHECK(rules.rules == 1);
  CHECK(rules.without.empty());
  CHECK(rules.pack.find("The model answers briefl{state1} and to the point.") != std::string::npos);
  CHECK(rules.pack.find(R"("neutral": "y")") != std::string::npos);
  CHECK(rules.pack.find("U+0079 U+200B U+200B") != std::string::npos);
}

TEST_CASE("what no template can say is named", "[compare][rule]") {
  struct Row {
    const char* name;
    std::function<std::string(unsigned, unsigned)> text;
    const char* said;
  };
  const Row rows[] = {
      {"nothing round it", [](unsigned host, unsigned) { return std::string(signs[host]); }, "too little fixed text"},
      {"spelling of the same character",
       [](unsigned host, unsigned) { return fmt::format("the same words in all runs{}", host == 1 ? "\\u0021" : "!"); },
       "escapes only"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const SweepRules rules = to_rules(swept(row.text));
      CHECK(rules.rules == 0);
      CHECK(rules.pack.empty());
      REQUIRE(rules.without.size() == 1);
      CHECK(rules.without[0].find(row.said) != std::string::npos);
    }
  }
}

TEST_CASE("the page nests, needs nothing else and keeps hostile text as text", "[compare][html]") {
  const std::string page = to_html(swept([](unsigned host, unsigned zone) {
    return "</pre><script>alert(1)</script> &amp; \\u202e{} " + line_of(host, zone) + " <img src=x onerror=y>";
  }));
  CHECK(misnested(page).empty());
  for (const char* const bad : {"<script", "<img", "http:", "https:", "url(", "@import", "src=\"", "onerror=y>"})
    CHECK(page.find(bad) == std::string::npos);
  CHECK(page.find("&lt;/pre&gt;&lt;script&gt;") != std::string::npos);
  CHECK(page.find("host&lt;1&gt;&amp;&quot;") != std::string::npos);
  CHECK(page.find("<mark>&lt;U+02BC&gt;</mark>") != std::string::npos);
  CHECK(std::all_of(page.begin(), page.end(), [](char c) { return c == '\n' || (c >= ' ' && c < 0x7F); }));
}

TEST_CASE("a sweep without an effect has a page and no rule", "[compare][html]") {
  const SweepReport report = swept([](unsigned, unsigned) { return "always the same"; });
  CHECK(to_rules(report).pack.empty());
  CHECK(misnested(to_html(report)).empty());
  CHECK(to_html(report).find("Nothing in them depends on the environment") != std::string::npos);
}
