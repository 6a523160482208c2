#include "app/typed_source.hpp"

#include "support/catch.hpp"

using namespace telltale;

namespace {

using Texts = std::vector<std::string>;

struct Row {
  const char* name;
  std::string keys;
  Texts typed;
};

const std::string esc = "\x1b";

std::vector<Row> rows() {
  return {
      {"plain", "ship it\r", {"ship it"}},
      {"two lines", "one\rtwo\r", {"one", "two"}},
      {"nothing but enter", "\r\r", {}},
      {"not submitted", "still typing", {}},
      {"backspace", "shop\x7fx\b\x7fip\r", {"ship"}},
      {"backspace at the start", "\x7f\x7fok\r", {"ok"}},
      {"backspace over a long character",
       "caf\u00e9\x7f\x7f"
       "fe \u4f60\u597d\x7f!\r",
       {"cafe \u4f60!"}},
      {"characters of all lengths", "a\u00e9\u4f60\U0001F600\r", {"a\u00e9\u4f60\U0001F600"}},
      {"kill to the start", "wrong\x15right\r", {"right"}},
      {"kill a word", "say wrong \x17right\r", {"say right"}},
      {"kill a word and its blanks only",
       "one two\x17\x17"
       "three\r",
       {"three"}},
      {"kill to the end", "right wrong" + esc + "b" + esc + "b\x06\x06\x06\x06\x06\x0b\r", {"right"}},
      {"kill and yank",
       "b\x15"
       "a\x19\r",
       {"ab"}},
      {"left and right",
       "hllo" + esc + "[D" + esc + "[D" + esc + "[De" + esc + "[C" + esc + "[C" + esc + "[C!\r",
       {"hello!"}},
      {"home and end", "ello" + esc + "[Hh" + esc + "[F!\r", {"hello!"}},
      {"home and end of other terminals",
       "ell" + esc + "[1~h" + esc + "[4~o" + esc + "OH>" + esc + "OF!\r",
       {">hello!"}},
      {"control keys for the same",
       "ello\x01h\x05!\x02\x02"
       "-\x06\x06?\r",
       {"hell-o!?"}},
      {"delete", "axb" + esc + "[D" + esc + "[D" + esc + "[3~\r", {"ab"}},
      {"delete by control", "axb\x02\x02\x04\r", {"ab"}},
      {"word left and right", "big world" + esc + "[1;5Dhello " + esc + "[1;5C!\r", {"big hello world!"}},
      {"alt backspace", "say wrong" + esc + "\x7fright\r", {"say right"}},
      {"alt d", "wrong right" + esc + "b" + esc + "b" + esc + "d\r", {" right"}},
      {"discard",
       "secret plan\x03"
       "other\r",
       {"other"}},
      {"paste",
       esc + "[200~line one\rline two\n\x03" + esc + "x" + esc + "[201~\r",
       {"line one\nline two\n\x03" + esc + "x"}},
      {"paste in the middle", "ab" + esc + "[D" + esc + "[200~-" + esc + "[201~\r", {"a-b"}},
      {"new line by alt enter", "one" + esc + "\rtwo\r", {"one\ntwo"}},
      {"new line by shift enter", "one" + esc + "[13;2utwo" + esc + "[27;2;13~three\r", {"one\ntwo\nthree"}},
      {"line keys work in their line",
       "one" + esc +
           "\rwo\x01t\x05!\x15"
           "2\r",
       {"one\n2"}},
      {"bare LF is both", "one\ntwo\r", {"one", "two", "one\ntwo"}},
      {"bare LFs alone", "one\ntwo\n", {"one", "two"}},
      {"keys as CSI u",
       esc + "[104u" + esc + "[105;1u" + esc + "[106;5u" + esc + "[127u" + esc + "[27u" + esc + "[57399u" + esc +
           "[99;5u"
           "ok" +
           esc + "[13u",
       {"hi", "ok"}},
      {"arrows up and down are history, not text", "a" + esc + "[A" + esc + "[Bb\r", {"ab"}},
      {"reports of the terminal",
       "a" + esc + "[?1;2c" + esc + "[24;80R" + esc + "]11;rgb:0/0/0" + esc + "\\" + esc + "]0;title\a" + esc +
           "P1$r0m" + esc + "\\" + esc + "[I" + esc + "[O" + "b\r",
       {"ab"}},
      {"mouse", "a" + esc + "[M !!" + esc + "[<0;10;10M" + esc + "[<0;10;10mb\r", {"ab"}},
      {"tab and others",
       "a\t\x0c\x12"
       "b\r",
       {"ab"}},
      {"a lone escape", "a" + esc + esc + "[D-\r", {"-a"}},
      {"an invalid byte stays",
       "a\xff"
       "b\r",
       {"a\xff"
        "b"}},
  };
}

}  // namespace

TEST_CASE("the line editor knows what was typed", "[app][typed]") {
  for (const Row& row : rows()) {
    DYNAMIC_SECTION(row.name) {
      app::LineEditor editor;
      CHECK(editor.push(row.keys) == row.typed);
    }
  }
}

TEST_CASE("keys cut anywhere read alike", "[app][typed]") {
  for (const Row& row : rows()) {
    DYNAMIC_SECTION(row.name) {
      app::LineEditor editor;
      Texts typed;
      for (const char key : row.keys)
        for (std::string& text : editor.push(std::string_view(&key, 1))) typed.push_back(std::move(text));
      CHECK(typed == row.typed);
    }
  }
}

TEST_CASE("a control sequence without end is bounded", "[app][typed]") {
  app::LineEditor editor;
  CHECK(editor.push("\x1b[" + std::string(100'000, '1') + "C\x1b]" + std::string(100'000, 'x') + "\aok\r") ==
        Texts{"ok"});
}

TEST_CASE("piped text comes by lines and, at its end, whole", "[app][typed]") {
  struct Piped {
    const char* name;
    Texts pieces;
    Texts typed;
    Texts at_end;
  };
  const Piped table[] = {
      {"one line", {"say hello\n"}, {"say hello"}, {}},
      {"no line end", {"say hello"}, {}, {"say hello"}},
      {"many lines at once", {"a\nb\n"}, {"a\nb"}, {}},
      {"line by line", {"a\n", "b\n"}, {"a", "b"}, {"a\nb"}},
      {"cut inside a line", {"a\nb", "c"}, {"a"}, {"a\nbc", "bc"}},
      {"empty", {}, {}, {}},
  };
  for (const Piped& row : table) {
    DYNAMIC_SECTION(row.name) {
      app::PipedText piped;
      Texts typed;
      for (const std::string& piece : row.pieces)
        for (std::string& text : piped.push(piece)) typed.push_back(std::move(text));
      CHECK(typed == row.typed);
      CHECK(piped.finish() == row.at_end);
      CHECK_FALSE(piped.truncated());
    }
  }
}

TEST_CASE("piped text past its limit is passed over, and said so", "[app][typed]") {
  app::PipedText piped;
  CHECK(piped.push("a\n") == Texts{"a"});
  CHECK(piped.push(std::string(app::PipedText::most_bytes, 'x')).empty());
  CHECK(piped.truncated());
}
