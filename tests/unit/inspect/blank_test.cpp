#include "inspect/detect/layout.hpp"
#include "support/style_rows.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

struct Row {
  const char* name;
  std::string system;
  std::string tool = "Reads a file.";
};

}  // namespace

TEST_CASE("honest layout is left alone", "[inspect][style]") {
  const std::string plain = plain_prompt;
  const Row rows[] = {
      {"two spaces behind every sentence", "Read first.  Then write.  Then test.  Tell.  Stop."},
      {"a table", plain + "| a   | b  |\n|-----|----|\n| one | 2  |\n"},
      {"columns", plain + "read      reads a file\nwrite     writes a file\nlist      lists files\n"},
      {"options and their meaning", plain + "  -v, --verbose   says more\n  -q, --quiet     says less\n"},
      {"aligned comments", plain + "let a = 1;    // one\nlet bc = 2;   // two\n"},
      {"a comment behind code", plain + "const b = f(a)   // flatten\n"},
      {"a comment behind a command", plain + "make all   # builds\n"},
      {"aligned values", plain + "name  = x\nlength = 3\n"},
      {"a fence", plain + "```\na  b\tc  \n\n\n\nd . e\n```\n"},
      {"a code span", plain + "Run `a  b` and `c\td`.\n"},
      {"a makefile", plain + "all:\n\tcc -c main.c\n\tcc -o main main.o\n"},
      {"indented code with tabs", plain + "func main() {\n\tif x {\n\t\treturn\n\t}\n}\n"},
      {"tab-separated values", plain + "name\tsize\nmain.c\t120\nmain.h\t80\n"},
      {"numbered lines", plain + "     1\tfirst\n     2\tsecond\n"},
      {"YAML", plain + "a:\n  - b: 1\n    c: 2\n  - b: 3\n"},
      {"hard breaks", plain + "A line of a poem,  \nanother one,  \nand its end.\n"},
      {"indented empty lines", "Call it so:\n\n    a = 1\n    \n    b = 2\n\nand stop.\n"},
      {"a template's indentation", "  You are a helper.\n  \n  Read first.\n  \n  Then write.\n"},
      {"a space at the very end", plain + "The user said: "},
      {"bullets with three spaces", "-   read\n-   write\n-   test\n-   tell\n"},
      {"numbers with two spaces", "1.  read\n2.  write\n3.  test\n"},
      {"nested lists of another kind", "- read\n  * slowly\n  * whole\n- write\n- test\n- tell\n"},
      {"two lists", "- read\n- write\n- test\n\nThen:\n\n* tell\n* stop\n* wait\n* go\n"},
      {"numbers in brackets beside numbers", "1. read\n2. write\n   1) slowly\n   2) whole\n3. test\n4. tell\n"},
      {"two kinds in equal parts", "- read\n* write\n- test\n* tell\n"},
      {"CR LF throughout", "Read first.\r\nThen write.\r\nThen test.\r\n"},
      {"a file with CR LF put in whole",
       plain + "a,b\r\n1,2\r\n3,4\r\n5,6\r\n7,8\r\n9,0\r\n1,3\r\n2,4\r\n3,5\r\n" + plain},
      {"LF throughout", "Read first.\nThen write.\nThen test.\n"},
      {"one wide gap among few", "a\n\nb\n\n\nc\n"},
      {"wide gaps by habit", "a\n\n\nb\n\n\nc\n\n\nd\n\n\ne\n\n\nf\n"},
      {"dotted names", plain + "Look at .gitignore, run find . -name x, or cd .. and back.\n"},
      {"a conditional", plain + "Write a ? b : c where you can.\n"},
      {"an option that ends a line", plain + "Use : to begin, and ; to end a command.\n"},
      {"French stops", "Répondez à la question : oui ou non ? C'est tout ; merci !"},
      {"an ISO date", plain + "Today's date is 2026-04-15.\n"},
      {"a path with a date", plain + "The date is in logs/2026/04/15/x.txt today.\n"},
      {"an American date", plain + "Today's date is 04/15/2026.\n"},
      {"a date that no one tells", plain + "Parse 2026/04/15 as well.\n"},
      {"a version", plain + "This is version 2026.04.15.2 of today.\n"},
      {"a clock", plain + "Now: 2026-04-15 10:00:00\n"},
      {"no date", plain + "Today: 2026/13/45 is none.\n"},
      {"drawings", "+--------+     +------+\n| client | --> | host |\n+--------+     +------+\n"},
      {"a rule of dashes", plain + "\n---\n\n***\n"},
      {"headings", "# One\n\n## Two\n\n### Three\n\nText.\n"},
      {"CSV", plain + "a;b;c\n1;2;3\n4;;5\n"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check_style_honest(row.system, row.tool);
    }
}

TEST_CASE("a blank, a line end or a sign that the rest does not have is found and undone", "[inspect][style]") {
  const std::string plain = plain_prompt;
  const Row rows[] = {
      {"tab and spaces at an end", plain + "Read it.{\t  \t|}\nWrite it.\n"},
      {"a tab at an end", plain + "Read it.{\t|}\nWrite it.\n"},
      {"two spaces at one end", plain + "Read it.{  |}\nWrite it.\n"},
      {"a space at one end", plain + "Read it.{ |}\nWrite it.\n"},
      {"several ends", plain + "Read it.{ |}\nWrite it.{\t|}\nTest it.\nTell it.{  |}\nStop.\n"},
      {"blanks alone in a line", plain + "Read it.\n{ \t|}\nWrite it.\n"},
      {"a tag's line", plain + "<note>{\t |}\nRead it.\n</note>\n"},
      {"a space before CR LF", "Read it.{ |}\r\nWrite it.\r\nTest it.\r\n"},
      {"in a tool", plain, "Reads a file.{\t|}\nWrites none."},
      {"two spaces between words", plain + "Read the { |}file.\n"},
      {"three spaces between words", plain + "Read the {  |}file.\n"},
      {"two spaces behind a sentence", plain + "Read it. { |}Write it. Test it.\n"},
      {"two spaces in a tool", plain, "Reads a file. { |}It's fast."},
      {"two spaces behind a bullet", plain + "- { |}Tell it.\n"},
      {"two spaces behind a comma", plain + "Read, { |}write.\n"},
      {"several", plain + "Read the { |}file, then { |}write it, and tell.\n"},
      {"a tab between words", plain + "Read the{\t| }file.\n"},
      {"a tab behind a bullet", plain + "-{\t| }Tell it.\n- Stop.\n"},
      {"a tab behind a sentence", plain + "Read it.{\t| }Write it.\n"},
      {"a tab in a tool", plain, "Reads a{\t| }file."},
      {"a space before a full stop", plain + "Read it{ |}. Write it.\n"},
      {"spaces before a full stop", plain + "Read it{  |}.\n"},
      {"a space before a comma", plain + "Read it{ |}, then write.\n"},
      {"CR LF among LF", plain + "Read it.{\r\n|\n}Write it.\nTest it.{\r\n|\n}Tell it.\n"},
      {"CR LF in a row", plain + "Read it.{\r\n|\n}Write it.{\r\n|\n}Test it.\nTell it.\n"},
      {"a lone CR", plain + "Read it.{\r|\n}Write it.\n"},
      {"LF among CR LF", "Read it.\r\nWrite it.\r\nTest it.{\n|\r\n}Tell it.\r\nStop.\r\nGo.\r\nWait.\r\n"},
      {"an empty line more", "a\n\nb\n\nc\n\nd\n\ne\n\n{\n|}f\n\ng\n\nh\n"},
      {"slashes in a date", plain + "Today's date is {2026/04/15|2026-04-15}.\n"},
      {"dots in a date", plain + "Date: {2026.04.15|2026-04-15}\n"},
      {"mixed separators", plain + "Current date: {2026-04/15|2026-04-15}\n"},
      {"an en dash in a date", plain + "Today is {2026–04–15|2026-04-15}.\n"},
      {"a fraction slash", plain + "Today is {2026⁄04⁄15|2026-04-15}.\n"},
      {"the date first", plain + "It's {2026/04/15|2026-04-15} today.\n"},
      {"in German", plain + "Heute ist der {2026/04/15|2026-04-15}.\n"},
      {"in Spanish", plain + "La fecha de hoy es {2026/04/15|2026-04-15}.\n"},
      {"in Russian", plain + "Сегодня {2026/04/15|2026-04-15}.\n"},
      {"in Chinese", plain + "今天的日期是 {2026/04/15|2026-04-15}。\n"},
      {"in Japanese", plain + "今日は {2026/04/15|2026-04-15} です。\n"},
      {"a clock behind it", plain + "Now: {2026/04/15|2026-04-15} 10:00\n"},
      {"one star among hyphens", "- read\n- write\n{*|-} test\n- tell\n"},
      {"one bullet sign among hyphens", "- read\n- write\n{•|-} test\n- tell\n"},
      {"one hyphen among stars", "* read\n* write\n{-|*} test\n* tell\n"},
      {"one bracket among points", "1. read\n2{)|.} write\n3. test\n4. tell\n"},
      {"an indented list", "Do:\n  - read\n  - write\n  {+|-} test\n  - tell\n"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check_style_undone(read_styled(row.system), read_styled(row.tool));
    }
}

TEST_CASE("what the user typed, and what tools said, keeps its layout", "[inspect][style]") {
  const std::string text = "one  two \t\r\nthree , four\n- a\n- b\n* c\n- d\nToday is 2026/04/15.\n\n\n\nIt’s “so”…";
  const std::string body = fmt::format(
      R"({{"model":"m","max_tokens":1,"messages":[{{"role":"user","content":{0}}},{{"role":"assistant","content":{0}}},)"
      R"({{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t","content":{0}}}]}}]}})",
      json_quoted(text));
  CHECK(judge(request(body), style_rules()).verdict.findings.empty());
  const std::vector<std::string> typed{text};
  Options options;
  options.typed = &typed;
  CHECK(judge(request(body), style_rules(), options).verdict.findings.empty());
}
