// Names the client by what it says of itself. Source: User-Agent values and headers of published clients. Covered by
// tests/unit/inspect/client_test.cpp.
#include "inspect/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

using Name = std::pair<std::string_view, std::string_view>;

/// Product token (up to the slash, or the whole value) at the start of User-Agent; case ignored.
constexpr std::array<Name, 52> products{{
    {"claude-cli", "claude-code"},
    {"claude-code", "claude-code"},
    {"codex_exec", "codex"},
    {"codex_cli_rs", "codex"},
    {"codex_vscode", "codex"},
    {"codex_sdk_ts", "codex"},
    {"codex-tui", "codex"},
    {"codex", "codex"},
    {"GeminiCLI", "gemini-cli"},
    {"GeminiCLI-tui", "gemini-cli"},
    {"GeminiCLI-vscode", "gemini-cli"},
    {"CloudCodeVSCode", "gemini-code-assist"},
    {"CloudCodeIntelliJ", "gemini-code-assist"},
    {"QwenCode", "qwen-code"},
    {"QoderCLI", "qoder"},
    {"Qoder", "qoder"},
    {"Lingma", "lingma"},
    {"opencode", "opencode"},
    {"mimo", "mimo-code"},
    {"copilot", "copilot-cli"},
    {"copilot-cli", "copilot-cli"},
    {"GitHubCopilotCLI", "copilot-cli"},
    {"copilot-developer-action", "copilot-cli"},
    {"GithubCopilot", "copilot"},
    {"GitHubCopilotChat", "copilot-chat"},
    {"antigravity", "antigravity"},
    {"Cline", "cline"},
    {"Kilo-Code", "kilocode"},
    {"kilocode", "kilocode"},
    {"RooCode", "roo-code"},
    {"Roo-Code", "roo-code"},
    {"Continue", "continue"},
    {"KimiCLI", "kimi-cli"},
    {"KimiCodeCLI", "kimi-cli"},
    {"kimi-code-cli", "kimi-cli"},
    {"grok-cli", "grok"},
    {"grok-shell", "grok"},
    {"GrokBuild", "grok"},
    {"Aider", "aider"},
    {"crush", "crush"},
    {"Charm Crush", "crush"},
    {"amp", "amp"},
    {"Amp-CLI", "amp"},
    {"Windsurf", "windsurf"},
    {"Cursor", "cursor"},
    {"Zed", "zed"},
    {"goose", "goose"},
    {"OpenClaw", "openclaw"},
    {"Hermes", "hermes"},
    {"MiniMaxCode", "minimax-code"},
    {"augment.cli", "augment"},
    {"Warp", "warp"},
}};

/// Headers only one client sends. Where the value is a version, the name ends in "-version".
constexpr std::array<Name, 34> marks{{
    {"x-claude-code-session-id", "claude-code"},
    {"x-claude-code-request-class", "claude-code"},
    {"x-codex-window-id", "codex"},
    {"x-codex-turn-metadata", "codex"},
    {"x-gemini-api-privileged-user-id", "gemini-cli"},
    {"x-dashscope-useragent", "qwen-code"},
    {"cosy-version", "qoder"},
    {"cosy-machineid", "qoder"},
    {"copilot-integration-id", "copilot"},
    {"vscode-machineid", "copilot-chat"},
    {"x-cursor-client-version", "cursor"},
    {"x-cursor-checksum", "cursor"},
    {"x-cursor-timezone", "cursor"},
    {"x-deepseek-harness-session-id", "deepseek-harness"},
    {"x-deepseek-harness-user-id", "deepseek-harness"},
    {"x-kilocode-version", "kilocode"},
    {"x-kilocode-taskid", "kilocode"},
    {"x-kilocode-machineid", "kilocode"},
    {"x-kilocode-editorname", "kilocode"},
    {"x-continue-unique-id", "continue"},
    {"x-grok-client-version", "grok"},
    {"x-grok-session-id", "grok"},
    {"x-grok-conv-id", "grok"},
    {"x-msh-version", "kimi-cli"},
    {"x-msh-device-id", "kimi-cli"},
    {"x-mavis-session-id", "minimax-code"},
    {"x-mavis-agent-id", "minimax-code"},
    {"amp-thread-id", "amp"},
    {"amp-application", "amp"},
    {"grazie-agent", "jetbrains-ai"},
    {"grazie-authenticate-jwt", "jetbrains-ai"},
    {"x-zed-version", "zed"},
    {"x-core-version", "cline"},
    {"x-is-multiroot", "cline"},
}};

/// Values of fields that many programs send, by which one of them names itself; case ignored.
struct Naming {
  std::string_view field;
  std::string_view value;  ///< the field's value begins so
  std::string_view name;
};
constexpr std::array<Naming, 13> namings{{
    {"originator", "codex", "codex"},
    {"originator", "opencode", "opencode"},
    {"x-service-name", "claude-code", "claude-code"},
    {"x-title", "Cline", "cline"},
    {"x-title", "Kilo Code", "kilocode"},
    {"x-title", "Roo Code", "roo-code"},
    {"x-title", "opencode", "opencode"},
    {"x-title", "Aider", "aider"},
    {"http-referer", "https://cline.bot", "cline"},
    {"http-referer", "https://kilocode.ai", "kilocode"},
    {"http-referer", "https://opencode.ai", "opencode"},
    {"http-referer", "https://aider.chat", "aider"},
    {"editor-plugin-version", "copilot-chat/", "copilot-chat"},
}};

/// How a client's own text begins: what follows "You are " in the first kilobytes. A user may quote it, so it is looked
/// at last.
constexpr std::array<Name, 20> selves{{
    {"Claude Code, ", "claude-code"},
    {"a Claude agent, built on Anthropic's Claude Agent SDK", "claude-code"},
    {"Cline, ", "cline"},
    {"Kilo Code, ", "kilocode"},
    {"Kilo, ", "kilocode"},
    {"Roo, ", "roo-code"},
    {"Qwen Code, ", "qwen-code"},
    {"Qoder, ", "qoder"},
    {"opencode, ", "opencode"},
    {"OpenCode, ", "opencode"},
    {"Gemini CLI, ", "gemini-cli"},
    {"Antigravity, ", "antigravity"},
    {"the GitHub Copilot CLI", "copilot-cli"},
    {"Cascade, ", "windsurf"},
    {"Amp, ", "amp"},
    {"Kimi Code CLI", "kimi-cli"},
    {"Crush", "crush"},
    {"Grok Build", "grok"},
    {"Hermes Agent", "hermes"},
    {"OpenClaw", "openclaw"},
}};

/// Telemetry without a telling User-Agent: a name among the record's first bytes, and a word soon after.
struct Record {
  std::string_view begins;
  std::string_view word;
  std::string_view name;
};
constexpr std::array<Record, 4> records{{
    {"\"log_source_name\"", "\"CONCORD\"", "gemini-cli"},
    {"\"app\"", "\"_v\":\"qwen-code@", "qwen-code"},
    {"\"resourceLogs\"", "\"cline\"", "cline"},
    {"\"resourceMetrics\"", "\"codex_exec\"", "codex"},
}};

std::string_view version_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end < 40 && (ascii::is_alnum(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
  return text.substr(0, end);
}

Client by_user_agent(std::string_view value) {
  const std::size_t slash = std::min(value.find('/'), value.size());
  for (const auto& [product, name] : products) {
    if (!ascii::equals_ignoring_case(value.substr(0, slash), product)) continue;
    std::string_view rest = value.substr(std::min(slash + 1, value.size()));
    if (name == "antigravity" && rest.substr(0, 4) == "cli/") rest.remove_prefix(4);
    return {std::string(name), std::string(version_at(rest))};
  }
  return {};
}

Client by_fields(const http::RequestHead& head) {
  for (const auto& [header, name] : marks) {
    const auto value = head.find(header);
    if (!value) continue;
    const bool is_version = header.ends_with("-version");
    return {std::string(name), is_version ? std::string(version_at(*value)) : std::string()};
  }
  for (const Naming& naming : namings) {
    const auto value = head.find(naming.field);
    if (value && ascii::equals_ignoring_case(value->substr(0, naming.value.size()), naming.value))
      return {std::string(naming.name), {}};
  }
  return {};
}

Client by_record(std::string_view start) {
  for (const Record& record : records) {
    if (start.substr(0, 40).find(record.begins) == std::string_view::npos) continue;
    const std::size_t at = start.find(record.word);
    if (at == std::string_view::npos) continue;
    const bool has_version = record.word.ends_with('@');
    return {std::string(record.name),
            has_version ? std::string(version_at(start.substr(at + record.word.size()))) : std::string()};
  }
  return {};
}

Client by_opening(std::string_view start) {
  constexpr std::string_view opening = "You are ";
  constexpr int most = 4;
  std::size_t at = start.find(opening);
  for (int i = 0; i < most && at != std::string_view::npos; ++i, at = start.find(opening, at + 1)) {
    const std::string_view rest = start.substr(at + opening.size());
    for (const auto& [self, name] : selves) {
      if (rest.starts_with(self)) return {std::string(name), {}};
    }
  }
  return {};
}

/// `x-anthropic-billing-header: cc_version=2.1.196.c9a; ...` stands at the start of the first system block, which in
/// the one client that has it lies in the first kilobytes of the body or behind the conversation; only the former is
/// looked at, since the User-Agent says the same.
Client by_billing_block(std::string_view content) {
  const std::string_view start = content.substr(0, 4096);
  const std::string_view mark = "cc_version=";
  const std::size_t at = start.find(mark);
  if (at == std::string_view::npos) return {};
  std::string_view version = version_at(start.substr(at + mark.size()));
  const std::size_t last = version.rfind('.');
  if (last != std::string_view::npos && version.size() - last == 4) version = version.substr(0, last);
  return {"claude-code", std::string(version)};
}

}  // namespace

Client recognise_client(const http::RequestHead& head, std::string_view content) {
  if (const auto value = head.find("user-agent")) {
    Client client = by_user_agent(*value);
    if (!client.name.empty()) return client;
  }
  if (Client client = by_fields(head); !client.name.empty()) return client;
  if (Client client = by_billing_block(content); !client.name.empty()) return client;
  const std::string_view start = content.substr(0, 4096);
  if (Client client = by_record(start); !client.name.empty()) return client;
  return by_opening(start);
}

}  // namespace telltale::inspect
