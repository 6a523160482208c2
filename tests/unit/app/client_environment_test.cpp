#include "app/client_environment.hpp"

#include "support/catch.hpp"

using namespace telltale;
using app::Variables;

namespace {

app::ClientEnvironment made(const Variables& inherited, bool mock = false, const std::string& program = "claude") {
  return app::client_environment(inherited,
                                 {"http://127.0.0.1:4711", "/tmp/x/root.pem", "/tmp/x/all.pem", mock, program});
}

std::string value(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "(unset)" : found->second;
}

}  // namespace

TEST_CASE("the client's proxy variables are ours, whatever it would have inherited", "[app][run]") {
  const std::string ours = "http://127.0.0.1:4711";
  struct Row {
    const char* name;
    Variables inherited;
    std::string http_proxy;
    std::string no_proxy;
  };
  const Row rows[] = {
      {"nothing", {}, "(unset)", "(unset)"},
      {"others",
       {{"HTTPS_PROXY", "http://corp:1"}, {"http_proxy", "http://corp:1"}, {"ALL_PROXY", "x"}, {"NO_PROXY", "*"}},
       "(unset)",
       "(unset)"},
      {"an https base URL", {{"ANTHROPIC_BASE_URL", "https://deepseek.example.test"}}, "(unset)", "(unset)"},
      {"a plain base URL",
       {{"ANTHROPIC_BASE_URL", "http://gw.example.test"}, {"NO_PROXY", "*"}},
       ours,
       "127.0.0.1,localhost,::1"},
      {"a plain base URL on loopback", {{"OPENAI_BASE_URL", "HTTP://u@localhost:8080/v1"}}, ours, "(unset)"},
      {"a plain URL of something else", {{"MY_PAGE", "http://example.test"}}, "(unset)", "(unset)"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Variables got = made(row.inherited).variables;
      for (const char* name : {"HTTPS_PROXY", "https_proxy"}) CHECK(value(got, name) == ours);
      for (const char* name : {"HTTP_PROXY", "http_proxy"}) CHECK(value(got, name) == row.http_proxy);
      for (const char* name : {"NO_PROXY", "no_proxy"}) CHECK(value(got, name) == row.no_proxy);
      for (const char* name : {"ALL_PROXY", "all_proxy"}) CHECK(value(got, name) == "(unset)");
    }
  }
}

TEST_CASE("variables that replace trust get all roots, those that add to it get ours", "[app][run]") {
  const Variables got = made({{"SSL_CERT_FILE", "/corp.pem"}, {"HOME", "/h"}}).variables;
  for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "AWS_CA_BUNDLE"})
    CHECK(value(got, name) == "/tmp/x/all.pem");
  for (const char* name : {"NODE_EXTRA_CA_CERTS", "CODEX_CA_CERTIFICATE"}) CHECK(value(got, name) == "/tmp/x/root.pem");
  CHECK(value(got, "HOME") == "/h");
}

TEST_CASE("stand-in keys are set only with the mock, only where none is, and are told", "[app][run]") {
  struct Row {
    const char* name;
    bool mock;
    const char* program;
    Variables inherited;
    std::vector<std::string> set;
  };
  const Row rows[] = {
      {"no mock", false, "claude", {}, {}},
      {"a known client", true, "/usr/local/bin/claude", {}, {"ANTHROPIC_API_KEY"}},
      {"its key is there", true, "claude", {{"ANTHROPIC_API_KEY", "real"}}, {}},
      {"another way in is there", true, "claude", {{"ANTHROPIC_AUTH_TOKEN", "real"}}, {}},
      {"an empty key is none", true, "claude", {{"ANTHROPIC_API_KEY", ""}}, {"ANTHROPIC_API_KEY"}},
      {"two keys", true, "codex", {}, {"CODEX_API_KEY", "OPENAI_API_KEY"}},
      {"an unknown program gets all",
       true,
       "python3",
       {{"GH_TOKEN", "x"}},
       {"ANTHROPIC_API_KEY", "CODEX_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GEMINI_CLI_TRUST_WORKSPACE"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const app::ClientEnvironment got = made(row.inherited, row.mock, row.program);
      CHECK(got.stand_ins == row.set);
      for (const std::string& name : row.set) CHECK_FALSE(value(got.variables, name).empty());
      for (const auto& [name, kept] : row.inherited)
        if (!kept.empty()) CHECK(value(got.variables, name) == kept);
    }
  }
}

TEST_CASE("variables are read and written as a process has them", "[app][run]") {
  const char* const environment[] = {"A=1", "B=x=y", "A=2", "nothing", "=C:", "E=", nullptr};
  const Variables got = app::read_variables(environment);
  CHECK(got == Variables{{"A", "1"}, {"B", "x=y"}, {"E", ""}});
  CHECK(app::write_variables(got) == std::vector<std::string>{"A=1", "B=x=y", "E="});
}

TEST_CASE("arguments that are text count as typed, secrets never do", "[app][typed]") {
  using Texts = std::vector<std::string>;
  struct Row {
    const char* name;
    Texts arguments;
    Texts typed;
  };
  const Row rows[] = {
      {"none", {}, {}},
      {"a prompt option", {"-p", "hello", "--verbose"}, {"hello"}},
      {"a prompt option with its value", {"--prompt=say hello", "--yes"}, {"say hello"}},
      {"a word at the end", {"exec", "--json", "hello"}, {"hello"}},
      {"blanks anywhere", {"run", "say hello", "--yes"}, {"say hello"}},
      {"what may be an option's value, when it is last", {"run", "--format", "json"}, {"json"}},
      {"several", {"--append-system-prompt", "be brief", "-p", "say hello"}, {"be brief", "say hello"}},
      {"an option at the end", {"chat", "--verbose"}, {}},
      {"a dash alone", {"exec", "-"}, {"-"}},
      {"a key at the end", {"-p", "hi", "--api-key", "sk-secret"}, {"hi"}},
      {"a header with blanks", {"-H", "Authorization: Bearer x", "https://example.test"}, {"https://example.test"}},
      {"a header in words", {"--header", "x-api-key: x", "-s"}, {}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(app::typed_arguments(row.arguments) == row.typed);
    }
  }
}
