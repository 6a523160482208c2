#include "core/glob.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("host_matches takes exact names, one leading wildcard, and every host", "[core][glob]") {
  struct Row {
    const char* pattern;
    const char* host;
    bool match;
  };
  const Row rows[] = {
      {"*", "anything.example", true},
      {"api.example.com", "API.example.com", true},
      {"api.example.com", "api.example.com.", true},
      {"api.example.com", "x.api.example.com", false},
      {"*.example.com", "a.b.example.com", true},
      {"*.example.com", "example.com", false},
      {"*.example.com", "evilexample.com", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.pattern << " on " << row.host) {
      CHECK(host_matches(row.pattern, row.host) == row.match);
    }
  }
}

TEST_CASE("pointer_matches takes one token for * and any number for **", "[core][glob]") {
  struct Row {
    const char* pattern;
    const char* pointer;
    bool match;
  };
  const Row rows[] = {
      {"", "", true},
      {"/**", "", true},
      {"/**", "/a/b", true},
      {"/a/*/c", "/a/0/c", true},
      {"/a/*/c", "/a/0/1/c", false},
      {"/a/**/c", "/a/c", true},
      {"/a/**/c", "/a/0/1/c", true},
      {"/a/**/c", "/a/0/1/c/d", false},
      {"/**/x/**/y", "/1/x/2/x/3/y", true},
      {"/a", "/ab", false},
      {"/a~1b", "/a~1b", true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.pattern << " on " << row.pointer) {
      CHECK(pointer_matches(row.pattern, row.pointer) == row.match);
    }
  }
}
