#pragma once
// Rows of the style tests. A marked text is written with both spellings of each marked place: "Don{\u02BC|'}t". From it
// come the text as sent, its clean twin, and the places.
#include <set>
#include <string>
#include <vector>

#include "core/utf8.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

namespace telltale::test {

struct StyledText {
  std::string sent;
  std::string clean;
  std::set<std::pair<std::size_t, std::size_t>> spans;  ///< code points of `sent`
};

inline StyledText read_styled(std::string_view row) {
  StyledText out;
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (row[at] != '{' || row.find('|', at) == std::string_view::npos) {
      out.sent += row[at];
      out.clean += row[at];
      continue;
    }
    const std::size_t bar = row.find('|', at);
    const std::size_t close = row.find('}', bar);
    const std::size_t begin = utf8::length(out.sent);
    out.sent += row.substr(at + 1, bar - at - 1);
    out.clean += row.substr(bar + 1, close - bar - 1);
    out.spans.insert({begin, utf8::length(out.sent)});
    at = close;
  }
  return out;
}

inline const inspect::RuleSet& style_rules() {
  static const auto set = rules_from({file_text("rules/typography.jsonc")});
  return *set;
}

/// A client's prompt that is written in ASCII, with enough words, quotes and hyphens to compare with.
inline constexpr const char* plain_prompt =
    "You're a helper that doesn't guess. It's rarely right to invent a file's name, and the user can't see what you've "
    "read. Avoid \"simply\" and \"just\"; say \"done\" when it's done, and \"partial\" if it isn't.\n\n"
    "A long-running command goes to the background; a well-formed answer has two or three lines. Don't use --force "
    "or -f. Re-run a read-only query if you must.\n\n- Read before you write.\n- Name things.\n- Test what you say.\n";

inline std::string style_body(std::string_view system, std::string_view tool) {
  return fmt::format(
      R"({{"model":"m","max_tokens":1,"system":{},"tools":[{{"name":"t","description":{},"input_schema":{{}}}}],"messages":[{{"role":"user","content":"Fix it."}}]}})",
      json_quoted(system), json_quoted(tool));
}

/// Nothing above info is said of the text, and strip leaves it as it is.
inline void check_style_honest(std::string_view system, std::string_view tool) {
  const std::string body = style_body(system, tool);
  const inspect::Judgement got = judge(request(body), style_rules());
  for (const inspect::Finding& one : got.verdict.findings) {
    INFO(one.rule << " at " << one.where << ": " << one.excerpt << ": " << one.message);
    CHECK(one.severity == inspect::Severity::info);
  }
  CHECK(got.body.value_or(body) == body);
}

/// Exactly the marked places are told, and strip gives back the clean twin, which is then left alone.
inline void check_style_undone(const StyledText& system, const StyledText& tool) {
  const inspect::Judgement got = judge(request(style_body(system.sent, tool.sent)), style_rules());
  std::set<std::pair<std::size_t, std::size_t>> in_system;
  std::set<std::pair<std::size_t, std::size_t>> in_tool;
  for (const inspect::Finding& one : got.verdict.findings)
    if (one.span) (one.where == "body:/system" ? in_system : in_tool).insert({one.span->begin, one.span->end});
  CHECK(in_system == system.spans);
  CHECK(in_tool == tool.spans);
  const std::string clean = style_body(system.clean, tool.clean);
  CHECK(got.body.value_or("") == clean);
  CHECK_FALSE(judge(request(clean), style_rules()).body);
}

}  // namespace telltale::test
