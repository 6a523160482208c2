#include "compare/sheet.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

namespace {

using namespace telltale;
using namespace telltale::compare;

record::Capture capture_of(std::string body) {
  record::Capture out;
  out.request.method = "POST";
  out.request.url = "https://api.example.net/v1/messages?beta=true";
  out.request.headers = {{"Host", "api.example.net"}, {"X-Tag", "a"}, {"x-tag", "b"}, {"Content-Length", "9"}};
  out.request.body.bytes = std::move(body);
  return out;
}

/// What is at which pointer; of several at one, all with a comma.
std::map<std::string, std::string> read(const Sheet& sheet, const Vocabulary& vocabulary) {
  std::map<std::string, std::string> out;
  for (const Cell& cell : sheet.cells) {
    if (vocabulary.texts.at(vocabulary.places.name(cell.place)) == order_name) continue;
    std::string& text = out[vocabulary.where(cell.pointer)];
    if (!text.empty()) text += ",";
    text += vocabulary.texts.at(cell.value);
  }
  return out;
}

std::uint32_t place_of(const Sheet& sheet, const Vocabulary& vocabulary, const std::string& where) {
  const auto found = std::find_if(sheet.cells.begin(), sheet.cells.end(),
                                  [&](const Cell& cell) { return vocabulary.where(cell.pointer) == where; });
  REQUIRE(found != sheet.cells.end());
  return found->place;
}

TEST_CASE("take_apart finds every value and field, and where it is", "[compare][sheet]") {
  Vocabulary vocabulary;
  const Sheet sheet = take_apart(capture_of(R"({"a/b":[1,{"c":"x"}],"c":"y","c":"z"})"), vocabulary, Limits{});
  const std::map<std::string, std::string> expected = {
      {"target", "/v1/messages?beta=true"},
      {"header:host", "api.example.net"},
      {"header:x-tag", "a,b"},
      {"body:", "{"},
      {"body:/a~1b", "["},
      {"body:/a~1b/0", "1"},
      {"body:/a~1b/1", "{"},
      {"body:/a~1b/1/c", "\"x\""},
      {"body:/c", "\"y\",\"z\""},
  };
  CHECK(read(sheet, vocabulary) == expected);
}

TEST_CASE("no place is there twice, whatever the body repeats", "[compare][sheet]") {
  Vocabulary vocabulary;
  const Sheet sheet =
      take_apart(capture_of(R"({"a":1,"a":2,"t":[{"name":"x"},{"name":"x"},{"role":"user"},{"role":"user"}]})"),
                 vocabulary, Limits{});
  std::vector<std::uint32_t> places;
  for (const Cell& cell : sheet.cells) places.push_back(cell.place);
  std::sort(places.begin(), places.end());
  CHECK(std::adjacent_find(places.begin(), places.end()) == places.end());
}

TEST_CASE("tools and messages are found again wherever they stand", "[compare][sheet]") {
  struct Row {
    const char* name;
    const char* before;
    const char* after;
    const char* where_before;
    const char* where_after;
  };
  const Row rows[] = {
      {"by name", R"({"tools":[{"name":"a","d":"1"},{"name":"b","d":"2"}]})",
       R"({"tools":[{"name":"b","d":"2"},{"name":"a","d":"1"}]})", "body:/tools/1/d", "body:/tools/0/d"},
      {"by function name", R"({"tools":[{"function":{"name":"a"}},{"function":{"name":"b","d":"2"}}]})",
       R"({"tools":[{"function":{"name":"b","d":"2"}}]})", "body:/tools/1/function/d", "body:/tools/0/function/d"},
      {"by role", R"({"messages":[{"role":"user","content":"x"}]})",
       R"({"messages":[{"role":"system","content":"y"},{"role":"user","content":"x"}]})", "body:/messages/0/content",
       "body:/messages/1/content"},
      {"by key", R"({"x":1,"y":2})", R"({"y":2,"x":1})", "body:/y", "body:/y"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Vocabulary vocabulary;
      const Sheet before = take_apart(capture_of(row.before), vocabulary, Limits{});
      const Sheet after = take_apart(capture_of(row.after), vocabulary, Limits{});
      CHECK(place_of(before, vocabulary, row.where_before) == place_of(after, vocabulary, row.where_after));
    }
  }
}

TEST_CASE("a series is method, path and API", "[compare][sheet]") {
  Vocabulary vocabulary;
  auto capture = capture_of(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}]})");
  CHECK(take_apart(capture, vocabulary, Limits{}).series == "POST /v1/messages anthropic.messages");
  capture.request.url = "https://api.example.net/v1/files/3f9c0a77e1/parts";
  capture.request.body.bytes = "";
  CHECK(take_apart(capture, vocabulary, Limits{}).series == "POST /v1/files/*/parts");
}

TEST_CASE("what is no JSON is compared as text, what is coded is not lost silently", "[compare][sheet]") {
  Vocabulary vocabulary;
  CHECK(read(take_apart(capture_of("a=1&b=2"), vocabulary, Limits{}), vocabulary).at("raw") == "a=1&b=2");
  CHECK(read(take_apart(capture_of("{\"a\":1} tail"), vocabulary, Limits{}), vocabulary).at("body:/a") == "1");
  auto coded = capture_of("not gzip");
  coded.request.body.coding = "gzip";
  CHECK(take_apart(coded, vocabulary, Limits{}).blind == "coding-malformed");
  coded.request.body.coding = "lzw";
  CHECK(take_apart(coded, vocabulary, Limits{}).blind == "coding-unknown");
}

}  // namespace
