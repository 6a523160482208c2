// Proxy, trust and stand-in variables of the clients that are known: docs/run.md. Covered by
// tests/unit/app/client_environment_test.cpp.
#include "app/client_environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "core/ascii.hpp"

namespace telltale::app {
namespace {

// Their values are files that stand for *all* that is trusted.
constexpr std::string_view bundle_variables[] = {
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE", "PIP_CERT",           "CARGO_HTTP_CAINFO", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"};
// Theirs are added to it.
constexpr std::string_view root_variables[] = {"NODE_EXTRA_CA_CERTS", "CODEX_CA_CERTIFICATE", "DENO_CERT"};

constexpr std::string_view replaced_variables[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
                                                   "ALL_PROXY",   "all_proxy",   "NO_PROXY",   "no_proxy"};

/// A variable that lets a client start without an account, unless one of `instead` is there already.
struct StandIn {
  std::initializer_list<std::string_view> programs;
  std::string_view name;
  std::string_view value;
  std::initializer_list<std::string_view> instead;
};

// Values look like keys to the checks clients make (prefix, length) and say what they are.
const StandIn stand_ins[] = {
    {{"claude", "opencode", "kilo", "kilocode", "cline"},
     "ANTHROPIC_API_KEY",
     "sk-ant-api03-telltale-mock-not-a-key-0000000000000000",
     {"ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX"}},
    {{"codex"}, "CODEX_API_KEY", "sk-telltale-mock-not-a-key-0000000000000000", {}},
    {{"codex", "qwen", "aider"}, "OPENAI_API_KEY", "sk-telltale-mock-not-a-key-0000000000000000", {}},
    {{"gemini"}, "GEMINI_API_KEY", "AIzaTelltaleMockNotAKey000000000000000", {"GOOGLE_API_KEY"}},
    {{"gemini"}, "GEMINI_CLI_TRUST_WORKSPACE", "true", {}},
    {{"copilot"}, "COPILOT_GITHUB_TOKEN", "github_pat_telltale_mock_not_a_key_0000", {"GH_TOKEN", "GITHUB_TOKEN"}},
};

bool is_base_url(std::string_view name) {
  return name.ends_with("_BASE_URL") || name.ends_with("_ENDPOINT");
}

bool is_loopback_url(std::string_view url) {
  std::string_view host = url.substr(std::string_view("http://").size());
  if (const std::size_t at = host.substr(0, host.find('/')).rfind('@'); at != std::string_view::npos)
    host.remove_prefix(at + 1);
  return host.starts_with("127.") || host.starts_with("[::1]") || ascii::starts_with_ignoring_case(host, "localhost");
}

void set_proxy(Variables& variables, const std::string& url) {
  bool plain = false;
  bool loopback = false;
  for (const auto& [name, value] : variables) {
    if (!is_base_url(name) || !ascii::starts_with_ignoring_case(value, "http://")) continue;
    plain = true;
    loopback = loopback || is_loopback_url(value);
  }
  for (const std::string_view name : replaced_variables) variables.erase(std::string(name));
  for (const char* const name : {"HTTPS_PROXY", "https_proxy"}) variables[name] = url;
  if (!plain) return;
  for (const char* const name : {"HTTP_PROXY", "http_proxy"}) variables[name] = url;
  if (loopback) return;
  for (const char* const name : {"NO_PROXY", "no_proxy"}) variables[name] = "127.0.0.1,localhost,::1";
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool has_value(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found != variables.end() && !found->second.empty();
}

// A program nobody knows may be any client's wrapper: it gets them all.
void set_stand_ins(ClientEnvironment& environment, std::string_view program) {
  const std::string_view name = base_name(program);
  const auto is_for = [name](const StandIn& one) {
    return std::find(one.programs.begin(), one.programs.end(), name) != one.programs.end();
  };
  const bool known = std::any_of(std::begin(stand_ins), std::end(stand_ins), is_for);
  for (const StandIn& one : stand_ins) {
    if ((known && !is_for(one)) || has_value(environment.variables, one.name)) continue;
    const auto there = [&](std::string_view other) { return has_value(environment.variables, other); };
    if (std::any_of(one.instead.begin(), one.instead.end(), there)) continue;
    environment.variables[std::string(one.name)] = one.value;
    environment.stand_ins.emplace_back(one.name);
  }
}

bool is_option(std::string_view argument) {
  return argument.size() > 1 && argument[0] == '-';
}

bool is_prompt_option(std::string_view name) {
  for (const std::string_view known :
       {"-p", "--print", "-q", "--query", "--prompt", "-i", "--prompt-interactive", "--message"})
    if (name == known) return true;
  return false;
}

bool is_secret_option(std::string_view argument) {
  if (!is_option(argument)) return false;
  const std::string name = ascii::lower(argument);
  for (const std::string_view part : {"key", "token", "secret", "password", "passwd", "auth", "header"})
    if (name.find(part) != std::string::npos) return true;
  return name == "-k" || name == "-u" || name == "-h";
}

}  // namespace

Variables read_variables(const char* const* environment) {
  Variables variables;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view text = *environment;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::vector<std::string> write_variables(const Variables& variables) {
  std::vector<std::string> texts;
  texts.reserve(variables.size());
  for (const auto& [name, value] : variables) texts.push_back(fmt::format("{}={}", name, value));
  return texts;
}

ClientEnvironment client_environment(const Variables& inherited, const ClientSettings& settings) {
  ClientEnvironment environment{inherited, {}};
  set_proxy(environment.variables, settings.proxy_url);
  for (const std::string_view name : bundle_variables) environment.variables[std::string(name)] = settings.bundle_file;
  for (const std::string_view name : root_variables) environment.variables[std::string(name)] = settings.root_file;
  environment.variables["NODE_USE_ENV_PROXY"] = "1";  // node's own fetch reads proxy variables only with it
  if (settings.mock) set_stand_ins(environment, settings.program);
  return environment;
}

std::vector<std::string> typed_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> typed;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::string_view before = i == 0 ? std::string_view() : std::string_view(arguments[i - 1]);
    const std::size_t equals = argument.starts_with("--") ? argument.find('=') : std::string::npos;
    if (equals != std::string::npos && is_prompt_option(std::string_view(argument).substr(0, equals))) {
      typed.push_back(argument.substr(equals + 1));
      continue;
    }
    if (is_option(argument) || argument.empty() || is_secret_option(before)) continue;
    const bool blank = argument.find_first_of(" \t\n") != std::string::npos;
    if (blank || is_prompt_option(before) || i + 1 == arguments.size()) typed.push_back(argument);
  }
  return typed;
}

}  // namespace telltale::app
