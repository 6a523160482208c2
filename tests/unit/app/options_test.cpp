#include "app/options.hpp"

#include <algorithm>
#include <cstdlib>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using app::ExitCode;

namespace {

app::Command parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "telltale");
  return app::parse_command_line(static_cast<int>(words.size()), words.data());
}

template <class T>
T parsed_as(std::vector<const char*> words) {
  const app::Command command = parsed(std::move(words));
  if (const auto* answer = std::get_if<app::Answer>(&command)) FAIL(answer->text);
  REQUIRE(std::holds_alternative<T>(command));
  return std::get<T>(command);
}

app::Answer answered(std::vector<const char*> words) {
  const app::Command command = parsed(std::move(words));
  REQUIRE(std::holds_alternative<app::Answer>(command));
  return std::get<app::Answer>(command);
}

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("proxy has the defaults that are documented", "[app][options]") {
  const Variable home("XDG_DATA_HOME", "/data");
  const auto command = parsed_as<app::ProxyCommand>({"proxy"});
  CHECK(command.listen_host == "127.0.0.1");
  CHECK(command.listen_port == 8899);
  CHECK(command.admin_host.empty());
  CHECK(command.typed_from.empty());
  CHECK(command.environment_file.empty());
  CHECK(command.inspecting.mode == inspect::Mode::flag);
  CHECK(command.ca_dir == "/data/telltale/ca");
  CHECK(command.intercept.empty());
  CHECK_FALSE(command.intercept_all);
  CHECK(command.threads == 1);
  CHECK(command.verdict_header);
  CHECK(command.format == "text");
}

TEST_CASE("proxy reads all of its options", "[app][options]") {
  const auto command = parsed_as<app::ProxyCommand>({"proxy",
                                                     "--listen",
                                                     "[::1]:0",
                                                     "--mode",
                                                     "strip",
                                                     "--intercept",
                                                     "api.example.com",
                                                     "*.example.org",
                                                     "--ca-dir",
                                                     "ca",
                                                     "--upstream-ca",
                                                     "roots.pem",
                                                     "--allow-upstream",
                                                     "127.0.0.0/8",
                                                     "::1",
                                                     "--resolve",
                                                     "a:443:127.0.0.1",
                                                     "--capture",
                                                     "out.jsonl",
                                                     "--rules",
                                                     "one.jsonc",
                                                     "two.jsonc",
                                                     "--danger-strip-signed",
                                                     "env.timezone",
                                                     "--threads=4",
                                                     "--no-verdict-header",
                                                     "--format",
                                                     "json",
                                                     "--typed-from",
                                                     "/home/me/.claude",
                                                     "prompts.txt",
                                                     "--environment",
                                                     "self",
                                                     "--admin",
                                                     "[::1]:0",
                                                     "--intercept-all"});
  CHECK(command.typed_from == Texts{"/home/me/.claude", "prompts.txt"});
  CHECK(command.environment_file == "self");
  CHECK(command.admin_host == "::1");
  CHECK(command.admin_port == 0);
  CHECK_FALSE(command.danger_admin_anywhere);
  CHECK(command.listen_host == "::1");
  CHECK(command.listen_port == 0);
  CHECK(command.inspecting.mode == inspect::Mode::strip);
  CHECK(command.intercept == Texts{"api.example.com", "*.example.org"});
  CHECK(command.intercept_all);
  CHECK(command.ca_dir == "ca");
  CHECK(command.upstream_ca == "roots.pem");
  CHECK(command.allow_upstream == Texts{"127.0.0.0/8", "::1"});
  CHECK(command.resolve == Texts{"a:443:127.0.0.1"});
  CHECK(command.capture == "out.jsonl");
  CHECK(command.inspecting.rules == Texts{"one.jsonc", "two.jsonc"});
  CHECK(command.inspecting.danger_strip_signed == Texts{"env.timezone"});
  CHECK(command.threads == 4);
  CHECK_FALSE(command.verdict_header);
  CHECK(command.format == "json");
}

TEST_CASE("run takes what is behind the dashes as it is", "[app][options]") {
  const auto command = parsed_as<app::RunCommand>({"run", "--mock", "--fail-on", "high", "--save", "x", "--typed-from",
                                                   "a", "b", "--", "claude", "-p", "--help", "--", "hello there"});
  CHECK(command.client == Texts{"claude", "-p", "--help", "--", "hello there"});
  CHECK(command.mock);
  CHECK(command.fail_on == inspect::Severity::high);
  CHECK(command.save == "x");
  CHECK(command.typed_from == Texts{"a", "b"});
  CHECK_FALSE(parsed_as<app::RunCommand>({"run", "--", "claude"}).fail_on);
}

TEST_CASE("sweep reads all of its options", "[app][options]") {
  const auto command = parsed_as<app::SweepCommand>(
      {"sweep",  "analyse", "--factor",  "tz_name", "--factor", "host", "--alpha", "0.01",
       "--seed", "7",       "--format",  "json",    "--output", "o",    "--html",  "p.html",
       "--rule", "r.jsonc", "--fail-on", "never",   "a.jsonl",  "-"});
  CHECK(command.html == "p.html");
  CHECK(command.rule == "r.jsonc");
  CHECK(command.captures == Texts{"a.jsonl", "-"});
  CHECK(command.factors == Texts{"tz_name", "host"});
  CHECK(command.alpha == 0.01);
  CHECK(command.seed == 7);
  CHECK(command.format == "json");
  CHECK(command.output == "o");
  CHECK_FALSE(command.fail_on);
  CHECK(parsed_as<app::SweepCommand>({"sweep", "analyse", "x"}).fail_on == inspect::Severity::medium);
}

TEST_CASE("replay reads all of its options", "[app][options]") {
  const auto command = parsed_as<app::ReplayCommand>(
      {"replay",           "--rules", "a.jsonc",       "b.jsonc",    "one.jsonl",           "-",
       "--typed",          "t",       "--environment", "e",          "--require-coverage",  "--segments",
       "--jobs",           "3",       "--output",      "o",          "--strip-to",          "s",
       "--fail-on",        "never",   "--today",       "2026-11-21", "--baseline-findings", "known",
       "--write-baseline", "new",     "--typed-from",  "f"});
  CHECK(command.captures == Texts{"one.jsonl", "-"});
  CHECK(command.inspecting.rules == Texts{"a.jsonc", "b.jsonc"});
  CHECK(command.inspecting.mode == inspect::Mode::strip);
  CHECK(command.typed_file == "t");
  CHECK(command.typed_from == Texts{"f"});
  CHECK(command.environment_file == "e");
  CHECK(command.baseline_findings == "known");
  CHECK(command.write_baseline == "new");
  CHECK(command.today == record::parse_day("2026-11-21"));
  CHECK(command.require_coverage);
  CHECK(command.segments);
  CHECK(command.jobs == 3);
  CHECK(command.output == "o");
  CHECK(command.strip_to == "s");
  CHECK_FALSE(command.fail_on);
  CHECK(parsed_as<app::ReplayCommand>({"replay", "x"}).fail_on == inspect::Severity::medium);
  CHECK(parsed_as<app::ReplayCommand>({"replay", "--", "--odd-name"}).captures == Texts{"--odd-name"});
  CHECK(parsed_as<app::ReplayCommand>({"replay", "--rules", "pack", "x"}).captures == Texts{"x"});
}

TEST_CASE("lock and retro read their options", "[app][options]") {
  const auto lock = parsed_as<app::LockCommand>({"lock", "a", "b", "-o", "out", "--update", "--jobs", "2"});
  CHECK(lock.captures == Texts{"a", "b"});
  CHECK(lock.output == "out");
  CHECK(lock.update);
  CHECK(lock.jobs == 2);
  CHECK(parsed_as<app::LockCommand>({"lock", "--check", "old", "--format", "json", "a"}).check == "old");
  CHECK(parsed_as<app::ReplayCommand>({"replay", "--lock", "l", "a"}).lock == "l");
  const auto retro = parsed_as<app::RetroCommand>({"retro", "a", "--by", "week", "--fail-on", "high"});
  CHECK(retro.captures == Texts{"a"});
  CHECK(retro.by_week);
  CHECK(retro.fail_on == inspect::Severity::high);
  CHECK_FALSE(parsed_as<app::RetroCommand>({"retro", "a"}).fail_on);
}

TEST_CASE("diff reads all of its options", "[app][options]") {
  const auto command = parsed_as<app::DiffCommand>(
      {"diff",  "a",         "b",     "--rules",  "p",    "--typed",  "t", "--typed-from", "f", "--environment", "e",
       "--all", "--fail-on", "never", "--format", "html", "--output", "o", "--jobs",       "3"});
  CHECK(command.captures == Texts{"a", "b"});
  CHECK(command.rules == Texts{"p"});
  CHECK(command.typed_file == "t");
  CHECK(command.typed_from == Texts{"f"});
  CHECK(command.environment_file == "e");
  CHECK(command.all);
  REQUIRE(command.fail_on);
  CHECK_FALSE(*command.fail_on);
  CHECK(command.format == "html");
  CHECK(command.output == "o");
  CHECK(command.jobs == 3);
  CHECK_FALSE(parsed_as<app::DiffCommand>({"diff", "a", "b"}).fail_on);
}

TEST_CASE("rules and ca read their verbs", "[app][options]") {
  CHECK(parsed_as<app::RulesCommand>({"rules", "list"}).verb == app::RulesCommand::Verb::list);
  CHECK(parsed_as<app::RulesCommand>({"rules", "explain", "marker.date-line"}).id == "marker.date-line");
  CHECK(parsed_as<app::RulesCommand>({"rules", "test", "a", "b"}).packs == Texts{"a", "b"});
  const auto ca = parsed_as<app::CaCommand>({"ca", "create", "--ca-dir", "d", "--permit", "a.example", "*.b.example"});
  CHECK(ca.verb == app::CaCommand::Verb::create);
  CHECK(ca.permit == Texts{"a.example", "*.b.example"});
  CHECK(parsed_as<app::CaCommand>({"ca", "create", "--any-host"}).any_host);
  CHECK(parsed_as<app::CaCommand>({"ca", "export", "--output", "o"}).output == "o");
  CHECK(parsed_as<app::CaCommand>({"ca", "show"}).verb == app::CaCommand::Verb::show);
}

TEST_CASE("a wrong line is answered with what to give instead", "[app][options]") {
  struct Row {
    std::vector<const char*> words;
    const char* text;
  };
  const Row rows[] = {
      {{"proxy", "--listen", "127.0.0.1:70000"},
       "telltale proxy: --listen: 70000 is not a TCP port; give a number from 1 to 65535"},
      {{"proxy", "--listen", "8899"},
       "telltale proxy: --listen: 8899 is not HOST:PORT; give, for example, 127.0.0.1:8899 or [::1]:8899"},
      {{"proxy", "--listen", "::1:80"},
       "telltale proxy: --listen: ::1:80 is not HOST:PORT; give, for example, 127.0.0.1:8899 or [::1]:8899"},
      {{"proxy", "--admin", "0.0.0.0:1"},
       "telltale proxy: --admin: 0.0.0.0 is no loopback address; give 127.0.0.1 or [::1] (--danger-admin-anywhere "
       "allows "
       "any)"},
      {{"proxy", "--admin", "127.0.0.1.example:1"},
       "telltale proxy: --admin: 127.0.0.1.example is no loopback address; give 127.0.0.1 or [::1] "
       "(--danger-admin-anywhere allows any)"},
      {{"proxy", "--admin", "8899"},
       "telltale proxy: --admin: 8899 is not HOST:PORT; give, for example, 127.0.0.1:8899 or [::1]:8899"},
      {{"proxy", "--mode", "kill"}, "telltale proxy: --mode: kill is unknown; give one of observe, flag, strip, block"},
      {{"proxy", "--threads", "0"}, "telltale proxy: --threads: 0 is not a number from 1 to 256"},
      {{"proxy", "--threads", "x"}, "telltale proxy: --threads: x is not a number from 1 to 256"},
      {{"proxy", "--format", "xml"}, "telltale proxy: --format: xml is unknown; give one of text, json"},
      {{"proxy", "--intercept", "a b"},
       "telltale proxy: --intercept: a b is not a host pattern; give api.example.com or *.example.com"},
      {{"proxy", "--ca-dir", ""}, "telltale proxy: --ca-dir: the value is empty"},
      {{"proxy", "--no-store", "--capture", "x"},
       "telltale proxy: --no-store and --capture contradict each other; give one of them"},
      {{"proxy", "--config", "/nonexistent"}, "telltale: /nonexistent: No such file or directory"},
      {{"run"}, "telltale run: no client to run; put it behind --, as in: telltale run -- claude"},
      {{"run", "--mock", "--"}, "telltale run: no client to run; put it behind --, as in: telltale run -- claude"},
      {{"run", "--fail-on", "bad", "--", "x"},
       "telltale run: --fail-on: bad is unknown; give one of info, low, medium, high, critical, never"},
      {{"replay"}, "telltale replay: no capture to read; name files or folders, or - for standard input"},
      {{"replay", "--typed-from", "a.jsonl", "x"},
       "telltale replay: no capture to read: x was taken by --typed-from; put captures before it"},
      {{"replay", "x", "--jobs", "-1"}, "telltale replay: --jobs: -1 is not a number from 1 to 256"},
      {{"replay", "x", "--strip-to", "y", "--mode", "flag"}, "telltale replay: --strip-to needs --mode strip"},
      {{"replay", "x", "--today", "2026-11-21"},
       "telltale replay: --today: is for accepted findings; give --baseline-findings or --write-baseline too"},
      {{"replay", "x", "--strip-to", "-"}, "telltale replay: --strip-to: give a file; standard output has the report"},
      {{"replay", "--output=", "x", "y"}, "telltale replay: --output: the value is empty"},
      {{"replay", "-", "-"}, "telltale replay: standard input (-) can be read only once"},
      {{"convert", "-", "-", "x.har"}, "telltale convert: standard input (-) can be read only once"},
      {{"lock", "x", "--check", "l", "-o", "y"},
       "telltale lock: --output: --check writes no inventory, and tells on standard output"},
      {{"lock", "x", "--format", "json"},
       "telltale lock: --format: is of what --check says; an inventory has one format"},
      {{"diff", "a"}, "telltale diff: give two captures, A and B: each a file, a folder, or - for standard input"},
      {{"diff", "--typed-from", "a", "b"},
       "telltale diff: give two captures: b was taken by --typed-from; put captures before it"},
      {{"sweep"}, "telltale sweep: say what to do: sweep run -- CLIENT or sweep analyse CAPTURE..."},
      {{"sweep", "dust"}, "telltale sweep: sweep dust is unknown; give run or analyse"},
      {{"sweep", "analyse"}, "telltale sweep: no capture to read; name files or folders, or - for standard input"},
      {{"sweep", "analyse", "--alpha", "2", "x"}, "telltale sweep: --alpha: 2 is not a number above 0, up to 0.5"},
      {{"sweep", "analyse", "--seed", "-1", "x"}, "telltale sweep: --seed: -1 is not a whole number from 0"},
      {{"rules"}, "telltale rules: say what to do: rules list, rules explain ID or rules test"},
      {{"rules", "drop"}, "telltale rules: rules drop is unknown; give one of list, explain, test"},
      {{"rules", "explain"}, "telltale rules: rules explain takes one rule id; see: telltale rules list"},
      {{"rules", "list", "x"}, "telltale rules: rules list takes no argument"},
      {{"ca"}, "telltale ca: say what to do: ca create, ca show, ca export, ca trust, ca untrust or ca rotate"},
      {{"ca", "sell"}, "telltale ca: ca sell is unknown; give one of create, show, export, trust, untrust, rotate"},
      {{"ca", "create"}, "telltale ca: ca create needs either --permit GLOB... or --any-host"},
      {{"ca", "create", "--any-host", "--permit", "a"},
       "telltale ca: ca create needs either --permit GLOB... or --any-host"},
      {{"serve"}, "telltale: serve is no command"},
      {{"replya", "x"}, "telltale: replya is no command; did you mean replay?"},
      {{"ur"}, "telltale: ur is no command"},
      {{"urn"}, "telltale: urn is no command; did you mean run?"},
      {{"version"}, "telltale: version is no command; did you mean --version?"},
      {{"help", "rulse"}, "telltale: rulse is no command; did you mean rules?"},
      {{"replay", "--fial-on", "high", "x"}, "telltale replay: --fial-on is no option; did you mean --fail-on?"},
      {{"replay", "--format=json", "--job=2", "x"}, "telltale replay: --job is no option; did you mean --jobs?"},
      {{"replay", "--nonsense", "x"}, "telltale replay: --nonsense is no option"},
      {{"proxy", "extra"}, "telltale proxy: extra is not expected here"},
      {{"replay", "--typed"}, "telltale replay: --typed needs a value"},
      {{}, "telltale: say what to do"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const app::Answer got = answered(row.words);
      CHECK(got.code == ExitCode::usage);
      CHECK(got.text.substr(0, got.text.find('\n')) == row.text);
    }
  }
}

TEST_CASE("what CLI11 refuses is a usage error too", "[app][options]") {
  for (const std::vector<const char*>& words : std::vector<std::vector<const char*>>{
           {"proxy", "--nonsense"}, {"proxy", "positional"}, {"proxy", "--mode"}, {"replay", "--typed"}}) {
    const app::Answer got = answered(words);
    CHECK(got.code == ExitCode::usage);
    CHECK(got.text.find("--help") != std::string::npos);
  }
}

TEST_CASE("help fits a screen and has an example", "[app][options]") {
  for (const char* name :
       {"proxy", "run", "replay", "convert", "diff", "sweep", "lock", "retro", "rules", "ca", "doctor"}) {
    DYNAMIC_SECTION(name) {
      const app::Answer help = answered({name, "--help"});
      CHECK(help.code == ExitCode::clean);
      CHECK(help.text == answered({"help", name}).text);
      CHECK(help.text.find("Example: telltale ") != std::string::npos);
      CHECK(std::count(help.text.begin(), help.text.end(), '\n') <= 24);
      for (std::size_t at = 0; at < help.text.size();) {
        const std::size_t end = help.text.find('\n', at);
        CHECK(end - at <= 79);
        at = end + 1;
      }
    }
  }
  CHECK(answered({"--help"}).text == answered({"help"}).text);
  CHECK(answered({"help", "nonsense"}).code == ExitCode::usage);
}

TEST_CASE("the version names the libraries", "[app][options]") {
  const app::Answer answer = answered({"--version"});
  CHECK(answer.code == ExitCode::clean);
  for (const char* name :
       {"telltale ", "boost ", "OpenSSL ", "zlib ", "brotli ", "zstd ", "nlohmann/json ", "fmt ", "CLI11 "})
    CHECK(answer.text.find(name) != std::string::npos);
}

TEST_CASE("line wins over variable, variable over file", "[app][options]") {
  const test::TemporaryFolder folder;
  const std::string config = folder.write("config.jsonc", R"({
    // comments are welcome
    "listen": {"host": "127.0.0.2", "port": 1},
    "mode": "block", "threads": 2, "store": false, "verdict_header": false,
    "intercept": ["a.example"], "intercept_all": true, "rules": ["r.jsonc"], "danger_strip_signed": ["x"], "danger_other_names": ["f.example"],
    "ca_dir": "c", "ca_passphrase": "fd:3", "upstream": {"ca_file": "u.pem", "allow": ["10.0.0.0/8"], "crl_files": ["l.pem"], "require_crl": true, "revocation": "require", "resolve": ["a:1:2.3.4.5"]},
    "format": "json", "typed_from": ["t"], "environment": "e.json", "admin": "0.0.0.0:9", "danger_admin_anywhere": true,
     "baselines": {"file": "b.jsonl", "captures": ["c.jsonl", "d"]}
  })");
  SECTION("file alone") {
    const auto command = parsed_as<app::ProxyCommand>({"proxy", "--config", config.c_str()});
    CHECK(command.listen_host == "127.0.0.2");
    CHECK(command.listen_port == 1);
    CHECK(command.inspecting.mode == inspect::Mode::block);
    CHECK(command.threads == 2);
    CHECK(command.no_store);
    CHECK_FALSE(command.verdict_header);
    CHECK(command.intercept == Texts{"a.example"});
    CHECK(command.intercept_all);
    CHECK(command.inspecting.rules == Texts{"r.jsonc"});
    CHECK(command.inspecting.danger_strip_signed == Texts{"x"});
    CHECK(command.ca_dir == "c");
    CHECK(command.ca_passphrase == "fd:3");
    CHECK(command.upstream_ca == "u.pem");
    CHECK(command.upstream_crl == Texts{"l.pem"});
    CHECK(command.require_crl);
    CHECK(command.revocation == net::Revocation::require);
    CHECK(command.danger_other_names == Texts{"f.example"});
    CHECK(command.allow_upstream == Texts{"10.0.0.0/8"});
    CHECK(command.resolve == Texts{"a:1:2.3.4.5"});
    CHECK(command.format == "json");
    CHECK(command.typed_from == Texts{"t"});
    CHECK(command.environment_file == "e.json");
    CHECK(command.admin_host == "0.0.0.0");
    CHECK(command.admin_port == 9);
    CHECK(command.danger_admin_anywhere);
    CHECK(command.baselines_file == "b.jsonl");
    CHECK(command.baselines == Texts{"c.jsonl", "d"});
  }
  SECTION("variables over it") {
    const Variable baselines("TELLTALE_BASELINES", "e.jsonl");
    const Variable captures("TELLTALE_BASELINE", "f,g");
    const Variable file("TELLTALE_CONFIG", config.c_str());
    const Variable mode("TELLTALE_MODE", "strip");
    const Variable intercept("TELLTALE_INTERCEPT", "b.example,c.example");
    const Variable all("TELLTALE_INTERCEPT_ALL", "false");
    const auto command = parsed_as<app::ProxyCommand>({"proxy"});
    CHECK(command.inspecting.mode == inspect::Mode::strip);
    CHECK(command.intercept == Texts{"b.example", "c.example"});
    CHECK_FALSE(command.intercept_all);
    CHECK(command.threads == 2);
    CHECK(command.baselines_file == "e.jsonl");
    CHECK(command.baselines == Texts{"f", "g"});
  }
  SECTION("the line over both") {
    const Variable mode("TELLTALE_MODE", "strip");
    const auto command = parsed_as<app::ProxyCommand>(
        {"proxy", "--config", config.c_str(), "--mode", "observe", "--listen", "127.0.0.1:5"});
    CHECK(command.inspecting.mode == inspect::Mode::observe);
    CHECK(command.listen_host == "127.0.0.1");
    CHECK(command.listen_port == 5);
  }
}

TEST_CASE("a bad value is told by the place it came from", "[app][options]") {
  const Variable variable("TELLTALE_FAIL_ON", "bad");
  CHECK_THAT(answered({"replay", "x"}).text, Catch::StartsWith("telltale replay: TELLTALE_FAIL_ON: bad is unknown"));
  CHECK_THAT(answered({"replay", "x", "--fail-on", "worse"}).text,
             Catch::StartsWith("telltale replay: --fail-on: worse is unknown"));
  CHECK_THAT(answered({"replay", "x", "--fail-on=worse"}).text,
             Catch::StartsWith("telltale replay: --fail-on: worse is unknown"));
}

TEST_CASE("baselines are learned unless that is turned off", "[app][options]") {
  const test::TemporaryFolder folder;
  const std::string config = folder.write("config.jsonc", R"({"baselines": {"learn": false}})");
  CHECK_FALSE(parsed_as<app::ProxyCommand>({"proxy"}).no_baselines);
  CHECK(parsed_as<app::ProxyCommand>({"proxy", "--no-baselines"}).no_baselines);
  CHECK(parsed_as<app::ProxyCommand>({"proxy", "--config", config.c_str()}).no_baselines);
  CHECK(parsed_as<app::RunCommand>({"run", "--baseline", "a", "--baseline", "b", "--", "x"}).baselines ==
        Texts{"a", "b"});
  CHECK_THAT(answered({"proxy", "--no-baselines", "--baselines", "b.jsonl"}).text,
             Catch::Contains("contradict each other"));
}

TEST_CASE("the example of the documentation loads", "[app][options]") {
  const std::string example = std::string(TELLTALE_SOURCE_DIR) + "/docs/examples/telltale.jsonc";
  const auto command = parsed_as<app::ProxyCommand>({"proxy", "--config", example.c_str()});
  CHECK(command.inspecting.mode == inspect::Mode::strip);
  CHECK(command.intercept == Texts{"api.anthropic.com", "*.openai.com", "chatgpt.com"});
  CHECK(command.allow_upstream == Texts{"10.20.0.0/16"});
  CHECK(command.capture == "captures/");
  CHECK(command.format == "json");
}

TEST_CASE("a wrong configuration file is answered with place and advice", "[app][options]") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {R"({"listen":{"port":70000}})", "/listen/port: 70000 is not a TCP port; give a number from 1 to 65535"},
      {R"({"listen":{"port":"80"}})", "/listen/port: \"80\" is not a whole number"},
      {R"({"listen":8899})", "/listen: give an object"},
      {R"({"mode":"kill"})", "/mode: kill is unknown; give one of observe, flag, strip, block"},
      {R"({"mode":1})", "/mode: give a string"},
      {R"({"store":"no"})", "/store: give true or false"},
      {R"({"intercept":"a"})", "/intercept: give an array of strings"},
      {R"({"intercept":[1]})", "/intercept: give an array of strings"},
      {R"({"threads":0})", "/threads: 0 is not a number from 1 to 256"},
      {R"({"threads":3e3264})", "holds a number that is too large"},
      {"[]", "give a JSON object"},
      {"{\n  \"mode\": }", "line 2, column 11: not JSON"},
  };
  const test::TemporaryFolder folder;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.message) {
      const std::string path = folder.write("config.jsonc", row.text);
      const app::Answer got = answered({"proxy", "--config", path.c_str()});
      CHECK(got.code == ExitCode::usage);
      const std::string line = got.text.substr(0, got.text.find('\n'));
      CHECK(line.ends_with(path + ": " + row.message));
    }
  }
  const std::string path = folder.write("config.jsonc", R"({"lisen":{}})");
  const app::Answer got = answered({"proxy", "--config", path.c_str()});
  CHECK(got.text.find("/lisen: unknown key; known are /listen/host, ") != std::string::npos);
}

TEST_CASE("convert takes its formats from the ending of its output", "[app][options]") {
  const auto command = parsed_as<app::ConvertCommand>({"convert", "a.jsonl", "folder", "b.har.gz"});
  CHECK(command.captures == std::vector<std::string>{"a.jsonl", "folder"});
  CHECK(command.output == "b.har.gz");
  CHECK(command.format == record::Format::har);
  CHECK(command.packing == app::Packing::gzip);
  CHECK(command.flow_version == 21);
  CHECK(parsed_as<app::ConvertCommand>({"convert", "-", "-"}).format == record::Format::jsonl);
  CHECK(parsed_as<app::ConvertCommand>({"convert", "--format", "flows", "a", "b.txt"}).format == record::Format::flows);
  for (const auto& words : {std::vector<const char*>{"convert"}, {"convert", "a"}, {"convert", "a", "b.txt"}})
    CHECK(answered(words).code == ExitCode::usage);
}
