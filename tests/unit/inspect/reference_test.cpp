// Whole requests against what was typed and what earlier requests of the client said: sources of every part, changes,
// what strip makes of them.
#include "inspect/baselines.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

const RuleSet& references() {
  static const auto set = rules_from({file_text("rules/references.jsonc")});
  return *set;
}

constexpr std::string_view note_text =
    "<session-notes>\nThe list of open files is empty.\nToday's date is {}.\nBe brief and say what you did.\n"
    "</session-notes>\n\n";

std::string note(std::string_view date) {
  return fmt::format(fmt::runtime(note_text), date);
}

constexpr const char* system_text =
    "You are a helper that lives in the terminal.\\nYou must not invent file names, function names, or command output.";

std::string body_of(std::string_view system, const std::string& user) {
  return fmt::format(
      R"({{"model":"m","max_tokens":1,"system":"{}","messages":[{{"role":"user","content":{}}}],)"
      R"("tools":[{{"name":"read_file","description":"Reads a file of the workspace and returns it."}}]}})",
      system, json_quoted(user));
}

const Fields fields{{"User-Agent", "plum/1.2.3"}};

struct Looked {
  Judgement judgement;
  std::string body;
};

Received received(const Request& sent, const std::vector<std::string>& typed) {
  Received out;
  out.host = "gateway.example.test";
  out.head = &sent.head;
  out.body = sent.body;
  out.typed = &typed;
  return out;
}

class Client {
 public:
  void says(const std::string& body, const std::vector<std::string>& typed, const Fields& head = fields) {
    const Request sent = request(body, head);
    learn(received(sent, typed), Limits{}, baselines_);
  }
  Looked then(const std::string& body, const std::vector<std::string>& typed, const Fields& head = fields) const {
    const Request sent = request(body, head);
    Policy policy;
    policy.mode = Mode::strip;
    policy.list_segments = true;
    Received what = received(sent, typed);
    what.baselines = &baselines_;
    return {judge(what, references(), policy, Limits{}), body};
  }

 private:
  Baselines baselines_;
};

/// "source:text" of each part of the string at `where`.
std::vector<std::string> parts(const Looked& looked, std::string_view where) {
  std::vector<std::string> out;
  for (const SegmentSource& one : looked.judgement.verdict.segments) {
    if (one.where != where) continue;
    out.push_back(std::string(name_of(one.source)) + ":" +
                  codec::decode_json_string(looked.body.substr(one.raw_span.begin, one.raw_span.size())));
  }
  return out;
}

}  // namespace

TEST_CASE("every part of a user turn gets the source that the references show", "[inspect][attribute]") {
  const std::string where = "/messages/0/content";
  const std::string typed = "Explain the retry loop, please.";
  Client client;
  client.says(body_of(system_text, note("2026-01-02") + "Something else was asked here."),
              {"Something else was asked here."});
  const std::string today = note("2026-05-06");
  SECTION("typed and note") {
    CHECK(parts(client.then(body_of(system_text, today + typed), {typed}), where) ==
          std::vector<std::string>{"template:" + today, "typed:" + typed});
  }
  SECTION("typed in quotes, a note of no wrapper that nobody knows") {
    CHECK(parts(client.then(body_of(system_text, "It is raining.\n\"" + typed + "\""), {typed}), where) ==
          std::vector<std::string>{"unexplained:It is raining.\n\"", "typed:" + typed, "unexplained:\""});
  }
  SECTION("nothing known of what was typed: the known note is still the client's") {
    CHECK(parts(client.then(body_of(system_text, note("2026-01-02") + typed), {}), where) ==
          std::vector<std::string>{"template:" + note("2026-01-02"), "unexplained:" + typed});
  }
  SECTION("altered typed text: what was put there is unexplained") {
    const std::string altered = "Explain one retry loop, please.";
    CHECK(parts(client.then(body_of(system_text, today + altered), {typed}), where) ==
          std::vector<std::string>{"template:" + today, "typed:Explain ", "unexplained:one",
                                   "typed: retry loop, please."});
  }
  SECTION("a mentioned file") {
    const std::string file = "\nContents of src/main.c:\nint main(void) { return 0; }\n";
    CHECK(parts(client.then(body_of(system_text, "Explain @src/main.c to me." + file), {"Explain @src/main.c to me."}),
                where) == std::vector<std::string>{"typed:Explain @src/main.c to me.", "file:" + file});
  }
}

TEST_CASE("a document inside a client's note keeps its own blanks and quotes", "[inspect][document]") {
  const auto set = rules_from({file_text("rules/typography.jsonc"), file_text("rules/characters.jsonc")});
  const std::string text = "Two  blanks, it\u2019s  so.  And one. Here\tit is \n\n\n\nIt's .\n";
  const std::string frames[][2] = {
      {"<file path=\"notes.txt\">\n", "</file>\n"},
      {"<system-reminder>\nContents of /p/CLAUDE.md (project instructions):\n\n", "</system-reminder>\n"},
      {"# AGENTS.md instructions for /p\n\n<INSTRUCTIONS>\n", "</INSTRUCTIONS>\n"},
  };
  Policy policy;
  policy.mode = Mode::strip;
  const std::vector<std::string> typed{"Explain the retry loop, please."};
  const auto findings = [&](const std::string& user) {
    const Request sent = request(body_of(system_text, user + typed.front()), fields);
    return judge(received(sent, typed), *set, policy, Limits{}).verdict.findings.size();
  };
  for (const auto& [open, close] : frames) {
    CHECK(findings(open + text + close) == 0);
    CHECK(findings(open + "Stir the so\u200bup.\n" + close) == 1);
    CHECK(findings(open + "It rains.\n" + close + text) > 0);
  }
}

TEST_CASE("changes against earlier requests are found, and strip gives the earlier text", "[inspect][change]") {
  struct Row {
    const char* name;
    std::string was;
    std::string is;
    std::size_t findings;  ///< above info
  };
  const Row rows[] = {
      {"nothing", "", "", 0},
      {"a synonym", "must not", "should not", 1},
      {"a comma less", "names, or command", "names or command", 1},
      {"a sentence more", "output.", "output. Remember the rules.", 1},
      {"a tool's words", "Reads a file of", "Reads any file of", 1},
      {"another day", "2026-01-02", "2026-07-08", 0},
      {"another format of the day", "2026-01-02", "02.01.2026", 1},
      {"a line of the note", "Be brief and say", "Be terse and say", 1},
  };
  const std::string typed = "Explain the retry loop, please.";
  const std::string clean = body_of(system_text, note("2026-01-02") + typed);
  Client client;
  for (int i = 0; i < 3; ++i) client.says(clean, {typed});
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      std::string sent = clean;
      if (!row.was.empty()) sent.replace(sent.find(row.was), row.was.size(), row.is);
      const Looked got = client.then(sent, {typed});
      std::size_t told = 0;
      for (const Finding& finding : got.judgement.verdict.findings) {
        if (finding.severity == Severity::info) continue;
        ++told;
        CHECK(finding.reference == Reference::baseline);
      }
      CHECK(told == row.findings);
      if (row.findings > 0) {
        REQUIRE(got.judgement.body);
        CHECK(*got.judgement.body == clean);
      } else {
        CHECK_FALSE(got.judgement.body);
      }
    }
  }
}

TEST_CASE("a new version may say something new: information, nothing is edited", "[inspect][change]") {
  const std::string typed = "Explain the retry loop, please.";
  std::string sent = body_of(system_text, note("2026-01-02") + typed);
  Client client;
  for (int i = 0; i < 3; ++i) client.says(sent, {typed});
  sent.replace(sent.find("must not"), 8, "should never");
  const Looked got = client.then(sent, {typed}, {{"User-Agent", "plum/1.3.0"}});
  REQUIRE_FALSE(got.judgement.verdict.findings.empty());
  for (const Finding& finding : got.judgement.verdict.findings) CHECK(finding.severity == Severity::info);
  CHECK_FALSE(got.judgement.body);
}

TEST_CASE("a value of another day is never put in the place of one that is there", "[inspect][change]") {
  const std::string typed = "Explain the retry loop, please.";
  Client client;
  for (int i = 0; i < 3; ++i) client.says(body_of(system_text, note("2026-01-02") + typed), {typed});
  const Looked got = client.then(body_of(system_text, note("the 8th of July, this year") + typed), {typed});
  CHECK_FALSE(got.judgement.verdict.findings.empty());
  const std::string after = got.judgement.body.value_or(got.body);
  CHECK(after.find("2026-01-02") == std::string::npos);
}

TEST_CASE("what the user typed is never removed for being no note", "[inspect][change]") {
  // A prompt the client rewrote beyond recognition stands behind a known note.
  Client client;
  for (int i = 0; i < 3; ++i) client.says(body_of(system_text, note("2026-01-02") + "Say hello."), {"Say hello."});
  const std::string sent = body_of(system_text, note("2026-01-02") + "Completely different words stand here now.");
  const Looked got = client.then(sent, {"Explain the retry loop, please."});
  CHECK(got.judgement.body.value_or(sent).find("Completely different words stand here now.") != std::string::npos);
}

TEST_CASE("a blank in wrapped text is information, and a change against earlier requests", "[inspect][change]") {
  const std::string line = "You are a helper that lives in the terminal and reads what it is given\\nto read. ";
  const std::string clean = body_of(line + "It never writes. " + line + line, "Explain the retry loop, please.");
  std::string sent = clean;
  sent.replace(sent.find("read. It"), 8, "read.  It");
  const auto rules = rules_from({file_text("rules/typography.jsonc"), file_text("rules/references.jsonc")});
  const std::vector<std::string> typed{"Explain the retry loop, please."};
  const Request before = request(clean, fields);
  const Request now = request(sent, fields);
  Baselines baselines;
  for (const bool is_known : {false, true}) {
    DYNAMIC_SECTION((is_known ? "known" : "unknown")) {
      for (int i = 0; i < 3 && is_known; ++i) learn(received(before, typed), Limits{}, baselines);
      Policy policy;
      policy.mode = Mode::strip;
      Received what = received(now, typed);
      what.baselines = &baselines;
      const Judgement got = judge(what, *rules, policy, Limits{});
      std::size_t told = 0;
      for (const Finding& one : got.verdict.findings)
        if (one.severity != Severity::info) ++told;
      CHECK_FALSE(got.verdict.findings.empty());
      CHECK(told == (is_known ? 1 : 0));
      CHECK(got.body.value_or(sent) == (is_known ? clean : sent));
    }
  }
}

TEST_CASE("what is learned is bounded and what varies becomes a slot", "[inspect][baseline]") {
  Baselines baselines;
  const std::vector<std::string> typed{"Say hello."};
  for (int i = 0; i < 400; ++i) {
    const Request sent = request(
        body_of(fmt::format("Prompt number {} of a client that never says the same thing twice, {}.", i * 7919, i),
                "Say hello."),
        {{"User-Agent", fmt::format("client{}/1.0", i)}});
    Received received;
    received.head = &sent.head;
    received.body = sent.body;
    received.typed = &typed;
    learn(received, Limits{}, baselines);
  }
  CHECK(baselines.size() == Baselines::most_clients);

  Baseline one;
  Baselines same;
  for (int i = 0; i < 50; ++i) {
    const Request sent = request(
        body_of(fmt::format("You are a helper of many words, all of which stay. Turn {} of the day.", i), "Say hello."),
        fields);
    Received received;
    received.head = &sent.head;
    received.body = sent.body;
    received.typed = &typed;
    learn(received, Limits{}, same);
  }
  std::size_t systems = 0;
  same.for_each([&](const BaselineKey& key, const Baseline& baseline) {
    CHECK(key.product == "plum");
    CHECK(key.version == "1.2.3");
    CHECK(key.endpoint == "anthropic.messages");
    CHECK(baseline.requests() == 50);
    for (const auto& known : baseline.texts().texts())
      if (known.kind == codec::SegmentKind::system_text) {
        ++systems;
        CHECK(known.times == 50);
        CHECK(known.slots.size() == 1);
      }
  });
  CHECK(systems == 1);
}
