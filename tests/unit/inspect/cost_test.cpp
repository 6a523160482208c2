// What a request costs follows its size, whatever its shape: each row is a body made to be slow, looked at with all
// that can be known of the user, the machine and earlier requests, at one size and at twice that. TELLTALE_COST_KIB
// sets the size, and prints time and memory.
#include <malloc.h>

#include <ctime>
#include <functional>

#include "core/base64.hpp"
#include "inspect/baselines.hpp"
#include "inspect/needles.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

std::string times(std::size_t bytes, std::string_view unit) {
  std::string out;
  while (out.size() < bytes) out += unit;
  return out;
}

/// Numbered: no two units are alike.
std::string series(std::size_t bytes, const char* before, const char* behind) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) out += fmt::format("{}{}{}", before, i, behind);
  return out;
}

std::string user(const std::string& written) {
  return R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":")" + written + "\"}]}";
}

std::string system_text(const std::string& written) {
  return R"({"model":"m","max_tokens":1,"system":")" + written + R"(","messages":[{"role":"user","content":"hi"}]})";
}

std::string member(const std::string& json) {
  return R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}],)" + json + "}";
}

std::string without_comma(std::string list) {
  list.pop_back();
  return list;
}

struct Hostile {
  const char* name;
  std::function<std::string(std::size_t)> make;
};

const std::vector<Hostile>& shapes() {
  using std::size_t;
  static const std::vector<Hostile> all = {
      // structure
      {"one name again and again",
       [](size_t n) { return member("\"metadata\":{" + without_comma(series(n, "\"k\":", ",")) + "}"); }},
      {"copies of a name that is known", [](size_t n) { return member(without_comma(series(n, "\"model\":", ","))); }},
      {"copies of a long string, written in two ways",
       [](size_t n) {
         return member("\"metadata\":{\"k\":\"\\u0061" + times(n / 2, "a") + "\"" + times(n / 2, ",\"k\":\"b\"") + "}");
       }},
      {"names", [](size_t n) { return member("\"metadata\":{" + without_comma(series(n, "\"k", "\":1,")) + "}"); }},
      {"names at the root", [](size_t n) { return member(without_comma(series(n, "\"k", "\":1,"))); }},
      {"texts at the root",
       [](size_t n) { return member(without_comma(series(n, "\"k", "\":\"some text or other\","))); }},
      {"spellings of a known name",
       [](size_t n) {
         std::string out;
         for (size_t i = 1; out.size() < n; ++i) {
           std::string name = "max_tokens";
           for (size_t k = 0; k < 12; ++k) name.insert(k % name.size(), (i >> k & 1U) != 0 ? "_" : "-");
           out += "\"" + name + std::string(i >> 12U, '-') + "\":1,";
         }
         return member(without_comma(out));
       }},
      {"tools",
       [](size_t n) {
         return member(
             "\"tools\":[" +
             without_comma(series(
                 n, "{\"name\":\"t",
                 "\",\"description\":\"Reads a file of the workspace and returns what it holds, or an error.\"},")) +
             "]");
       }},
      {"numbers in two forms",
       [](size_t n) { return member("\"metadata\":[" + without_comma(times(n, "1.00,")) + "]"); }},
      {"numbers with an exponent",
       [](size_t n) { return member("\"metadata\":[" + without_comma(times(n, "1e2,")) + "]"); }},
      {"a long name round many values",
       [](size_t n) {
         return member("\"" + times(n / 2, "k") + "\":[" + without_comma(times(n / 2, "\"{}\",")) + "]");
       }},
      {"a long escaped name round many values",
       [](size_t n) {
         return member("\"" + times(n / 2, "\\u006b") + "\":[" + without_comma(times(n / 2, "1.5,")) + "]");
       }},
      {"long names inside each other",
       [](size_t n) {
         const size_t depth = std::min<size_t>(n / 512, 400);
         return member(times(depth * 205, "\"" + std::string(200, 'k') + "\":{") + "\"a\":[" +
                       without_comma(times(n / 2, "\"{}\",")) + "]" + std::string(depth, '}'));
       }},
      {"documents in strings",
       [](size_t n) { return member("\"metadata\":[" + without_comma(times(n, "\"{\\\"a\\\":1}\",")) + "]"); }},
      {"pairs in one object",
       [](size_t n) {
         return member("\"metadata\":{" + series(n / 2, "\"k", "\":1,") +
                       without_comma(times(n / 2, "\"key\":\"host.name\",")) + "}");
       }},
      {"attributes",
       [](size_t n) {
         return member("\"metadata\":[" +
                       without_comma(series(n, "{\"key\":\"host.name\",\"value\":{\"stringValue\":\"h", "\"}},")) +
                       "]");
       }},
      {"white space",
       [](size_t n) { return member("\"metadata\":[" + without_comma(times(n, "1,  2,\n3,\t")) + " 1]"); }},
      {"messages",
       [](size_t n) {
         return R"({"model":"m","messages":[)" +
                without_comma(series(n, R"({"role":"user","content":"text number )", "\"},")) + "]}";
       }},
      {"blocks with many members",
       [](size_t n) {
         return R"({"model":"m","messages":[{"role":"user","content":[{)" + series(n, "\"k", "\":1,") +
                "\"type\":\"text\",\"text\":\"hi\"}]}]}";
       }},
      {"cut inside a string", [](size_t n) { return user(times(n, "a")).substr(0, n); }},
      // escapes
      {"escapes", [](size_t n) { return user(times(n, "\\u0061")); }},
      {"escapes of two kinds", [](size_t n) { return user(times(n, "\\n\\u00e9a")); }},
      {"escapes beyond ASCII beside raw ones", [](size_t n) { return user(times(n, "\\u00e9\xC3\xA9 ")); }},
      {"escaped literals", [](size_t n) { return user(times(n, "\\u003csystem-reminder\\u003e")); }},
      {"slashes", [](size_t n) { return user(times(n, "\\/ ")); }},
      {"percent escapes without an end", [](size_t n) { return system_text(times(n, "%41")); }},
      {"percent escapes", [](size_t n) { return system_text(times(n, "anas%2Dlaptop ")); }},
      // text
      {"client tags", [](size_t n) { return user(times(n, "<system-reminder>\\n")); }},
      {"client notes",
       [](size_t n) {
         return user(times(n, "<system-reminder>\\nBe brief.\\n</system-reminder>\\nSay hello to them all.\\n"));
       }},
      {"brackets that open lines", [](size_t n) { return user("[x]" + times(n, "\\n[")); }},
      {"elements that never close", [](size_t n) { return user(times(n, "<file path=\\\"a\\\">\\n")); }},
      {"contents of files", [](size_t n) { return system_text(times(n, "Contents of a (b):\\n</a>\\n")); }},
      {"typed text", [](size_t n) { return user(times(n, "Say hello to them all. ")); }},
      {"typed text, altered", [](size_t n) { return user(times(n, "Say helo to them all; ")); }},
      {"text of earlier requests",
       [](size_t n) { return system_text(times(n, "You are a helper that lives in the terminal. ")); }},
      {"lines of earlier requests",
       [](size_t n) { return system_text(series(n, "You are a helper that lives in the terminal. Line ", "\\n")); }},
      {"notes of earlier requests", [](size_t n) { return user(times(n, "<note>\\nBe brief, please.\\n</note>\\n")); }},
      {"date lines", [](size_t n) { return system_text(times(n, "Today\xE2\x80\x99s date is 2026/07/01.\\n")); }},
      {"dates", [](size_t n) { return system_text(times(n, "2026/01/02 ")); }},
      {"values of the machine", [](size_t n) { return system_text(times(n, "host: anas-laptop\\n")); }},
      {"values of the machine in strings",
       [](size_t n) { return member("\"metadata\":[" + without_comma(times(n, "\"anas-laptop\",")) + "]"); }},
      {"values of the machine in base64",
       [](size_t n) { return system_text(base64::encode(times(n, "anas-laptop "))); }},
      {"token runs", [](size_t n) { return system_text(series(n, "abcdef0123456789abcdef", " ")); }},
      {"one token run", [](size_t n) { return system_text(times(n, "a1B2c3D4")); }},
      {"apostrophes", [](size_t n) { return system_text(times(n, "it's it\xE2\x80\x99s ")); }},
      {"quotation marks", [](size_t n) { return system_text(times(n, "\\\"a \xE2\x80\x9C ")); }},
      {"dashes", [](size_t n) { return system_text(times(n, "a \xE2\x80\x94 b - c\xE2\x80\x93 ")); }},
      {"odd spaces", [](size_t n) { return system_text(times(n, "a\xC2\xA0 b c d ")); }},
      {"doubled blanks", [](size_t n) { return system_text(times(n, "word  word word ")); }},
      {"blanks", [](size_t n) { return system_text(times(n, " ")); }},
      {"line ends of two kinds", [](size_t n) { return system_text(times(n, "a\\r\\nb\\nc \\n\\n")); }},
      {"lists", [](size_t n) { return system_text(times(n, "- a\\n* b\\n\xE2\x80\xA2 c\\n")); }},
      {"fences", [](size_t n) { return system_text(times(n, "```\\na\\n")); }},
      {"indented lines", [](size_t n) { return system_text(times(n, "    a = b\\n\\tc\\n")); }},
      {"invisible characters", [](size_t n) { return user(times(n, "a\xE2\x80\x8B")); }},
      {"one run of invisible characters", [](size_t n) { return user(times(n, "\xE2\x80\x8B")); }},
      {"tags", [](size_t n) { return user(times(n, "\xF3\xA0\x81\x81 x")); }},
      {"selectors", [](size_t n) { return user(times(n, "\xEF\xB8\x8F x")); }},
      {"direction controls", [](size_t n) { return user(times(n, "\xE2\x80\xAE x")); }},
      {"direction controls that nest", [](size_t n) { return user(times(n, "\xE2\x81\xA6")); }},
      {"joiners", [](size_t n) { return user(times(n, "\xF0\x9F\x91\xA9\xE2\x80\x8D")); }},
      {"look-alikes", [](size_t n) { return user(times(n, "p\xD0\xB0ypal ")); }},
      {"look-alikes without blanks", [](size_t n) { return user(times(n, "p\xD0\xB0")); }},
      {"marks on one letter", [](size_t n) { return user("a" + times(n, "\xCC\x81")); }},
      {"letters with marks", [](size_t n) { return user(times(n, "e\xCC\x81 ")); }},
      {"odd signs", [](size_t n) { return system_text(times(n, "a\xCD\xBE b \xD5\x9A ")); }},
      {"controls", [](size_t n) { return user(times(n, "a\\u0001 ")); }},
      {"bytes that are no UTF-8", [](size_t n) { return user(times(n, "\xFF\xC0 ")); }},
      {"names with odd characters", [](size_t n) { return member("\"" + times(n, "k\xE2\x80\x8B") + "\":1"); }},
      {"member names with odd characters",
       [](size_t n) { return member(without_comma(series(n, "\"k\xE2\x80\x8B", "\":1,"))); }},
      {"words for context", [](size_t n) { return user(times(n, "zero-width U+200B \xE2\x80\x8B ")); }},
      {"no JSON", [](size_t n) { return times(n, "--x\r\nContent-Disposition: form-data; name=\"p\"\r\n\r\nv\r\n"); }},
      {"documents one after the other", [](size_t n) { return times(n, "{\"a\":\"b\"}\n"); }},
  };
  return all;
}

/// What is known of the user, the machine and three earlier requests.
class Known {
 public:
  Known() {
    for (const char* day : {"2026-01-02", "2026-03-04", "2026-05-06"}) {
      const Request one = with_head(
          R"({"model":"m","max_tokens":1,"system":"You are a helper that lives in the terminal. Today is )" +
          std::string(day) +
          R"(.","messages":[{"role":"user","content":"<note>\nBe brief, please.\n</note>\nSay hello to them all."}],)"
          R"("tools":[{"name":"a","description":"Reads a file of the workspace."}],"metadata":{"user":"u"}})");
      learn(received(one), Limits{}, baselines_);
    }
  }

  static Request with_head(std::string body) { return request(std::move(body), {{"User-Agent", "plum/1.0"}}); }

  Received received(const Request& request) const {
    Received out;
    out.host = "gateway.example.test";
    out.head = &request.head;
    out.body = request.body;
    out.typed = &typed_;
    out.environment = &environment_;
    out.needles = &needles_;
    out.baselines = &baselines_;
    return out;
  }

 private:
  std::vector<std::string> typed_{"Say hello to them all.", "explain\nthe date"};
  Environment environment_{
      {"host", {"anas-laptop"}}, {"cwd", {"/srv/acme"}}, {"user", {"anaq"}}, {"tz_name", {"Asia/Tehran"}}};
  NeedleSet needles_{environment_};
  Baselines baselines_;
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// CPU time of a look at the body, and of learning from it.
double cost_of(const std::string& body, const Known& known, Mode mode) {
  const Request request = Known::with_head(body);
  Policy policy;
  policy.mode = mode;
  const double begun = cpu_seconds();
  static_cast<void>(judge(known.received(request), shipped_rules(), policy, Limits{}));
  Baselines learned;
  learn(known.received(request), Limits{}, learned);
  return cpu_seconds() - begun;
}

/// Peak of memory since `begin_peak`, bytes.
void begin_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}
std::size_t status_of(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind(name, 0) == 0) return static_cast<std::size_t>(std::atol(line.c_str() + name.size())) * 1024;
  return 0;
}

std::size_t size_wanted() {
  const char* const kib = std::getenv("TELLTALE_COST_KIB");
  return (kib == nullptr ? 32U : static_cast<std::size_t>(std::atoi(kib))) * 1024;
}

}  // namespace

// By hand (`test_inspect '[.cost]'`): a clock decides it, and a busy machine would too.
TEST_CASE("what a look costs is linear in the size of the body", "[inspect][.cost]") {
  const Known known;
  const std::size_t size = size_wanted();
  const bool tells = std::getenv("TELLTALE_COST_KIB") != nullptr;
  for (const Hostile& shape : shapes()) {
    DYNAMIC_SECTION(shape.name) {
      // Twice the size may take twice the time; three times is a power of it. A busy machine gets three tries.
      double once = 0;
      double twice = 0;
      for (int attempt = 0; attempt < 3; ++attempt) {
        once = cost_of(shape.make(size), known, Mode::flag);
        const std::string body = shape.make(2 * size);
        begin_peak();
        const std::size_t before = status_of("VmRSS:");
        twice = cost_of(body, known, Mode::flag);
        if (tells)
          fmt::print("{:50} {:8.1f} ms {:8.1f} ms {:5.2f} {:6.1f} MiB\n", shape.name, once * 1e3, twice * 1e3,
                     twice / once, static_cast<double>(status_of("VmHWM:") - before) / (1024 * 1024));
        std::fflush(stdout);
        if (twice < 3 * once + 0.02) break;
      }
      CHECK(twice < 3 * once + 0.02);
    }
  }
}
