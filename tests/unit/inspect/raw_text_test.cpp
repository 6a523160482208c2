#include "inspect/raw_text.hpp"

#include <random>

#include "codec/json_scan.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

namespace {

RawText json_text(std::string_view inside) {
  return {inside, {0, inside.size()}, true, true};
}

std::string random_inside(std::mt19937& random) {
  static const char* const parts[] = {"a",       " ",       "\\n",     "\\\\",           "\\\"",     "\\/",
                                      "\\u0041", "\\u02bc", "\\ud83d", "\\ud83d\\ude00", "\xCA\xBC", "\xE2\x80\x99",
                                      "\xFF",    "\\u00"};
  std::string out;
  const std::size_t count = random() % 12;
  for (std::size_t i = 0; i < count; ++i) out += parts[random() % std::size(parts)];
  return out;
}

}  // namespace

TEST_CASE("decoding agrees with the codec's", "[inspect][raw-text]") {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    const std::string inside = random_inside(random);
    CAPTURE(inside);
    CHECK(decode(json_text(inside)) == codec::decode_json_string("\"" + inside + "\""));
  }
}

TEST_CASE("a window shows what the whole decoded text has there", "[inspect][raw-text]") {
  std::mt19937 random(13);
  for (int round = 0; round < 2000; ++round) {
    const std::string inside = random_inside(random) + "x" + random_inside(random);
    const RawText text = json_text(inside);
    std::vector<std::size_t> begins;
    for (std::size_t at = 0; at < inside.size(); at += step(text, at).length) begins.push_back(at);
    const std::size_t at = begins[random() % begins.size()];
    const Window window(text, at, random() % 8, 1 + random() % 8);
    CAPTURE(inside, at);
    const std::size_t offset = window.offset_of(at);
    CHECK(window.raw(offset) == at);
    const std::size_t begin = window.raw(0);
    const std::size_t end = window.raw(window.text().size());
    CHECK(std::find(begins.begin(), begins.end(), begin) != begins.end());
    const RawText part{inside, {begin, end}, true, true};
    CHECK(decode(part) == window.text());
  }
}

TEST_CASE("code points are counted over escapes", "[inspect][raw-text]") {
  const std::string inside = "a\\n\\u02bc\\ud83d\\ude00\xE2\x80\x99z";
  CodePointCounter counter(json_text(inside));
  CHECK(counter.before(0) == 0);
  CHECK(counter.before(inside.find("\\u02bc")) == 2);
  CHECK(counter.before(inside.find("\\ud83d")) == 3);
  CHECK(counter.before(inside.find('z')) == 5);
  CHECK(counter.before(inside.size()) == 6);
}

TEST_CASE("hiding escapes are found at every alignment", "[inspect][raw-text]") {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string text = std::string(before, 'u') + "\\u0041" + std::string(before, '/') + "\\/" + "\\n\\";
    CHECK(next_hiding_escape(text, 0) == before);
    CHECK(next_hiding_escape(text, before + 1) == 2 * before + 6);
    CHECK(next_hiding_escape(text, 2 * before + 7) == std::string::npos);
  }
}
