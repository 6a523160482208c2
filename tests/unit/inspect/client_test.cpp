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
      {{{"User-Agent", "curl/8.0"}}, "{}", "", ""},
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
