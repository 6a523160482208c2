// One shortened request per client, in the shape its turn has on the wire: order of members, nesting, where the typed
// text is ("hello there") and what stands beside it.
#include "client_shapes.hpp"

namespace telltale::test {
namespace {

using codec::Role;
using enum codec::SegmentKind;

ClientShape claude_code_2_1_91() {
  return {"claude-code 2.1.91",
          "/v1/messages",
          "anthropic.messages",
          "claude-x",
          true,
          2,
          R"({"model":"claude-x","messages":[
{"role":"user","content":"<available-deferred-tools>\nWebFetch\n</available-deferred-tools>"},
{"role":"user","content":[
 {"type":"text","text":"<system-reminder>skills</system-reminder>"},
 {"type":"text","text":"<system-reminder># currentDate\nToday's date is 2026/11/21.</system-reminder>"},
 {"type":"text","text":"hello there","cache_control":{"type":"ephemeral"}}]}],
"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.91"},{"type":"text","text":"You are"}],
"tools":[{"name":"Bash","description":"Runs","input_schema":{"type":"object","properties":{"c":{"description":"d"}}}}],
"metadata":{"user_id":"{\"device_id\":\"00ff\"}"},"max_tokens":32000,"stream":true})",
          {{"/model", other, Role::none, 0},
           {"/messages/0/role", other, Role::user, 0},
           {"/messages/0/content", user_text, Role::user, 0},
           {"/messages/1/content/1/text", user_text, Role::user, 1},
           {"/messages/1/content/2/text", user_text, Role::user, 1},
           {"/messages/1/content/2/cache_control/type", other, Role::user, 1},
           {"/system/0/text", system_text, Role::system, 0},
           {"/system/1/text", system_text, Role::system, 0},
           {"/tools/0/name", tool_definition, Role::none, 0},
           {"/tools/0/input_schema/properties/c/description", tool_definition, Role::none, 0},
           {"/metadata/user_id", metadata, Role::none, 0}}};
}

ClientShape claude_code_2_1_196() {
  return {"claude-code 2.1.196",
          "/v1/messages",
          "anthropic.messages",
          "claude-x",
          true,
          4,
          R"({"model":"claude-x","messages":[
{"role":"user","content":[{"type":"text","text":"<system-reminder># currentDate\nToday)"
          "\xCA\xBC"
          R"(s date is 2026/11/21.</system-reminder>"},
 {"type":"text","text":"hello there"}]},
{"role":"system","content":"deferred tools"},
{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"EqQB"},{"type":"redacted_thinking","data":"ZGF0"},
 {"type":"tool_use","id":"toolu_1","name":"Bash","input":{"command":"ls","nested":{"a":["b"]}}}]},
{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"out"},
 {"type":"tool_result","tool_use_id":"toolu_2","content":[{"type":"text","text":"out"},
  {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}]}]}],
"system":[{"type":"text","text":"env"}],"tools":[],"metadata":{"user_id":"u"},"max_tokens":32000,
"thinking":{"type":"adaptive"},"context_management":{"edits":[{"type":"clear"}]},"stream":true})",
          {{"/messages/0/content/0/text", user_text, Role::user, 0},
           {"/messages/0/content/1/text", user_text, Role::user, 0},
           {"/messages/1/content", system_text, Role::system, 1},
           {"/messages/2/content/0/thinking", assistant_text, Role::assistant, 2},
           {"/messages/2/content/0/signature", opaque, Role::assistant, 2},
           {"/messages/2/content/1/data", opaque, Role::assistant, 2},
           {"/messages/2/content/2/id", metadata, Role::assistant, 2},
           {"/messages/2/content/2/name", tool_call, Role::assistant, 2},
           {"/messages/2/content/2/input/nested/a/0", tool_call, Role::assistant, 2},
           {"/messages/3/content/0/tool_use_id", metadata, Role::tool, 3},
           {"/messages/3/content/0/content", tool_result, Role::tool, 3},
           {"/messages/3/content/1/content/0/text", tool_result, Role::tool, 3},
           {"/messages/3/content/1/content/1/source/data", opaque, Role::tool, 3},
           {"/messages/3/content/1/content/1/source/media_type", other, Role::tool, 3},
           {"/system/0/text", system_text, Role::system, 0},
           {"/context_management/edits/0/type", other, Role::none, 0}}};
}

ClientShape claude_code_2_1_329() {
  return {"claude-code 2.1.329",
          "/v1/messages",
          "anthropic.messages",
          "claude-x",
          true,
          2,
          R"({"model":"claude-x","messages":[
{"role":"user","content":[{"type":"text","text":"<system-reminder>gitStatus</system-reminder>"},
 {"type":"text","text":"<system-reminder>attribution</system-reminder>"},{"type":"text","text":"hello there"}]},
{"role":"system","content":[{"type":"text","text":"# Environment\nToday's date is 2026-11-21."}]}],
"system":[{"type":"text","text":"billing"}],"tools":[{"name":"Read"}],"metadata":{"user_id":"u"},
"diagnostics":{"previous_message_id":null},"max_tokens":32000,"stream":true})",
          {{"/messages/0/content/0/text", user_text, Role::user, 0},
           {"/messages/0/content/2/text", user_text, Role::user, 0},
           {"/messages/1/content/0/text", system_text, Role::system, 1},
           {"/tools/0/name", tool_definition, Role::none, 0}}};
}

ClientShape codex() {
  return {"codex",
          "/v1/responses",
          "openai.responses",
          "gpt-x",
          true,
          6,
          R"({"type":"response.create","model":"gpt-x","instructions":"You are","input":[
{"type":"additional_tools","role":"developer","tools":[{"type":"namespace","name":"n","tools":[{"name":"t","description":"d"}]}]},
{"type":"message","role":"developer","content":[{"type":"input_text","text":"permissions"}]},
{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context><timezone>Asia/Tehran</timezone>"}],
 "internal_chat_message_metadata_passthrough":{"content_item_kinds":["environment"]}},
{"type":"message","role":"user","content":[{"type":"input_text","text":"hello there"}]},
{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"so"}],"encrypted_content":"gAAA"},
{"type":"function_call_output","call_id":"c1","output":"out"}],
"tools":[{"type":"function","name":"shell","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}],
"tool_choice":"auto","store":false,"stream":true,"include":["reasoning.encrypted_content"],"prompt_cache_key":"k",
"client_metadata":{"x-codex-turn-metadata":"{\"session_id\":\"s\"}"}})",
          {{"/instructions", system_text, Role::system, 0},
           {"/input/0/tools/0/tools/0/description", tool_definition, Role::none, 0},
           {"/input/0/role", other, Role::none, 0},
           {"/input/1/content/0/text", system_text, Role::system, 1},
           {"/input/2/content/0/text", user_text, Role::user, 2},
           {"/input/2/internal_chat_message_metadata_passthrough/content_item_kinds/0", metadata, Role::user, 2},
           {"/input/3/content/0/text", user_text, Role::user, 3},
           {"/input/3/content/0/type", other, Role::user, 3},
           {"/input/4/summary/0/text", assistant_text, Role::assistant, 4},
           {"/input/4/encrypted_content", opaque, Role::assistant, 4},
           {"/input/4/id", metadata, Role::assistant, 4},
           {"/input/5/output", tool_result, Role::tool, 5},
           {"/input/5/call_id", metadata, Role::tool, 5},
           {"/tools/0/parameters/properties/a/type", tool_definition, Role::none, 0},
           {"/include/0", other, Role::none, 0},
           {"/prompt_cache_key", metadata, Role::none, 0},
           {"/client_metadata/x-codex-turn-metadata", metadata, Role::none, 0}}};
}

ClientShape gemini_cli() {
  return {"gemini-cli",
          "/v1beta/models/gemini-x:streamGenerateContent",
          "gemini.generate_content",
          "gemini-x",
          true,
          3,
          R"({"contents":[
{"role":"user","parts":[{"text":"<session_context>linux</session_context>"},{"text":"hello there"}]},
{"role":"model","parts":[{"text":"thought","thought":true,"thoughtSignature":"c2ln"},
 {"functionCall":{"id":"f1","name":"read","args":{"path":"/a"}},"thoughtSignature":"c2ln"}]},
{"role":"user","parts":[{"functionResponse":{"id":"f1","name":"read","response":{"output":"out"}}},
 {"inlineData":{"mimeType":"image/png","data":"iVBO"}}]}],
"systemInstruction":{"role":"user","parts":[{"text":"You are"}]},
"tools":[{"functionDeclarations":[{"name":"read","description":"d","parametersJsonSchema":{"type":"object"}}]}],
"generationConfig":{"thinkingConfig":{"level":"HIGH"}},"labels":{"team":"t"}})",
          {{"/contents/0/parts/0/text", user_text, Role::user, 0},
           {"/contents/0/parts/1/text", user_text, Role::user, 0},
           {"/contents/0/role", other, Role::user, 0},
           {"/contents/1/parts/0/text", assistant_text, Role::assistant, 1},
           {"/contents/1/parts/0/thoughtSignature", opaque, Role::assistant, 1},
           {"/contents/1/parts/1/functionCall/args/path", tool_call, Role::assistant, 1},
           {"/contents/1/parts/1/functionCall/id", metadata, Role::assistant, 1},
           {"/contents/1/parts/1/thoughtSignature", opaque, Role::assistant, 1},
           {"/contents/2/parts/0/functionResponse/response/output", tool_result, Role::tool, 2},
           {"/contents/2/parts/1/inlineData/data", opaque, Role::user, 2},
           {"/systemInstruction/parts/0/text", system_text, Role::system, 0},
           {"/tools/0/functionDeclarations/0/parametersJsonSchema/type", tool_definition, Role::none, 0},
           {"/generationConfig/thinkingConfig/level", other, Role::none, 0},
           {"/labels/team", metadata, Role::none, 0}}};
}

ClientShape cloud_code() {
  return {
      "gemini-cli through Cloud Code",
      "/v1internal:generateContent",
      "gemini.generate_content",
      "gemini-x",
      false,
      1,
      R"({"model":"gemini-x","project":"p","user_prompt_id":"u","request":{"contents":[{"role":"user","parts":[{"text":"hello there"}]}],
"systemInstruction":{"parts":[{"text":"You are"}]},"session_id":"s"}})",
      {{"/project", metadata, Role::none, 0},
       {"/user_prompt_id", metadata, Role::none, 0},
       {"/request/contents/0/parts/0/text", user_text, Role::user, 0},
       {"/request/systemInstruction/parts/0/text", system_text, Role::system, 0},
       {"/request/session_id", metadata, Role::none, 0}}};
}

ClientShape qwen_code() {
  return {"qwen-code",
          "/v1/chat/completions",
          "openai.chat",
          "qwen-x",
          true,
          6,
          R"({"model":"qwen-x","messages":[{"role":"system","content":"You are"},
{"role":"user","content":"date, cwd"},{"role":"assistant","content":"Got it."},
{"role":"user","content":[{"type":"text","text":"hello there","cache_control":{"type":"ephemeral"}},
 {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO","detail":"low"}}]},
{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
{"role":"tool","tool_call_id":"c1","content":"out"}],
"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
"stream":true,"stream_options":{"include_usage":true},"metadata":{"sessionId":"s"},"user":"u"})",
          {{"/messages/0/content", system_text, Role::system, 0},
           {"/messages/1/content", user_text, Role::user, 1},
           {"/messages/2/content", assistant_text, Role::assistant, 2},
           {"/messages/3/content/0/text", user_text, Role::user, 3},
           {"/messages/3/content/0/cache_control/type", other, Role::user, 3},
           {"/messages/3/content/1/image_url/url", opaque, Role::user, 3},
           {"/messages/3/content/1/image_url/detail", other, Role::user, 3},
           {"/messages/4/reasoning_content", assistant_text, Role::assistant, 4},
           {"/messages/4/tool_calls/0/id", metadata, Role::assistant, 4},
           {"/messages/4/tool_calls/0/function/arguments", tool_call, Role::assistant, 4},
           {"/messages/5/content", tool_result, Role::tool, 5},
           {"/messages/5/tool_call_id", metadata, Role::tool, 5},
           {"/tools/0/function/parameters/type", tool_definition, Role::none, 0},
           {"/metadata/sessionId", metadata, Role::none, 0},
           {"/user", metadata, Role::none, 0}}};
}

ClientShape copilot() {
  return {"copilot",
          "/responses",
          "openai.responses",
          "gpt-x",
          true,
          4,
          R"({"model":"gpt-x","instructions":"<environment_context>cwd</environment_context>","input":[
{"role":"user","content":[{"type":"input_text","text":"<current_datetime>2026-11-21T10:00:00+03:30</current_datetime>\n\nhello there"},
 {"type":"input_image","image_url":"data:image/png;base64,iVBO"}]},
{"type":"function_call","call_id":"c1","name":"bash","arguments":"{}"},
{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"out"}]},
{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done","annotations":[]}]}],
"tools":[{"type":"function","name":"bash"}],"store":false,"stream":true,"include":["reasoning.encrypted_content"]})",
          {{"/instructions", system_text, Role::system, 0},
           {"/input/0/content/0/text", user_text, Role::user, 0},
           {"/input/0/content/1/image_url", opaque, Role::user, 0},
           {"/input/1/arguments", tool_call, Role::assistant, 1},
           {"/input/1/call_id", metadata, Role::assistant, 1},
           {"/input/2/output/0/text", tool_result, Role::tool, 2},
           {"/input/3/content/0/text", assistant_text, Role::assistant, 3}}};
}

ClientShape opencode() {
  return {
      "opencode",
      "/v1/messages",
      "anthropic.messages",
      "claude-x",
      true,
      1,
      R"({"model":"claude-x","max_tokens":32000,"system":[{"type":"text","text":"<env>","cache_control":{"type":"ephemeral"}}],
"messages":[{"role":"user","content":[{"type":"text","text":"\"hello there\""}]}],
"tools":[{"name":"bash","description":"d","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},"stream":true})",
      {{"/system/0/text", system_text, Role::system, 0},
       {"/messages/0/content/0/text", user_text, Role::user, 0},
       {"/tools/0/input_schema/type", tool_definition, Role::none, 0},
       {"/tool_choice/type", other, Role::none, 0}}};
}

}  // namespace

std::vector<ClientShape> client_shapes() {
  return {claude_code_2_1_91(),
          claude_code_2_1_196(),
          claude_code_2_1_329(),
          codex(),
          gemini_cli(),
          cloud_code(),
          qwen_code(),
          copilot(),
          opencode()};
}

}  // namespace telltale::test
