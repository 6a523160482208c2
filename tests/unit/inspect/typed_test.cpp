// What the user typed is his own, also if it quotes a marker.
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {
const std::string odd = "Today\xE2\x80\x99s date is 2026/07/01.";
}

TEST_CASE("a date line is the client's or the user's by where it stands", "[inspect][typed]") {
  struct Row {
    const char* name;
    std::string block;               ///< text of a user block
    std::vector<std::string> typed;  ///< empty: not known
    std::size_t findings;
  };
  const std::string reminder = "<system-reminder>\n# currentDate\n" + odd + "\n</system-reminder>\n";
  const Row rows[] = {
      {"a client's reminder", reminder, {}, 2},
      {"a client's reminder, typed text known", reminder, {"Say hello"}, 2},
      {"a user's sentence", odd + " Really?", {}, 0},
      {"a user's sentence, known", odd + " Really?", {odd + " Really?"}, 0},
      {"a reminder, and the user typed the same sentence", reminder, {odd}, 2},
      {"a reminder, and the user typed the same line among others", reminder, {"x\n# currentDate\n" + odd + "\n"}, 2},
      {"a typed quotation of a whole reminder",
       "explain\n" + reminder + "please",
       {"explain\n" + reminder + "please"},
       0},
      {"the same with CRLF and blanks as typed",
       "explain\n" + reminder + "please",
       {"  explain\r\n<system-reminder>\r\n# currentDate\r\n" + odd + "\r\n</system-reminder>\r\nplease \r\n"},
       0},
      {"a typed quotation in quotation marks the client adds",
       "\"explain\n" + reminder + "please\"",
       {"explain\n" + reminder + "please"},
       0},
      {"a quotation inside a line", "why <system-reminder>" + odd + "</system-reminder>?", {}, 0},
      {"behind a closed reminder", "<system-reminder>\nx\n</system-reminder>\n" + odd, {}, 0},
      {"a reminder behind the user's text",
       "ship it\n<system-reminder>\n" + odd + "\n</system-reminder>",
       {"ship it"},
       2},
      {"another client's tag", "<environment_context>\n" + odd + "\n</environment_context>", {}, 2},
      {"a title request", "<session>\n" + odd + "\n</session>", {}, 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const std::string body =
          R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":)" +
          json_quoted(row.block) + "}]}]}";
      Options options;
      if (!row.typed.empty()) options.typed = &row.typed;
      const Judgement got = judge(request(body), marker_rules(), options);
      CHECK(got.verdict.findings.size() == row.findings);
      CHECK(got.body.has_value() == (row.findings != 0));
    }
  }
}

TEST_CASE("segments are listed with their sources when asked for", "[inspect][typed]") {
  const std::vector<std::string> typed{"Say hello zebra42"};
  Options options;
  options.typed = &typed;
  options.list_segments = true;
  const std::string body =
      R"({"model":"m","max_tokens":1,"system":"You are.","messages":[{"role":"user","content":"Say hello zebra42"}]})";
  const Judgement got = judge(request(body), marker_rules(), options);
  const auto find = [&](std::string_view where) {
    for (const SegmentSource& one : got.verdict.segments) {
      if (one.where == where) return one;
    }
    return SegmentSource{};
  };
  CHECK(find("/messages/0/content").source == Source::typed);
  CHECK(find("/messages/0/content").span == ByteRange{0, 17});
  CHECK(find("/system").source == Source::template_text);
  CHECK(judge(request(body), marker_rules()).verdict.segments.empty());
}
