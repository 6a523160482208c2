#include "record/json_writer.hpp"

#include "codec/json_scan.hpp"
#include "support/catch.hpp"

using namespace telltale;
using record::JsonText;

namespace {

std::string escaped(std::string_view text, JsonText mode) {
  std::string out;
  record::append_escaped(out, text, mode);
  return out;
}

}  // namespace

TEST_CASE("append_escaped finds what is special wherever it stands in a word", "[record][json]") {
  for (std::size_t at = 0; at < 20; ++at) {
    for (const auto& [special, written] : std::initializer_list<std::pair<char, std::string>>{
             {'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\x1F', "\\u001f"}, {'\x7F', "\\u007f"}}) {
      std::string text(20, '!');
      text[at] = special;
      const std::string expected = std::string(at, '!') + written + std::string(19 - at, '!');
      CHECK(escaped(text, JsonText::ascii) == expected);
    }
  }
}

TEST_CASE("append_escaped writes what JSON and the mode ask for", "[record][json]") {
  struct Row {
    const char* name;
    std::string text, utf8, ascii;
  };
  const Row rows[] = {
      {"plain", "plain text, longer than a word", "plain text, longer than a word", "plain text, longer than a word"},
      {"quote and backslash", "a\"b\\c", "a\\\"b\\\\c", "a\\\"b\\\\c"},
      {"controls", std::string("\0\b\n\r\t\x1F", 6), "\\u0000\\u0008\\n\\r\\t\\u001f",
       "\\u0000\\u0008\\n\\r\\t\\u001f"},
      {"delete", "12345678\x7F", "12345678\x7F", "12345678\\u007f"},
      {"two bytes", "Today\xCA\xBCs", "Today\xCA\xBCs", "Today\\u02bcs"},
      {"four bytes", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "\\ud83d\\ude00"},
      {"no UTF-8", "a\xFFz", "a\\udcffz", "a\\udcffz"},
      {"WTF-8 surrogate", "\xED\xA0\xBD", "\\udced\\udca0\\udcbd", "\\udced\\udca0\\udcbd"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(escaped(row.text, JsonText::utf8) == row.utf8);
      CHECK(escaped(row.text, JsonText::ascii) == row.ascii);
    }
  }
}

TEST_CASE("every byte string comes back from its escape, at any alignment", "[record][json]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (std::size_t pad = 0; pad < 9; ++pad) {
    const std::string text = std::string(pad, 'x') + all + all;
    for (const JsonText mode : {JsonText::utf8, JsonText::ascii}) {
      std::string back = codec::decode_json_string(escaped(text, mode));
      record::restore_bytes(back);
      CHECK(back == text);
    }
  }
}

TEST_CASE("append_if_utf8 leaves the output alone when the text is no UTF-8", "[record][json]") {
  std::string out = "before";
  CHECK_FALSE(record::append_if_utf8(out, "plain text and then \xFF"));
  CHECK(out == "before");
  CHECK(record::append_if_utf8(out, " \xCA\xBC"));
  CHECK(out == "before \xCA\xBC");
}

TEST_CASE("JsonWriter puts commas where they belong", "[record][json]") {
  std::string out;
  record::JsonWriter json(out, JsonText::utf8);
  json.begin_object();
  json.member("a", "x");
  json.key("b"), json.begin_array();
  json.integer(-1), json.null(), json.boolean(true), json.real(0.99), json.real(3.0);
  json.begin_object(), json.end_object();
  json.end_array();
  CHECK_FALSE(json.utf8_member("c", "\xFF"));
  CHECK(json.utf8_member("d", "y"));
  json.end_object();
  CHECK(out == R"({"a":"x","b":[-1,null,true,0.99,3,{}],"d":"y"})");
}
