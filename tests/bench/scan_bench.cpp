// Speed of scan_json and decode_conversation on bodies shaped like those of a coding assistant, next to a parse of the
// same body by nlohmann/json: the ratio means more than the MB/s of one machine. CPU time of this process, best of
// several rounds.
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "codec/json_scan.hpp"
#include "codec/registry.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Seconds of one call: the best of seven rounds, each long enough to trust the clock.
template <class Work>
double seconds_of(std::size_t repeat, Work work) {
  double best = 1e9;
  for (int round = 0; round < 7; ++round) {
    const double start = cpu_seconds();
    for (std::size_t i = 0; i < repeat; ++i) work();
    best = std::min(best, (cpu_seconds() - start) / static_cast<double>(repeat));
  }
  return best;
}

// Text as a prompt has it: words, line ends, quotes, now and then code and a curly apostrophe.
std::string prose(std::mt19937& random, std::size_t size) {
  static const char* const words[] = {"the ",       "request ",         "of ",     "a ",   "file ",     "in ",
                                      "const ",     "return",           "(value)", ";\\n", "\\\"x\\\"", "  - ",
                                      "directory ", "don\xE2\x80\x99t "};
  std::string out;
  while (out.size() < size) out += words[random() % std::size(words)];
  return out;
}

std::string tool(std::mt19937& random, int number) {
  return fmt::format(
      R"({{"name":"Tool{}","description":"{}","input_schema":{{"type":"object","properties":{{"path":{{"type":"string",)"
      R"("description":"{}"}},"limit":{{"type":"integer","minimum":0}}}},"required":["path"],"additionalProperties":false}}}})",
      number, prose(random, 600), prose(random, 60));
}

std::string message(std::mt19937& random, int number, std::size_t size) {
  switch (number % 4) {
    case 0:
      return fmt::format(R"({{"role":"user","content":[{{"type":"text","text":"{}"}}]}})", prose(random, size));
    case 1:
      return fmt::format(R"({{"role":"assistant","content":[{{"type":"text","text":"{}"}},{{"type":"tool_use",)"
                         R"("id":"toolu_{}","name":"Read","input":{{"path":"/srv/app/{}.cpp"}}}}]}})",
                         prose(random, size / 4), number, number);
    case 2:
      return fmt::format(
          R"({{"role":"user","content":[{{"type":"tool_result","tool_use_id":"toolu_{}","content":"{}"}}]}})",
          number - 1, prose(random, size * 2));
    default:
      return fmt::format(R"({{"role":"assistant","content":[{{"type":"text","text":"{}"}}]}})",
                         prose(random, size / 2));
  }
}

std::string body(std::size_t size) {
  std::mt19937 random(1);
  std::string out = R"({"model":"claude-x","max_tokens":32000,"stream":true,"metadata":{"user_id":"u"},"system":[)";
  out += fmt::format(R"({{"type":"text","text":"{}","cache_control":{{"type":"ephemeral"}}}}],"tools":[)",
                     prose(random, size / 5));
  for (std::size_t i = 0; i < size / 3000 && i < 20; ++i) out += (i > 0 ? "," : "") + tool(random, static_cast<int>(i));
  out += R"(],"messages":[)";
  const std::size_t message_size = std::max<std::size_t>(200, std::min<std::size_t>(size / 20, 6000));
  for (int i = 0; out.size() < size; ++i) out += (i > 0 ? "," : "") + message(random, i, message_size);
  return out + "]}";
}

void measure(const char* name, std::size_t size) {
  const Limits limits;
  const std::string text = body(size);
  const JsonDocument document = scan_json(text, limits);
  const RequestShape shape{"POST", "/v1/messages"};
  const std::size_t repeat = 20'000'000 / text.size() + 1;
  std::size_t sink = 0;
  const double scan = seconds_of(repeat, [&] { sink += scan_json(text, limits).values.size(); });
  const double both = seconds_of(repeat, [&] {
    const JsonDocument fresh = scan_json(text, limits);
    sink += decode_conversation(shape, fresh).segments.size();
  });
  const double parse = seconds_of(repeat / 10 + 1, [&] { sink += nlohmann::json::parse(text).size(); });
  const double bytes = static_cast<double>(text.size());
  fmt::print("{:>6} {:>8} B {:>6} values | scan {:8.2f} us {:6.0f} MB/s | scan+decode {:8.2f} us {:6.0f} MB/s | ", name,
             text.size(), document.values.size(), scan * 1e6, bytes / scan * 1e-6, both * 1e6, bytes / both * 1e-6);
  fmt::print("nlohmann {:9.2f} us {:5.0f} MB/s | ratio {:5.1f} {:5.1f}{}\n", parse * 1e6, bytes / parse * 1e-6,
             parse / scan, parse / both, sink == 0 ? "!" : "");
}

}  // namespace

int main() {
  measure("2 KB", 2 * 1024);
  measure("60 KB", 60 * 1024);
  measure("1 MB", 1024 * 1024);
}
