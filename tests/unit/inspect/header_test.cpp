// Header fields alone and against earlier requests.
#include "support/catch.hpp"
#include "support/structure_check.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

const Fields usual = {
    {"content-type", "application/json"}, {"accept", "application/json"}, {"x-app", "cli"},
    {"user-agent", "client/1.2.3"},       {"accept-language", "*"},       {"accept-encoding", "gzip, br"},
    {"connection", "keep-alive"},         {"x-api-key", "sk-1"}};

Request with(const Fields& fields) {
  return request(R"({"model":"m","messages":[{"role":"user","content":"x"}]})", fields, "/v1/messages", false);
}

Fields changed(std::size_t at, std::string name, std::string value) {
  Fields out = usual;
  out[at] = {std::move(name), std::move(value)};
  return out;
}

Fields moved(std::size_t from, std::size_t to) {
  Fields out = usual;
  const auto one = out[from];
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(from));
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(to), one);
  return out;
}

Fields added(std::string name, std::string value) {
  Fields out = usual;
  out.insert(out.begin() + 2, {std::move(name), std::move(value)});
  return out;
}

Fields without(std::size_t at) {
  Fields out = usual;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(at));
  return out;
}

}  // namespace

TEST_CASE("header fields against earlier requests, and back", "[inspect][header]") {
  struct Row {
    const char* name;
    Fields fields;
    std::vector<std::string> found;
    bool restored;
  };
  const Row rows[] = {
      {"as before", usual, {}, true},
      {"new", added("x-b", "7f3a"), {"header-name@header:x-b"}, true},
      {"a retry", added("x-stainless-retry-count", "1"), {}, false},
      {"a cookie", added("cookie", "a=b"), {}, false},
      {"another key", changed(7, "x-api-key", "sk-2"), {}, false},
      {"missing", without(4), {"header-name@headers"}, true},
      {"case of a name", changed(2, "x-App", "cli"), {"header-name@header:x-app"}, true},
      {"moved to the end", moved(2, 7), {"header-order@headers"}, true},
      {"neighbours swapped", moved(3, 4), {"header-order@headers"}, true},
      {"codings swapped", changed(5, "accept-encoding", "br, gzip"), {"header-value@header:accept-encoding"}, true},
      {"a quality", changed(5, "accept-encoding", "gzip, br;q=0.9"), {"header-value@header:accept-encoding"}, true},
      {"spacing", changed(5, "accept-encoding", "gzip,br"), {"header-value@header:accept-encoding"}, true},
      {"a language", changed(4, "accept-language", "de"), {"header-value@header:accept-language"}, true},
      {"a parameter",
       changed(0, "content-type", "application/json; charset=utf-8"),
       {"header-value@header:content-type"},
       true},
      {"a build tag", changed(3, "user-agent", "client/1.2.3+5af"), {"header-value@header:user-agent"}, true},
      {"letters of a value", changed(6, "connection", "Keep-Alive"), {"header-value@header:connection"}, true},
      {"another kind of answer", changed(1, "accept", "text/event-stream"), {}, false},
  };
  const std::vector<Request> before = {with(usual), with(usual), with(usual)};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Request sent = with(row.fields);
      const StructureResult result = structure_of(sent, before);
      CHECK(result.found == row.found);
      CHECK(result.head == (row.restored ? with(usual).head.raw : sent.head.raw));
    }
  }
}

TEST_CASE("a client whose fields come in any order is not judged by it", "[inspect][header]") {
  const std::vector<Request> before = {with(moved(1, 6)), with(usual), with(moved(5, 0))};
  CHECK(structure_of(with(moved(2, 7)), before).found.empty());
}

TEST_CASE("another version is information", "[inspect][header]") {
  const std::vector<Request> before = {with(usual), with(usual)};
  Fields fields = moved(2, 7);
  for (auto& [name, value] : fields)
    if (name == "user-agent") value = "client/1.3.0";
  const Request sent = with(fields);
  const StructureResult result = structure_of(sent, before);
  CHECK(result.found.empty());
  CHECK(result.head == sent.head.raw);
}

TEST_CASE("what a head shows alone", "[inspect][header]") {
  struct Row {
    const char* name;
    Fields fields;
    std::string edited;  ///< a line the stripped head must hold; empty: nothing is found
    std::string gone;    ///< and one it must not
  };
  const Row rows[] = {
      {"a line twice", {{"Accept", "*/*"}, {"Accept", "*/*"}}, "Accept: */*\r\nContent", "Accept: */*\r\nAccept"},
      {"two blanks",
       {{"Accept", "*/*"}, {"User-Agent", " x/1"}, {"X-A", "1"}, {"X-B", "2"}},
       "User-Agent: x/1\r\n",
       "User-Agent:  "},
      {"a blank behind", {{"Accept", "*/* "}}, "Accept: */*\r\n", "*/* \r"},
      {"a comma's blank", {{"Accept-Encoding", "gzip , br"}}, "Accept-Encoding: gzip, br\r\n", " ,"},
      {"an uneven list", {{"Accept-Encoding", "gzip, deflate,br, zstd"}}, "gzip, deflate, br, zstd\r\n", "deflate,br"},
      {"a quality's zeros", {{"Accept-Language", "de,en;q=0.900"}}, "de,en;q=0.9\r\n", "0.90"},
      {"a capital Q", {{"Accept-Language", "de,en;Q=0.9"}}, "de,en;q=0.9\r\n", "Q="},
      {"a coding in capitals", {{"Accept-Encoding", "gzip, BR"}}, "gzip, br\r\n", "BR"},
      {"an item twice", {{"Accept-Encoding", "gzip, br, gzip"}}, "gzip, br\r\n", "br, gzip"},
      {"odd letters", {{"cONNECTION", "keep-alive"}}, "Connection: keep-alive\r\n", "cONN"},
      {"a media type in capitals", {{"Content-Type", "Application/json"}}, "application/json\r\n", "App"},
      {"Ruby", {{"Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"}}, "", ""},
      {"Java", {{"Accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}}, "", ""},
      {"a browser",
       {{"Accept-Language", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"}, {"Accept-Encoding", "gzip, deflate, br, zstd"}},
       "",
       ""},
      {"urllib",
       {{"User-agent", "Python-urllib/3.11"}, {"Content-type", "application/json"}, {"Accept-encoding", "identity"}},
       "",
       ""},
      {"the SDKs' mixture",
       {{"Accept", "application/json"},
        {"anthropic-version", "2023-06-01"},
        {"X-Stainless-OS", "Linux"},
        {"x-api-key", "k"},
        {"User-Agent", "a/1 (b, c)"}},
       "",
       ""},
      {"a list over two lines", {{"Accept", "text/html"}, {"Accept", "*/*"}}, "", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Request sent = request("{}", row.fields);
      const StructureResult result = structure_of(sent);
      CHECK(result.found.empty() == row.edited.empty());
      if (row.edited.empty()) {
        CHECK(result.head == sent.head.raw);
        return;
      }
      CHECK(result.head.find(row.edited) != std::string::npos);
      CHECK(result.head.find(row.gone) == std::string::npos);
    }
  }
}

TEST_CASE("no part of a credential is shown", "[inspect][header]") {
  const std::string secret = "sk-0123456789";
  Fields fields = {
      {"Accept", "*/*"}, {"aUTHORIZATION", secret}, {"aUTHORIZATION", secret + "  "}, {"X-Session-Token", secret}};
  const std::vector<Request> before = {with(usual), with(usual)};
  const Request sent = with(fields);
  inspect::Baselines baselines;
  inspect::Input input;
  input.host = "gateway.example.test";
  input.baselines = &baselines;
  for (const Request* one : {&before[0], &before[1]}) {
    input.head = &one->head;
    input.content = one->body;
    inspect::learn(input, Limits{}, baselines);
  }
  input.head = &sent.head;
  input.content = sent.body;
  inspect::Policy policy;
  policy.mode = inspect::Mode::strip;
  const inspect::Verdict verdict = inspect::inspect(input, structure_rules(), policy, Limits{});
  CHECK(verdict.findings.size() >= 4);
  for (const inspect::Finding& finding : verdict.findings) {
    CHECK(finding.excerpt.find("sk-") == std::string::npos);
    CHECK(finding.excerpt.find("789") == std::string::npos);
    CHECK(finding.message.find("sk-") == std::string::npos);
    CHECK(finding.edit.value_or("").find("sk-") == std::string::npos);
  }
}
