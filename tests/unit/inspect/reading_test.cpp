// Runs of digits as bytes, and what may have been done to those.
#include "inspect/reading.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "http/coding.hpp"

namespace {

using namespace telltale;
using namespace telltale::inspect;

bool reads_as(std::string_view run, std::string_view wanted) {
  const auto readings = read_run(run);
  return std::any_of(readings.begin(), readings.end(),
                     [wanted](const Reading& one) { return one.bytes.find(wanted) != std::string::npos; });
}

}  // namespace

TEST_CASE("a run is read in every alphabet and alignment", "[inspect][reading]") {
  struct Row {
    const char* name;
    const char* run;
  };
  const Row rows[] = {
      {"base64", "YnVpbGQtMDc="},
      {"base64 without padding", "YnVpbGQtMDc"},
      {"base64 one digit in", "xYnVpbGQtMDc"},
      {"base64 two digits in", "xyYnVpbGQtMDc"},
      {"behind a name", "tok=YnVpbGQtMDc="},
      {"hex", "6275696c642d3037"},
      {"hex one digit in", "f6275696c642d3037"},
      {"base32", "MJ2WS3DEFUYDO==="},
      {"base32 in small letters", "mj2ws3defuydo"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      CHECK(reads_as(row.run, "build-07"));
    }
  CHECK(read_run("").empty());
  CHECK(read_run("====").empty());
  CHECK_FALSE(read_whole("abc", Alphabet::hex));
  CHECK_FALSE(read_whole("xyz", Alphabet::hex));
  CHECK(read_whole(std::string(1 << 20, 'A'), Alphabet::base64)->bytes.size() == 3072);
}

TEST_CASE("a reading knows which digits write which bytes", "[inspect][reading]") {
  CHECK(Reading{Alphabet::hex, 1, {}}.digits({1, 3}) == ByteRange{3, 7});
  CHECK(Reading{Alphabet::base64, 2, {}}.digits({3, 6}) == ByteRange{6, 10});
  CHECK(Reading{Alphabet::base32, 0, {}}.digits({0, 5}) == ByteRange{0, 8});
}

TEST_CASE("escapes are undone with the way back", "[inspect][reading]") {
  const Unescaped one = undo_escapes("a%2Fb\\u00e9\\x41%zz\\u12");
  CHECK(one.text ==
        "a/b\xC3\xA9"
        "A%zz\\u12");
  CHECK(one.at[1] == 1);
  CHECK(one.at[2] == 4);
  CHECK(one.at[3] == 5);
  CHECK(one.at[4] == 5);
  CHECK(one.at[5] == 11);
  CHECK(one.at.size() == one.text.size() + 1);
  CHECK(find_escape("plain 100% text \\n", 0) == std::string_view::npos);
  CHECK(find_escape(std::string(100, 'x') + "%41", 0) == 100);
  CHECK(find_escape("%41 and %42", 1) == 8);
  CHECK(find_escape("", 0) == std::string_view::npos);
}

TEST_CASE("XOR with one key is seen, and no key is none", "[inspect][reading]") {
  std::string hidden = "build-07";
  for (char& c : hidden) c = static_cast<char>(c ^ 91);
  CHECK(begins_xored(hidden + "tail", "build-07"));
  CHECK_FALSE(begins_xored("build-07", "build-07"));
  CHECK_FALSE(begins_xored(hidden.substr(1), "build-07"));
  CHECK_FALSE(begins_xored("", "b"));
}

TEST_CASE("only small complete streams are inflated", "[inspect][reading]") {
  const auto packed = http::encode_content("host=build-07", {http::Coding::gzip});
  REQUIRE(packed);
  CHECK(inflate(*packed) == "host=build-07");
  CHECK_FALSE(inflate("not compressed at all"));
  CHECK_FALSE(inflate(packed->substr(0, packed->size() - 4)));
  const auto bomb = http::encode_content(std::string(1 << 20, 'a'), {http::Coding::gzip});
  REQUIRE(bomb);
  CHECK_FALSE(inflate(*bomb));
}

TEST_CASE("text is told from bytes", "[inspect][reading]") {
  CHECK(is_printable("plain\n\ttext \xC3\xA9"));
  CHECK_FALSE(is_printable("a\x01"));
  CHECK_FALSE(is_printable("\xFF\xFE"));
  CHECK_FALSE(is_printable(""));
}
