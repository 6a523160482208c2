// Where to look by default. Covered by tests/e2e/proxy_test.py.
#include "app/default_hosts.hpp"

namespace telltale::app {

const std::vector<std::string>& default_intercept_hosts() {
  // clang-format off
  static const std::vector<std::string> hosts = {
      // model APIs. Clouds that carry much else under one name (amazonaws.com, googleapis.com) are left out.
      "api.anthropic.com", "api.openai.com", "chatgpt.com", "*.chatgpt.com",
      "generativelanguage.googleapis.com", "cloudcode-pa.googleapis.com", "daily-cloudcode-pa.googleapis.com",
      "api.githubcopilot.com", "*.githubcopilot.com", "copilot-proxy.githubusercontent.com",
      "openrouter.ai", "api.mistral.ai", "api.x.ai", "cli-chat-proxy.grok.com", "api.groq.com",
      "api.deepseek.com", "api.moonshot.ai", "api.moonshot.cn", "api.kimi.com", "api.minimax.io", "api.z.ai",
      "open.bigmodel.cn", "dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "api.siliconflow.com",
      "*.openai.azure.com", "*.services.ai.azure.com",
      "ampcode.com", "api.cline.bot", "api.kilo.ai", "api.jetbrains.ai",
      // their telemetry
      "statsig.anthropic.com", "mcp-proxy.anthropic.com", "play.googleapis.com",
      "copilot-telemetry.githubusercontent.com", "*.rum.aliyuncs.com", "telemetry-logs.kimi.com",
      "data.cline.bot", "otel.cline.bot", "us.i.posthog.com"};
  // clang-format on
  return hosts;
}

}  // namespace telltale::app
