#include "app/mock_reply.hpp"

#include <nlohmann/json.hpp>

#include "app/mock_api.hpp"
#include "support/catch.hpp"

using namespace telltale;
using nlohmann::json;

namespace {

app::MockReply post(std::string_view target, std::string_view content) {
  return app::answer({"POST", target, content, 7});
}

json only_json(const app::MockReply& reply) {
  REQUIRE(reply.pieces.size() == 1);
  return json::parse(reply.pieces[0]);
}

// The data of an event; every piece of a stream must be one whole event.
std::string data_of(const std::string& piece) {
  const std::size_t at = piece.find("data: ");
  REQUIRE(at != std::string::npos);
  const std::size_t end = piece.find_first_of("\r\n", at);
  CHECK((piece.ends_with("\n\n") || piece.ends_with("\r\n\r\n")));
  return piece.substr(at + 6, end - at - 6);
}

std::vector<json> events_of(const app::MockReply& reply) {
  CHECK(reply.stream);
  CHECK(reply.content_type == "text/event-stream");
  std::vector<json> events;
  for (const std::string& piece : reply.pieces)
    if (const std::string data = data_of(piece); data != "[DONE]") events.push_back(json::parse(data));
  return events;
}

// The types in order, a run of equal ones once.
std::vector<std::string> types_of(const std::vector<json>& events) {
  std::vector<std::string> types;
  for (const json& event : events)
    if (types.empty() || types.back() != event["type"]) types.push_back(event["type"]);
  return types;
}

}  // namespace

TEST_CASE("an Anthropic message comes whole", "[app][mock]") {
  const json reply = only_json(post("/v1/messages?beta=true", R"({"model":"claude-x","messages":[]})"));
  CHECK(reply["type"] == "message");
  CHECK(reply["role"] == "assistant");
  CHECK(reply["model"] == "claude-x");
  CHECK(reply["content"][0]["text"] == std::string(app::mock_text));
  CHECK(reply["stop_reason"] == "end_turn");
  CHECK(reply["usage"]["input_tokens"].is_number_unsigned());
}

TEST_CASE("an Anthropic stream has its events in order", "[app][mock]") {
  const app::MockReply reply = post("/proxy/v1/messages", R"({"model":"m","stream":true})");
  const std::vector<json> events = events_of(reply);
  const std::vector<std::string> order = {"message_start",       "content_block_start", "ping",
                                          "content_block_delta", "content_block_stop",  "message_delta",
                                          "message_stop"};
  CHECK(types_of(events) == order);
  std::string text;
  for (const json& event : events)
    if (event["type"] == "content_block_delta") text += event["delta"]["text"];
  CHECK(text == app::mock_text);
  CHECK(events[events.size() - 2]["usage"]["output_tokens"].is_number());
  for (std::size_t i = 0; i < events.size(); ++i)
    CHECK(reply.pieces[i].starts_with("event: " + events[i]["type"].get<std::string>() + "\n"));
}

TEST_CASE("an Anthropic call that forces a tool gets a call of that tool", "[app][mock]") {
  constexpr std::string_view body =
      R"({"stream":true,"tool_choice":{"type":"tool","name":"t"},
          "tools":[{"name":"t","input_schema":{"type":"object","properties":{"a":{"type":"integer","minimum":3}}}}]})";
  std::string input;
  for (const json& event : events_of(post("/v1/messages", body))) {
    if (event["type"] == "content_block_delta") input += event["delta"]["partial_json"];
    if (event["type"] == "message_delta") CHECK(event["delta"]["stop_reason"] == "tool_use");
  }
  CHECK(json::parse(input) == json({{"a", 3}}));
}

TEST_CASE("a response of OpenAI comes whole", "[app][mock]") {
  const json reply = only_json(post("/v1/responses", R"({"model":"gpt-x","input":"hi"})"));
  CHECK(reply["object"] == "response");
  CHECK(reply["status"] == "completed");
  CHECK(reply["output"][0]["content"][0]["text"] == std::string(app::mock_text));
  CHECK(reply["usage"]["total_tokens"].is_number());
}

TEST_CASE("a response stream of OpenAI has its events in order and numbered", "[app][mock]") {
  const std::vector<json> events = events_of(post("/backend-api/codex/responses", R"({"stream":true})"));
  const std::vector<std::string> order = {"response.created",           "response.in_progress",
                                          "response.output_item.added", "response.content_part.added",
                                          "response.output_text.delta", "response.output_text.done",
                                          "response.content_part.done", "response.output_item.done",
                                          "response.completed"};
  CHECK(types_of(events) == order);
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i]["sequence_number"] == i);
  CHECK(events.back()["response"]["output"][0]["content"][0]["text"] == std::string(app::mock_text));
  CHECK(events.front()["response"]["id"] == events.back()["response"]["id"]);
}

TEST_CASE("a chat completion comes whole", "[app][mock]") {
  const json reply = only_json(post("/v1/chat/completions", R"({"model":"m","messages":[]})"));
  CHECK(reply["choices"][0]["message"]["content"] == std::string(app::mock_text));
  CHECK(reply["choices"][0]["finish_reason"] == "stop");
  CHECK(reply["usage"]["prompt_tokens"].is_number());
}

TEST_CASE("a chat stream ends with its usage if asked, and [DONE]", "[app][mock]") {
  struct Row {
    const char* name;
    const char* body;
    bool usage;
  };
  const Row rows[] = {
      {"asked", R"({"stream":true,"stream_options":{"include_usage":true}})", true},
      {"not asked", R"({"stream":true})", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const app::MockReply reply = post("/v1/chat/completions", row.body);
      CHECK(reply.pieces.back() == "data: [DONE]\n\n");
      const std::vector<json> events = events_of(reply);
      CHECK(events.front()["choices"][0]["delta"]["role"] == "assistant");
      CHECK(events.back().contains("usage") == row.usage);
      std::string text;
      for (const json& event : events)
        for (const json& choice : event["choices"]) text += choice["delta"].value("content", "");
      CHECK(text == app::mock_text);
    }
  }
}

TEST_CASE("Gemini content comes whole, as events, as an array, and wrapped for Cloud Code", "[app][mock]") {
  const std::string text(app::mock_text);
  SECTION("whole") {
    const json reply = only_json(post("/v1beta/models/m:generateContent", R"({"contents":[]})"));
    CHECK(reply["candidates"][0]["content"]["parts"][0]["text"] == text);
    CHECK(reply["candidates"][0]["finishReason"] == "STOP");
  }
  SECTION("events") {
    const app::MockReply reply = post("/v1beta/models/m:streamGenerateContent?alt=sse", "{}");
    REQUIRE(reply.pieces.size() > 1);
    std::string all;
    for (const json& event : events_of(reply)) all += event["candidates"][0]["content"]["parts"][0]["text"];
    CHECK(all == text);
    CHECK(events_of(reply).back()["candidates"][0]["finishReason"] == "STOP");
    CHECK_FALSE(events_of(reply).front()["candidates"][0].contains("finishReason"));
  }
  SECTION("array") {
    std::string whole;
    for (const std::string& piece : post("/v1beta/models/m:streamGenerateContent", "{}").pieces) whole += piece;
    CHECK(json::parse(whole).size() > 1);
  }
  SECTION("wrapped") {
    const app::MockReply reply = post("/v1internal:streamGenerateContent?alt=sse", R"({"request":{}})");
    CHECK(events_of(reply).front()["response"]["candidates"][0]["index"] == 0);
  }
}

TEST_CASE("token counts are numbers where each API puts them", "[app][mock]") {
  CHECK(only_json(post("/v1/messages/count_tokens", "{}"))["input_tokens"].is_number_unsigned());
  CHECK(only_json(post("/v1beta/models/m:countTokens", "{}"))["totalTokens"].is_number_unsigned());
}

TEST_CASE("a call that wants JSON of a schema gets a value that fits", "[app][mock]") {
  struct Row {
    const char* name;
    const char* target;
    const char* body;
    const char* reply_text;  ///< pointer to the text in the reply
    const char* value;
  };
  const Row rows[] = {
      {"title, Anthropic", "/v1/messages",
       R"({"output_config":{"format":{"type":"json_schema","schema":{"type":"object",
           "properties":{"title":{"type":"string"},"more":{"type":"string"}},"required":["title"]}}}})",
       "/content/0/text", R"({"title":"telltale mock: turn finished"})"},
      {"title, Anthropic beta", "/v1/messages",
       R"({"output_format":{"type":"json_schema","schema":{"properties":{"ok":{"type":"boolean"}}}}})",
       "/content/0/text", R"({"ok":false})"},
      {"Responses", "/v1/responses",
       R"({"text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object",
           "properties":{"kind":{"enum":["b","a"]},"n":{"type":["null","integer"]}},"required":["kind","n"]}}}})",
       "/output/0/content/0/text", R"({"kind":"b","n":1})"},
      {"Chat", "/v1/chat/completions",
       R"({"response_format":{"type":"json_schema","json_schema":{"schema":{"$ref":"#/$defs/t",
           "$defs":{"t":{"type":"object","properties":{"list":{"type":"array","minItems":2,"items":{"const":1}}}}}}}}})",
       "/choices/0/message/content", R"({"list":[1,1]})"},
      {"Chat, any object", "/v1/chat/completions", R"({"response_format":{"type":"json_object"}})",
       "/choices/0/message/content", "{}"},
      {"router, Gemini", "/v1beta/models/m:generateContent",
       R"({"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object",
           "properties":{"complexity_reasoning":{"type":"string"},
                         "complexity_score":{"type":"integer","minimum":1,"maximum":100}},
           "required":["complexity_reasoning","complexity_score"]}}})",
       "/candidates/0/content/parts/0/text",
       R"({"complexity_reasoning":"telltale mock: turn finished","complexity_score":1})"},
      {"router, Gemini's own dialect", "/v1beta/models/m:generateContent",
       R"({"generationConfig":{"responseSchema":{"type":"OBJECT",
           "properties":{"model_choice":{"type":"STRING","enum":["flash","pro"]}}}}})",
       "/candidates/0/content/parts/0/text", R"({"model_choice":"flash"})"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const json reply = only_json(post(row.target, row.body));
      const std::string text = reply.at(json::json_pointer(row.reply_text));
      CHECK(json::parse(text) == json::parse(row.value));
    }
  }
}

TEST_CASE("a schema that refers to itself ends", "[app][mock]") {
  const auto schema = app::mock::Json::parse(R"({"properties":{"a":{"$ref":"#"}},"required":["a"]})");
  CHECK(app::mock::instance_of(schema).contains("a"));
}

TEST_CASE("a client that picks its model by what the list says of it finds one", "[app][mock]") {
  const app::MockRequest request{"GET", "/models", {}};
  const json models = only_json(app::answer(request))["data"];
  REQUIRE_FALSE(models.empty());
  for (const json& model : models) {
    CAPTURE(model.dump());
    CHECK(model["model_picker_enabled"] == true);
    CHECK(model["policy"]["state"] == "enabled");
    CHECK(model["capabilities"]["type"] == "chat");
    CHECK(model["capabilities"]["supports"]["tool_calls"] == true);
    CHECK(model["capabilities"]["supports"]["streaming"] == true);
    CHECK(model["capabilities"]["limits"]["max_prompt_tokens"].is_number_unsigned());
  }
}

TEST_CASE("lists of models, and an empty object for everything else", "[app][mock]") {
  struct Row {
    const char* method;
    const char* target;
    const char* member;  ///< that must be there; empty: the reply is {}
  };
  const Row rows[] = {
      {"GET", "/v1/models?limit=1000", "data"},
      {"GET", "/api.json", "anthropic"},
      {"GET", "/models", "data"},
      {"GET", "/v1beta/models", "models"},
      {"GET", "/backend-api/codex/models?v=1", "models"},
      {"GET", "/v1/models/claude-x", "id"},
      {"POST", "/api/event_logging/v2/batch", ""},
      {"GET", "/", ""},
      {"OPTIONS", "/v1/messages", ""},
      {"HEAD", "/v1/messages", ""},
      {"POST", "/v1internal:loadCodeAssist", "currentTier"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.method << " " << row.target) {
      const app::MockReply reply = app::answer({row.method, row.target, "no json", 1});
      CHECK(reply.status == 200);
      CHECK(reply.content_type == "application/json");
      const json value = only_json(reply);
      if (*row.member == 0)
        CHECK(value == json::object());
      else
        CHECK(value.contains(row.member));
    }
  }
}

TEST_CASE("the same request gives the same reply, another serial another id", "[app][mock]") {
  const auto reply = [](std::uint64_t serial) { return app::answer({"POST", "/v1/messages", "{}", serial}).pieces; };
  CHECK(reply(1) == reply(1));
  CHECK(reply(1) != reply(2));
}
