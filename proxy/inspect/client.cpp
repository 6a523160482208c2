// Names the client by what it says of itself. Source: User-Agent values and headers of published clients. Covered by
// tests/unit/inspect/client_test.cpp.
#include "inspect/client.hpp"

#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

/// Product token (up to the slash) at the start of User-Agent; case ignored.
constexpr std::array<std::pair<std::string_view, std::string_view>, 25> products{{
    {"claude-cli", "claude-code"},
    {"claude-code", "claude-code"},
    {"codex_exec", "codex"},
    {"codex_cli_rs", "codex"},
    {"codex_vscode", "codex"},
    {"codex-tui", "codex"},
    {"codex", "codex"},
    {"GeminiCLI", "gemini-cli"},
    {"GeminiCLI-tui", "gemini-cli"},
    {"CloudCodeVSCode", "gemini-code-assist"},
    {"QwenCode", "qwen-code"},
    {"opencode", "opencode"},
    {"copilot", "copilot-cli"},
    {"copilot-cli", "copilot-cli"},
    {"GithubCopilot", "copilot"},
    {"GitHubCopilotChat", "copilot-chat"},
    {"antigravity", "antigravity"},
    {"Cline", "cline"},
    {"Kilo-Code", "kilocode"},
    {"kilocode", "kilocode"},
    {"KimiCLI", "kimi-cli"},
    {"KimiCodeCLI", "kimi-cli"},
    {"Aider", "aider"},
    {"crush", "crush"},
    {"amp", "amp"},
}};

/// Headers only one client sends.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> marks{{
    {"x-claude-code-session-id", "claude-code"},
    {"x-codex-window-id", "codex"},
    {"x-gemini-api-privileged-user-id", "gemini-cli"},
    {"copilot-integration-id", "copilot"},
    {"x-cursor-client-version", "cursor"},
    {"x-deepseek-harness-session-id", "deepseek-harness"},
}};

std::string_view version_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end < 40 && (ascii::is_alnum(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
  return text.substr(0, end);
}

Client by_user_agent(std::string_view value) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return {};
  for (const auto& [product, name] : products) {
    if (!ascii::equals_ignoring_case(value.substr(0, slash), product)) continue;
    std::string_view rest = value.substr(slash + 1);
    if (name == "antigravity" && rest.substr(0, 4) == "cli/") rest.remove_prefix(4);
    return {std::string(name), std::string(version_at(rest))};
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
  for (const auto& [header, name] : marks) {
    const auto value = head.find(header);
    if (!value) continue;
    const bool is_version = header == "x-cursor-client-version";
    return {std::string(name), is_version ? std::string(version_at(*value)) : std::string()};
  }
  return by_billing_block(content);
}

}  // namespace telltale::inspect
