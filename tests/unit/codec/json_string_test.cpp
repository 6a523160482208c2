#include <random>

#include "codec/json_scan.hpp"
#include "codec/string_end.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::codec;

TEST_CASE("decode_json_string undoes escapes and keeps all else", "[codec][json_string]") {
  struct Row {
    const char* name;
    std::string raw;
    std::string decoded;
  };
  const Row rows[] = {
      {"empty", R"("")", ""},
      {"without quotes", R"(a\nb)", "a\nb"},
      {"short escapes", R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {"two bytes", R"("\u00e9\u00E9")", "\xC3\xA9\xC3\xA9"},
      {"NUL", R"("a\u0000b")", std::string("a\0b", 3)},
      {"surrogate pair", R"("\ud83d\uDE00")", "\xF0\x9F\x98\x80"},
      {"lone high surrogate", R"("\ud83dx")", "\xED\xA0\xBDx"},
      {"lone low surrogate", R"("\ude00")", "\xED\xB8\x80"},
      {"two high surrogates", R"("\ud83d\ud83d\ude00")", "\xED\xA0\xBD\xF0\x9F\x98\x80"},
      {"high surrogate at the end", R"("\ud83d\u12")", "\xED\xA0\xBD\\u12"},
      {"unknown escape", R"("\q\x41")", "\\q\\x41"},
      {"unfinished escape", R"("\u00g0")", "\\u00g0"},
      {"invalid UTF-8", "\"\xFF\xC3\"", "\xFF\xC3"},
      {"raw controls", "\"a\nb\"", "a\nb"},
      {"a lone backslash", "\\", "\\"},
      {"an escaped quote alone", R"("\"")", "\""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(decode_json_string(row.raw) == row.decoded);
    }
  }
}

TEST_CASE("escape_json writes what decodes to the same text", "[codec][json_string]") {
  CHECK(escape_json("") == "");
  CHECK(escape_json("a\"b\\c/d") == R"(a\"b\\c/d)");
  CHECK(escape_json("\b\f\n\r\t\x01\x1F\x7F") == "\\b\\f\\n\\r\\t\\u0001\\u001f\x7F");
  CHECK(escape_json("\xC3\xA9\xF0\x9F\x98\x80") == "\xC3\xA9\xF0\x9F\x98\x80");
  std::string every;
  for (int c = 0; c < 256; ++c) every.push_back(static_cast<char>(c));
  CHECK(decode_json_string('"' + escape_json(every) + '"') == every);
}

TEST_CASE("code points are found in the raw token", "[codec][json_string]") {
  struct Row {
    const char* name;
    std::string raw;
    std::size_t begin;
    std::size_t end;
    std::string piece;
  };
  const Row rows[] = {
      {"plain", R"("hello")", 1, 3, "el"},
      {"all", R"("hello")", 0, 5, "hello"},
      {"an escape", R"("a\u2019b")", 1, 2, R"(\u2019)"},
      {"a raw code point", "\"a\xE2\x80\x99 b\"", 1, 2, "\xE2\x80\x99"},
      {"behind a raw code point", "\"a\xE2\x80\x99 b\"", 2, 4, " b"},
      {"an escaped pair is one", R"("a\ud83d\ude00b")", 1, 2, R"(\ud83d\ude00)"},
      {"behind an escaped pair", R"("a\ud83d\ude00b")", 2, 3, "b"},
      {"a lone surrogate is one", R"("a\ud83d b")", 1, 2, R"(\ud83d)"},
      {"behind a lone surrogate", R"("a\ud83d b")", 3, 4, "b"},
      {"far into plain text", "\"" + std::string(100, 'x') + "\\n" + std::string(50, 'y') + "z\"", 151, 152, "z"},
      {"short escapes", R"("\n\"\\x")", 1, 3, R"(\"\\)"},
      {"unknown escape counts two", R"("\qz")", 1, 3, "qz"},
      {"an ill-formed byte counts one", "\"\xFFyz\"", 1, 2, "y"},
      {"past the end", R"("abc")", 2, 99, "c"},
      {"nothing", R"("abc")", 2, 2, ""},
      {"without quotes", R"(a\tb)", 1, 2, R"(\t)"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const ByteRange range = raw_range_of(row.raw, row.begin, row.end);
      CHECK(row.raw.substr(range.begin, range.size()) == row.piece);
    }
  }
  CHECK(raw_range_of(R"("abc")", 3, 3) == ByteRange{4, 4});
  CHECK(raw_range_of(R"("abc")", 9, 9) == ByteRange{4, 4});
  CHECK(raw_range_of(R"("")", 0, 0) == ByteRange{1, 1});
}

TEST_CASE("raw bytes are mapped to the code points they touch", "[codec][json_string]") {
  const std::string raw = R"("a\u2019b\ud83d\ude00c")";  // " a \u2019 b pair c ": bytes 0, 1, 2-7, 8, 9-20, 21, 22
  CHECK(code_points_of(raw, {1, 2}) == ByteRange{0, 1});
  CHECK(code_points_of(raw, {2, 8}) == ByteRange{1, 2});
  CHECK(code_points_of(raw, {4, 5}) == ByteRange{1, 2});
  CHECK(code_points_of(raw, {7, 9}) == ByteRange{1, 3});
  CHECK(code_points_of(raw, {15, 16}) == ByteRange{3, 4});
  CHECK(code_points_of(raw, {0, raw.size()}) == ByteRange{0, 5});
  CHECK(code_points_of(raw, {22, 23}) == ByteRange{5, 5});
  CHECK(code_points_of(raw, {0, 0}) == ByteRange{0, 0});
  CHECK(code_points_of(raw, {500, 600}) == ByteRange{5, 5});
}

TEST_CASE("code points and raw bytes agree in both directions", "[codec][json_string]") {
  const char* pieces[] = {"a",
                          " ",
                          "\\n",
                          "\\\"",
                          "\\\\",
                          "\\u2019",
                          "\xE2\x80\x99",
                          "\\ud83d",
                          "\\ude00",
                          "\\ud83d\\ude00",
                          "\xF0\x9F\x98\x80",
                          "\\q",
                          "\xFF",
                          "\xED\xA0\xBD",
                          "\\u00e9",
                          "\xC3\xA9"};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string raw = "\"";
    for (std::uint64_t left = random() % 12; left > 0; --left) raw += pieces[random() % std::size(pieces)];
    raw += '"';
    const std::size_t length = code_points_of(raw, {0, raw.size()}).end;
    INFO(raw);
    REQUIRE(raw_range_of(raw, 0, length) == ByteRange{1, raw.size() - 1});
    std::string joined;
    std::size_t before = 1;
    for (std::size_t i = 0; i < length; ++i) {
      const ByteRange bytes = raw_range_of(raw, i, i + 1);
      REQUIRE(bytes.begin == before);
      REQUIRE(bytes.end > before);
      before = bytes.end;
      for (std::size_t at = bytes.begin; at < bytes.end; ++at)
        REQUIRE(code_points_of(raw, {at, at + 1}) == ByteRange{i, i + 1});
      joined += decode_json_string(raw.substr(bytes.begin, bytes.size()));
    }
    REQUIRE(joined == decode_json_string(raw));
    REQUIRE(before == raw.size() - 1);
  }
}

TEST_CASE("blocks are read alike with and without vector instructions", "[codec][json_string]") {
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    char bytes[StringBlock::size];
    for (char& byte : bytes) byte = random() % 8 == 0 ? static_cast<char>(random()) : "a\"\\b!#[]"[random() % 8];
    if (round % 2 == 0) std::fill_n(bytes, random() % StringBlock::size, 'x');
    REQUIRE(string_block(bytes) == string_block_portable(bytes));
  }
}

TEST_CASE("the end of a string is found alike byte by byte and in blocks", "[codec][json_string]") {
  std::mt19937 random(5);
  for (int round = 0; round < 30'000; ++round) {
    std::string text(random() % 300, 'x');
    const auto dense = 2 + random() % 60;
    for (char& byte : text)
      if (random() % dense == 0) byte = "\\\\\\\\\"\xC3"[random() % 6];
    if (round % 3 == 0) std::replace(text.begin(), text.end(), '"', '\\');
    const char* const end = text.data() + text.size();
    const StringEnd wanted = string_end_slow(text.data(), end, {});
    const StringEnd got = string_end(text.data(), end);
    INFO(text);
    REQUIRE(got.quote == wanted.quote);
    REQUIRE(got.escaped == wanted.escaped);
    REQUIRE(got.ascii == wanted.ascii);
  }
}
