#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "diff/report.hpp"
#include "diff/wording.hpp"
#include "unit/diff/two_sides.hpp"

namespace {

using namespace telltale;
using test::compare;
using test::message_body;

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); });
}

// Everything in a capture may be meant for the reader of the report.
const char* const hostile[] = {"<script>alert(1)</script>",
                               "\"><img src=x onerror=alert(1)>",
                               "</style></span>",
                               "]]>",
                               "&lt;",
                               "https://evil.example/x",
                               "\x1B[31m",
                               "\u202e\u2066",
                               "a\0b",
                               "\xff\xfe",
                               "--><!--"};

TEST_CASE("reports are printable ASCII and never markup, whatever captures hold", "[diff][report]") {
  for (const std::string text : hostile) {
    const std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const std::string inside = quoted.substr(1, quoted.size() - 2);
    diff::DiffReport report =
        compare({{message_body("a system text of some words", "u")}},
                {{message_body("a system text " + inside + " of some words", "u", "[]", R"(,")" + inside + R"(":1)"),
                  {{"X-" + text, text}},
                  "https://h.example/v1/messages?" + text}},
                true);
    report.a.name = text;
    report.notes.push_back(text);
    inspect::Finding finding;
    finding.rule = finding.message = finding.where = text;
    report.findings.push_back({true, finding, text, text, 1});
    const std::string page = to_html(report);
    CHECK(is_printable(to_text(report, false)));
    CHECK(is_printable(to_json(report)));
    CHECK(is_printable(page));
    // A byte that is no UTF-8 is written as a lone surrogate, as in captures.
    if (text != "\xff\xfe") CHECK(nlohmann::json::accept(to_json(report)));
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<img") == std::string::npos);
    CHECK(page.find("onerror=alert(1)>") == std::string::npos);
  }
}

TEST_CASE("an odd character is told by number and name", "[diff][report]") {
  const diff::DiffReport report =
      compare({{message_body("Today's date is known.", "u")}}, {{message_body("Today\u02bcs date is known.", "u")}});
  const std::string names = "U+0027 APOSTROPHE -&gt; U+02BC MODIFIER LETTER APOSTROPHE";
  CHECK(to_text(report, false).find("Today[-'-]{+<U+02BC>+}s date") != std::string::npos);
  CHECK(to_text(report, false).find("U+0027 APOSTROPHE -> U+02BC MODIFIER LETTER APOSTROPHE") != std::string::npos);
  CHECK(to_html(report).find(names) != std::string::npos);
  CHECK(to_html(report).find("<ins><span class=\"cp\">U+02BC</span></ins>") != std::string::npos);
  CHECK(to_json(report).find(R"({"code_point":"U+02BC","name":"MODIFIER LETTER APOSTROPHE"})") != std::string::npos);
}

TEST_CASE("colour is only where it was asked for", "[diff][report]") {
  const diff::DiffReport report = compare({{R"({"a":"one"})"}}, {{R"({"a":"two"})"}});
  CHECK(to_text(report, false).find('\x1B') == std::string::npos);
  CHECK(to_text(report, true).find("\x1B[31m[-one-]\x1B[0m\x1B[32m{+two+}\x1B[0m") != std::string::npos);
}

TEST_CASE("the summary says what makes the difference", "[diff][report]") {
  CHECK(diff::summary_text(compare({{"{}"}}, {{"{}"}})) == "nothing differs but what differs between any two requests");
  CHECK(diff::summary_text(compare({{R"({"a":1})"}}, {{R"({"a":2})"}})) == "1 difference");
  test::Sent other{"{}"};
  other.url = "https://t.example/x";
  CHECK(diff::summary_text(compare({{"{}"}}, {{"{}"}, other})) == "0 differences, 1 new endpoint");
  CHECK(diff::summary_text(compare({other, {"{}"}}, {{"{}"}})) == "0 differences, 1 gone endpoint");
}

TEST_CASE("blanks around values are told in words", "[diff][report]") {
  const std::string text = to_text(compare({{R"({"a":1,"b":2})"}}, {{R"({"a": 1, "b": 2})"}}), false);
  CHECK(text.find("A none") != std::string::npos);
  CHECK(text.find("B behind the key \": \"") != std::string::npos);
}

TEST_CASE("sizes are told in three digits", "[diff][report]") {
  CHECK(diff::bytes_text(1) == "1 byte");
  CHECK(diff::bytes_text(999) == "999 bytes");
  CHECK(diff::bytes_text(4'149) == "4.1 KB");
  CHECK(diff::bytes_text(2'500'000) == "2.5 MB");
}

}  // namespace
