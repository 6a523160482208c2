// Documents that clients show inside their own text.
#include "inspect/document.hpp"

#include "support/catch.hpp"

using namespace telltale::inspect;

TEST_CASE("documents are told by their frames", "[inspect][document]") {
  struct Row {
    const char* name;
    std::string text;
    std::vector<std::string> found;
  };
  const Row rows[] = {
      {"none", "Contents of the file are below.\nRead them.", {}},
      {"an element with a path", "<file path=\"a.c\">\nint a;\n</file>\nfix it", {"int a;\n"}},
      {"an element named so", "<file_content>\nint a;\n</file_content>", {"int a;\n"}},
      {"a list of files is the client's", "<open_files>\na.c\n</open_files>", {}},
      {"an element in a line", "see <file path=\"a.c\">\nint a;\n</file>", {}},
      {"never closed", "<file path=\"a.c\">\nint a;\n", {}},
      {"instructions in a note, and what the client says behind them",
       "<system-reminder>\nContents of /p/CLAUDE.md (project instructions):\n\nUse  tabs.\n# currentDate\nToday.\n",
       {"\nUse  tabs.\n"}},
      {"two of them",
       "Contents of /p/a.md (one):\na\nContents of /p/b.md (two):\nb\n\n   IMPORTANT: this context may or may not",
       {"a\n", "b\n\n"}},
      {"to the end of the note",
       "Contents of /p/a.md (one):\na\n# Title\nb\n</system-reminder>\nfix",
       {"a\n# Title\nb\n"}},
      {"an element inside",
       "Contents of /p/a.md (one):\n<details>\na\n</details>\nb\n</system-reminder>\nfix",
       {"<details>\na\n</details>\nb\n"}},
      {"instructions of another client",
       "# AGENTS.md instructions for /p\n\n<INSTRUCTIONS>\na\n</INSTRUCTIONS>\n",
       {"a\n"}},
      {"an element of that name elsewhere", "<INSTRUCTIONS>\na\n</INSTRUCTIONS>\n", {}},
      {"context", "Hi\n--- Context from: G.md ---\na\n--- End of Context from: G.md ---\nb", {"a\n"}},
      {"instructions to the end", "You help.\nInstructions from: /p/AGENTS.md\na\nb", {"a\nb"}},
      {"empty", "", {}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      std::vector<std::string> got;
      for (const Document& one : find_documents(row.text))
        got.push_back(row.text.substr(one.range.begin, one.range.size()));
      CHECK(got == row.found);
    }
  }
}

TEST_CASE("frames that never close cost a bounded time", "[inspect][document]") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "<file path=\"a\">\n<INSTRUCTIONS>\n";
  CHECK(find_documents(text).empty());
  std::string closed = "Contents of /p/a.md (one):\n<a>\n";
  for (int i = 0; i < 20'000; ++i) closed += "</a>\n";
  CHECK(find_documents(closed).size() == 1);
}
