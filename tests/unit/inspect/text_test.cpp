// A decoded string knows the way back to its bytes.
#include "inspect/text.hpp"

#include "codec/json_scan.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

TEST_CASE("a text decodes escapes and maps every byte back to what wrote it", "[inspect][text]") {
  struct Row {
    const char* name;
    std::string raw;
    std::string decoded;
    std::vector<std::size_t> places;  ///< raw offset of each decoded byte, and of the end
  };
  const Row rows[] = {
      {"plain", "abc", "abc", {0, 1, 2, 3}},
      {"empty", "", "", {0}},
      {"a short escape", "a\\nb", "a\nb", {0, 1, 3, 4}},
      {"a long escape", "a\\u0041b", "aAb", {0, 1, 7, 8}},
      {"two bytes of one escape", "\\u00e9x", "\xC3\xA9x", {0, 0, 6, 7}},
      {"a surrogate pair", "\\ud83d\\ude00.", "\xF0\x9F\x98\x80.", {0, 0, 0, 0, 12, 13}},
      {"escapes side by side", "\\n\\t", "\n\t", {0, 2, 4}},
      {"raw UTF-8 beside an escape", "\xC3\xA9\\n", "\xC3\xA9\n", {0, 1, 2, 4}},
      {"a backslash that begins no escape", "\\q", "\\q", {0, 1, 2}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Text text({row.raw, {0, row.raw.size()}, true, true});
      CHECK(text.view() == row.decoded);
      REQUIRE(row.places.size() == text.size() + 1);
      for (std::size_t i = 0; i < row.places.size(); ++i) CHECK(text.raw(i) == row.places[i]);
    }
  }
}

TEST_CASE("a text inside a document counts in the document", "[inspect][text]") {
  const std::string document = R"({"a":"x\u0041y"})";
  const Text text({document, {6, 14}, true, true});
  CHECK(text.view() == "xAy");
  CHECK(text.raw(ByteRange{1, 2}) == ByteRange{7, 13});
  CHECK(text.is_escape(1));
  CHECK_FALSE(text.is_escape(0));
  CHECK_FALSE(text.is_escape(2));
  CHECK(text.is_ascii());
}

TEST_CASE("a text of many escapes knows the way back from each of its bytes", "[inspect][text]") {
  const std::string_view pieces[] = {"\\n", "a",       "\\u0041", "\\ud83d\\ude00", "bc", "\xC3\xA9",
                                     "\\q", "\\u00e9", "\\\\"};
  std::uint32_t random = 1;
  std::string raw = "plain text first, ";
  std::vector<std::size_t> places;
  std::vector<bool> escaped;
  for (std::size_t at = 0; at < raw.size(); ++at) places.push_back(at), escaped.push_back(false);
  std::string decoded = raw;
  for (int i = 0; i < 2000; ++i) {
    random = random * 1664525 + 1013904223;
    const std::string_view piece = pieces[(random >> 16U) % std::size(pieces)];
    const std::string text = codec::decode_json_string(piece);
    const bool is_escape = piece[0] == '\\' && piece != "\\q";
    for (std::size_t k = 0; k < text.size(); ++k) {
      places.push_back(raw.size() + (is_escape ? 0 : k));
      escaped.push_back(is_escape);
    }
    raw += piece;
    decoded += text;
    if (random % 97 == 0) raw += std::string(70, 'x'), decoded += std::string(70, 'x');
    for (std::size_t k = raw.size() - (raw.ends_with("xxxxx") ? 70 : 0); k < raw.size(); ++k)
      places.push_back(k), escaped.push_back(false);
  }
  places.push_back(raw.size());
  const Text text({raw, {0, raw.size()}, true, true});
  REQUIRE(text.view() == decoded);
  REQUIRE(places.size() == text.size() + 1);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (text.raw(i) != places[i]) FAIL("byte " << i << " at " << text.raw(i) << ", not " << places[i]);
    if (i < escaped.size() && text.is_escape(i) != escaped[i]) FAIL("byte " << i << " is or is not an escape");
  }
}
