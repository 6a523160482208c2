// What only earlier requests show of a body: members, orders, values. One odd request does not spoil the reference.
#include "support/catch.hpp"
#include "support/structure_check.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

std::string body_of(std::string_view settings, std::string_view content, std::string_view tools) {
  return fmt::format(R"({{"model":"m",{}"messages":[{{"role":"user","content":"{}"}}],"tools":[{}]}})", settings,
                     content, tools);
}

const char* const settings = R"("max_tokens":16384,"temperature":0.7,"stream":true,)";
const char* const tools =
    R"({"name":"read_file","description":"Reads.","input_schema":{"type":"object","required":["path","line"]}},{"name":"run","description":"Runs.","input_schema":{"type":"object"}},{"name":"grep","description":"Finds.","input_schema":{"type":"object"}})";

std::vector<Request> earlier(int count = 3) {
  std::vector<Request> out;
  for (int i = 0; i < count; ++i) out.push_back(request(body_of(settings, "text " + std::to_string(i), tools)));
  return out;
}

struct Row {
  const char* name;
  std::string body;
  std::vector<std::string> found;
  std::string stripped;  ///< empty: as sent
};

void check(const std::vector<Row>& rows, const std::vector<Request>& before) {
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const StructureResult result = structure_of(request(row.body), before);
      CHECK(result.found == row.found);
      CHECK(result.body == (row.stripped.empty() ? row.body : row.stripped));
      CHECK(structure_of(request(result.body), before).body == result.body);
    }
  }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("members, orders and values against earlier requests", "[inspect][shape]") {
  const std::string clean = body_of(settings, "another", tools);
  const auto with = [&](std::string_view from, std::string_view to) { return replaced(clean, from, to); };
  check(
      {
          {"as before", clean, {}, ""},
          {"an unknown member",
           with(R"("max_tokens")", R"("trace":"4d","max_tokens")"),
           {"json-member@body:/trace"},
           clean},
          {"an unknown member of a tool",
           with(R"("name":"run",)", R"("name":"run","revision":2,)"),
           {"json-member@body:/tools/1/revision"},
           clean},
          {"an unknown member of a message",
           with(R"("role":"user",)", R"("role":"user","mark":1,)"),
           {"json-member@body:/messages/0/mark"},
           clean},
          {"a setting is the user's", with(R"("stream":true)", R"("stream":true,"top_k":5)"), {}, ""},
          {"a setting that says nothing",
           with(R"("stream":true)", R"("stream":true,"top_p":1)"),
           {"json-member@body:/top_p"},
           clean},
          {"a name in other letters",
           with(R"("max_tokens")", R"("maxTokens")"),
           {"json-member@body:/maxTokens"},
           clean},
          {"a tool's name in other letters",
           with(R"("name":"read_file")", R"("name":"Read_file")"),
           {"json-member@body:/tools/0/name"},
           clean},
          {"a tool's member is missing", with(R"("description":"Runs.",)", ""), {"json-member@body:/tools/1"}, clean},
          {"members in another order",
           with(R"("model":"m","max_tokens":16384,)", R"("max_tokens":16384,"model":"m",)"),
           {"json-order@body:"},
           clean},
          {"a message's members",
           with(R"("role":"user","content":"another")", R"("content":"another","role":"user")"),
           {"json-order@body:/messages/0"},
           clean},
          {"a list of words",
           with(R"(["path","line"])", R"(["line","path"])"),
           {"json-order@body:/tools/0/input_schema/required"},
           clean},
          {"a jitter", with("16384", "16381"), {"json-value@body:/max_tokens"}, clean},
          {"digits behind",
           with("0.7", "0.70000001"),
           {"json-number@body:/temperature", "json-value@body:/temperature"},
           clean},
          {"a float for an integer",
           with("16384", "16384.0"),
           {"json-number@body:/max_tokens", "json-value@body:/max_tokens"},
           clean},
          {"a string for a number", with("16384", R"("16384")"), {"json-value@body:/max_tokens"}, clean},
          {"another setting", with("16384", "8192"), {}, ""},
          {"another temperature", with("0.7", "0.2"), {}, ""},
          {"another flag", with("true", "false"), {}, ""},
          {"two values of one name",
           with(R"("max_tokens":16384)", R"("max_tokens":16384,"max_tokens":1)"),
           {"json-duplicate@body:/max_tokens"},
           clean},
          {"a new tool at the end",
           body_of(settings, "another", std::string(tools) + R"(,{"name":"new","input_schema":{}})"),
           {},
           ""},
          {"a tool less",
           body_of(
               settings, "another",
               R"({"name":"run","description":"Runs.","input_schema":{"type":"object"}},{"name":"grep","description":"Finds.","input_schema":{"type":"object"}})"),
           {},
           ""},
          {"a new kind of block",
           with(R"("content":"another")", R"("content":[{"type":"image","source":{"data":"x"}}])"),
           {},
           ""},
          {"a line end behind", clean + "\n", {"json-space@body:"}, clean},
      },
      earlier());
}

TEST_CASE("tools in another order are moved back, new ones keep their place", "[inspect][shape]") {
  const std::string read =
      R"({"name":"read_file","description":"Reads.","input_schema":{"type":"object","required":["path","line"]}})";
  const std::string run = R"({"name":"run","description":"Runs.","input_schema":{"type":"object"}})";
  const std::string grep = R"({"name":"grep","description":"Finds.","input_schema":{"type":"object"}})";
  const std::string extra = R"({"name":"new","input_schema":{}})";
  const auto body = [&](const std::string& list) { return body_of(settings, "another", list); };
  check(
      {
          {"rotated",
           body(run + "," + grep + "," + read),
           {"json-order@body:/tools"},
           body(read + "," + run + "," + grep)},
          {"reversed",
           body(grep + "," + run + "," + read),
           {"json-order@body:/tools"},
           body(read + "," + run + "," + grep)},
          {"with a new one",
           body(run + "," + read + "," + grep + "," + extra),
           {"json-order@body:/tools"},
           body(read + "," + run + "," + grep + "," + extra)},
      },
      earlier());
}

TEST_CASE("a tool under a second name is a copy, a new tool is none", "[inspect][shape]") {
  const std::string read =
      R"({"name":"read_file","description":"Reads.","input_schema":{"type":"object","required":["path","line"]}})";
  const std::string own =
      R"({"name":"read_web","description":"Reads a page.","input_schema":{"type":"object","required":["address"]}})";
  const std::string copy = replaced(read, "read_file", "read_file_v2");
  check(
      {
          {"a copy",
           body_of(settings, "another", std::string(tools) + "," + copy),
           {"json-member@body:/tools/3"},
           body_of(settings, "another", tools)},
          {"a tool of its own", body_of(settings, "another", std::string(tools) + "," + own), {}, ""},
      },
      earlier());
}

TEST_CASE("what varied before is not judged", "[inspect][shape]") {
  std::vector<Request> before = earlier(2);
  before.push_back(request(replaced(body_of(settings, "x", tools), R"("model":"m","max_tokens":16384,)",
                                    R"("max_tokens":16380,"model":"m",)")));
  const std::string clean = body_of(settings, "another", tools);
  CHECK(structure_of(request(replaced(clean, "16384", "16381")), before).found.empty());
  CHECK(
      structure_of(request(replaced(clean, R"("temperature":0.7,"stream":true)", R"("stream":true,"temperature":0.7)")),
                   before)
          .found.empty());
}

TEST_CASE("one odd request among many does not spoil the reference", "[inspect][shape]") {
  std::vector<Request> before = earlier(9);
  before.insert(before.begin() + 4,
                request(replaced(body_of(settings, "x", tools), R"("model":"m","max_tokens":16384,)",
                                 R"("max_tokens":16380,"model":"m",)")));
  const std::string clean = body_of(settings, "another", tools);
  CHECK(structure_of(request(replaced(clean, "16384", "16381")), before).body == clean);
  CHECK(
      structure_of(request(replaced(clean, R"("model":"m","max_tokens":16384,)", R"("max_tokens":16384,"model":"m",)")),
                   before)
          .body == clean);
}

TEST_CASE("one earlier request is not enough", "[inspect][shape]") {
  const std::string clean = body_of(settings, "another", tools);
  CHECK(structure_of(request(replaced(clean, R"("max_tokens")", R"("trace":"4d","max_tokens")")), earlier(1))
            .found.empty());
}
