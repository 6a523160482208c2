// Properties, reading and folding of Unicode text.
#include "inspect/unicode/fold.hpp"
#include "inspect/unicode/reader.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect::unicode;

TEST_CASE("look-alikes of letters keep their case", "[inspect][unicode]") {
  struct Row {
    char32_t code;
    const char* ascii;
  };
  const Row rows[] = {{0x430, "a"},   {0x410, "A"},   {0x406, "I"},   {0x456, "i"},  {0x4CF, "l"},  {0x391, "A"},
                      {0x399, "I"},   {0x3BF, "o"},   {0x39F, "O"},   {0x13AA, "A"}, {0xA4F2, "I"}, {0xFF34, "T"},
                      {0x1D42D, "t"}, {0xFB01, "fi"}, {0x2163, "IV"}, {0x217F, "m"}, {0x0261, "g"}, {0x1D04, "c"},
                      {0x17F, "s"},   {0x131, "i"},   {0x665, "5"},   {0xFF12, "2"}, {0x2113, "l"}, {0x24C1, "L"},
                      {0x436, ""},    {0x3BB, ""},    {0xE9, ""},     {0x4E2D, ""},  {'a', ""},     {0x110000, ""}};
  for (const Row& row : rows) {
    INFO(std::hex << static_cast<unsigned>(row.code));
    CHECK(ascii_letters(row.code) == row.ascii);
  }
}

TEST_CASE("look-alikes of signs leave quotes, dashes and blanks alone", "[inspect][unicode]") {
  struct Row {
    char32_t code;
    char ascii;
  };
  const Row rows[] = {{0x37E, ';'},  {0x2024, '.'}, {0xA789, ':'}, {0x2236, ':'}, {0x1C3, '!'}, {0x2044, '/'},
                      {0x2215, '/'}, {0xFF0C, ','}, {0xFF08, '('}, {0x2223, '|'}, {0x2019, 0},  {0x2010, 0},
                      {0x00A0, 0},   {0x2026, 0},   {0x00B7, 0},   {0x2022, 0},   {'!', 0}};
  for (const Row& row : rows) {
    INFO(std::hex << static_cast<unsigned>(row.code));
    CHECK(ascii_sign(row.code) == row.ascii);
  }
}

TEST_CASE("compose gives normal form C", "[inspect][unicode]") {
  CHECK(compose("cafe\u0301") == "caf\u00E9");
  CHECK(compose("\u1112\u1161\u11AB") == "\uD55C");
  CHECK(compose("\u212B") == "\u00C5");
  CHECK(compose("") == "");
  CHECK(composes('e', 0x301));
  CHECK_FALSE(composes('l', 0x307));
  CHECK_FALSE(composes(Char::none, 0x301));
  CHECK(is_composed(0xE9));
  CHECK_FALSE(is_composed('e'));
}

TEST_CASE("a text is read forwards and backwards alike, ill-formed bytes one by one", "[inspect][unicode]") {
  const std::string text = "a\u00E9\u4E2D\U0001F600\xFFz\xE4\xB8";
  std::vector<char32_t> forwards;
  for (std::size_t at = 0; at < text.size();) {
    const Char one = char_at(text, at);
    forwards.push_back(one.code);
    at = one.end;
  }
  std::vector<char32_t> backwards;
  for (std::size_t at = text.size(); at > 0;) {
    const Char one = char_before(text, at);
    backwards.insert(backwards.begin(), one.code);
    at = one.begin;
  }
  CHECK(forwards == backwards);
  CHECK(forwards ==
        std::vector<char32_t>{'a', 0xE9, 0x4E2D, 0x1F600, Char::invalid, 'z', Char::invalid, Char::invalid});
  CHECK(char_before(text, 0).code == Char::none);
  CHECK(char_at(text, text.size()).code == Char::none);
}

TEST_CASE("scans stop at the first byte that matters, wherever it stands", "[inspect][unicode]") {
  for (std::size_t at = 0; at < 70; ++at) {
    std::string text(70, 'x');
    CHECK(next_non_ascii(text, 0, text.size()) == 70);
    CHECK(next_control(text, 0, text.size()) == 70);
    text[at] = '\x1F';
    CHECK(next_control(text, 0, text.size()) == at);
    CHECK(next_sign(text, 0, text.size(), '-', '"') == 70);
    for (const char sign : {'-', '"', '\xE2'}) {
      text[at] = sign;
      CHECK(next_sign(text, 0, text.size(), '-', '"') == at);
      CHECK(next_sign(text, at + 1, text.size(), '-', '"') == 70);
    }
    text[at] = '\xC3';
    CHECK(next_non_ascii(text, 0, text.size()) == at);
    CHECK(next_control(text, 0, text.size()) == 70);
    text[at] = '\x7F';
    CHECK(next_control(text, 0, text.size()) == at);
    for (const char usual : {'\t', '\n', '\r', ' ', '~'}) {
      text[at] = usual;
      CHECK(next_control(text, 0, text.size()) == 70);
    }
  }
}

TEST_CASE("lines are found from any place in them", "[inspect][unicode]") {
  const std::string text = "one\ntw\u05D0\r\nthr\u00E9e\u2029four";
  Lines lines(text, {0, text.size()});
  CHECK(lines.range(1) == ByteRange{0, 3});
  CHECK_FALSE(lines.facts(1).right_to_left);
  CHECK(lines.range(5) == ByteRange{4, 8});
  CHECK(lines.facts(5).right_to_left);
  CHECK(lines.range(12).begin == 10);
  CHECK(lines.facts(12).accented);
  CHECK(lines.range(text.size() - 1).begin == text.size() - 4);
  CHECK_FALSE(lines.facts(text.size() - 1).accented);
}
