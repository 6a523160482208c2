#include "codec/conversation.hpp"

#include <random>

#include "client_shapes.hpp"
#include "codec/registry.hpp"
#include "support/catch.hpp"
#include "support/conversation_check.hpp"
#include "support/json_check.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

std::string describe(SegmentKind kind, Role role, std::uint32_t turn) {
  static const char* const roles[] = {"none", "system", "user", "assistant", "tool"};
  return std::string(name_of(kind)) + " " + roles[static_cast<std::size_t>(role)] + " " + std::to_string(turn);
}

std::string at(const JsonDocument& document, const Conversation& conversation, std::string_view pointer) {
  for (const Segment& segment : conversation.segments)
    if (document.pointer(segment.value) == pointer) return describe(segment.kind, segment.role, segment.turn);
  return "no such string";
}

// Kind of one string of a body.
SegmentKind kind_at(const char* path, std::string_view body, std::string_view pointer) {
  const JsonDocument document = scan_json(body, Limits{});
  const Conversation conversation = decode_conversation({"POST", path}, document);
  for (const Segment& segment : conversation.segments)
    if (document.pointer(segment.value) == pointer) return segment.kind;
  FAIL("no string at " << pointer);
  return SegmentKind::other;
}

}  // namespace

TEST_CASE("the requests of real clients are sorted string by string", "[codec][conversation]") {
  for (const test::ClientShape& shape : test::client_shapes()) {
    DYNAMIC_SECTION(shape.name) {
      const JsonDocument document = scan_json(shape.body, Limits{});
      REQUIRE_FALSE(document.stopped);
      const Conversation got = decode_conversation({"POST", shape.path}, document);
      CHECK(got.api == shape.api);
      CHECK(got.model == shape.model);
      CHECK(got.stream == shape.stream);
      CHECK(got.turns == shape.turns);
      CHECK(test::broken_rule(document, got) == "");
      for (const test::Expected& expected : shape.expected) {
        INFO(expected.pointer);
        CHECK(at(document, got, expected.pointer) == describe(expected.kind, expected.role, expected.turn));
      }
      // Nothing but the path is lost when the path is: the shape alone is enough for every real client.
      CHECK(decode_conversation({"POST", "/"}, document).api == shape.api);
    }
  }
}

TEST_CASE("rarer members are what they are", "[codec][conversation]") {
  using enum SegmentKind;
  struct Row {
    const char* name;
    const char* path;
    const char* body;
    const char* pointer;
    SegmentKind kind;
  };
  const char* messages = "/v1/messages";
  const char* responses = "/v1/responses";
  const char* chat = "/v1/chat/completions";
  const Row rows[] = {
      {"system string", messages, R"({"system":"s","messages":[]})", "/system", system_text},
      {"role after content", messages, R"({"messages":[{"content":"a","role":"assistant"}]})", "/messages/0/content",
       assistant_text},
      {"type after text", messages,
       R"({"messages":[{"role":"user","content":[{"content":"x","type":"tool_result"}]}]})",
       "/messages/0/content/0/content", tool_result},
      {"escaped names", messages, R"({"m\u0065ssages":[{"rol\u0065":"us\u0065r","cont\u0065nt":"a"}]})",
       "/messages/0/content", user_text},
      {"unknown role", messages, R"({"messages":[{"role":"ghost","content":"a"}]})", "/messages/0/content", other},
      {"text document", messages,
       R"({"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","data":"x"}}]}]})",
       "/messages/0/content/0/source/data", user_text},
      {"PDF", messages,
       R"({"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"x"}}]}]})",
       "/messages/0/content/0/source/data", opaque},
      {"content block document", messages,
       R"({"messages":[{"role":"user","content":[{"type":"document","source":{"type":"content","content":[{"type":"text","text":"x"}]}}]}]})",
       "/messages/0/content/0/source/content/0/text", user_text},
      {"document title", messages, R"({"messages":[{"role":"user","content":[{"type":"document","title":"x"}]}]})",
       "/messages/0/content/0/title", user_text},
      {"web search result", messages,
       R"({"messages":[{"role":"assistant","content":[{"type":"web_search_tool_result","content":[{"type":"web_search_result","url":"u","encrypted_content":"e"}]}]}]})",
       "/messages/0/content/0/content/0/encrypted_content", opaque},
      {"its address", messages,
       R"({"messages":[{"role":"assistant","content":[{"type":"web_search_tool_result","content":[{"type":"web_search_result","url":"u"}]}]}]})",
       "/messages/0/content/0/content/0/url", tool_result},
      {"server tool", messages,
       R"({"messages":[{"role":"assistant","content":[{"type":"server_tool_use","input":{"q":"x"}}]}]})",
       "/messages/0/content/0/input/q", tool_call},
      {"container", messages, R"({"container":"c","messages":[]})", "/container", metadata},
      {"batch", "/v1/messages/batches",
       R"({"requests":[{"custom_id":"i","params":{"messages":[{"role":"user","content":"x"}]}}]})",
       "/requests/0/params/messages/0/content", user_text},
      {"batch id", "/v1/messages/batches", R"({"requests":[{"custom_id":"i","params":{"messages":[]}}]})",
       "/requests/0/custom_id", metadata},
      {"input string", responses, R"({"input":"x"})", "/input", user_text},
      {"custom tool call", responses, R"({"input":[{"type":"custom_tool_call","input":"x"}]})", "/input/0/input",
       tool_call},
      {"custom tool output", responses, R"({"input":[{"type":"custom_tool_call_output","output":"x"}]})",
       "/input/0/output", tool_result},
      {"shell call", responses, R"({"input":[{"type":"local_shell_call","action":{"command":["ls"]}}]})",
       "/input/0/action/command/0", tool_call},
      {"output of an mcp call", responses, R"({"input":[{"type":"mcp_call","output":"x"}]})", "/input/0/output",
       tool_result},
      {"generated image", responses, R"({"input":[{"type":"image_generation_call","result":"x"}]})", "/input/0/result",
       opaque},
      {"compaction", responses, R"({"input":[{"type":"compaction","encrypted_content":"x"}]})",
       "/input/0/encrypted_content", opaque},
      {"previous response", responses, R"({"input":"x","previous_response_id":"r"})", "/previous_response_id",
       metadata},
      {"safety identifier", responses, R"({"input":"x","safety_identifier":"r"})", "/safety_identifier", metadata},
      {"plain image address", chat,
       R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y"}}]}]})",
       "/messages/0/content/0/image_url/url", other},
      {"sound", chat, R"({"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"x"}}]}]})",
       "/messages/0/content/0/input_audio/data", opaque},
      {"file", chat, R"({"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"x"}}]}]})",
       "/messages/0/content/0/file/file_data", opaque},
      {"old function call", chat, R"({"messages":[{"role":"assistant","function_call":{"arguments":"x"}}]})",
       "/messages/0/function_call/arguments", tool_call},
      {"developer", chat, R"({"messages":[{"role":"developer","content":"x"}]})", "/messages/0/content", system_text},
      {"participant", chat, R"({"messages":[{"role":"user","name":"ann"}]})", "/messages/0/name", metadata},
      {"Ollama images", "/api/chat", R"({"messages":[{"role":"user","content":"x","images":["iVBO"]}]})",
       "/messages/0/images/0", opaque},
      {"reasoning details", chat,
       R"({"messages":[{"role":"assistant","reasoning_details":[{"type":"reasoning.text","text":"x"}]}]})",
       "/messages/0/reasoning_details/0/text", assistant_text},
      {"encrypted reasoning", chat,
       R"({"messages":[{"role":"assistant","reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]}]})",
       "/messages/0/reasoning_details/0/data", opaque},
      {"snake case", "/v1/models/m:generateContent", R"({"contents":[],"system_instruction":{"parts":[{"text":"x"}]}})",
       "/system_instruction/parts/0/text", system_text},
      {"single content", "/v1/models/m:generateContent", R"({"contents":{"parts":{"text":"x"}}})",
       "/contents/parts/text", user_text},
      {"no role means user", "/v1/models/m:generateContent", R"({"contents":[{"parts":[{"text":"x"}]}]})",
       "/contents/0/parts/0/text", user_text},
      {"executable code", "/v1/models/m:generateContent",
       R"({"contents":[{"role":"model","parts":[{"executableCode":{"code":"x"}}]}]})",
       "/contents/0/parts/0/executableCode/code", tool_call},
      {"count of a whole request", "/v1/models/m:countTokens",
       R"({"generateContentRequest":{"contents":[{"parts":[{"text":"x"}]}]}})",
       "/generateContentRequest/contents/0/parts/0/text", user_text},
      {"other JSON", "/api/event_logging/batch", R"({"events":[{"role":"user","content":"x"}]})", "/events/0/content",
       other},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(name_of(kind_at(row.path, row.body, row.pointer)) == name_of(row.kind));
    }
  }
}

TEST_CASE("every request of a text of several is read", "[codec][conversation]") {
  const std::string line = R"({"system":"s","max_tokens":1,"messages":[{"role":"user","content":"x"}]})";
  CHECK(kind_at("/", line + "\n" + line, "/1/messages/0/content") == SegmentKind::user_text);
}

TEST_CASE("a cut request keeps its kinds", "[codec][conversation]") {
  CHECK(kind_at("/v1/messages", R"({"system":"s","messages":[{"role":"user","content":"x"},{"role":"us)",
                "/messages/0/content") == SegmentKind::user_text);
}

TEST_CASE("any damaged request is still read string by string", "[codec][conversation]") {
  std::mt19937 random(20261124);
  const std::vector<test::ClientShape> shapes = test::client_shapes();
  for (int round = 0; round < 5000; ++round) {
    std::string text = shapes[random() % shapes.size()].body;
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t place = random() % text.size();
      if (random() % 2 == 0)
        text[place] = "{}[]\",:\\x"[random() % 9];
      else
        text.insert(place, text.substr(random() % text.size(), random() % 40));
    }
    const JsonDocument document = scan_json(text, Limits{});
    INFO(text);
    REQUIRE(test::broken_rule(document) == "");
    REQUIRE(test::broken_rule(document, decode_conversation({"POST", "/v1/messages"}, document)) == "");
  }
}
