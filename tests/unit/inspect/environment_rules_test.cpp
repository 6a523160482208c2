// The environment rules on requests in the shape of published clients, and their silence on plain ones.
#include "core/base64.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

struct Expected {
  const char* rule;
  const char* where;
  const char* carried;  ///< value of the first carry; null to skip
};

/// How JSON is written is another matter.
std::vector<Finding> environment_findings(const Verdict& verdict) {
  std::vector<Finding> out;
  for (const Finding& finding : verdict.findings)
    if (finding.rule.rfind("structure.", 0) != 0) out.push_back(finding);
  return out;
}

void check_findings(const Request& sent, const std::vector<Expected>& expected, const Options& options = {}) {
  const std::vector<Finding> findings = environment_findings(judge(sent, shipped_rules(), options).verdict);
  std::vector<std::string> names;
  for (const Finding& finding : findings) names.push_back(finding.rule + " " + finding.where);
  CAPTURE(names);
  CHECK(findings.size() == expected.size());
  for (const Expected& one : expected) {
    bool found = false;
    for (const Finding& finding : findings) {
      found =
          found || (finding.rule == one.rule && finding.where == one.where &&
                    (one.carried == nullptr || (!finding.carries.empty() && finding.carries[0].second == one.carried)));
    }
    CAPTURE(one.rule, one.where);
    CHECK(found);
  }
}

}  // namespace

TEST_CASE("plain prompts give no finding at all", "[inspect][environment]") {
  const std::pair<const char*, const char*> rows[] = {
      {"/v1/messages",
       R"({"model":"m","max_tokens":1,"system":"You are a helpful assistant.","messages":[{"role":"user","content":"What time zone is Asia/Tehran in? My timezone: Europe/Berlin. LANG=de_DE. Look in /home/ana/x. Shell: bash. Working directory: /tmp/x"}]})"},
      {"/v1/chat/completions",
       R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Today\u2019s date is 2026/07/01."}],"temperature":0.2})"},
      {"/v1/responses", R"({"model":"m","instructions":"Be brief.","input":"hello"})"},
      {"/v1beta/models/g:generateContent",
       R"({"contents":[{"role":"user","parts":[{"text":"hello"}]}],"generationConfig":{"temperature":1}})"},
  };
  for (const auto& [path, body] : rows) {
    DYNAMIC_SECTION(path) {
      check_findings(
          request(body, {{"User-Agent", "curl/8.0"}, {"Accept", "*/*"}, {"Content-Type", "application/json"}}, path),
          {});
    }
  }
}

TEST_CASE("talk about machines, zones and networks is no disclosure", "[inspect][environment]") {
  struct Row {
    const char* name;
    const char* body;
  };
  const Row rows[] = {
      {"a question about zones and hosts",
       R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Host name: web-1\nUser: ana\nProxy: http://192.0.2.1:3128\nIP address: 198.51.100.7\nRemote: git@git.example.com:a/b.git\nDevice ID: 3fa85f6457174562b3fc2c963f66afa6\nLocal time: 14:07 UTC+02:00\nEndpoint: https://gw.example.test/v1\nWhy does this config fail?"}]})"},
      {"a prompt that is a document",
       R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"{\"hostname\":\"web-1\",\"timezone\":\"Asia/Tokyo\",\"ip_address\":\"198.51.100.7\",\"proxy\":\"http://192.0.2.1:3128\"}"}]})"},
      {"a tool's arguments and result",
       R"({"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{"timezone":"Asia/Tokyo","hostname":"web-1","cwd":"/srv/x","port":8080,"user_email":"a@example.com"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"{\"hostname\":\"web-1\",\"mac_address\":\"02:00:5e:10:00:01\"}\nHost name: web-1\nProxy: http://192.0.2.1:3128"}]}]})"},
      {"function arguments as a string",
       R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"n","arguments":"{\"timezone\":\"Asia/Tokyo\",\"hostname\":\"web-1\"}"}}]},{"role":"tool","tool_call_id":"c","content":"{\"locale\":\"fa-IR\",\"server_name\":\"web-1\"}"}]})"},
      {"tools that ask for such values",
       R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"clock","description":"Local time of a timezone, e.g. Asia/Tokyo. hostname: optional.","input_schema":{"type":"object","properties":{"timezone":{"type":"string","default":"Asia/Tokyo"},"hostname":{"type":"string"},"proxy":{"type":"string"},"locale":{"enum":["fa-IR","de-DE"]}}}}]})"},
      {"a system text about operations",
       R"({"model":"m","max_tokens":1,"system":"You help operators.\nAsk for the hostname: it must be unique.\nUser: the person who asks.\nProxy: settings live in /etc/environment.\nEndpoint: always https.\nGive the IP address: four numbers.\nGive the local time of the server in UTC.\nArchitecture: hexagonal.\nRemote: work from home is fine.","messages":[{"role":"user","content":"hi"}]})"},
      {"a dialogue as an example",
       R"({"model":"m","messages":[{"role":"system","content":"Example:\nUser: hello\nAssistant: hi\nUser: bye\n"},{"role":"user","content":"hi"}]})"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      check_findings(request(row.body, {{"User-Agent", "curl/8.0"}, {"Accept", "*/*"}}, "/v1/messages"), {});
    }
  }
}

TEST_CASE("a value seen by several rules is one finding", "[inspect][environment]") {
  const Environment environment{{"tz_name", {"Asia/Tehran"}},
                                {"cwd", {"/srv/acme"}},
                                {"proxy", {"http://proxy.corp.example:3128"}},
                                {"base_url", {"https://gw.example.cn"}},
                                {"host", {"anas-laptop"}}};
  Options options;
  options.environment = &environment;
  options.mode = Mode::flag;
  check_findings(
      request(
          R"({"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>\n  <cwd>/srv/acme</cwd>\n  <timezone>Asia/Tehran</timezone>\n</environment_context>"}]}]})",
          {}, "/v1/responses"),
      {{"env.cwd", "body:/input/0/content/0/text", "/srv/acme"},
       {"env.codex-timezone", "body:/input/0/content/0/text", "Asia/Tehran"}},
      options);
  check_findings(
      request(
          R"({"model":"m","max_tokens":1,"system":"<env>\nTime zone: Asia/Tehran\nHost name: anas-laptop\nProxy: http://proxy.corp.example:3128\n</env>","messages":[]})",
          {}),
      {{"env.timezone-name", "body:/system", "Asia/Tehran"},
       {"env.host-label", "body:/system", "anas-laptop"},
       {"env.proxy-label", "body:/system", "http://proxy.corp.example:3128"}},
      options);
  const std::string metadata = base64::encode(R"({"baseUrl":"https://gw.example.cn","n":1})");
  check_findings(request(R"({"events":[{"event_data":{"additional_metadata":")" + metadata + R"("}}]})", {}, "/v1/t"),
                 {{"env.gateway-host", "body:/events/0/event_data/additional_metadata", "https://gw.example.cn"}},
                 options);
}

TEST_CASE("claude-code's main request", "[inspect][environment]") {
  const std::string body =
      R"({"model":"m","max_tokens":32000,"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.196.c9a; cc_entrypoint=sdk-cli;"},)"
      R"({"type":"text","text":"# Environment\n - Primary working directory: /home/ana/acme\n - Platform: linux\n - Shell: zsh\n - OS Version: Linux 6.1.0-18-amd64\n"}],)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>\n# currentDate\nToday's date is 2026-06-30.\n</system-reminder>"},{"type":"text","text":"Say hello"}]}],)"
      R"("metadata":{"user_id":"{\"device_id\":\"3fa85f6457174562b3fc2c963f66afa63fa85f6457174562b3fc2c963f66afa6\",\"account_uuid\":\"\",\"session_id\":\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"}"}})";
  const Request sent = request(body, {{"User-Agent", "claude-cli/2.1.196 (external, sdk-cli)"},
                                      {"X-Claude-Code-Session-Id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
                                      {"X-Stainless-Arch", "x64"},
                                      {"X-Stainless-Lang", "js"},
                                      {"X-Stainless-OS", "Linux"},
                                      {"X-Stainless-Runtime", "node"},
                                      {"X-Stainless-Runtime-Version", "v24.3.0"}});
  check_findings(sent, {{"env.session-id", "header:x-claude-code-session-id", "6ba7..."},
                        {"env.sdk-platform", "header:x-stainless-arch", "x64"},
                        {"env.sdk-platform", "header:x-stainless-os", "Linux"},
                        {"env.sdk-platform", "header:x-stainless-runtime", "node"},
                        {"env.sdk-platform", "header:x-stainless-runtime-version", "v24.3.0"},
                        {"env.billing-block", "body:/system/0/text", "cc_version=2.1.196.c9a"},
                        {"env.cwd", "body:/system/1/text", "/home/ana/acme"},
                        {"env.home-path", "body:/system/1/text", "ana"},
                        {"env.os", "body:/system/1/text", "linux"},
                        {"env.os", "body:/system/1/text", "Linux 6.1.0-18-amd64"},
                        {"env.shell", "body:/system/1/text", "zsh"},
                        {"env.device-id", "body:/metadata/user_id", "3fa8..."},
                        {"env.session-id-field", "body:/metadata/user_id", "6ba7..."}});
  const auto device = findings_of(judge(sent, shipped_rules()).verdict, "env.device-id");
  REQUIRE(device.size() == 1);
  REQUIRE(device[0].raw_span);
  CHECK(body.substr(device[0].raw_span->begin, 4) == "3fa8");
  CHECK(device[0].raw_span->size() == 64);
  CHECK(device[0].excerpt.empty());
}

TEST_CASE("claude-code's telemetry", "[inspect][environment]") {
  const std::string metadata = base64::encode(
      R"({"gzipSkipReason":"custom_ca","baseUrl":"https://gw.example.cn","settings_outcome_reason":"not_attempted_custom_base_url"})");
  const Request batch = request(
      fmt::format(
          R"({{"events":[{{"event_data":{{"rh":"dc0ffe3d7e8eeed2","env":{{"platform":"linux"}},"device_id":"3fa85f64571745","additional_metadata":"{}"}}}}]}})",
          metadata),
      {}, "/api/event_logging/v2/batch");
  const char* at = "body:/events/0/event_data/additional_metadata";
  check_findings(batch, {{"env.proxy", at, "a private certificate authority is set"},
                         {"env.gateway-host", at, "https://gw.example.cn"},
                         {"env.custom-base-url", at, "not_attempted_custom_base_url"},
                         {"env.repository-hash", "body:/events/0/event_data/rh", "dc0f..."},
                         {"env.os-field", "body:/events/0/event_data/env/platform", "linux"},
                         {"env.device-id", "body:/events/0/event_data/device_id", "3fa8..."},
                         {"env.telemetry-target", "header::path", "/api/event_logging/v2/batch"}});
  check_findings(
      request(
          R"({"attributes":{"deviceID":"3fa85f64571745","sessionId":"6ba7b810","platform":"linux","apiBaseUrlHost":"deepseek.example.test"}})",
          {}, "/api/eval/sdk-x"),
      {{"env.gateway-host", "body:/attributes/apiBaseUrlHost", "deepseek.example.test"},
       {"env.device-id", "body:/attributes/deviceID", nullptr},
       {"env.session-id-field", "body:/attributes/sessionId", nullptr},
       {"env.os-field", "body:/attributes/platform", "linux"},
       {"env.telemetry-target", "header::path", "/api/eval/sdk-x"}});
}

TEST_CASE("codex's turn: its zone element is removed, the rest told", "[inspect][environment]") {
  const std::string before =
      R"({"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>\n  <cwd>/srv/acme</cwd>\n  <shell>bash</shell>\n  <current_date>2026-11-21</current_date>)";
  const std::string after =
      R"(\n</environment_context>"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}],"prompt_cache_key":"6ba7b810"})";
  const std::string zone = R"(\n  <timezone>Etc/UTC</timezone>)";
  const Request sent =
      request(before + zone + after,
              {{"x-codex-turn-metadata",
                R"({"workspaces":{"/srv/acme":{"associated_remote_urls":{"origin":"git@git.example.com:a/b.git"}}}})"}},
              "/v1/responses");
  check_findings(sent, {{"env.codex-timezone", "body:/input/0/content/0/text", "Etc/UTC"},
                        {"env.cwd", "body:/input/0/content/0/text", "/srv/acme"},
                        {"env.shell", "body:/input/0/content/0/text", "bash"},
                        {"env.session-id-field", "body:/prompt_cache_key", "6ba7..."},
                        {"env.workspace", "header:x-codex-turn-metadata", "/srv/acme"},
                        {"env.git-remote", "header:x-codex-turn-metadata", "git@git.example.com:a/b.git"}});
  const Judgement got = judge(sent, shipped_rules());
  REQUIRE(got.body);
  CHECK(*got.body == before + after);
}

TEST_CASE("a value that a header and the body both carry is told at each place, in a list of events once",
          "[inspect][environment]") {
  const std::string metadata = R"({\"installation_id\":\"6ba7b810-9dad\"})";
  check_findings(
      request(R"({"input":[],"client_metadata":{"x-codex-installation-id":"6ba7b810-9dad","x-codex-turn-metadata":")" +
                  metadata + "\"}}",
              {{"x-codex-turn-metadata", R"({"installation_id":"6ba7b810-9dad"})"}}, "/v1/responses"),
      {{"env.device-id", "header:x-codex-turn-metadata", "6ba7..."},
       {"env.device-id", "body:/client_metadata/x-codex-installation-id", "6ba7..."},
       {"env.device-id", "body:/client_metadata/x-codex-turn-metadata", "6ba7..."}});
  check_findings(
      request(R"({"events":[{"event_data":{"device_id":"6ba7b810"}},{"event_data":{"device_id":"6ba7b810"}}]})", {},
              "/api/event_logging/v2/batch"),
      {{"env.device-id", "body:/events/0/event_data/device_id", "6ba7..."},
       {"env.telemetry-target", "header::path", "/api/event_logging/v2/batch"}});
}

TEST_CASE("values known of the machine are found in plain, URL and base64 form", "[inspect][environment]") {
  const Environment environment{{"host", {"anas-laptop"}},
                                {"user", {"root", "ana.example"}},
                                {"tz_name", {"Asia/Tehran"}},
                                {"cwd", {"/srv/work/acme"}},
                                {"proxy", {"http://proxy.corp.example:3128"}}};
  Options options;
  options.environment = &environment;
  const Request sent = request(
      fmt::format(
          R"({{"model":"m","max_tokens":1,"system":"host=anas-laptop root Asia\/Tehran","messages":[{{"role":"user","content":"anas-laptop Asia/Tehran"}}],)"
          R"("metadata":{{"user_id":"{}","note":"%2Fsrv%2Fwork%2Facme"}}}})",
          base64::encode("xx:http://proxy.corp.example:3128;")),
      {{"X-Note", "from ana.example"}});
  check_findings(sent,
                 {{"env.host", "body:/system", "anas-laptop"},
                  {"env.zone", "body:/system", "Asia/Tehran"},
                  {"env.proxy-known", "body:/metadata/user_id", "http://proxy.corp.example:3128"},
                  {"env.path", "body:/metadata/note", "/srv/work/acme"},
                  {"env.user", "header:x-note", "ana.example"}},
                 options);
  for (const Finding& finding : environment_findings(judge(sent, shipped_rules(), options).verdict)) {
    CHECK(finding.reference == Reference::environment);
    CHECK(finding.source == Source::environment);
  }
}

TEST_CASE("what a client says to this proxy alone is no word to the API", "[inspect][environment]") {
  constexpr const char* body = R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hello"}]})";
  const std::vector<std::pair<std::string, std::string>> fields{{"Proxy-Connection", "keep-alive"}};
  check_findings(request(body, fields, "http://api.example.com/v1/messages"), {});
  // Inside a tunnel it goes on to the API.
  check_findings(request(body, fields, "/v1/messages"),
                 {{"env.proxy-header", "header:proxy-connection", "keep-alive"}});
  // Of another proxy's.
  check_findings(request(body, {{"Via", "1.1 edge"}}, "http://api.example.com/v1/messages"),
                 {{"env.proxy-header", "header:via", "1.1 edge"}});
}
