// The forms of known values, and their search compared with std::string_view::find.
#include "inspect/needles.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

namespace {

using namespace telltale;
using namespace telltale::inspect;

const Fact* fact_of(const NeedleSet& set, std::string_view text) {
  for (const Fact& fact : set.facts())
    if (fact.text == text) return &fact;
  return nullptr;
}

std::string four_bytes(std::string_view text) {
  return text == "build-07" ? std::string("\xAB\xCD\x01\x02\x03", 5) : std::string("\0\0\0\0\0", 5);
}

}  // namespace

TEST_CASE("values are told apart by how many machines share them", "[inspect][environment]") {
  struct Row {
    const char* name;
    const char* value;
    bool shared;
  };
  const Row rows[] = {
      {"platform", "linux", true},
      {"os", "Darwin 24.6.0", false},
      {"arch", "x64", true},
      {"shell", "/bin/bash", true},
      {"locale", "en-GB", true},
      {"locale", "fa_IR.UTF-8", false},
      {"tz_abbrev", "EDT", true},
      {"tz_name", "Asia/Tehran", false},
      {"user", "root", true},
      {"user", "ana", true},
      {"user", "ana.example", false},
      {"host", "localhost", true},
      {"host", "build-07", false},
      {"cwd", "/app", true},
      {"cwd", "/srv/work/acme", false},
      {"ip", "127.0.0.1", true},
      {"ip", "10.0.4.17", false},
      {"badge", "K-4471-Q", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name << " " << row.value) {
      const NeedleSet set(Environment{{row.name, {row.value}}});
      REQUIRE(fact_of(set, row.value) != nullptr);
      CHECK(fact_of(set, row.value)->shared == row.shared);
    }
  }
}

TEST_CASE("other spellings of a value are known", "[inspect][environment]") {
  struct Row {
    const char* name;
    const char* value;
    const char* spelling;
  };
  const Row rows[] = {
      {"locale", "zh_CN.UTF-8", "zh-CN"},
      {"tz_offset", "UTC+03:30", "+0330"},
      {"proxy", "http://10.0.0.2:3128/x", "10.0.0.2:3128"},
      {"git_email", "Ana <ana@corp.example>", "ana@corp.example"},
      {"shell", "/bin/zsh", "zsh"},
      {"cwd", "C:\\src\\acme", "C:/src/acme"},
      {"cwd", "/srv/work/acme", "-srv-work-acme"},
      {"mac", "3c:22:fb:aa:10:9e", "3c-22-fb-aa-10-9e"},
      {"host", "DESKTOP-4F2K9", "desktop-4f2k9"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.spelling) {
      const NeedleSet set(Environment{{row.name, {row.value}}});
      REQUIRE(fact_of(set, row.spelling) != nullptr);
      CHECK(fact_of(set, row.spelling)->value == row.value);
    }
  }
}

TEST_CASE("what is too short or too long is not looked for, and facts are bounded", "[inspect][environment]") {
  CHECK(NeedleSet(Environment{{"user", {"ab", ""}}, {"host", {std::string(513, 'x')}}}).empty());
  Environment many;
  for (int i = 0; i < 1000; ++i) many["name" + std::to_string(i)] = {"value-" + std::to_string(i)};
  CHECK(NeedleSet(many).facts().size() == 256);
}

TEST_CASE("needles are found as a plain search finds them", "[inspect][environment]") {
  const NeedleSet set(Environment{{"a", {"abc", "bca1", "x64", "cabcab"}}, {"b", {"abcabcabc", "long-value-1"}}});
  std::mt19937 random(11);
  const std::string_view alphabet = "abcx641-";
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 80, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    std::set<std::pair<std::string, std::size_t>> found;
    std::vector<NeedleSet::Hit> hits;
    set.find(text, hits);
    for (const NeedleSet::Hit& hit : hits) found.emplace(set.needle(hit.needle).text, hit.at);
    std::set<std::pair<std::string, std::size_t>> wanted;
    for (const Fact& fact : set.facts())
      for (std::size_t at = text.find(fact.text); at != std::string::npos; at = text.find(fact.text, at + 1))
        wanted.emplace(fact.text, at);
    INFO(text);
    for (const auto& one : wanted) CHECK(found.count(one) == 1);
  }
}

TEST_CASE("digests are known by eight digits or more", "[inspect][environment]") {
  const NeedleSet set(Environment{{"host", {"build-07"}}}, {{four_bytes}});
  CHECK(set.fact_of_digest("abcd0102"));
  CHECK(set.fact_of_digest("ABCD010203"));
  CHECK_FALSE(set.fact_of_digest("abcd010"));
  CHECK_FALSE(set.fact_of_digest("abcd0104"));
  CHECK_FALSE(set.fact_of_digest("abcd01020304"));
  CHECK_FALSE(NeedleSet(Environment{{"host", {"build-07"}}}).fact_of_digest("abcd0102"));
}
