#include "diff/compare_sides.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "unit/diff/two_sides.hpp"

namespace {

using namespace telltale;
using diff::Difference;
using diff::DiffReport;
using test::compare;
using test::message_body;
using test::Sent;
using Texts = std::vector<std::string>;

/// "changed value body:/system/[text]/text -'- +U+02BC+": one line a difference.
Texts told(const DiffReport& report) {
  Texts out;
  for (const Difference& one : report.differences) {
    std::string line = fmt::format("{} {} {}", name_of(one.what), name_of(one.sort), one.place);
    for (const diff::Passage& passage : one.passages)
      line += fmt::format(" -{}- +{}+", passage.removed, passage.inserted);
    out.push_back(std::move(line));
  }
  return out;
}

Texts folded(const DiffReport& report) {
  Texts out;
  for (const diff::Folded& one : report.folded) out.push_back(fmt::format("{} {}", name_of(one.noise), one.values));
  return out;
}

const std::string system_text = "You are a helper. Today's date is 2026-05-13. Always prefer small changes.";
const std::string tool_a = R"({"name":"Read","description":"Reads a file."})";
const std::string tool_b = R"({"name":"Shell","description":"Runs a command.","input_schema":{"type":"object"}})";

TEST_CASE("what a client says differently is found without being told where to look", "[diff]") {
  struct Row {
    const char* name;
    Sent a, b;
    Texts told;
  };
  const record::Fields plain = {{"Host", "api.example.net"}, {"User-Agent", "cli/1.0"}, {"Accept", "*/*"}};
  const std::string base = message_body(system_text, "note");
  const auto with_system = [](std::string_view from, std::string_view to) {
    std::string text = system_text;
    text.replace(text.find(from), from.size(), to);
    return message_body(text, "note");
  };
  const Row rows[] = {
      {"nothing", {base}, {base}, {}},
      {"an apostrophe among look-alikes",
       {base},
       {with_system("'", "\u02bc")},
       {"changed value body:/system/[text]/text -'- +\u02bc+"}},
      {"a separator of a date",
       {base},
       {with_system("2026-05-13", "2026/05/13")},
       {"changed value body:/system/[text]/text --- +/+ --- +/+"}},
      {"a blank more",
       {base},
       {with_system("a helper", "a  helper")},
       {"changed value body:/system/[text]/text -- + +"}},
      {"a sentence reworded",
       {base},
       {with_system("Always prefer small changes", "Never touch what works")},
       {"changed value body:/system/[text]/text -Always prefer small changes- +Never touch what works+"}},
      {"order of keys", {R"({"a":1,"b":2,"c":3})"}, {R"({"b":2,"a":1,"c":3})"}, {"changed order body:"}},
      {"a key twice", {R"({"a":1,"b":2})"}, {R"({"a":1,"b":2,"a":1})"}, {"added value body:/a#2"}},
      {"a number spelt differently", {R"({"a":1})"}, {R"({"a":1.0})"}, {"changed value body:/a"}},
      {"a character escaped", {R"({"a":"it's"})"}, {R"({"a":"it\u0027s"})"}, {"spelling value body:/a"}},
      {"blanks in the JSON",
       {R"({"a":1,"b":2})"},
       {R"({"a": 1, "b": 2})"},
       {"changed spacing body:/a", "changed spacing body:/b"}},
      {"a value of another kind", {R"({"a":"1"})"}, {R"({"a":1})"}, {"changed value body:/a"}},
      {"an added tool",
       {message_body("s", "u", "[" + tool_a + "]")},
       {message_body("s", "u", "[" + tool_a + "," + tool_b + "]")},
       {"added value body:/tools/[Shell]"}},
      {"tools in another order",
       {message_body("s", "u", "[" + tool_a + "," + tool_b + "]")},
       {message_body("s", "u", "[" + tool_b + "," + tool_a + "]")},
       {"changed order body:/tools"}},
      {"a member gone", {R"({"a":1,"b":{"c":[1,2]}})"}, {R"({"a":1})"}, {"gone value body:/b"}},
      {"value of a field",
       {base, plain},
       {base, {plain[0], {"User-Agent", "cli/1.1"}, plain[2]}},
       {"changed header header:user-agent -0- +1+"}},
      {"case of a field's name",
       {base, plain},
       {base, {plain[0], {"user-agent", "cli/1.0"}, plain[2]}},
       {"changed header_name header:user-agent"}},
      {"order of fields", {base, plain}, {base, {plain[0], plain[2], plain[1]}}, {"changed order headers"}},
      {"a field more",
       {base, plain},
       {base, {plain[0], plain[1], plain[2], {"X-New", "1"}}},
       {"added header header:x-new"}},
      {"a query",
       {base, plain, "https://api.example.net/v1/messages"},
       {base, plain, "https://api.example.net/v1/messages?beta=true"},
       {"changed target target -- +?beta=true+"}},
      {"a body that is no JSON", {"a=1&b=2"}, {"a=1&b=3"}, {"changed value raw -2- +3+"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const DiffReport report = compare({row.a}, {row.b});
      CHECK(told(report) == row.told);
      CHECK(report.differs() == !row.told.empty());
      CHECK(compare({row.b}, {row.b}).differs() == false);
    }
  }
}

TEST_CASE("what differs by chance is folded, and counted by its reason", "[diff][noise]") {
  struct Row {
    const char* name;
    std::vector<Sent> a, b;
    Texts folded;
  };
  const auto with_id = [](const char* id) { return Sent{fmt::format(R"({{"id":"{}"}})", id)}; };
  const auto with_number = [](int n) { return Sent{fmt::format(R"({{"n":{}}})", n)}; };
  const auto prompt = [](const char* text) { return Sent{message_body("s", text)}; };
  const Row rows[] = {
      {"an id",
       {with_id("3f9c0a77-e1b2-4c3d-8e4f-5a6b7c8d9e0f")},
       {with_id("10b2c3d4-e5f6-4a1b-9c2d-3e4f5a6b7c8d")},
       {"identifier 1"}},
      {"how often it was tried", {{"{}", {{"X-Retry-Count", "0"}}}}, {{"{}", {{"X-Retry-Count", "2"}}}}, {"counter 1"}},
      {"ids of two requests each",
       {with_id("3f9c0a77e1b24c3d"), with_id("a017be5520cd9e41")},
       {with_id("9b27c4d81f3a60e5"), with_id("c0ffee1234ab5678")},
       {"identifier 4"}},
      {"the day", {prompt("It is 2026-05-13.")}, {prompt("It is 2026-05-14.")}, {"time 1"}},
      {"a number that is another in every request",
       {with_number(11), with_number(12), with_number(13)},
       {with_number(21), with_number(22), with_number(23)},
       {"varies 1"}},
      {"a number that varies on one side",
       {with_number(11), with_number(12), with_number(13)},
       {with_number(21)},
       {"varies 1"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const DiffReport report = compare(row.a, row.b);
      CHECK(told(report).empty());
      CHECK(folded(report) == row.folded);
      CHECK_FALSE(report.differs());
      CHECK(report.noise.empty());
      CHECK_FALSE(compare(row.a, row.b, true).noise.empty());
    }
  }
  CHECK(told(compare({with_number(11)}, {with_number(21)})) == Texts{"changed value body:/n"});
}

TEST_CASE("two models that became two others are no noise", "[diff][noise]") {
  const auto sent = [](const char* model) { return Sent{fmt::format(R"({{"model":"{}"}})", model)}; };
  const DiffReport report = compare({sent("m-large-4-1"), sent("m-small-4")}, {sent("m-large-4-5"), sent("m-small-5")});
  CHECK(told(report) == Texts{"changed value body:/model -1- +5+", "changed value body:/model -4- +5+"});
}

TEST_CASE("a spelling that one side never has is told even where the text varies", "[diff][noise]") {
  const auto sent = [](const char* sign, int n) {
    return Sent{message_body(fmt::format("Today{}s request is number {} of many, and all is well.", sign, n), "u")};
  };
  const DiffReport report = compare({sent("'", 1), sent("'", 2), sent("'", 3)},
                                    {sent("'", 4), sent("\u02bc", 5), sent("'", 6), sent("\u02bc", 7)});
  REQUIRE_FALSE(told(report).empty());
  CHECK(told(report)[0] == "changed value body:/system/[text]/text -'- +\u02bc+");
  CHECK(report.differences.size() == 1);
}

TEST_CASE("an order that changes by itself is noise, one that begins to change is not", "[diff][order]") {
  const Sent one{R"({"a":1,"b":2,"c":3})"};
  const Sent other{R"({"c":3,"b":2,"a":1})"};
  CHECK(told(compare({one, other}, {other, one, one})).empty());
  CHECK(folded(compare({one}, {one, other})) == Texts{"varies 1"});
  CHECK(told(compare({one, one, one}, {one, other})) == Texts{"changed order body:"});
  CHECK(told(compare({{R"({"a":1,"c":3})"}}, {one})) == Texts{"added value body:/b"});
}

TEST_CASE("neither number nor order of requests counts", "[diff]") {
  const Sent first{message_body("first system text of all", "hello")};
  const Sent second{message_body("another system text altogether", "hello")};
  CHECK_FALSE(compare({first, second}, {second, first, first}).differs());
}

TEST_CASE("what the user typed is not compared", "[diff][typed]") {
  const auto sent = [](const std::string& text) {
    inspect::SegmentSource typed;
    typed.where = "/messages/0/content/0/text";
    typed.source = inspect::Source::typed;
    typed.span = {3, 3 + text.size()};
    return Sent{message_body("s", "<p>" + text + "</p>"), {}, "https://api.example.net/v1/messages", {typed}};
  };
  CHECK_FALSE(compare({sent("hello there")}, {sent("fix the bug")}).differs());
  Sent unknown = sent("fix the bug");
  unknown.sources.clear();
  CHECK(compare({sent("hello there")}, {unknown}).differs() == false);
}

TEST_CASE("a longer conversation is no difference, what its client adds is", "[diff][turn]") {
  const std::string head =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hello there my friend"})";
  const std::string more =
      R"(,{"role":"assistant","content":"I have read it all"},{"role":"user","content":"now mend the second one"})";
  const DiffReport report = compare({{head + "]}"}}, {{head + "]}"}, {head + more + "]}"}});
  CHECK(told(report).empty());
  CHECK_FALSE(report.folded.empty());
  const std::string reminded =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hello there my friend"},)"
      R"({"role":"user","content":"Remember that somebody is watching."}]})";
  CHECK(told(compare({{head + "]}"}}, {{reminded}})).empty());  // a turn that A has not
  const std::string in_turn =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"hello"},)"
      R"({"type":"text","text":"Remember that somebody is watching."}]}]})";
  const std::string without =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]})";
  CHECK(told(compare({{without}}, {{in_turn}})) == Texts{"added value body:/messages/[user]/content/[text]/text"});
}

TEST_CASE("a text is found again where a version has put it", "[diff][moved]") {
  const std::string text = "You are a careful helper who asks before a file is deleted and keeps answers short";
  const std::string flat = R"({"model":"m","system":")" + text + R"(."})";
  const std::string nested = R"({"model":"m","system":[{"type":"text","text":")" + text + R"(!"}]})";
  const DiffReport report = compare({{flat}}, {{nested}});
  const Texts lines = told(report);
  CHECK(std::find(lines.begin(), lines.end(), "moved value body:/system/[text]/text -.- +!+") != lines.end());
}

TEST_CASE("the names that moved are told, the fewest", "[diff][order]") {
  const DiffReport report = compare({{R"({"a":1,"b":2,"c":3,"d":4})"}}, {{R"({"b":2,"c":3,"d":4,"a":1,"e":5})"}});
  REQUIRE(report.differences.size() == 2);
  CHECK(report.differences[0].moved == Texts{"a"});
  CHECK(report.differences[0].a.text == "a, b, c, d");
  CHECK(report.differences[0].b.text == "b, c, d, a");
}

TEST_CASE("endpoints are paired by what they are, another gateway included", "[diff][endpoint]") {
  const std::string base = message_body("s", "u");
  const record::Fields fields = {{"Accept", "*/*"}};
  const Sent direct{base, fields, "https://api.example.net/v1/messages"};
  const Sent gateway{base, fields, "https://gateway.example.org/proxy/v1/messages"};
  const Sent telemetry{R"({"event":"x"})", fields, "https://t.example.net/v1/events"};
  const DiffReport moved = compare({direct}, {gateway});
  REQUIRE(moved.endpoints.size() == 1);
  CHECK(moved.endpoints[0].b.host == "gateway.example.org");
  CHECK(told(moved) == Texts{"changed target target -- +proxy/+"});
  const DiffReport added = compare({direct}, {direct, telemetry});
  REQUIRE(added.endpoints.size() == 2);
  CHECK(added.endpoints[1].a.requests == 0);
  CHECK(added.differs());
  // A second host for the same API is a new endpoint, and not another name for the first.
  CHECK(compare({direct}, {direct, gateway}).endpoints.size() == 2);
  const Sent with_id{R"({"event":"x"})", fields, "https://t.example.net/v1/files/83f7a9c01b/parts"};
  const Sent with_other{R"({"event":"x"})", fields, "https://t.example.net/v1/files/1c2d3e4f5a/parts"};
  CHECK_FALSE(compare({with_id}, {with_other}).differs());
}

TEST_CASE("one change at many places is told once", "[diff]") {
  std::string tools_a = "[", tools_b = "[";
  for (int i = 0; i < 20; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    tools_a += fmt::format(R"({}{{"name":"tool{}","description":"Use it before you ask, in case {}."}})", comma, i, i);
    tools_b += fmt::format(R"({}{{"name":"tool{}","description":"Use it after you ask, in case {}."}})", comma, i, i);
  }
  const DiffReport report =
      compare({{message_body("s", "u", tools_a + "]")}}, {{message_body("s", "u", tools_b + "]")}});
  REQUIRE(report.differences.size() == 1);
  CHECK(report.differences[0].also_at.size() + report.differences[0].more_places == 19);
}

TEST_CASE("a header that is sent less often than always is told", "[diff]") {
  const record::Fields without = {{"Host", "h"}};
  const record::Fields with = {{"Host", "h"}, {"X-Sometimes", "1"}};
  const Sent always{"{}", with};
  const Sent never{"{}", without};
  CHECK(told(compare({always, always, always}, {always, never})) == Texts{"less_often header header:x-sometimes"});
  CHECK(told(compare({always}, {always, never})).empty());
}

TEST_CASE("spans count code points of the text in either request", "[diff]") {
  const DiffReport report = compare({{R"({"t":"\u00e9\u00e9 it's so"})"}}, {{R"({"t":"\u00e9\u00e9 it\u2019s so"})"}});
  REQUIRE(report.differences.size() >= 1);
  const auto& passages = report.differences.back().passages;
  REQUIRE(passages.size() == 1);
  CHECK(passages[0].span_a == ByteRange{5, 6});
  CHECK(passages[0].span_b == ByteRange{5, 6});
}

}  // namespace
