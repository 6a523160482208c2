// What one JSON document shows alone: copies, numbers, escapes, blanks. Honest rows are what encoders write.
#include "support/catch.hpp"
#include "support/structure_check.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

struct Row {
  const char* name;
  std::string body;
  std::vector<std::string> found;
  std::string stripped;  ///< empty: as sent
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const StructureResult result = structure_of(request(row.body));
      CHECK(result.found == row.found);
      CHECK(result.body == (row.stripped.empty() ? row.body : row.stripped));
      CHECK(structure_of(request(result.body)).body == result.body);
    }
  }
}

}  // namespace

TEST_CASE("a member name that occurs twice is told, and its copy removed as it was put in",
          "[inspect][json_duplicate]") {
  check({
      {"copy behind", R"({"a":1,"b":2,"a":1})", {"json-duplicate@body:/a"}, R"({"a":1,"b":2})"},
      {"copy in lines",
       "{\n  \"a\": 1,\n  \"a\": 1,\n  \"b\": 2\n}",
       {"json-duplicate@body:/a"},
       "{\n  \"a\": 1,\n  \"b\": 2\n}"},
      {"three of a kind", R"({"a":1,"a":1,"a":1})", {"json-duplicate@body:/a", "json-duplicate@body:/a"}, R"({"a":1})"},
      {"an escaped name",
       R"({"ab":"x","a\u0062":"x"})",
       {"json-duplicate@body:/ab", "json-escape@body:/ab"},
       R"({"ab":"x"})"},
      {"a container", R"({"a":{"x":[1]},"a":{"x":[1]}})", {"json-duplicate@body:/a"}, R"({"a":{"x":[1]}})"},
      {"other values stay", R"({"a":1,"a":2})", {"json-duplicate@body:/a"}, ""},
      {"deep", R"([{"x":{"k":"v","k":"v"}}])", {"json-duplicate@body:/0/x/k"}, R"([{"x":{"k":"v"}}])"},
      {"equal names in two objects", R"([{"k":1},{"k":1}])", {}, ""},
      {"names that differ in case", R"({"a":1,"A":1})", {}, ""},
      {"many members", R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"aa":1})", {}, ""},
  });
}

TEST_CASE("numbers no encoder writes are told and written plain", "[inspect][json_number]") {
  check({
      {"exponent", R"({"max_tokens":32000e0})", {"json-number@body:/max_tokens"}, R"({"max_tokens":32000})"},
      {"mantissa", R"({"max_tokens":3.2e4})", {"json-number@body:/max_tokens"}, R"({"max_tokens":32000})"},
      {"scaled", R"({"max_tokens":800.0e1})", {"json-number@body:/max_tokens"}, R"({"max_tokens":8000})"},
      {"negative exponent", R"({"temperature":7e-1})", {"json-number@body:/temperature"}, R"({"temperature":0.7})"},
      {"capital", R"({"seed":5E0})", {"json-number@body:/seed"}, R"({"seed":5})"},
      {"an integer with a fraction",
       R"({"max_output_tokens":32000.0})",
       {"json-number@body:/max_output_tokens"},
       R"({"max_output_tokens":32000})"},
      {"zeros behind", R"({"top_p":0.9500})", {"json-number@body:/top_p"}, R"({"top_p":0.95})"},
      {"zeros behind, among floats",
       R"({"a":2.0,"temperature":1.00})",
       {"json-number@body:/temperature"},
       R"({"a":2.0,"temperature":1.0})"},
      {"zeros ahead", R"({"n":01})", {"json-number@body:/n"}, R"({"n":1})"},
      {"plus", R"({"n":+1})", {"json-number@body:/n"}, R"({"n":1})"},
      {"no whole part", R"({"top_p":.5})", {"json-number@body:/top_p"}, R"({"top_p":0.5})"},
      {"minus nothing", R"({"n":-0})", {"json-number@body:/n"}, R"({"n":0})"},
      {"digits nobody sets",
       R"({"temperature":0.70000129})",
       {"json-number@body:/temperature"},
       R"({"temperature":0.7})"},
      {"digits without a value near", R"({"temperature":0.4183921})", {"json-number@body:/temperature"}, ""},
      {"plain", R"({"a":0,"b":-1,"c":16384,"d":0.95,"e":-0.5,"f":1234567890123456789012345})", {}, ""},
      {"Python's floats", R"({"temperature":1.0,"top_p":0.0,"top_k":40.0,"timeout":600.0})", {}, ""},
      {"large and small", R"({"a":1e+16,"b":1e-05,"c":1e21,"d":1.5E10,"e":1.7976931348623157e308,"f":1E-7})", {}, ""},
      {"arithmetic", R"({"temperature":0.30000000000000004,"top_p":0.8999999761581421})", {}, ""},
      {"other members may have digits", R"({"score":0.4183921})", {}, ""},
      {"a number inside a string", R"({"a":"32000e0"})", {}, ""},
  });
}

TEST_CASE("an escape where the document writes its like in another way", "[inspect][json_escape]") {
  check({
      {"a letter", R"({"a":"m\u0061rked"})", {"json-escape@body:/a"}, R"({"a":"marked"})"},
      {"a blank", R"({"a":"two\u0020words"})", {"json-escape@body:/a"}, R"({"a":"two words"})"},
      {"a member name", R"({"\u006dodel":"x"})", {"json-escape@body:/model"}, R"({"model":"x"})"},
      {"an apostrophe beside others",
       R"({"a":"it's and <it\u0027s>"})",
       {"json-escape@body:/a"},
       R"({"a":"it's and <it's>"})"},
      {"a bracket beside others", R"({"a":"<b> and \u003cb>"})", {"json-escape@body:/a"}, R"({"a":"<b> and <b>"})"},
      {"an accent beside raw ones",
       "{\"a\":\"\xC3\xA9t\xC3\xA9 d\\u00e9j\xC3\xA0\"}",
       {"json-escape@body:/a"},
       "{\"a\":\"\xC3\xA9t\xC3\xA9 d\xC3\xA9j\xC3\xA0\"}"},
      {"an accent in another string",
       "{\"a\":\"\xC3\xA9t\xC3\xA9\",\"b\":\"d\\u00e9\"}",
       {"json-escape@body:/b"},
       "{\"a\":\"\xC3\xA9t\xC3\xA9\",\"b\":\"d\xC3\xA9\"}"},
      {"an emoji as a pair beside raw ones",
       "{\"a\":\"\xF0\x9F\x98\x80 \xF0\x9F\x98\x80 \\ud83d\\ude00\"}",
       {"json-escape@body:/a"},
       "{\"a\":\"\xF0\x9F\x98\x80 \xF0\x9F\x98\x80 \xF0\x9F\x98\x80\"}"},
      {"a raw one among escapes",
       "{\"a\":\"\\u00e9t\\u00e9 d\xC3\xA9j\\u00e0\"}",
       {"json-escape@body:/a"},
       R"({"a":"\u00e9t\u00e9 d\u00e9j\u00e0"})"},
      {"a raw emoji among escaped ones",
       "{\"a\":\"\\ud83d\\ude00 \\ud83d\\ude00 \xF0\x9F\x98\x80\"}",
       {"json-escape@body:/a"},
       R"({"a":"\ud83d\ude00 \ud83d\ude00 \ud83d\ude00"})"},
      {"a slash", R"({"a":"a/b/c\/d"})", {"json-escape@body:/a"}, R"({"a":"a/b/c/d"})"},
      {"a slash by number", R"({"a":"a/b\u002fc"})", {"json-escape@body:/a"}, R"({"a":"a/b/c"})"},
      {"a line end by number", R"({"a":"x\ny\u000az"})", {"json-escape@body:/a"}, R"({"a":"x\ny\nz"})"},
      {"a quote by number", R"({"a":"\"x\" \u0022y"})", {"json-escape@body:/a"}, R"({"a":"\"x\" \"y"})"},
      {"hexadecimal digits in capitals",
       R"({"a":"\u00e9\u00e8\u00ea\u00EB"})",
       {"json-escape@body:/a"},
       R"({"a":"\u00e9\u00e8\u00ea\u00eb"})"},
      {"digits of both kinds in one", R"({"a":"\u00eB \u00e9"})", {"json-escape@body:/a"}, R"({"a":"\u00eb \u00e9"})"},

      {"Python: all beyond ASCII", R"({"a":"\u00e9t\u00e9 \u2014 \ud83d\ude00","b":"\u4f60"})", {}, ""},
      {"JavaScript: none", "{\"a\":\"\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80 \\\"x\\\" \\n\\t\\b\"}", {}, ""},
      {"half a pair has no other form", "{\"a\":\"\xC3\xA9 \\ud83d\"}", {}, ""},
      {"control characters must be escaped", R"({"a":"\u001b[0m \u0000 \u001f"})", {}, ""},
      {"Go", R"({"a":"\u003cb\u003e \u0026 it's \u2028","b":"\u003c"})", {}, ""},
      {"Go's line separators among raw letters", "{\"a\":\"\xC3\xA9t\xC3\xA9 \\u2028 x\"}", {}, ""},
      {"PHP", R"({"a":"https:\/\/example.com\/ \u00e9"})", {}, ""},
      {"Gson", R"({"a":"\u003ca href\u003d\u0027x\u0027\u003e"})", {}, ""},
      {".NET", R"({"a":"\u0022x\u0022 \u002B it\u0027s \u00E9"})", {}, ""},
      {".NET's emoji among raw letters", "{\"a\":\"\xC3\xA9t\xC3\xA9 d\xC3\xA9j\xC3\xA0 \\uD83D\\uDE00\"}", {}, ""},
      {"org.json's punctuation", "{\"a\":\"\xC3\xA9t\xC3\xA9 \\u2014 \\u2019 <\\/b>\"}", {}, ""},
      {"a string from another encoder",
       "{\"a\":\"\xC3\xA9t\xC3\xA9 d\xC3\xA9j\xC3\xA0 vu \xC3\xA0\",\"b\":\"\\u00e9t\\u00e9 d\\u00e9j\\u00e0\"}",
       {},
       ""},
      {"escapes of a string in a string", R"({"a":"{\"x\":\"m\\u0061\"} and \\u0061"})", {}, ""},
  });
}

TEST_CASE("white space the document does not write elsewhere", "[inspect][json_space]") {
  const std::string compact = R"("b":2,"c":[1,2,3],"d":{"e":5,"f":6})";
  check({
      {"behind a colon", R"({"a": 1,)" + compact + "}", {"json-space@body:/a"}, R"({"a":1,)" + compact + "}"},
      {"ahead of a colon", R"({"a" :1,)" + compact + "}", {"json-space@body:/a"}, R"({"a":1,)" + compact + "}"},
      {"behind a comma", R"({"a":1, )" + compact + "}", {"json-space@body:/a"}, R"({"a":1,)" + compact + "}"},
      {"a line end", "{\"a\":1,\n" + compact + "}", {"json-space@body:/a"}, R"({"a":1,)" + compact + "}"},
      {"two blanks where one is usual",
       R"({"a": 1, "b": 2, "c":  3, "d": 4, "e": 5, "f": 6})",
       {"json-space@body:/c"},
       R"({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6})"},
      {"none where one is usual",
       R"({"a": 1, "b": 2, "c": 3,"d": 4, "e": 5, "f": 6, "g": 7})",
       {"json-space@body:/d"},
       R"({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7})"},
      {"at a line's end",
       "{\n  \"a\": 1, \n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5\n}",
       {"json-space@body:/a"},
       "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5\n}"},
      {"a deeper indent",
       "{\n  \"a\": 1,\n   \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5\n}",
       {"json-space@body:/a"},
       "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5\n}"},
      {"ahead", "\n{\"a\":1}", {"json-space@body:"}, R"({"a":1})"},
      {"a byte order mark", "\xEF\xBB\xBF{\"a\":1}", {"json-space@body:"}, R"({"a":1})"},
      {"behind", "{\"a\":1}\n \t\n", {"json-space@body:"}, R"({"a":1})"},
      {"other bytes behind", std::string("{\"a\":1}\0\0", 9), {"json-space@body:"}, R"({"a":1})"},
      {"compact", "{\"a\":1," + compact + "}", {}, ""},
      {"Python", R"({"a": 1, "b": [1, 2, {"c": null}], "d": {}})", {}, ""},
      {"in lines", "{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t],\n\t\"b\": {},\n\t\"c\": [1, 2, 3]\n}\n", {}, ""},
      {"Jackson in lines", "{\n  \"a\" : 1,\n  \"b\" : [ 1, 2 ],\n  \"c\" : { }\n}", {}, ""},
      {"CRLF", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n", {}, ""},
      {"by hand", "{\"a\":1, \"b\": 2,\"c\" :3,\n\"d\":4 , \"e\":5}", {}, ""},
      {"lines of JSON", "{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}\n", {}, ""},
      {"a form", "a=1&b=%20%20&c=+", {}, ""},
      {"cut short", "{\"a\":1,\"b\":[1, ", {}, ""},
      {"a string cut short", "{\"a\":1,\"b\":\"x", {}, ""},
  });
}

TEST_CASE("member names that are not what they seem", "[inspect][json_name]") {
  check({
      {"an invisible character",
       "{\"mo\xE2\x80\x8B"
       "del\":1}",
       {"json-name@body:/mo\xE2\x80\x8B"
        "del"},
       R"({"model":1})"},
      {"written as an escape",
       R"({"mo\u200bdel":1,"x":"\u00e9\u00e9\u00e9"})",
       {"json-name@body:/mo\xE2\x80\x8B"
        "del"},
       R"({"model":1,"x":"\u00e9\u00e9\u00e9"})"},
      {"a Cyrillic letter",
       "{\"m\xD0\xBE"
       "del\":1}",
       {"json-name@body:/m\xD0\xBE"
        "del"},
       R"({"model":1})"},
      {"a name in Russian", "{\"\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82\":1}", {}, ""},
      {"a name in French", "{\"pr\xC3\xA9nom\":1}", {}, ""},
  });
}
