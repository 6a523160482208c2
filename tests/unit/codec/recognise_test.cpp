#include "codec/registry.hpp"
#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

struct Row {
  const char* name;
  const char* path;
  const char* body;
  const char* api;
};

Conversation decode(const char* path, std::string_view body) {
  const JsonDocument document = scan_json(body, Limits{});
  return decode_conversation({"POST", path}, document);
}

void check(const Row& row) {
  DYNAMIC_SECTION(row.name) {
    CHECK(decode(row.path, row.body).api == row.api);
  }
}

}  // namespace

TEST_CASE("a body that only one API allows is recognised on any path", "[codec][recognise]") {
  const Row rows[] = {
      {"system beside messages", "/", R"({"model":"m","system":"s","messages":[],"max_tokens":1})",
       "anthropic.messages"},
      {"Bedrock and Vertex have no model", "/x", R"({"anthropic_version":"v","max_tokens":9,"messages":[]})",
       "anthropic.messages"},
      {"tool_use block", "/v1/chat/completions",
       R"({"messages":[{"role":"assistant","content":[{"type":"tool_use"}]}],"max_tokens":1})", "anthropic.messages"},
      {"input_schema", "/", R"({"max_tokens":1,"messages":[],"tools":[{"name":"t","input_schema":{}}]})",
       "anthropic.messages"},
      {"server tool", "/", R"({"max_tokens":1,"messages":[],"tools":[{"type":"bash_20250124","name":"bash"}]})",
       "anthropic.messages"},
      {"tool_choice object", "/", R"({"max_tokens":1,"messages":[],"tool_choice":{"type":"auto"}})",
       "anthropic.messages"},
      {"system message late, system outside", "/",
       R"({"max_tokens":1,"system":[],"messages":[{"role":"user","content":"a"},{"role":"system","content":"b"}]})",
       "anthropic.messages"},
      {"batch of messages", "/", R"({"requests":[{"custom_id":"a","params":{"max_tokens":1,"messages":[]}}]})",
       "anthropic.messages"},
      {"developer role", "/v1/messages", R"({"messages":[{"role":"developer","content":"x"}]})", "openai.chat"},
      {"tool role", "/v1/messages", R"({"max_tokens":1,"messages":[{"role":"tool","content":"x"}]})", "openai.chat"},
      {"tool_calls", "/v1/messages", R"({"messages":[{"role":"assistant","tool_calls":[]}]})", "openai.chat"},
      {"function tools", "/v1/messages", R"({"messages":[],"tools":[{"type":"function","function":{"name":"f"}}]})",
       "openai.chat"},
      {"image_url", "/", R"({"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image_url"}]}]})",
       "openai.chat"},
      {"stream_options", "/", R"({"max_tokens":1,"messages":[],"stream_options":{}})", "openai.chat"},
      {"input items", "/", R"({"model":"m","input":[{"role":"user","content":"x"}]})", "openai.responses"},
      {"input items of other types", "/", R"({"input":[{"type":"additional_tools","tools":[]}]})", "openai.responses"},
      {"WebSocket message", "/", R"({"type":"response.create","model":"m"})", "openai.responses"},
      {"input string with instructions", "/", R"({"model":"m","input":"x","instructions":"y"})", "openai.responses"},
      {"contents", "/", R"({"contents":[{"parts":[{"text":"x"}]}]})", "gemini.generate_content"},
      {"Cloud Code", "/", R"({"model":"m","project":"p","request":{"contents":[]}})", "gemini.generate_content"},
      {"count of a whole request", "/", R"({"generateContentRequest":{"contents":[]}})", "gemini.count_tokens"},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("the path decides where the shape is silent", "[codec][recognise]") {
  const char* bare = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
  const char* with_max = R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]})";
  const char* system_first = R"({"max_tokens":9,"messages":[{"role":"system","content":"x"}]})";
  const char* input = R"({"model":"m","input":"x"})";
  const char* contents = R"({"contents":[{"parts":[{"text":"x"}]}]})";
  const Row rows[] = {
      // {model, messages}: not enough for Anthropic's generation, so Chat, unless the path says otherwise
      {"bare, no path", "/", bare, "openai.chat"},
      {"bare, messages", "/v1/messages", bare, "anthropic.messages"},
      {"bare, messages with a slash", "/v1/messages/", bare, "anthropic.messages"},
      {"bare, count", "/v1/messages/count_tokens", bare, "anthropic.count_tokens"},
      {"bare, Vertex count", "/v1/projects/p/publishers/anthropic/models/count-tokens:rawPredict", bare,
       "anthropic.count_tokens"},
      {"bare, chat", "/openai/deployments/d/chat/completions", bare, "openai.chat"},
      {"bare, Ollama", "/api/chat", bare, "openai.chat"},
      // the one member Anthropic requires tips a silent path, but not one that speaks
      {"max_tokens, no path", "/", with_max, "anthropic.messages"},
      {"max_tokens, chat", "/v1/chat/completions", with_max, "openai.chat"},
      {"max_tokens, messages", "/proxy/anthropic/v1/messages", with_max, "anthropic.messages"},
      {"max_tokens, Bedrock", "/model/a.b/invoke-with-response-stream", with_max, "anthropic.messages"},
      // a system message first is Chat's habit
      {"system first, no path", "/", system_first, "openai.chat"},
      {"system first, messages", "/v1/messages", system_first, "anthropic.messages"},
      // without max_tokens and with what only Anthropic has, it can only be a count
      {"system, no max_tokens, no path", "/", R"({"model":"m","system":"s","messages":[]})", "anthropic.count_tokens"},
      {"system, no max_tokens, messages", "/v1/messages", R"({"system":"s","messages":[]})", "anthropic.messages"},
      // a bare input goes to many services
      {"input, no path", "/", input, "json"},
      {"input, responses", "/v1/responses", input, "openai.responses"},
      {"input, codex", "/backend-api/codex/responses", input, "openai.responses"},
      {"input, embeddings", "/v1/embeddings", input, "json"},
      {"input empty, responses", "/v1/responses", R"({"input":[]})", "openai.responses"},
      {"input of blocks: moderation", "/v1/moderations", R"({"input":[{"type":"text","text":"x"}]})", "json"},
      {"input of strings", "/v1/embeddings", R"({"input":["a","b"]})", "json"},
      {"speech", "/v1/audio/speech", R"({"input":"x","voice":"v","instructions":"y"})", "json"},
      {"contents, count", "/v1beta/models/m:countTokens", contents, "gemini.count_tokens"},
      {"contents, stream", "/v1beta/models/m:streamGenerateContent", contents, "gemini.generate_content"},
      {"Cloud Code count", "/v1internal:countTokens", R"({"request":{"model":"m","contents":[]}})",
       "gemini.count_tokens"},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("all other JSON is json, and the rest is nothing", "[codec][recognise]") {
  const Row rows[] = {
      {"empty object", "/v1/messages", "{}", "json"},
      {"array", "/v1/messages", R"(["x"])", "json"},
      {"string", "/", R"("x")", "json"},
      {"number", "/", "12", "json"},
      {"NDJSON", "/", "{\"a\":1}\n{\"b\":2}", "json"},
      {"cut object", "/", R"({"a":"b","c)", "json"},
      {"messages is no list", "/v1/messages", R"({"messages":"x"})", "json"},
      {"Bedrock Converse", "/model/m/converse", R"({"messages":[{"role":"user","content":[{"text":"x"}]}]})", "json"},
      {"Bedrock Converse by shape", "/", R"({"messages":[],"inferenceConfig":{}})", "json"},
      {"completion", "/v1/completions", R"({"model":"m","prompt":"x"})", "json"},
      {"contents of another kind", "/", R"({"contents":"x"})", "json"},
      {"contents of strings", "/", R"({"contents":["x"]})", "json"},
      {"Cloud Code, other call", "/v1internal:loadCodeAssist", R"({"metadata":{"ideType":"x"}})", "json"},
      {"nothing", "/v1/messages", "", ""},
      {"plain text", "/v1/messages", "hello", ""},
      {"text that begins with a number", "/", "12 monkeys", ""},
      {"form", "/", "a=b", ""},
      {"multipart form", "/v1/files", "--------------------------9747\r\nContent-Disposition: form-data", ""},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("the model and streaming are read where the API puts them", "[codec][recognise]") {
  struct Expectation {
    const char* name;
    const char* path;
    const char* body;
    const char* model;
    bool stream;
  };
  const Expectation rows[] = {
      {"body", "/v1/messages", R"({"model":"a-1","stream":true,"system":"","messages":[]})", "a-1", true},
      {"stream false", "/v1/messages", R"({"model":"a-1","stream":false,"system":"","messages":[]})", "a-1", false},
      {"Bedrock", "/model/a.b%3A0/invoke", R"({"anthropic_version":"x","messages":[]})", "a.b%3A0", false},
      {"Bedrock stream", "/model/m/invoke-with-response-stream", R"({"anthropic_version":"x","messages":[]})", "m",
       true},
      {"Vertex stream", "/v1/projects/p/models/m@1:streamRawPredict", R"({"anthropic_version":"x","messages":[]})",
       "m@1", true},
      {"Gemini", "/v1beta/models/g-2:generateContent", R"({"contents":[]})", "g-2", false},
      {"Gemini stream", "/v1beta/models/g-2:streamGenerateContent", R"({"contents":[]})", "g-2", true},
      {"Cloud Code", "/v1internal:streamGenerateContent", R"({"model":"g-3","request":{"contents":[]}})", "g-3", true},
      {"Cloud Code count", "/v1internal:countTokens", R"({"request":{"model":"models/g-3","contents":[]}})",
       "models/g-3", false},
      {"Azure", "/openai/deployments/d/chat/completions", R"({"messages":[]})", "d", false},
      {"escaped", "/v1/responses", R"({"mod\u0065l":"a\u002d1","input":"x"})", "a-1", false},
      {"other JSON", "/models/m:x", R"({"model":"m","stream":true})", "", false},
  };
  for (const Expectation& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Conversation got = decode(row.path, row.body);
      CHECK(got.model == row.model);
      CHECK(got.stream == row.stream);
    }
  }
}
