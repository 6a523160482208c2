// Known values wherever they stand: exact places for plain and encoded ones, and silence on words that only look alike.
#include <catch2/catch.hpp>
#include <map>

#include "core/ascii.hpp"
#include "inspect/needles.hpp"
#include "support/inspect_request.hpp"

namespace {

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

const Environment machine{{"tz_name", {"Asia/Tehran"}},
                          {"tz_offset", {"UTC+03:30"}},
                          {"tz_abbrev", {"EDT"}},
                          {"locale", {"en_GB.UTF-8"}},
                          {"proxy", {"http://127.0.0.1:7890"}},
                          {"base_url", {"http://localhost:8317"}},
                          {"platform", {"linux"}},
                          {"os", {"Linux 6.8.0-45-generic"}},
                          {"arch", {"x64"}},
                          {"shell", {"/bin/zsh"}},
                          {"host", {"build-07"}},
                          {"user", {"ana"}},
                          {"cwd", {"/srv/work/acme"}},
                          {"ip", {"10.0.4.17"}},
                          {"mac", {"3c:22:fb:aa:10:9e"}},
                          {"git_remote", {"git@git.corp.example:acme/billing.git"}},
                          {"git_email", {"Ana <ana@corp.example>"}},
                          {"device", {"03a6ef8f2a51891e23faaf87bd09e741c3d19e8dde6580b14645ab5f3e581506"}}};

/// SHA-256 of the texts that the tables use, from a table; other texts have a digest that nothing equals.
std::string sha256_table(std::string_view text) {
  static const std::map<std::string, std::string, std::less<>> known{
      {"/srv/work/acme", "abf109c579c8656559dfc6076464e47a09ff97ce99313777a6de854be8c7a474"},
      {"build-07", "2814ac79cf0e2aba6a11f509bed49e58964bfe8dcd49afce954ae0c4861b83f2"},
      {"build-07\n", "79dcbdfc4ba7832b64bcbaae299977d784235e5e822503859d8331f3f99de87c"},
      {"linux", "caf90169eefa5f807d577486b9f795ab86ae2983c5c20806cff959117e90af18"}};
  const auto found = known.find(text);
  const std::string hex = found == known.end() ? std::string(64, 'f') : found->second;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(ascii::hex_value(hex[i]) * 16 + ascii::hex_value(hex[i + 1]));
  return bytes;
}

/// The text without its [[ ]], and the places they enclosed.
struct Marked {
  std::string text;
  std::vector<ByteRange> places;
};

Marked unmarked(std::string_view text) {
  Marked out;
  while (!text.empty()) {
    const std::size_t open = text.find("[[");
    out.text += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find("]]", open);
    const std::size_t begin = out.text.size();
    out.text += text.substr(open + 2, close - open - 2);
    out.places.push_back({begin, out.text.size()});
    text.remove_prefix(close + 2);
  }
  return out;
}

std::string body_of(std::string_view voice, const std::string& text) {
  const std::string string = json_quoted(text);
  if (voice == "system")
    return R"({"model":"m","system":)" + string + R"(,"messages":[{"role":"user","content":"hi"}]})";
  if (voice == "tooldef")
    return R"({"model":"m","tools":[{"name":"run","description":)" + string +
           R"(}],"messages":[{"role":"user","content":"hi"}]})";
  if (voice == "tool")
    return R"({"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)" +
           string + "}]}]}";
  return R"({"model":"m","messages":[{"role":"user","content":)" + string + "}]}";
}

std::vector<Finding> find_in(std::string_view voice, const std::string& text) {
  static const auto rules = rules_from({file_text("rules/environment-values.jsonc")});
  static const NeedleSet needles(machine, {{sha256_table}});
  const Request sent = request(body_of(voice, text));
  const std::vector<std::string> typed{voice == "typed" ? text : "hi"};
  Received received;
  received.host = "gateway.example.test";
  received.head = &sent.head;
  received.body = sent.body;
  received.environment = &machine;
  received.needles = &needles;
  if (voice != "user") received.typed = &typed;
  return inspect::judge(received, *rules, {}, Limits{}).verdict.findings;
}

struct Row {
  const char* voice;
  const char* text;
  const char* rule;
};

void check_place(const Row& row) {
  const Marked marked = unmarked(row.text);
  const std::vector<Finding> findings = find_in(row.voice, marked.text);
  REQUIRE(findings.size() == marked.places.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    CHECK(*findings[i].span == marked.places[i]);
    CHECK(findings[i].reference == Reference::environment);
    if (*row.rule != '\0') CHECK(findings[i].rule == row.rule);
  }
}

}  // namespace

TEST_CASE("known values are found where they stand in clear", "[inspect][environment]") {
  const Row rows[] = {
      {"system", "Time zone: [[Asia/Tehran]]", "env.zone"},
      {"system", "now 14:07 [[EDT]], go", "env.zone"},
      {"system", "Local time: 14:07:55 [[UTC+03:30]]", "env.zone"},
      {"system", "The clock reads 2026-05-01T10:00:00[[+03:30]] now", "env.zone"},
      {"system", "Locale: [[en-GB]]", "env.locale-known"},
      {"system", "lang=[[en_GB]]", "env.locale-known"},
      {"system", "Platform: [[linux]]", "env.platform-known"},
      {"system", "Binaries are built for [[linux]].", "env.platform-known"},
      {"system", "Commands are running on [[linux]] here", "env.platform-known"},
      {"tooldef", "The user's clock runs in [[Asia/Tehran]].", "env.zone"},
      {"system", "Runs best on: [[linux]]", "env.platform-known"},
      {"system", "You work on a [[linux]] system.", "env.platform-known"},
      {"system", "os=[[linux]] arch=[[x64]]", "env.platform-known"},
      {"system", "{\"arch\":\"[[x64]]\"}", "env.platform-known"},
      {"system", "| Architecture | [[x64]] |", "env.platform-known"},
      {"system", "<shell>[[zsh]]</shell>", "env.shell-known"},
      {"system", "Shell: [[/bin/zsh]]", "env.shell-known"},
      {"system", "User: [[ana]]", "env.user"},
      {"system", "The user is [[ana]].", "env.user"},
      {"system", "sessionUser=[[ana]]", "env.user"},
      {"system", "Committer: [[Ana <ana@corp.example>]]", "env.user"},
      {"system", "mail to [[ana@corp.example]] now", "env.user"},
      {"system", "on [[build-07]]", "env.host"},
      {"system", "at [[BUILD-07]]", "env.host"},
      {"system", "Root: [[/srv/work/acme]]/src", "env.path"},
      {"system", "projects/[[-srv-work-acme]]/x", "env.path"},
      {"system", "via [[http://127.0.0.1:7890]]", "env.proxy-known"},
      {"system", "via [[127.0.0.1:7890]]", "env.proxy-known"},
      {"system", "api [[http://localhost:8317]]/v1", "env.proxy-known"},
      {"system", "Address: [[10.0.4.17]]", "env.address-known"},
      {"system", "en0 [[3c:22:fb:aa:10:9e]]", "env.address-known"},
      {"system", "en0 [[3c-22-fb-aa-10-9e]]", "env.address-known"},
      {"system", "Remote: [[git@git.corp.example:acme/billing.git]]", "env.git-remote-known"},
      {"system", "Device: [[03a6ef8f2a51891e23faaf87bd09e741c3d19e8dde6580b14645ab5f3e581506]]", "env.device-known"},
      {"system", "user_[[03a6ef8f2a51891e23faaf87bd09e741c3d19e8dde6580b14645ab5f3e581506]]_session_1",
       "env.device-known"},
      {"tool", "[001] Platform: [[linux]]", "env.platform-known"},
      {"tool", "Local time: 14:07:55 [[UTC+03:30]]", "env.zone"},
      {"tool", "whoami: [[ana]]", "env.user"},
      {"tool", "[[ana]]\n", "env.user"},
      {"tool", "Linux [[build-07]] 6.1", "env.host"},
      {"tool", "cwd: [[/srv/work/acme]]", "env.path"},
      {"tool", "TZ=[[Asia/Tehran]]", "env.zone"},
      {"tool", "x proxy [[http://127.0.0.1:7890]] y", "env.proxy-known"},
      {"tooldef", "Runs in [[/srv/work/acme]].", "env.path"},
      {"tooldef", "Shell: [[zsh]]", "env.shell-known"},
      {"system", "u=[[%2Fsrv%2Fwork%2Facme]]&x=1", "env.path"},
      {"system", "u=[[%2fsrv/work%2facme]]&x=1", "env.path"},
      {"system", "u=[[\\u002fsrv\\u002fwork\\u002facme]]", "env.path"},
      {"tool", "u=[[%2Fsrv%2Fwork%2Facme]]&x=1", "env.path"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.voice << ": " << row.text) {
      check_place(row);
    }
}

TEST_CASE("known values are found in what encodes them", "[inspect][environment]") {
  const Row rows[] = {
      {"system", "note [[QXNpYS9UZWhyYW4=]] end", ""},
      {"tool", "note [[QXNpYS9UZWhyYW4=]] end", ""},
      {"system", "note [[YnVpbGQtMDc=]] end", ""},
      {"tool", "note [[YnVpbGQtMDc=]] end", ""},
      {"system", "note [[xYTsvc3J2L3dvcmsvYWNtZTti]] end", ""},
      {"tool", "note [[xYTsvc3J2L3dvcmsvYWNtZTti]] end", ""},
      {"system", "note [[YWI7L3Nydi93b3JrL2FjbWU=]] end", ""},
      {"tool", "note [[YWI7L3Nydi93b3JrL2FjbWU=]] end", ""},
      {"system", "note [[eyJjd2QiOiIvc3J2L3dvcmsvYWNtZSJ9]] end", ""},
      {"tool", "note [[eyJjd2QiOiIvc3J2L3dvcmsvYWNtZSJ9]] end", ""},
      {"system", "note [[Pj4-L3Nydi93b3JrL2FjbWU_Pz8=]] end", ""},
      {"tool", "note [[Pj4-L3Nydi93b3JrL2FjbWU_Pz8=]] end", ""},
      {"system", "note [[bGludXg=]] end", ""},
      {"tool", "note [[bGludXg=]] end", ""},
      {"system", "note [[dXNlcj1hbmE=]] end", ""},
      {"tool", "note [[dXNlcj1hbmE=]] end", ""},
      {"system", "note [[2f7372762f776f726b2f61636d65]] end", ""},
      {"tool", "note [[2f7372762f776f726b2f61636d65]] end", ""},
      {"system", "note [[2F7372762F776F726B2F61636D65]] end", ""},
      {"tool", "note [[2F7372762F776F726B2F61636D65]] end", ""},
      {"system", "note [[6275696c642d3037]] end", ""},
      {"tool", "note [[6275696c642d3037]] end", ""},
      {"system", "note [[F5ZXE5RPO5XXE2ZPMFRW2ZI]] end", ""},
      {"tool", "note [[F5ZXE5RPO5XXE2ZPMFRW2ZI]] end", ""},
      {"system", "note [[MJ2WS3DEFUYDO]] end", ""},
      {"tool", "note [[MJ2WS3DEFUYDO]] end", ""},
      {"system", "note [[dCgpLXQsNCkwdDo4Nj4=]] end", ""},
      {"tool", "note [[dCgpLXQsNCkwdDo4Nj4=]] end", ""},
      {"system", "note [[NChmNzI1LiNgOCw/ZnQoKS10LDQpMHQ6ODY+]] end", ""},
      {"tool", "note [[NChmNzI1LiNgOCw/ZnQoKS10LDQpMHQ6ODY+]] end", ""},
      {"system", "note [[7428292d742c342930743a38363e]] end", ""},
      {"tool", "note [[7428292d742c342930743a38363e]] end", ""},
      {"system", "note [[c2R4fXU8ISY=]] end", ""},
      {"tool", "note [[c2R4fXU8ISY=]] end", ""},
      {"system", "note [[NzI1LiM=]] end", ""},
      {"tool", "note [[NzI1LiM=]] end", ""},
      {"system", "note [[emca/krow/vrs/]] end", ""},
      {"tool", "note [[emca/krow/vrs/]] end", ""},
      {"system", "note [[70-dliub]] end", ""},
      {"tool", "note [[70-dliub]] end", ""},
      {"system", "note [[/fei/jbex/npzr]] end", ""},
      {"tool", "note [[/fei/jbex/npzr]] end", ""},
      {"system", "note [[ohvyq-07]] end", ""},
      {"tool", "note [[ohvyq-07]] end", ""},
      {"system", "note [[yvahk]] end", ""},
      {"tool", "note [[yvahk]] end", ""},
      {"system", "note [[abf109c579c8656559dfc6076464e47a09ff97ce99313777a6de854be8c7a474]] end", ""},
      {"tool", "note [[abf109c579c8656559dfc6076464e47a09ff97ce99313777a6de854be8c7a474]] end", ""},
      {"system", "note [[2814ac79]] end", ""},
      {"tool", "note [[2814ac79]] end", ""},
      {"system", "note [[79dcbdfc4ba7]] end", ""},
      {"tool", "note [[79dcbdfc4ba7]] end", ""},
      {"system", "note [[CAF90169EEFA5F80]] end", ""},
      {"tool", "note [[CAF90169EEFA5F80]] end", ""},
      {"system", "note [[%62%75%69%6c%64%2d%30%37]] end", ""},
      {"tool", "note [[%62%75%69%6c%64%2d%30%37]] end", ""},
      {"system", "note [[H4sIAAAAAAACA0suT7HVLy4q0y/PL8rWT0zOTQUAH4YL7BIAAAA=]] end", ""},
      {"tool", "note [[H4sIAAAAAAACA0suT7HVLy4q0y/PL8rWT0zOTQUAH4YL7BIAAAA=]] end", ""},
      {"system", "note [[eJzLyC8usU0qzcxJ0TUwV0guT7HVLy4q0y/PL8rWT0zOTQUAvWELfA==]] end", ""},
      {"tool", "note [[eJzLyC8usU0qzcxJ0TUwV0guT7HVLy4q0y/PL8rWT0zOTQUAvWELfA==]] end", ""},
      {"system", "note [[TDNOeWRpOTNiM0pyTDJGamJXVT0=]] end", ""},
      {"tool", "note [[TDNOeWRpOTNiM0pyTDJGamJXVT0=]] end", ""},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.voice << ": " << row.text) {
      check_place(row);
    }
}

TEST_CASE("words that happen to be known values, and typed ones, are left alone", "[inspect][environment]") {
  struct Honest {
    const char* voice;
    const char* text;
  };
  const Honest rows[] = {
      {"system", "Works on linux, darwin and win32."},
      {"system", "linux/amd64 images"},
      {"system", "Use brew on darwin and apt on linux."},
      {"system", "Help the user write code, ana."},
      {"tooldef", "A zone, for example Asia/Tehran"},
      {"system", "Use bash or zsh."},
      {"system", "Spell words as in en-GB or en-US."},
      {"system", "ana and bob met"},
      {"system", "banana"},
      {"system", "An x64.zip file"},
      {"system", "Wait for EDTA"},
      {"system", "linux-headers"},
      {"system", "Use apt on linux, brew on darwin"},
      {"tooldef", "An IANA zone such as Asia/Tehran"},
      {"tooldef", "linux"},
      {"tooldef", "zsh"},
      {"tooldef", "Target: linux or darwin"},
      {"tool", "#!/bin/zsh\necho"},
      {"tool", "apt is for linux"},
      {"tool", "-rw-r--r-- 1 ana staff 12 a.c"},
      {"tool", "/srv/work/acme/a.c:12: warning"},
      {"tool", "/home/ana/x"},
      {"tool", "linux\ndarwin\n"},
      {"tool", "import linux.h"},
      {"tool", "2026-05-01 10:00:00 EDT INFO go"},
      {"tool", "\"Asia/Tehran\", \"Asia/Tokyo\""},
      {"tool", "ana\nbob\n"},
      {"tool", "en-GB, en-US"},
      {"tool", "if (platform == \"linux\") {"},
      {"tool", "case linux:"},
      {"tool", "the x64 build"},
      {"user", "my host is build-07 in Asia/Tehran"},
      {"user", "/srv/work/acme"},
      {"user", "L3Nydi93b3JrL2FjbWU="},
      {"typed", "Platform: linux on build-07, TZ=Asia/Tehran"},
      {"typed", "L3Nydi93b3JrL2FjbWU="},
      {"typed", "2f7372762f776f726b2f61636d65"},
  };
  for (const Honest& row : rows) DYNAMIC_SECTION(row.voice << ": " << row.text) {
      CHECK(find_in(row.voice, row.text).empty());
    }
}

TEST_CASE("a known value and a pattern at one place are one finding", "[inspect][environment]") {
  Options options;
  options.environment = &machine;
  options.mode = Mode::flag;
  const Request sent = request(body_of("system", "Time zone: Asia/Tehran"));
  const auto findings = judge(sent, shipped_rules(), options).verdict.findings;
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "env.timezone-name");  // which says more than that the value is known
}

TEST_CASE("header fields and the target are searched", "[inspect][environment]") {
  Options options;
  options.environment = &machine;
  const Request sent = request(
      "{}",
      {{"X-Os", "linux"}, {"X-Note", "linux is fine"}, {"Authorization", "Bearer build-07"}, {"X-H", "YnVpbGQtMDc="}},
      "/v1/messages?d=%2Fsrv%2Fwork%2Facme");
  std::vector<std::string> where;
  for (const Finding& one : judge(sent, shipped_rules(), options).verdict.findings)
    if (one.reference == Reference::environment) where.push_back(one.where);
  CHECK(where == std::vector<std::string>{"header::path", "header:x-os", "header:x-h"});
}
