#include "inspect/member_path.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::inspect;

namespace {

/// Text of every value that the path leads to, joined by blanks: each value of the document is tried as the anchor.
std::string led_to(std::string_view path_text, const std::string& json, std::string_view place = "") {
  const auto path = parse_member_path(path_text);
  REQUIRE(path);
  const codec::JsonDocument document = codec::scan_json(json, Limits{});
  std::string out;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const codec::JsonValue& value = document[i];
    const std::string name = value.key.empty() ? std::to_string(value.index) : name_of(document, i);
    if (!path->key.empty() && name != path->key) continue;
    const std::uint32_t at = select(*path, document, i, place);
    if (at == codec::JsonValue::none) continue;
    out += (out.empty() ? "" : " ") + text_of(document, at);
  }
  return out;
}

}  // namespace

TEST_CASE("a member path leads to its values", "[inspect][member-path]") {
  struct Row {
    const char* name;
    const char* path;
    const char* json;
    const char* place;
    const char* found;
  };
  const Row rows[] = {
      {"plain", "/a/b", R"({"a":{"b":1},"b":2})", "", "1"},
      {"any depth", "/**/b", R"({"a":{"b":1},"b":2})", "", "1 2"},
      {"attribute by its key", "/**/attributes/*[key=host.name]/value/stringValue",
       R"({"resourceLogs":[{"resource":{"attributes":[{"key":"os","value":{"stringValue":"linux"}},{"key":"host.name","value":{"stringValue":"box"}}]}}]})",
       "", "box"},
      {"value before its key", "/a/*[key=x]/v", R"({"a":[{"v":"1","key":"x"},{"v":"2","key":"y"}]})", "", "1"},
      {"either of two texts", "/a/*[k=x|y]/v", R"({"a":[{"k":"x","v":1},{"k":"y","v":2},{"k":"z","v":3}]})", "", "1 2"},
      {"pairs in a list", "/tags/*[0=host]/1", R"({"tags":[["os","linux"],["host","box"]]})", "", "box"},
      {"a number as the name", "/m/*/*[gemini_cli_key=137]/value",
       R"({"m":[[{"gemini_cli_key":82,"value":"linux"},{"gemini_cli_key":137,"value":"cpu"}]]})", "", "cpu"},
      {"an escaped name", "/a/*[key=host.name]/value", R"({"a":[{"key":"host\u002ename","value":"box"}]})", "", "box"},
      {"way that ends early", "/a/*[key=x]/value/stringValue", R"({"a":[{"key":"x","value":{"intValue":1}}]})", "", ""},
      {"list without that position", "/a/*[0=x]/1", R"({"a":[["x"]]})", "", ""},
      {"condition at another depth", "/a/*[key=x]/v", R"({"b":[{"key":"x","v":1}]})", "", ""},
      {"as if the document stood in its string", "/events/*/meta/b", R"({"b":1})", "/events/0/meta", "1"},
      {"in the opened document alone", "/a/b", R"({"a":{"b":1}})", "/events/0/meta", "1"},
      {"each of several documents", "/a", "{\"a\":1}\n{\"a\":2}", "", "1 2"},
      {"tilde and slash in names", "/a~1b/c~0d", R"({"a/b":{"c~d":1}})", "", "1"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(led_to(row.path, row.json, row.place) == row.found);
    }
  }
}

TEST_CASE("a member path that is wrong says how it is written", "[inspect][member-path]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a/b", "begins with"},
      {"", "begins with"},
      {"/a/*[key=x", "without"},
      {"/a/*[x]/v", "a condition is written"},
      {"/a/*[=x]/v", "a condition is written"},
      {"/a/*[key=]/v", "must not be empty"},
      {"/a/*[key=x]", "stands the way to the value"},
      {"/a/*[key=x]/*", "plain names only"},
      {"/a/*[key=x]/v[b=y]/w", "plain names only"},
  };
  for (const auto& [text, message] : rows) {
    const auto path = parse_member_path(text);
    CAPTURE(text);
    REQUIRE_FALSE(path);
    CHECK(path.error().detail.find(message) != std::string::npos);
  }
}
