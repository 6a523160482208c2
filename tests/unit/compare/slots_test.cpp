#include "compare/slots.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace telltale;
using namespace telltale::compare;

using Forms = std::vector<std::vector<std::string>>;

// What each text has in each slot.
Forms forms(const std::vector<std::string_view>& texts, Spelling spelling, std::size_t most = 100) {
  Forms out;
  for (const Slot& slot : find_slots(texts, 0, spelling, most)) {
    out.emplace_back();
    for (std::size_t i = 0; i < texts.size(); ++i)
      out.back().emplace_back(texts[i].substr(slot.in_text[i].begin, slot.in_text[i].size()));
  }
  return out;
}

TEST_CASE("find_slots finds each place where texts differ", "[compare][slots]") {
  struct Row {
    const char* name;
    std::vector<std::string_view> texts;
    Forms slots;
  };
  const Row rows[] = {
      {"alike", {"same text", "same text"}, {}},
      {"a word", {"be brief now", "be short now"}, {{"brief", "short"}}},
      {"two words", {"be brief and kind", "be short and nice"}, {{"brief", "short"}, {"kind", "nice"}}},
      {"an insertion", {"a, b", "a,  b", "a, b"}, {{"", " ", ""}}},
      {"separators apart from the day that moves on",
       {"on 2026-05-13.", "on 2026/05/13.", "on 2026-05-14."},
       {{"-", "/", "-"}, {"-", "/", "-"}, {"13", "13", "14"}}},
      {"the same place filled three ways", {"x y", "x - y", "x + y"}, {{"", "- ", "+ "}}},
      {"an escape against the character", {"t\\u006fuch", "touch"}, {{"t\\u006fuch", "touch"}}},
      {"a surrogate pair is one unit",
       {"a \\ud83d\\ude00 b", "a \\ud83d\\ude01 b"},
       {{"\\ud83d\\ude00", "\\ud83d\\ude01"}}},
      {"emptied", {"all of it", ""}, {{"all of it", ""}}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(forms(row.texts, Spelling::json) == row.slots);
    }
  }
}

TEST_CASE("every text is its slots and what lies between, alike for all", "[compare][slots]") {
  const std::vector<std::string_view> texts = {"Today's date is 2026-03-14. Keep it short, plain and polite.",
                                               "Today\xCA\xBCs date is 2026/03/14. Keep it short, plain and polite.",
                                               "Today's date is 2026-03-15. Keep it brief, plain, and polite. Thanks!",
                                               "Date: 14 March. Keep plain and polite it short."};
  std::vector<std::string> rest(texts.size());
  const auto slots = find_slots(texts, 0, Spelling::plain, 100);
  REQUIRE_FALSE(slots.empty());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::size_t at = 0;
    for (const Slot& slot : slots) {
      REQUIRE(slot.in_text[i].begin >= at);
      rest[i].append(texts[i].substr(at, slot.in_text[i].begin - at)) += '|';
      at = slot.in_text[i].end;
    }
    rest[i] += texts[i].substr(at);
  }
  for (const std::string& one : rest) CHECK(one == rest[0]);
}

TEST_CASE("past its bound the rest is one slot", "[compare][slots]") {
  CHECK(forms({"a b c d e", "a x c y e"}, Spelling::plain, 1) == Forms{{"b c d e", "x c y e"}});
}

TEST_CASE("tokens cover a text without gaps, also a damaged one", "[compare][tokens]") {
  for (const std::string_view text :
       {"", "a_b9 c", "\\", "x\\", "\\u12", "\\ud83d\\ude00\\ud83d", "\xFF\xC3", "caf\xC3\xA9"}) {
    std::size_t at = 0;
    for (const ByteRange& token : cut_tokens(text, Spelling::json)) {
      CHECK(token.begin == at);
      CHECK(token.end > token.begin);
      at = token.end;
    }
    CHECK(at == text.size());
  }
}

}  // namespace
