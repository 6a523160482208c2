#include "codec/json_scan.hpp"

#include <random>

#include "support/catch.hpp"
#include "support/json_check.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

const Limits defaults;

// One letter a value (o a s n l), keys before it, brackets around children: short enough for a table.
std::string outline(const JsonDocument& document) {
  std::string out;
  std::vector<std::uint32_t> ends;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    while (!ends.empty() && ends.back() <= i) {
      out += ')';
      ends.pop_back();
    }
    const JsonValue& value = document[i];
    out += decode_json_string(document.slice(value.key));
    out += "oasnl"[static_cast<std::size_t>(value.kind)];
    if (value.kind == JsonKind::object || value.kind == JsonKind::array) {
      out += '(';
      ends.push_back(value.after);
    }
  }
  out.append(ends.size(), ')');
  return out;
}

struct Row {
  const char* name;
  std::string text;
  const char* outline;
};

struct DamagedRow {
  const char* name;
  std::string text;
  const char* outline;
  std::size_t at;
};

}  // namespace

TEST_CASE("scan_json reads what RFC 8259 allows and what real clients send besides", "[codec][json_scan]") {
  const Row rows[] = {
      {"nothing", "", ""},
      {"blanks only", " \t\r\n", ""},
      {"byte order mark", "\xEF\xBB\xBF{}", "o()"},
      {"byte order mark alone", "\xEF\xBB\xBF", ""},
      {"scalars", "\"a\"", "s"},
      {"literals", "[true,false,null]", "a(lll)"},
      {"numbers", "[0,-1,1.5,1e9,-2.5E-3]", "a(nnnnn)"},
      {"odd numbers", "[01,+1,.5,1.,1e,1.79e309,12345678901234567890123,-0]", "a(nnnnnnnn)"},
      {"not a number, from a Python client", "[NaN,Infinity,-Infinity]", "a(nnn)"},
      {"nested", R"({"a":[1,{"b":"c"}],"d":{}})", "o(aa(no(bs))do())"},
      {"blanks everywhere", " { \"a\" : [ 1 , 2 ] , \"b\" : { } } \n", "o(aa(nn)bo())"},
      {"blanks after the value", "{}\n\n  ", "o()"},
      {"duplicate keys are both kept", R"({"a":1,"a":2})", "o(anan)"},
      {"empty key", R"({"":1})", "o(n)"},
      {"escaped key", R"({"\u0061\n":1})", "o(a\nn)"},
      {"NDJSON", "{\"a\":1}\n{\"b\":2}\n", "o(an)o(bn)"},
      {"concatenated", "{}[]\"x\"1", "o()a()sn"},
      {"lone surrogates", R"(["\ud83d","\ude00x","\ud83d\ud83d"])", "a(sss)"},
      {"invalid UTF-8", "[\"\xC3\x28\xFF\xED\xA0\x80\"]", "a(s)"},
      {"raw controls and NUL in a string", std::string("[\"a\nb\0c\"]", 9), "a(s)"},
      {"unknown escape", R"(["\x\q\u12"])", "a(s)"},
      {"escaped quote and backslash at the end", R"(["\"","\\","\\\"",""])", "a(ssss)"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const JsonDocument document = scan_json(row.text, defaults);
      CHECK_FALSE(document.stopped);
      CHECK(outline(document) == row.outline);
      CHECK(test::broken_rule(document) == "");
    }
  }
}

TEST_CASE("scan_json keeps what it read before the damage", "[codec][json_scan]") {
  const DamagedRow rows[] = {
      {"text ends in an object", R"({"a":1,"b":[2)", "o(anba(n))", 13},
      {"text ends in a string", R"({"a":"x","b":"y)", "o(as)", 13},
      {"text ends behind a backslash", R"(["x","y\)", "a(s)", 5},
      {"text ends after a key", R"({"a":1,"b")", "o(an)", 10},
      {"text ends after a colon", R"({"a":)", "o()", 5},
      {"trailing comma in an array", "[1,]", "a(n)", 3},
      {"trailing comma in an object", R"({"a":1,})", "o(an)", 7},
      {"missing comma", "[1 2]", "a(n)", 3},
      {"missing colon", R"({"a" 1})", "o()", 5},
      {"wrong bracket", "[1}", "a(n)", 2},
      {"stray bracket", "{}]", "o()", 2},
      {"comma between documents", "{},{}", "o()", 2},
      {"key without quotes", "{a:1}", "o()", 1},
      {"single quotes", "['a']", "a()", 1},
      {"comment", "[1/*x*/]", "a(n)", 2},
      {"word", "[undefined]", "a()", 1},
      {"plain text", "hello", "", 0},
      {"form", "a=b&c=d", "", 0},
      {"multipart form", "--------------------------9747\r\n", "", 0},
      {"multipart form with a word", "--boundary\r\n", "", 0},
      {"NUL", std::string("\0", 1), "", 0},
      {"second document damaged", "{\"a\":1}\n{\"b\":", "o(an)o()", 13},
  };
  for (const DamagedRow& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const JsonDocument document = scan_json(row.text, defaults);
      REQUIRE(document.stopped);
      CHECK(document.stopped->code == Errc::json_malformed);
      CHECK(document.stopped->at == row.at);
      CHECK(outline(document) == row.outline);
      CHECK(test::broken_rule(document) == "");
    }
  }
}

TEST_CASE("values know their bytes, keys and places", "[codec][json_scan]") {
  const std::string text = R"( {"key" : "v\u00e9", "n":[10,  {"z":null}], "ö":"ü"} )";
  const JsonDocument document = scan_json(text, defaults);
  REQUIRE(document.values.size() == 7);
  CHECK(document.slice(document[0].raw) == text.substr(1, text.size() - 2));
  CHECK(document.slice(document[1].key) == "\"key\"");
  CHECK(document.slice(document[1].raw) == R"("v\u00e9")");
  CHECK(document[1].escaped);
  CHECK(document[1].ascii);
  CHECK(document.slice(document[2].raw) == R"([10,  {"z":null}])");
  CHECK(document[2].index == 1);
  CHECK(document[2].after == 6);
  CHECK(document.slice(document[5].raw) == "null");
  CHECK(document[5].parent == 4);
  CHECK_FALSE(document[6].escaped);
  CHECK_FALSE(document[6].ascii);
  CHECK(document.children(0) == std::vector<std::uint32_t>{1, 2, 6});
  CHECK(document.children(5).empty());
}

TEST_CASE("member finds the first member of that decoded name", "[codec][json_scan]") {
  const JsonDocument document = scan_json(R"({"a":{"b":0},"b":1,"b":2,"\u0063":3,"c":4})", defaults);
  CHECK(document.member(0, "b") == 3);
  CHECK(document.member(0, "c") == 5);
  CHECK(document.member(1, "b") == 2);
  CHECK(document.member(0, "d") == JsonValue::none);
  CHECK(document.member(2, "b") == JsonValue::none);
}

TEST_CASE("strings are compared and copied decoded", "[codec][json_scan]") {
  const JsonDocument document = scan_json(R"(["plain","a\/b",7])", defaults);
  CHECK(document.string_at(1) == "plain");
  CHECK(document.string_at(2) == "a/b");
  CHECK(document.string_at(3).empty());
  CHECK(document.string_equals(1, "plain"));
  CHECK_FALSE(document.string_equals(1, "plai"));
  CHECK(document.string_equals(2, "a/b"));
  CHECK_FALSE(document.string_equals(3, "7"));
}

TEST_CASE("pointer follows RFC 6901", "[codec][json_scan]") {
  const JsonDocument one = scan_json(R"({"foo":["bar"],"":0,"a/b":1,"m~n":2,"\u0071\"":3})", defaults);
  const char* wanted[] = {"", "/foo", "/foo/0", "/", "/a~1b", "/m~0n", "/q\""};
  REQUIRE(one.values.size() == std::size(wanted));
  for (std::uint32_t i = 0; i < one.values.size(); ++i) CHECK(one.pointer(i) == wanted[i]);

  const JsonDocument several = scan_json("{\"a\":1}\n[2]", defaults);
  CHECK(several.pointer(0) == "/0");
  CHECK(several.pointer(1) == "/0/a");
  CHECK(several.pointer(3) == "/1/0");
}

TEST_CASE("nesting is held to its limit", "[codec][json_scan][limits]") {
  Limits limits;
  limits.json_depth = 4;
  CHECK_FALSE(scan_json("[[[[1]]]]", limits).stopped);
  const JsonDocument deep = scan_json("[[[[[1]]]]]", limits);
  REQUIRE(deep.stopped);
  CHECK(deep.stopped->code == Errc::json_too_deep);
  CHECK(deep.stopped->at == 4);
  CHECK(outline(deep) == "a(a(a(a())))");
  CHECK_FALSE(scan_json("[[[[1]]],[[[1]]]]", limits).stopped);
}

TEST_CASE("two hundred thousand brackets do no harm", "[codec][json_scan][limits]") {
  const JsonDocument document = scan_json(std::string(200'000, '['), defaults);
  REQUIRE(document.stopped);
  CHECK(document.stopped->code == Errc::json_too_deep);
  CHECK(document.values.size() == defaults.json_depth);
  CHECK(document.pointer(defaults.json_depth - 1).size() == 2 * (defaults.json_depth - 1));
}

TEST_CASE("values are held to their limit", "[codec][json_scan][limits]") {
  Limits limits;
  limits.json_values = 3;
  CHECK_FALSE(scan_json("[1,2]", limits).stopped);
  const JsonDocument many = scan_json("[1,2,3]", limits);
  REQUIRE(many.stopped);
  CHECK(many.stopped->code == Errc::json_too_many_values);
  CHECK(many.stopped->at == 5);
  CHECK(outline(many) == "a(nn)");
}

TEST_CASE("a string of 64 MiB is one value", "[codec][json_scan][limits]") {
  const std::size_t size = 64 * 1024 * 1024;
  std::string text = "[\"";
  text.append(size - 4, 'x');
  text += "\"]";
  const JsonDocument document = scan_json(text, defaults);
  CHECK_FALSE(document.stopped);
  REQUIRE(document.values.size() == 2);
  CHECK(document[1].raw.size() == size - 2);
  CHECK(document[1].ascii);
}

TEST_CASE("a text whose offsets would not fit is not begun", "[codec][json_scan][limits]") {
  const std::string_view text("[1]", 0xFFFFFFFF);  // never read, so it need not be there
  const JsonDocument document = scan_json(text, defaults);
  REQUIRE(document.stopped);
  CHECK(document.stopped->code == Errc::content_too_long);
  CHECK(document.values.empty());
}

TEST_CASE("a string is read right wherever its bytes fall in a block", "[codec][json_scan]") {
  const char* pieces[] = {"\\\"", "\\\\", "\\\xC3\xA9", "\xC3\xA9", "\\u0041", "\\\\\\\""};
  for (const char* piece : pieces) {
    for (std::size_t before = 0; before < 40; ++before) {
      for (std::size_t behind = 0; behind < 20; ++behind) {
        const std::string text =
            "[\"" + std::string(before, 'a') + piece + std::string(behind, 'b') + "\",\"\",\"tail\"]";
        const JsonDocument document = scan_json(text, defaults);
        REQUIRE_FALSE(document.stopped);
        REQUIRE(document.values.size() == 4);
        REQUIRE(document[1].raw.size() == before + behind + 2 + std::string_view(piece).size());
        REQUIRE(test::broken_rule(document) == "");
      }
    }
  }
}

TEST_CASE("any bytes survive the scan", "[codec][json_scan]") {
  std::mt19937 random(20261124);
  const std::string seed =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\u2019b \\ud83d "
      "\xE2\x80\x99 \\\\\"}]}],\"n\":[1,-2.5e3,true,null],\"o\":{}}\n[]";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    for (std::uint64_t changes = 1 + random() % 6; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        case 2:
          text.insert(at, 1, "{}[]\",:\\ue9"[random() % 11]);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 12));
      }
      if (text.empty()) text = "x";
    }
    const JsonDocument document = scan_json(text, defaults);
    const std::string broken = test::broken_rule(document);
    INFO(text);
    REQUIRE(broken == "");
    for (std::uint32_t i = 0; i < document.values.size(); ++i) REQUIRE_NOTHROW(document.pointer(i));
  }
}
