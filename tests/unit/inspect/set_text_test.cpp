#include "inspect/set_text.hpp"

#include "support/style_rows.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

struct Row {
  const char* name;
  std::string text;
};

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

const std::string wrapped =
    "This program reads the names of the files that it is given and writes\n"
    "the number of lines that each of them has.  A file that cannot be read\n"
    "is named on standard error. The exit code is then one, and nothing is\n"
    "written for that file; the others are counted as if it were not there.\n\n"
    "Names may be given on standard input as well, one a line, where a line\n"
    "that is empty ends the list and a hyphen stands for the input itself.\n";

const std::string code =
    "#include <stdio.h>\n\n/* Adds two numbers. */\nint add(int a, int b)\n{\n    return a + b;\n}\n\nint "
    "main(void)\n{\n"
    "    printf(\"%d\\n\", add(1, 2));\n    return 0;\n}\n";

const std::string list =
    "- Read a file before you change any of its lines.\n- Name what you found, and where.\n"
    "- Run the tests when you are done with all of it.\n- Say what you did in two sentences.\n"
    "- Ask if a request may be read in more than one way.\n- Stop when the tests pass.\n";

}  // namespace

TEST_CASE("lines that are set one by one are told from a prompt's", "[inspect][style]") {
  const Row set[] = {
      {"wrapped prose", wrapped},
      {"wrapped capitals", repeated("THE SOFTWARE IS PROVIDED BY ITS AUTHORS AND BY THEIR CONTRIBUTORS AS\n", 8)},
      {"wrapped prose in a comment", repeated("# It is read once, when the program starts, and not looked at again\n"
                                              "# until somebody asks for it.\n",
                                              4)},
      {"code without a fence", code},
      {"a table by blanks", repeated("read      reads a file\n", 6)},
      {"a table by tabs", repeated("read\treads a file\n", 6)},
      {"a drawing", repeated("+------+        +------+\n|  a   | -----> |  b   |\n", 3)},
      {"translations", repeated("msgid \"%s: cannot open\"\nmsgstr \"%s: kann nicht öffnen\"\n\n", 4)},
      {"markup with attributes", repeated("<li class=\"a\"><a href=\"https://example.com/\">one</a></li>\n", 6)},
      {"a log of changes",
       repeated("one (1.2) unstable\n\n  * New release.\n\n -- A Name <a@example.com>  Mon, 1 Jan\n\n", 6)},
      {"wrapped prose in a comment of C", repeated(" * It is read once, when the program starts, and not looked at\n"
                                                   " * again until somebody asks for it.\n",
                                                   4)},
      {"wrapped prose, CR LF",
       [] {
         std::string out;
         for (const char c : wrapped) out += c == '\n' ? "\r\n" : std::string(1, c);
         return out;
       }()},
  };
  for (const Row& row : set) DYNAMIC_SECTION("set: " << row.name) {
      CHECK(SetText(row.text).holds(row.text.size() / 2));
    }
  const Row free[] = {
      {"nothing", ""},
      {"one line", "Reads a file."},
      {"empty lines", "\n\n\n"},
      {"a paragraph a line", plain_prompt},
      {"a list", list},
      {"lines as long as what they say",
       "You are a helper.\nBe brief.\nBe honest.\nUse the tools.\nAsk if in doubt.\n"},
      {"tags of an environment", "<env>\n<cwd>/tmp</cwd>\n<shell>bash</shell>\n</env>\n" + list},
      {"a list in lower case", repeated("  * read a file before you change any of its many lines\n", 8)},
      {"a snippet in a prompt", list + "{\n  \"a\": 1\n}\n" + list + list},
      {"long lines", repeated(std::string(160, 'a') + " and\nso on it goes\n", 8)},
  };
  for (const Row& row : free) DYNAMIC_SECTION("free: " << row.name) {
      for (std::size_t at = 0; at <= row.text.size(); ++at) REQUIRE_FALSE(SetText(row.text).holds(at));
    }
}

TEST_CASE("so many lines are read for being set", "[inspect][style][limit]") {
  const std::string text = repeated("int a;\n", static_cast<int>(SetText::most_lines) + 8);
  const SetText lines(text);
  CHECK(lines.holds(SetText::most_lines * 7 - 1));
  CHECK_FALSE(lines.holds(SetText::most_lines * 7 + 1));
}

TEST_CASE("a prompt is judged as such where a file was put behind it", "[inspect][style]") {
  const std::string prompt = list;
  const std::string text = prompt + "\n" + wrapped + wrapped + wrapped;
  const SetText both(text);
  CHECK_FALSE(SetText(list + list + "\n" + wrapped + wrapped).holds(list.size() - 5));
  CHECK(both.holds(prompt.size() + wrapped.size()));
  const std::string paragraph = std::string(plain_prompt) + wrapped;
  CHECK_FALSE(SetText(paragraph).holds(5));
  const StyledText marked = read_styled("- Read { |}it, then write.\n" + prompt + prompt + "\n" + wrapped + wrapped);
  const Judgement got = judge(request(style_body(marked.sent, "Reads a file.")), style_rules());
  CHECK(got.body == style_body(marked.clean, "Reads a file."));
}

TEST_CASE("what many hands leave in set lines is information", "[inspect][style]") {
  const Row rows[] = {
      {"two blanks behind one sentence", wrapped},
      {"a word set off by blanks", wrapped + "Type  :wq  to end,\n" + wrapped},
      {"a tab in code", code + "#define A\t1\n" + code},
      {"a blank at a line's end", wrapped + "The last line of it. \n" + wrapped},
      {"a blank before a comma", wrapped + "One , and two.\n" + wrapped},
      {"one typeset quotation", wrapped + "It's \"one\", \"two\", \"three\" and “four”.\n" + wrapped},
      {"one typeset apostrophe", wrapped + "It's what it's, isn't it? Don't, can't, won’t.\n" + wrapped},
      {"a no-break space", wrapped + "See page\u00A0of it.\n" + wrapped},
      {"two empty lines", repeated("a\n\n", 8) + wrapped + "\n\n" + wrapped},
      {"one list's other sign", wrapped + "* a\n- b\n- c\n- d\n\n" + wrapped},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      const Judgement got = judge(request(style_body(row.text, "Reads a file.")), style_rules());
      CHECK_FALSE(got.verdict.findings.empty());
      check_style_honest(row.text, "Reads a file.");
    }
}

TEST_CASE("what no hand leaves is told in set lines too", "[inspect][style]") {
  const Row rows[] = {
      {"a look-alike of the apostrophe", wrapped + "It isn{\u02BC|'}t there.\n" + wrapped},
      {"a look-alike of the hyphen in an option", wrapped + "Give {\u2010|-}v for more, or -q.\n" + wrapped},
      {"a space of another kind", wrapped + "Read{\u2004| }it.\n" + wrapped},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      const StyledText text = read_styled(row.text);
      const Judgement got = judge(request(style_body(text.sent, "Reads a file.")), style_rules());
      std::size_t told = 0;
      for (const Finding& one : got.verdict.findings)
        if (one.severity != Severity::info && one.span && text.spans.count({one.span->begin, one.span->end})) ++told;
      CHECK(told == text.spans.size());
      CHECK(got.body == style_body(text.clean, "Reads a file."));
    }
}

TEST_CASE("fields and strings begin behind two blanks", "[inspect][style]") {
  check_style_honest(std::string(plain_prompt) + " -- A Name <a@example.com>  Mon, 01 Jan 2024\n", "Reads a file.");
  check_style_honest(std::string(plain_prompt) + "Write \"  - an item\" and call f('  ').\n", "Reads a file.");
}
