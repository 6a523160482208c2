// Cost of inspect() under the shipped rules on bodies of three sizes, beside its parts: reading the JSON and sorting
// its strings. The ratio to a parse by nlohmann/json means more than the microseconds of one machine. CPU time of this
// process, best of several rounds.
#include <fmt/format.h>
#include <algorithm>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "bodies.hpp"
#include "codec/json_scan.hpp"
#include "codec/registry.hpp"
#include "http/head.hpp"
#include "inspect/engine.hpp"
#include "inspect/needles.hpp"

using namespace telltale;
using namespace telltale::bench;

namespace {

std::shared_ptr<const inspect::RuleSet> shipped_rules() {
  std::vector<inspect::RulePack> packs;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TELLTALE_SOURCE_DIR "/rules"))
    if (entry.path().extension() == ".jsonc") names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    std::ifstream file(std::string(TELLTALE_SOURCE_DIR "/rules/") + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    auto pack = inspect::load_rule_pack(name, text.str());
    if (!pack) {
      fmt::print(stderr, "{}\n", pack.error().detail);
      return nullptr;
    }
    packs.push_back(std::move(*pack));
  }
  return inspect::RuleSet::compile(packs).value_or(nullptr);
}

/// Heads: a plain client's, and one with the fields of a coding assistant's SDK, each of which is a finding.
http::RequestHead head(bool with_findings) {
  std::string raw =
      "POST /v1/messages HTTP/1.1\r\nHost: api.example.com\r\nAccept: application/json\r\n"
      "Content-Type: application/json\r\nanthropic-version: 2023-06-01\r\nx-api-key: none\r\n"
      "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n";
  raw += with_findings ? "User-Agent: claude-cli/2.1.196 (external, cli)\r\nX-Stainless-OS: Linux\r\n"
                         "X-Stainless-Arch: x64\r\nX-Stainless-Runtime: node\r\nX-Stainless-Runtime-Version: v24\r\n"
                         "X-Claude-Code-Session-Id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8\r\n"
                       : "User-Agent: example/1.0\r\n";
  return http::parse_request_head(raw + "\r\n", Limits{}).value();
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

void measure(const char* name, std::size_t size, const inspect::RuleSet& rules) {
  const Limits limits;
  const inspect::Policy policy;
  const std::string text = body(size);
  const http::RequestHead plain = head(false);
  const http::RequestHead rich = head(true);
  std::size_t sink = 0;
  const inspect::NeedleSet needles(machine());
  const auto run = [&](const http::RequestHead& request, bool knows_machine = false) {
    inspect::Input input;
    if (knows_machine) input.environment = &machine();
    if (knows_machine) input.needles = &needles;
    input.host = "api.example.com";
    input.head = &request;
    input.content = text;
    input.bytes_total = text.size();
    sink += inspect::inspect(input, rules, policy, limits).findings.size() + 1;
  };
  const std::size_t repeat = 20'000'000 / text.size() + 1;
  const double scan = seconds_of(repeat, [&] { sink += codec::scan_json(text, limits).values.size(); });
  const double sorted = seconds_of(repeat, [&] {
    const codec::JsonDocument document = codec::scan_json(text, limits);
    sink += codec::decode_conversation({"POST", "/v1/messages"}, document).segments.size();
  });
  const double whole = seconds_of(repeat, [&] { run(plain); });
  const double found = seconds_of(repeat, [&] { run(rich); });
  const double known = seconds_of(repeat, [&] { run(plain, true); });
  const double parse = seconds_of(repeat / 10 + 1, [&] { sink += nlohmann::json::parse(text).size(); });
  fmt::print(
      "{:>6} {:>8} B | scan {:8.2f} us | scan+sort {:8.2f} us | inspect {:8.2f} us ({:.2f} above scan), with "
      "findings in the head {:8.2f} us, with known values {:8.2f} us | nlohmann parse {:9.2f} us, ratio {:5.1f}{}\n",
      name, text.size(), scan * 1e6, sorted * 1e6, whole * 1e6, (whole - scan) * 1e6, found * 1e6, known * 1e6,
      parse * 1e6, parse / whole, sink == 0 ? "!" : "");
}

}  // namespace

int main() {
  const auto rules = shipped_rules();
  if (!rules) return 1;
  measure("2 KB", 2 * 1024, *rules);
  measure("60 KB", 60 * 1024, *rules);
  measure("1 MB", 1024 * 1024, *rules);
}
