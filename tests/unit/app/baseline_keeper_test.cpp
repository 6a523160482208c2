#include "app/baseline_keeper.hpp"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/catch.hpp"
#include "support/inspect_request.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using app::BaselineKeeper;

namespace {

const std::string api = "anthropic.messages";

record::Capture answered(const std::string& system, const std::string& agent = "tool/1.0") {
  record::Capture capture;
  capture.request.method = "POST";
  capture.request.url = "https://api.example.test/v1/messages";
  capture.request.headers = {{"Host", "api.example.test"}, {"User-Agent", agent}, {"Content-Type", "application/json"}};
  capture.request.body.bytes = "{\"model\":\"m\",\"max_tokens\":9,\"system\":" + test::json_quoted(system) +
                               ",\"messages\":[{\"role\":\"user\",\"content\":\"a private thought\"}]}";
  capture.typed = {"a private thought"};
  capture.response = record::CapturedResponse{200, {}, {}, 0, 0};
  capture.inspection = inspect::Verdict{};
  capture.inspection->api = api;
  return capture;
}

inspect::Finding finding(inspect::Reference reference, inspect::Severity severity) {
  inspect::Finding out;
  out.reference = reference;
  out.severity = severity;
  return out;
}

std::unique_ptr<BaselineKeeper> keeper_of(BaselineKeeper::Options options) {
  auto keeper = BaselineKeeper::open(std::move(options));
  REQUIRE(keeper);
  return std::move(*keeper);
}

BaselineKeeper::Options in_file(const std::string& file) {
  BaselineKeeper::Options options;
  options.file = file;
  return options;
}

std::uint32_t learned(const BaselineKeeper& keeper, const std::string& version = "1.0") {
  const auto baseline = keeper.known()->get({"tool", version, api});
  return baseline ? baseline->requests() : 0;
}

std::string text_of(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("a client is learned from its first requests, then ever more rarely", "[app][baseline_keeper]") {
  struct Row {
    std::uint64_t number;
    bool due;
  };
  const Row rows[] = {{0, false}, {1, true},   {16, true},  {17, false}, {31, false},
                      {32, true}, {33, false}, {48, false}, {64, true},  {std::uint64_t{1} << 40U, true}};
  for (const Row& row : rows) CHECK(app::is_due(row.number) == row.due);
  std::uint32_t count = 0;
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    if (!app::is_due(number)) continue;
    CHECK(app::seen_when_learned(++count) == number);
  }
  CHECK(count == 21);
  CHECK(app::seen_when_learned(0xFFFFFFFF) == std::uint64_t{1} << 62U);
}

TEST_CASE("only what went through and was as usual is fit to learn", "[app][baseline_keeper]") {
  using inspect::Reference;
  using inspect::Severity;
  struct Row {
    const char* name;
    void (*change)(record::Capture&);
    bool fit;
  };
  const Row rows[] = {
      {"clean", [](record::Capture&) {}, true},
      {"a redirect", [](record::Capture& c) { c.response->status = 302; }, true},
      {"not inspected", [](record::Capture& c) { c.inspection.reset(); }, false},
      {"no response", [](record::Capture& c) { c.response.reset(); }, false},
      {"refused by the API", [](record::Capture& c) { c.response->status = 400; }, false},
      {"a failed API", [](record::Capture& c) { c.response->status = 529; }, false},
      {"broken off", [](record::Capture& c) { c.error = "upstream-closed"; }, false},
      {"blocked", [](record::Capture& c) { c.inspection->action = inspect::Action::block; }, false},
      {"stripped for another reason",
       [](record::Capture& c) {
         c.inspection->action = inspect::Action::strip;
         c.inspection->findings = {finding(Reference::none, Severity::high)};
       },
       true},
      {"departs by an info",
       [](record::Capture& c) { c.inspection->findings = {finding(Reference::baseline, Severity::info)}; }, true},
      {"departs by more",
       [](record::Capture& c) { c.inspection->findings = {finding(Reference::baseline, Severity::low)}; }, false},
      {"a marker in its own text",
       [](record::Capture& c) {
         c.inspection->findings = {finding(Reference::none, Severity::medium)};
         c.inspection->findings[0].code_points = {"U+02BC"};
       },
       false},
      {"an odd sign in a tool's output",
       [](record::Capture& c) {
         c.inspection->findings = {finding(Reference::none, Severity::medium)};
         c.inspection->findings[0].code_points = {"U+02BC"};
         c.inspection->findings[0].source = inspect::Source::tool_result;
       },
       true},
      {"findings that are not listed", [](record::Capture& c) { c.inspection->findings_not_listed = 1; }, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      record::Capture capture = answered("You are a tool.");
      row.change(capture);
      CHECK(app::is_fit_to_learn(capture) == row.fit);
      const auto keeper = keeper_of({});
      keeper->learn(capture);
      CHECK(learned(*keeper) == (row.fit ? 1 : 0));
    }
  }
}

TEST_CASE("learning stops growing with the number of requests", "[app][baseline_keeper]") {
  const auto keeper = keeper_of({});
  for (int i = 0; i < 100; ++i) keeper->learn(answered("You are a tool."));
  CHECK(learned(*keeper) == 18);  // 16, and the 32nd and 64th
}

TEST_CASE("what is known to a request being judged does not change under it", "[app][baseline_keeper]") {
  const auto keeper = keeper_of({});
  keeper->learn(answered("You are a tool."));
  const auto before = keeper->known();
  keeper->learn(answered("You are a tool."));
  CHECK(before->get({"tool", "1.0", api})->requests() == 1);
  CHECK(learned(*keeper) == 2);
}

TEST_CASE("baselines outlive the proxy, for their owner alone", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path("state/telltale/baselines.jsonl");
  keeper_of(in_file(file))->learn(answered("The key sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789 is ours."));
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777U) == 0600);
  REQUIRE(::stat(folder.path("state").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777U) == 0700);
  CHECK_THAT(text_of(file), Catch::Contains(" is ours.") && !Catch::Contains("sk-ant") && !Catch::Contains("private"));
  const auto entries = std::filesystem::directory_iterator(folder.path("state/telltale"));
  CHECK(std::distance(begin(entries), end(entries)) == 1);  // nothing half-written stays

  const auto again = keeper_of(in_file(file));
  CHECK(learned(*again) == 1);
  for (int i = 0; i < 20; ++i) again->learn(answered("You are a tool."));
  CHECK(learned(*again) == 16);  // counting goes on where it was
}

TEST_CASE("a store that changed is written while the proxy runs", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path("baselines.jsonl");
  auto options = in_file(file);
  options.save_every = std::chrono::milliseconds(1);
  const auto keeper = keeper_of(std::move(options));
  keeper->learn(answered("You are a tool."));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!std::filesystem::exists(file) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(std::filesystem::exists(file));
}

TEST_CASE("a store that did not change is not written", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path("baselines.jsonl");
  keeper_of(in_file(file))->save();
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("a damaged store is said, set aside and begun anew", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("baselines.jsonl", "{\"telltale_baselines\":1}\n{\"product\":7}\n");
  std::string said;
  auto options = in_file(file);
  options.say = [&said](std::string_view line) { said += line; };
  const auto keeper = keeper_of(std::move(options));
  CHECK(keeper->known()->size() == 0);
  CHECK_THAT(said, Catch::Contains(file + ": line 2, byte 0") && Catch::Contains("moved to " + file + ".damaged"));
  CHECK_THAT(text_of(file + ".damaged"), Catch::Contains("\"product\":7"));
  keeper->learn(answered("You are a tool."));
  keeper->save();
  CHECK(learned(*keeper_of(in_file(file))) == 1);
}

TEST_CASE("a store that cannot be written is said once and does not end anything", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  folder.write("file", "");
  std::string said;
  auto options = in_file(folder.path("baselines.jsonl"));
  options.say = [&said](std::string_view line) { said += line; };
  const auto keeper = keeper_of(std::move(options));
  std::filesystem::create_directory(folder.path("baselines.jsonl"));  // a rename onto a folder fails, for root too
  keeper->learn(answered("You are a tool."));
  keeper->save();
  keeper->save();
  CHECK_THAT(said, Catch::Contains("baselines cannot be written: "));
  CHECK(said.find("cannot be written") == said.rfind("cannot be written"));
  std::filesystem::remove(folder.path("baselines.jsonl"));
  keeper->save();
  CHECK_THAT(said, Catch::EndsWith("baselines are being written again\n"));
}

TEST_CASE("what the operator gave as a baseline is not learned over", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  BaselineKeeper::Options options = in_file(folder.path("baselines.jsonl"));
  {
    const auto given = keeper_of({});
    given->learn(answered("As given."));
    options.fixed = *given->known();
  }
  const auto keeper = keeper_of(std::move(options));
  keeper->learn(answered("Something else."));
  keeper->learn(answered("Another version.", "tool/2.0"));
  const auto known = keeper->known();
  REQUIRE(known->get({"tool", "1.0", api}));
  CHECK(known->get({"tool", "1.0", api})->requests() == 1);
  CHECK(known->get({"tool", "1.0", api})->texts().texts().front().text == "As given.");
  CHECK(learned(*keeper, "2.0") == 1);
  keeper->save();
  CHECK_THAT(text_of(folder.path("baselines.jsonl")), !Catch::Contains("As given."));
}

TEST_CASE("paths that are asked for once do not drive out a client", "[app][baseline_keeper]") {
  const auto keeper = keeper_of({});
  keeper->learn(answered("You are a tool."));
  for (std::size_t i = 0; i < 2 * inspect::Baselines::most_clients; ++i) {
    record::Capture other = answered("x");
    other.request.url = "https://api.example.test/files/" + std::to_string(i);
    other.request.body.bytes = "{\"size\":1}";
    other.inspection->api = "json";
    keeper->learn(other);
  }
  CHECK(learned(*keeper) == 1);
  CHECK(keeper->known()->size() == 1);
}

TEST_CASE("a client in use stays, however long ago it was learned from", "[app][baseline_keeper]") {
  const auto keeper = keeper_of({});
  for (int i = 0; i < 129; ++i) keeper->learn(answered("You are a tool."));  // the last that was due
  for (std::size_t i = 0; i < inspect::Baselines::most_clients / 2; ++i)
    keeper->learn(answered("x", "other/" + std::to_string(i)));
  for (int i = 129; i < 192; ++i) keeper->learn(answered("You are a tool."));  // the 192nd is a sign of life
  for (std::size_t i = 0; i < inspect::Baselines::most_clients - 1; ++i)
    keeper->learn(answered("x", "another/" + std::to_string(i)));
  CHECK(learned(*keeper) == 19);
}

TEST_CASE("requests read while one thread learns and another writes", "[app][baseline_keeper]") {
  const test::TemporaryFolder folder;
  auto options = in_file(folder.path("baselines.jsonl"));
  options.save_every = std::chrono::milliseconds(1);
  const auto keeper = keeper_of(std::move(options));
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> most{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      while (!done) {
        const auto known = keeper->known();
        const auto found = known->find({"tool", "9", api});
        if (found.baseline != nullptr) most = std::max<std::uint64_t>(most, found.baseline->texts().texts().size());
      }
    });
  std::thread learner([&] {
    for (int i = 0; i < 64; ++i)
      keeper->learn(answered("You are tool number " + std::to_string(i), "tool/" + std::to_string(i % 4)));
  });
  for (int i = 0; i < 8; ++i) keeper->save();
  learner.join();
  while (most == 0) std::this_thread::yield();
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(keeper->known()->size() == 4);
}
