// Cost of inspect() under the shipped rules on requests of four APIs in three sizes: cold, as the next turn of a
// conversation whose history was seen, and with every reference known. The ratio to a parse by nlohmann/json means more
// than the microseconds of one machine. CPU time of this process, best of several rounds.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "bodies.hpp"
#include "conversations.hpp"
#include "http/head.hpp"
#include "inspect/baselines.hpp"
#include "inspect/engine.hpp"
#include "inspect/needles.hpp"
#include "inspect/seen_texts.hpp"

using namespace telltale;
using namespace telltale::bench;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<const inspect::RuleSet> shipped_rules() {
  std::vector<inspect::RulePack> packs;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TELLTALE_SOURCE_DIR "/rules"))
    if (entry.path().extension() == ".jsonc") names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    auto pack = inspect::load_rule_pack(name, content_of(std::string(TELLTALE_SOURCE_DIR "/rules/") + name));
    if (!pack) {
      fmt::print(stderr, "{}\n", pack.error().detail);
      return nullptr;
    }
    packs.push_back(std::move(*pack));
  }
  return inspect::RuleSet::compile(packs).value_or(nullptr);
}

/// The head of a coding assistant, each of whose SDK fields is a finding.
http::RequestHead head_of(const Api& api) {
  const std::string raw = fmt::format(
      "POST {} HTTP/1.1\r\nHost: api.example.com\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
      "User-Agent: claude-cli/2.1.196 (external, cli)\r\nX-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\n"
      "X-Stainless-Runtime: node\r\nX-Stainless-Runtime-Version: v24\r\nanthropic-version: 2023-06-01\r\n"
      "x-api-key: none\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n",
      api.target);
  return http::parse_request_head(raw, Limits{}).value();
}

/// A machine as `telltale run` knows it; none of it stands in the bodies.
const inspect::Environment& machine() {
  static const inspect::Environment environment{{"tz_name", {"Asia/Tehran"}},
                                                {"tz_offset", {"UTC+03:30"}},
                                                {"tz_abbrev", {"EDT"}},
                                                {"locale", {"fa_IR.UTF-8"}},
                                                {"proxy", {"http://10.2.3.4:3128"}},
                                                {"base_url", {"http://localhost:8317"}},
                                                {"platform", {"freebsd"}},
                                                {"os", {"FreeBSD 14.1-RELEASE"}},
                                                {"arch", {"riscv64"}},
                                                {"shell", {"/bin/zsh"}},
                                                {"host", {"build-07"}},
                                                {"user", {"mlindqvist"}},
                                                {"cwd", {"/srv/work/acme"}},
                                                {"ip", {"10.0.4.17"}},
                                                {"mac", {"3c:22:fb:aa:10:9e"}},
                                                {"git_remote", {"git@git.corp.example:acme/billing.git"}},
                                                {"git_email", {"Ana <ana@corp.example>"}}};
  return environment;
}

/// One request under the shipped rules, and how it is looked at.
struct Case {
  const inspect::RuleSet& rules;
  http::RequestHead head;
  std::string text;
  Limits limits;

  /// Number of findings.
  std::size_t look(void (*prepare)(inspect::Input&, void*) = nullptr, void* with = nullptr) const {
    inspect::Input input;
    input.host = "api.example.com";
    input.head = &head;
    input.content = text;
    input.bytes_total = text.size();
    if (prepare != nullptr) prepare(input, with);
    return inspect::inspect(input, rules, inspect::Policy(), limits).findings.size();
  }
};

/// What is known of the user, the machine and earlier requests.
struct References {
  std::vector<std::string> typed;
  inspect::NeedleSet needles{machine()};
  inspect::Baselines baselines;

  static void lend(inspect::Input& input, void* references) {
    const auto& self = *static_cast<References*>(references);
    input.typed = &self.typed;
    input.environment = &machine();
    input.needles = &self.needles;
    input.baselines = &self.baselines;
  }
};

void lend_memory(inspect::Input& input, void* seen) {
  input.seen = static_cast<inspect::SeenTexts*>(seen);
}

/// A conversation as it goes on: its last question is another one each time, all before it was seen.
double seconds_of_next_turn(Case next, std::size_t repeat, std::size_t& sink) {
  inspect::SeenTexts seen(0x5EED);
  const std::size_t last = next.text.rfind("file");
  sink += next.look(lend_memory, &seen);
  unsigned number = 0;
  return seconds_of(repeat, [&] {
    next.text.replace(last, 4, fmt::format("{:04}", number++ % 10'000));
    sink += next.look(lend_memory, &seen);
  });
}

void measure(const Api& api, const char* size_name, std::size_t size, const inspect::RuleSet& rules) {
  const Conversation talk = conversation(size);
  const Case one{rules, head_of(api), written(api, talk), Limits{}};
  References references;
  references.typed = {"Read the file before you change it."};
  inspect::Input earlier;
  earlier.host = "api.example.com";
  earlier.head = &one.head;
  const std::string first = written(api, {talk.system, talk.tools, {talk.turns.begin(), talk.turns.begin() + 1}});
  earlier.content = first;
  inspect::learn(earlier, one.limits, references.baselines);

  std::size_t sink = 0;
  const std::size_t repeat = 10'000'000 / one.text.size() + 1;
  const double parse = seconds_of(repeat / 4 + 1, [&] { sink += nlohmann::json::parse(one.text).size(); });
  const double cold = seconds_of(repeat, [&] { sink += one.look(); });
  const double next = seconds_of_next_turn(one, repeat, sink);
  const double all = seconds_of(repeat, [&] { sink += one.look(References::lend, &references); });
  fmt::print(
      "{:16} {:>5} {:>8} B | cold {:9.1f} us {:5.1f} ns/B | next turn {:8.1f} us | all references {:9.1f} us | "
      "nlohmann parse {:8.1f} us: {:.2f} x cold, {:.2f} x next turn{}\n",
      api.name, size_name, one.text.size(), cold * 1e6, cold * 1e9 / static_cast<double>(one.text.size()), next * 1e6,
      all * 1e6, parse * 1e6, parse / cold, parse / next, sink == 0 ? "!" : "");
}

/// One look at each body in `files`, or at a generated one: for a profiler, or to count instructions.
int look_once(std::vector<std::string> files, const inspect::RuleSet& rules) {
  std::vector<std::string> texts;
  if (files.empty()) texts.push_back(written(apis[0], conversation(1024 * 1024)));
  for (const std::string& file : files) texts.push_back(content_of(file));
  std::size_t findings = 0;
  std::size_t bytes = 0;
  const double start = cpu_seconds();
  for (std::string& text : texts) {
    bytes += text.size();
    findings += Case{rules, head_of(apis[0]), std::move(text), Limits{}}.look();
  }
  fmt::print("{} bytes, {} findings, {:.1f} us\n", bytes, findings, (cpu_seconds() - start) * 1e6);
  return 0;
}

/// `rounds` looks at a conversation of 1 MB as it goes on, for a profiler.
int look_at_turns(std::size_t rounds, const inspect::RuleSet& rules) {
  std::size_t findings = 0;
  const Case talk{rules, head_of(apis[0]), written(apis[0], conversation(1024 * 1024)), Limits{}};
  const double seconds = seconds_of_next_turn(talk, rounds, findings);
  fmt::print("{} findings, {:.1f} us a turn\n", findings, seconds * 1e6);
  return 0;
}

}  // namespace

/// `bench_inspect`: the table. `bench_inspect --once [BODY...]`: see look_once(). `bench_inspect --turns N`: see
/// look_at_turns().
int main(int count, char** words) {
  const auto rules = shipped_rules();
  if (!rules) return 1;
  if (count > 1 && std::string_view(words[1]) == "--once") return look_once({words + 2, words + count}, *rules);
  if (count == 3 && std::string_view(words[1]) == "--turns") return look_at_turns(std::stoul(words[2]), *rules);
  for (const Api& api : apis) {
    measure(api, "5 KB", 5 * 1024, *rules);
    measure(api, "60 KB", 60 * 1024, *rules);
    measure(api, "1 MB", 1024 * 1024, *rules);
  }
}
