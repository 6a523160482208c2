// What a client puts round its notes in a user turn.
#include "inspect/wrapper.hpp"

#include "support/catch.hpp"

using namespace telltale::inspect;

TEST_CASE("wrappers of clients are told from what a user may type", "[inspect][wrapper]") {
  struct Row {
    const char* name;
    std::string text;
    std::vector<std::string> wrapped;
  };
  const Row rows[] = {
      {"none", "fix the parser", {}},
      {"a reminder before the prompt",
       "<system-reminder>\na\n</system-reminder>\nfix it",
       {"<system-reminder>\na\n</system-reminder>"}},
      {"a reminder behind the prompt",
       "fix it\n<system-reminder>\na\n</system-reminder>",
       {"<system-reminder>\na\n</system-reminder>"}},
      {"a reminder quoted in a line", "what is <system-reminder>a</system-reminder>?", {}},
      {"one inside another of its name",
       "fix\n<user_info>\n<user_info>\na\n</user_info>\n</user_info>",
       {"<user_info>\n<user_info>\na\n</user_info>"}},
      {"one inside another's lines",
       "fix\n<user_info>\n<system-reminder>a</system-reminder>\n</user_info>\nnow",
       {"<user_info>\n<system-reminder>a</system-reminder>\n</user_info>"}},
      {"quoted in a line, up to the end of the next",
       "what is <user_info>?\n<user_info>\na\n</user_info>\n<user_info>b</user_info>",
       {"<user_info>b</user_info>"}},
      {"many that never end", "fix\n<user_info>\n<user_info>\n<user_info>", {}},
      {"an unknown element of lines at the start",
       "<session-notes>\na\n</session-notes>\n\nfix it",
       {"<session-notes>\na\n</session-notes>"}},
      {"an unknown element further on", "fix it\n<div>\na\n</div>", {}},
      {"an unknown element on one line", "<b>bold</b>\nfix it", {}},
      {"a comment", "<!-- context\na\n-->\nfix it", {"<!-- context\na\n-->"}},
      {"a bracketed note", "[session note]\na\n[end of note]\n\nfix it", {"[session note]\na\n[end of note]"}},
      {"two of them", "<one>\na\n</one>\n<two>\nb\n</two>\nfix", {"<one>\na\n</one>", "<two>\nb\n</two>"}},
      {"a wrapper round what the user said", "<user_query>\nfix it\nnow\n</user_query>", {}},
      {"never closed", "<session-notes>\na\nfix it", {}},
      {"empty", "", {}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      std::vector<std::string> got;
      for (const auto& range : find_client_wrappers(row.text, true))
        got.push_back(row.text.substr(range.begin, range.size()));
      CHECK(got == row.wrapped);
    }
  }
}
