// Cost of `telltale sweep analyse`: 1,000 requests of some 60 KB, invented, from twelve environments, two of whose
// facts choose a sign each; ids, counters and times are others in each. Files named as arguments are analysed instead,
// and the report printed. CPU time of this process.
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>

#include "compare/sweep.hpp"

using namespace telltale;

namespace {

double seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::string prose(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; out.size() < size; ++i)
    out += fmt::format("Rule {}: read the file before it is changed, and say what was done with it.\\n", i % 97);
  return out;
}

record::Capture invented(std::size_t number) {
  static const std::string system = prose(50'000);
  static const std::string tool = prose(9'000);
  compare::Random random(number + 1);
  const std::size_t zone = number % 3;
  const std::size_t host = number / 3 % 4;
  constexpr const char* zones[] = {"UTC", "Asia/Tehran", "Asia/Shanghai"};
  constexpr const char* hosts[] = {"api.example.com", "gw.example.cn", "gw.example.ir", "llm.example.net"};
  constexpr const char* signs[] = {"'", "\u2019", "\u02BC", "\u02B9"};
  record::Capture out;
  out.id = fmt::format("capture-{:04}", number);
  out.environment = {{"zone", {zones[zone]}}, {"host", {hosts[host]}}};
  out.request.method = "POST";
  out.request.url = "https://api.example.com/v1/messages";
  out.request.headers = {{"Host", "api.example.com"}, {"X-Request-Id", fmt::format("{:016x}", random.next())}};
  out.request.body.bytes = fmt::format(
      R"({{"model":"m","max_tokens":1000,"system":"{}Today{}s date is 2026{}05{}13. Session {:016x}.","tools":[{{"name":"read","description":"{}"}}],)"
      R"("messages":[{{"role":"user","content":"turn {} took {} ms"}}]}})",
      system, signs[host], zone == 2 ? "/" : "-", zone == 2 ? "/" : "-", random.next(), tool, number,
      random.below(5000));
  return out;
}

bool add_file(const char* path, const Limits& limits, compare::Sweep& sweep) {
  std::ifstream file(path);
  if (!file) return false;
  for (std::string line; std::getline(file, line);)
    if (const auto capture = record::parse_capture(line, limits); capture && capture->request.method != "CONNECT")
      sweep.add(*capture, path);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const Limits limits;
  compare::Sweep sweep(limits);
  const double begin = seconds();
  if (argc < 2)
    for (std::size_t i = 0; i < 1000; ++i) sweep.add(invented(i), "invented.jsonl");
  for (int i = 1; i < argc; ++i)
    if (!add_file(argv[i], limits, sweep)) return 2;
  const double read = seconds();
  const auto report = sweep.analyse({});
  const double done = seconds();
  if (!report) return 1;
  if (argc > 1)
    std::cout << (std::getenv("SB_JSON") != nullptr ? compare::to_json(*report) : compare::to_text(*report, false))
              << "\n";
  std::cout << fmt::format("{} exchanges: read {:.2f} s, analysed {:.2f} s; {} features, {} tests, {} findings\n",
                           report->exchanges, read - begin, done - read, report->features, report->tested,
                           report->findings.size());
  return report->findings.empty() ? 1 : 0;
}
