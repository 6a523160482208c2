#include "inspect/client.hpp"

#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::test;

TEST_CASE("clients are named by what they say of themselves", "[inspect][client]") {
  struct Row {
    Fields fields;
    const char* body;
    const char* name;
    const char* version;
  };
  const Row rows[] = {
      {{{"User-Agent", "claude-cli/2.1.196 (external, sdk-cli)"}}, "", "claude-code", "2.1.196"},
      {{{"User-Agent", "claude-code/2.1.329"}}, "", "claude-code", "2.1.329"},
      {{{"User-Agent", "codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm"}}, "", "codex", "0.169.0"},
      {{{"User-Agent", "GeminiCLI-tui/0.61.0/gemini-x (linux; x64; xterm)"}}, "", "gemini-cli", "0.61.0"},
      {{{"User-Agent", "QwenCode/0.15.10 (linux; x64)"}}, "", "qwen-code", "0.15.10"},
      {{{"User-Agent", "opencode/1.18.33 ai-sdk/x"}}, "", "opencode", "1.18.33"},
      {{{"User-Agent", "antigravity/cli/1.2.3 (aidev_client)"}}, "", "antigravity", "1.2.3"},
      {{{"User-Agent", "axios/1.2"}, {"X-Claude-Code-Session-Id", "1"}}, "", "claude-code", ""},
      {{},
       R"({"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.169.c9a; cc"}]})",
       "claude-code",
       "2.1.169"},
      {{{"User-Agent", "GitHubCopilotCLI"}}, "", "copilot-cli", ""},
      {{{"User-Agent", "Kilo-Code/2.4.0"}}, "", "kilocode", "2.4.0"},
      {{{"User-Agent", "connect-es/1.4"}, {"X-Cursor-Client-Version", "2.4.1"}}, "", "cursor", "2.4.1"},
      {{{"User-Agent", "connect-es/1.4"}, {"X-Cursor-Timezone", "Asia/Tehran"}}, "", "cursor", ""},
      {{{"User-Agent", "Go-http-client/2.0"}, {"Cosy-Version", "1.1.64"}}, "", "qoder", "1.1.64"},
      {{{"User-Agent", "OpenAI/JS 5.1"}, {"X-KiloCode-MachineId", "1"}}, "", "kilocode", ""},
      {{{"User-Agent", "OpenAI/JS 5.1"}, {"X-Title", "Cline"}}, "", "cline", ""},
      {{{"User-Agent", "OpenAI/JS 5.1"}, {"originator", "opencode"}}, "", "opencode", ""},
      {{{"User-Agent", "node"}, {"X-Msh-Device-Id", "1"}}, "", "kimi-cli", ""},
      {{{"User-Agent", "node"}, {"x-grok-client-version", "0.9.1"}}, "", "grok", "0.9.1"},
      {{{"User-Agent", "ktor"}, {"grazie-agent", "{}"}}, "", "jetbrains-ai", ""},
      {{{"User-Agent", "Bun/1.4"}, {"x-service-name", "claude-code"}}, "", "claude-code", ""},
      {{{"User-Agent", "ai-sdk/anthropic/4.0"}},
       R"({"model":"m","max_tokens":1,"system":[{"type":"text","text":"You are Cline, an agent."}]})",
       "cline",
       ""},
      {{}, R"({"app":{"type":"cli"},"_v":"qwen-code@0.15.10"})", "qwen-code", "0.15.10"},
      {{}, R"([{"log_source_name":"CONCORD","log_event":[]}])", "gemini-cli", ""},
      {{}, "{\n  \"resourceMetrics\": [\n {\"value\": {\"stringValue\": \"codex_exec\"}}]}", "codex", ""},
      {{{"User-Agent", "curl/8.0"}}, "{}", "", ""},
      {{{"User-Agent", "curl/8.0"}},
       R"({"messages":[{"role":"user","content":"Who says: you are Cline, an agent?"}]})",
       "",
       ""},
      {{{"User-Agent", "no slash"}}, "", "", ""},
      {{}, "", "", ""},
  };
  for (const Row& row : rows) {
    const Request sent = request(row.body, row.fields);
    const inspect::Client client = inspect::recognise_client(sent.head, sent.body);
    CAPTURE(row.name, row.version);
    CHECK(client.name == row.name);
    CHECK(client.version == row.version);
  }
}
