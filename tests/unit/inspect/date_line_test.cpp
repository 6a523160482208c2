// marker.date-line: every state at every place a client puts its date line, raw and escaped. States and places are
// those measured on claude-code 2.1.91, 2.1.169 to 2.1.197 and 2.1.329.
#include "core/utf8.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

struct Apostrophe {
  const char* name;
  const char* utf8;
  const char* escape;
  const char* carries;  ///< null for the neutral one
};
const Apostrophe apostrophes[] = {{"U+0027", "'", "\\u0027", nullptr},
                                  {"U+2019", "\xE2\x80\x99", "\\u2019", "listed domain"},
                                  {"U+02BC", "\xCA\xBC", "\\u02bc", "known lab keyword"},
                                  {"U+02B9", "\xCA\xB9", "\\u02B9", "listed domain and known lab keyword"}};
struct Separator {
  const char* text;
  const char* escape;
};
const Separator separators[] = {{"-", "\\u002d"}, {"/", "\\/"}};

/// A body with `{}` where the date line stands; doubled braces are braces.
struct Place {
  const char* name;
  const char* pointer;
  const char* before;
  const char* after;
};
const Place places[] = {
    {"2.1.91 third-party: second block of the first message", "/messages/0/content/1/text",
     R"({"model":"m","max_tokens":32000,"messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>\nskills\n</system-reminder>"},{"type":"text","text":"<system-reminder>\nAs you answer the user's questions, you can use the following context:\n# currentDate\n)",
     R"(\n\n      IMPORTANT: this context may or may not be relevant.\n</system-reminder>\n"},{"type":"text","text":"Say hello zebra42"}]}]})"},
    {"2.1.91 first-party: second message", "/messages/1/content/1/text",
     R"({"model":"m","max_tokens":32000,"messages":[{"role":"user","content":"<available-deferred-tools>\n</available-deferred-tools>"},{"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"<system-reminder>\n# currentDate\n)",
     R"(\n</system-reminder>\n"},{"type":"text","text":"Say hello"}]}]})"},
    {"2.1.169 to 2.1.197: first block", "/messages/0/content/0/text",
     R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>\n# currentDate\n)",
     R"(\n</system-reminder>\n\n"},{"type":"text","text":"Say hello","cache_control":{"type":"ephemeral"}}]},{"role":"system","content":"tools"}],"max_tokens":1})"},
    {"2.1.329: end of a system message in mid-conversation", "/messages/1/content/0/text",
     R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"Say hello"}]},{"role":"system","content":[{"type":"text","text":"# Environment\n - Shell: bash\n)",
     R"("}]}]})"},
    {"2.1.329: the same as a plain string", "/messages/1/content",
     R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Say hello"},{"role":"system","content":"# Environment\n)",
     R"("}]})"},
    {"system text", "/system/1/text",
     R"({"model":"m","max_tokens":1,"system":[{"type":"text","text":"You are."},{"type":"text","text":"<env>\n)",
     R"(\n</env>"}],"messages":[{"role":"user","content":"hi"}]})"},
    {"tool description", "/tools/0/description",
     R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"web_search","description":"Searches. )",
     R"( Account for it.","input_schema":{"type":"object"}}]})"},
    {"tags escaped as Go writes them", "/messages/0/content/0/text",
     R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"\u003csystem-reminder\u003e\n# currentDate\n)",
     R"(\n\u003c/system-reminder\u003e\n"}]}]})"},
    {"another API: responses", "/input/0/content/0/text",
     R"({"model":"m","input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":")",
     R"("}]}]})"},
};

std::string line(std::string_view apostrophe, std::string_view separator) {
  return fmt::format("Today{}s date is 2026{}06{}30.", apostrophe, separator, separator);
}

void check_state(const Place& place, const Apostrophe& apostrophe, const Separator& separator, bool escaped) {
  const std::string written =
      line(escaped ? apostrophe.escape : apostrophe.utf8, escaped ? separator.escape : separator.text);
  const Request sent = request(place.before + written + place.after);
  const Judgement got = judge(sent, marker_rules());
  std::vector<Finding> findings = findings_of(got.verdict, "marker.date-line");
  const bool odd_apostrophe = apostrophe.carries != nullptr;
  const bool odd_separator = separator.text[0] == '/';
  REQUIRE(findings.size() == static_cast<std::size_t>(odd_apostrophe) + static_cast<std::size_t>(odd_separator));
  CHECK(got.verdict.coverage.state == Coverage::State::full);
  if (findings.empty()) {
    CHECK(got.verdict.action == Action::pass);
    CHECK_FALSE(got.body);
    CHECK_FALSE(got.head);
    return;
  }
  if (odd_apostrophe) {
    const Finding& finding = findings.front();
    CHECK(finding.where == std::string("body:") + place.pointer);
    CHECK(finding.code_points == std::vector<std::string>{apostrophe.name});
    CHECK(finding.expected == std::vector<std::string>{"U+0027"});
    CHECK(finding.carries == decltype(finding.carries){{"api_host_class", apostrophe.carries}});
    CHECK(finding.bits == 2);
    REQUIRE(finding.raw_span);
    const auto raw = std::string_view(sent.body).substr(finding.raw_span->begin, finding.raw_span->size());
    CHECK(raw == (escaped ? apostrophe.escape : apostrophe.utf8));
    CHECK(finding.edit == "U+0027");
    REQUIRE(finding.span);
    CHECK(finding.span->size() == 1);
  }
  if (odd_separator) {
    const Finding& finding = findings.back();
    CHECK(finding.code_points == std::vector<std::string>{"U+002F"});
    CHECK(finding.expected == std::vector<std::string>{"U+002D"});
    CHECK(finding.carries == decltype(finding.carries){{"timezone", "Asia/Shanghai or Asia/Urumqi"}});
    CHECK(finding.bits == 1);
    REQUIRE(finding.span);
    CHECK(finding.span->size() == 4);  // from the first separator to the second
  }
  CHECK(got.verdict.action == Action::strip);
  // What was neutral keeps its spelling; what was not becomes neutral, in plain ASCII whatever was escaped there.
  const std::string clean_apostrophe = escaped && !odd_apostrophe ? "\\u0027" : "'";
  const std::string clean_separator = !odd_separator && escaped ? separator.escape : "-";
  REQUIRE(got.body);
  CHECK(*got.body == place.before + line(clean_apostrophe, clean_separator) + place.after);
  CHECK(got.head.has_value() == (got.body->size() != sent.body.size()));
  if (got.head) CHECK(got.head->find(fmt::format("Content-Length: {}\r\n", got.body->size())) != std::string::npos);
}

}  // namespace

TEST_CASE("the date line is found and undone in every state at every place", "[inspect][date-line]") {
  for (const Place& place : places) {
    for (const Apostrophe& apostrophe : apostrophes) {
      for (const Separator& separator : separators) {
        for (const bool escaped : {false, true}) {
          DYNAMIC_SECTION(place.name << " " << apostrophe.name << separator.text << (escaped ? " escaped" : "")) {
            check_state(place, apostrophe, separator, escaped);
          }
        }
      }
    }
  }
}

TEST_CASE("apostrophes of no published table are reported with an unknown meaning", "[inspect][date-line]") {
  const char* others[] = {"\xE2\x80\x98", "\xE2\x80\x9B", "\xE2\x80\xB2", "\xCA\xBB", "\xCB\x88",      "\xD5\x9A",
                          "\xEA\x9E\x8C", "\xEF\xBC\x87", "\xC2\xB4",     "`",        "\xE2\x80\x8B'", "'\xCC\x81"};
  for (const char* other : others) {
    DYNAMIC_SECTION(utf8::escaped(other)) {
      const std::string body = places[5].before + line(other, "-") + places[5].after;
      const Judgement got = judge(request(body), marker_rules());
      const auto findings = findings_of(got.verdict, "marker.date-line");
      REQUIRE(findings.size() == 1);
      CHECK(findings[0].carries == decltype(findings[0].carries){{"api_host_class", "unknown state"}});
      REQUIRE(got.body);
      CHECK(*got.body == places[5].before + line("'", "-") + places[5].after);
    }
  }
}

TEST_CASE("every date line of a request is undone", "[inspect][date-line]") {
  const std::string odd = line("\xCA\xBC", "/");
  const std::string clean = line("'", "-");
  const auto body = [](const std::string& text) {
    return fmt::format(R"({{"model":"m","max_tokens":1,"system":"{0} and {0}","messages":[)"
                       R"({{"role":"user","content":"<system-reminder>\n{0}\n</system-reminder>\nmy {1}"}},)"
                       R"({{"role":"assistant","content":"{1}"}},)"
                       R"({{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t","content":"{1}"}}]}}]}})",
                       text, line("\xE2\x80\x99", "/"));
  };
  const Judgement got = judge(request(body(odd)), marker_rules());
  CHECK(findings_of(got.verdict, "marker.date-line").size() == 6);
  REQUIRE(got.body);
  CHECK(*got.body == body(clean));
}

TEST_CASE("the mode caps what happens to a date line", "[inspect][date-line]") {
  const Request sent = request(places[2].before + line("\xCA\xBC", "/") + places[2].after);
  struct Row {
    Mode mode;
    Action action;
    bool rewritten;
  };
  const Row rows[] = {{Mode::observe, Action::pass, false},
                      {Mode::flag, Action::flag, false},
                      {Mode::strip, Action::strip, true},
                      {Mode::block, Action::strip, true}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(name_of(row.mode)) {
      Options options;
      options.mode = row.mode;
      const Judgement got = judge(sent, marker_rules(), options);
      CHECK(got.verdict.action == row.action);
      CHECK(got.verdict.findings.size() == 2);
      CHECK(got.body.has_value() == row.rewritten);
    }
  }
}

TEST_CASE("a body with a checksum in its billing block is flagged, not rewritten", "[inspect][date-line]") {
  const std::string start =
      R"({"model":"m","max_tokens":1,"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.169.c9a; cc_entrypoint=cli; cch=)";
  const std::string end = R"(;"}],"messages":[{"role":"user","content":"<system-reminder>\n)" + line("\xCA\xBC", "-") +
                          R"(\n</system-reminder>"}]})";
  const Judgement is_signed = judge(request(start + "1f3a9" + end), marker_rules());
  CHECK(is_signed.verdict.action == Action::flag);
  CHECK(is_signed.verdict.coverage.causes == std::vector<std::string>{"signed_body"});
  CHECK_FALSE(is_signed.body);

  const Judgement constant = judge(request(start + "00000" + end), marker_rules());
  CHECK(constant.verdict.action == Action::strip);
  CHECK(constant.body);

  Options options;
  options.danger_strip_signed = {"marker.date-line"};
  const Judgement forced = judge(request(start + "1f3a9" + end), marker_rules(), options);
  CHECK(forced.verdict.action == Action::strip);
  REQUIRE(forced.body);
  CHECK(forced.body->find("cch=1f3a9") != std::string::npos);  // left as it stands, never recomputed
}
