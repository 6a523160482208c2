#include "diff/statement.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "unit/diff/two_sides.hpp"

namespace {

using namespace telltale;
using diff::Said;
using diff::Sort;
using test::Sent;
using test::statement_of;

const Said* find(const diff::Statement& statement, Sort sort, std::string_view place) {
  const auto found = std::find_if(statement.said.begin(), statement.said.end(),
                                  [&](const Said& said) { return said.sort == sort && said.place == place; });
  return found == statement.said.end() ? nullptr : &*found;
}

TEST_CASE("places are named alike in every request", "[diff][statement]") {
  struct Row {
    const char* body;
    const char* place;
    const char* where;
    const char* text;
  };
  const Row rows[] = {
      {R"({"a":{"b":1}})", "body:/a/b", "body:/a/b", "1"},
      {R"({"a":[5]})", "body:/a/*", "body:/a/0", "5"},
      {R"({"a":"x"})", "body:/a", "body:/a", "x"},
      {R"({"a/b~":"x"})", "body:/a~1b~0", "body:/a~1b~0", "x"},
      {R"({"tools":[{},{"name":"Bash","d":"x"}]})", "body:/tools/[Bash]/d", "body:/tools/1/d", "x"},
      {R"({"messages":[{"role":"user","content":"x"}]})", "body:/messages/[user]/content", "body:/messages/0/content",
       "x"},
      {R"({"3f9c0a77-e1b2-4c3d-8e4f-5a6b7c8d9e0f":"x"})", "body:/*", "body:/3f9c0a77-e1b2-4c3d-8e4f-5a6b7c8d9e0f", "x"},
      {R"({"a":1,"a":2})", "body:/a#2", "body:/a", "2"},
      {"1\n2", "body:/*", "body:/0", "1"},
      {"7", "body:", "body:", "7"},
      {"no json", "raw", "raw", "no json"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.body) {
      const diff::Statement statement = statement_of(Sent{row.body});
      const Said* const said = find(statement, Sort::value, row.place);
      REQUIRE(said != nullptr);
      CHECK(said->where == row.where);
      CHECK(said->text == row.text);
    }
  }
}

TEST_CASE("a request is sorted by host family, path and API", "[diff][statement]") {
  struct Row {
    const char* url;
    const char* host;
    const char* path;
  };
  const Row rows[] = {
      {"https://API.Example.net:8443/v1/messages?x=1", "api.example.net", "/v1/messages"},
      {"https://o447951.ingest.example.net/api", "*.ingest.example.net", "/api"},
      {"https://user@h.example/files/83f7a9c01b/p", "h.example", "/files/*/p"},
      {"https://127.0.0.1:99/", "127.0.0.1", "/"},
      {"https://[::1]:99/", "[::1]:99", "/"},
      {"/path", "api.example.net", "/path"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.url) {
      Sent sent{"{}"};
      sent.url = row.url;
      const diff::Endpoint endpoint = statement_of(sent).endpoint;
      CHECK(endpoint.host == row.host);
      CHECK(endpoint.path == row.path);
      CHECK(endpoint.api == "json");
    }
  }
}

TEST_CASE("fields are taken down with name, value and order", "[diff][statement]") {
  const diff::Statement statement =
      statement_of(Sent{"", {{"Host", "h"}, {"X-A", "1"}, {"x-a", "2"}, {"Content-Length", "9"}}});
  REQUIRE(find(statement, Sort::header, "header:x-a#2") != nullptr);
  CHECK(find(statement, Sort::header, "header:x-a#2")->text == "2");
  CHECK(find(statement, Sort::header_name, "header:x-a")->text == "X-A");
  CHECK(find(statement, Sort::header, "header:content-length") == nullptr);
  CHECK(find(statement, Sort::order, "headers")->text == "host\x1Fx-a\x1Fx-a\x1F");
}

TEST_CASE("an escape that JSON asks for is no spelling of its own", "[diff][statement]") {
  CHECK(find(statement_of(Sent{R"({"a":"x\ny\"\\"})"}), Sort::value, "body:/a")->raw.empty());
  CHECK(find(statement_of(Sent{R"({"a":"x\u0061"})"}), Sort::value, "body:/a")->raw == R"("x\u0061")");
  CHECK(find(statement_of(Sent{R"({"a":"\/"})"}), Sort::value, "body:/a")->raw == R"("\/")");
}

TEST_CASE("a body that cannot be decoded is said to be blind", "[diff][statement]") {
  record::Capture capture;
  capture.request.url = "https://h/";
  capture.request.body.bytes = "no gzip";
  capture.request.body.coding = "gzip";
  const diff::Statement statement = diff::take_down(capture, {}, Limits{});
  CHECK(statement.blind == "coding-malformed");
  CHECK(find(statement, Sort::target, "target") != nullptr);
}

}  // namespace
