#pragma once
// Bodies in the shape of a coding assistant's requests, and the clock, for the benchmarks of the pure half.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <random>
#include <string>

namespace telltale::bench {

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Seconds of one call: the best of seven rounds, each long enough to trust the clock.
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

/// Text as a prompt has it: words, line ends, quotes, now and then code and a curly apostrophe.
inline std::string prose(std::mt19937& random, std::size_t size) {
  static const char* const words[] = {"the ",       "request ",         "of ",     "a ",   "file ",     "in ",
                                      "const ",     "return",           "(value)", ";\\n", "\\\"x\\\"", "  - ",
                                      "directory ", "don\xE2\x80\x99t "};
  std::string out;
  while (out.size() < size) out += words[random() % std::size(words)];
  return out;
}

inline std::string tool(std::mt19937& random, int number) {
  return fmt::format(
      R"({{"name":"Tool{}","description":"{}","input_schema":{{"type":"object","properties":{{"path":{{"type":"string",)"
      R"("description":"{}"}},"limit":{{"type":"integer","minimum":0}}}},"required":["path"],"additionalProperties":false}}}})",
      number, prose(random, 600), prose(random, 60));
}

inline std::string message(std::mt19937& random, int number, std::size_t size) {
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

inline std::string body(std::size_t size) {
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

}  // namespace telltale::bench
