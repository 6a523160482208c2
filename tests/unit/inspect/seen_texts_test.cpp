// What was seen quiet is not looked at again, and changes no result.
#include "inspect/seen_texts.hpp"

#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

const RuleSet& detectors() {
  static const auto set = rules_from({file_text("rules/characters.jsonc"), file_text("rules/references.jsonc")});
  return *set;
}

std::string history(const std::vector<std::string>& results) {
  std::string body = R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"go on"})";
  for (const std::string& text : results)
    body +=
        R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)" + json_quoted(text) + "}]}";
  return body + "]}";
}

Judgement look(const std::string& body, SeenTexts* seen, const Environment* environment = nullptr) {
  const Request sent = request(body);
  Received received;
  received.host = "gateway.example.test";
  received.head = &sent.head;
  received.body = sent.body;
  received.seen = seen;
  received.environment = environment;
  return judge(received, detectors(), Policy{}, Limits{});
}

}  // namespace

TEST_CASE("a history gives the same findings with and without memory", "[inspect][seen]") {
  const std::string quiet(200, 'q');
  const std::string odd = std::string(100, 'r') + "re\xE2\x80\x8B" + "ad" + std::string(100, 's');
  SeenTexts seen(42);
  std::vector<std::string> results;
  for (const std::string& text : {quiet, odd, quiet + "2", odd, quiet}) {
    results.push_back(text);
    const std::string body = history(results);
    const auto with = look(body, &seen).verdict.findings;
    const auto without = look(body, nullptr).verdict.findings;
    REQUIRE(with.size() == without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
      CHECK(with[i].where == without[i].where);
      CHECK(with[i].raw_span == without[i].raw_span);
    }
  }
  CHECK(look(history(results), &seen).verdict.findings.size() == 2);
}

TEST_CASE("fingerprints are kept, told apart by kind and seed, and forgotten with the rules", "[inspect][seen]") {
  SeenTexts seen(1);
  seen.hold_for(1, 1);
  const auto print = seen.print_of("some text", 3);
  CHECK_FALSE(seen.contains(print));
  seen.add(print);
  CHECK(seen.contains(print));
  CHECK_FALSE(seen.contains(seen.print_of("some text", 4)));
  CHECK_FALSE(seen.contains(SeenTexts(2).print_of("some text", 3)));
  seen.hold_for(1, 1);
  CHECK(seen.contains(print));
  seen.hold_for(2, 1);
  CHECK_FALSE(seen.contains(print));
}

TEST_CASE("memory stays bounded and goes on working past its slots", "[inspect][seen]") {
  SeenTexts seen(1);
  for (std::size_t i = 0; i < SeenTexts::slots * 2; ++i) seen.add(seen.print_of("text " + std::to_string(i), 0));
  const auto last = seen.print_of("the last", 0);
  seen.add(last);
  CHECK(seen.contains(last));
}
