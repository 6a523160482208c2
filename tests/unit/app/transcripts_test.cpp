#include "app/transcripts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "app/transcript_follower.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using Texts = std::vector<std::string>;

namespace {

std::string record_of(std::string_view text) {
  return fmt::format(R"({{"session_id":"s","ts":1,"text":"{}"}})"
                     "\n",
                     text);
}

void append(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

/// Modification times some seconds apart, whatever the clock's grain.
void set_age(const std::string& path, int seconds) {
  namespace fs = std::filesystem;
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::seconds(seconds));
}

app::Transcripts opened(Texts paths, const Limits& limits = {}) {
  auto out = app::Transcripts::open(std::move(paths), limits);
  if (!out) FAIL(out.error().detail);
  return std::move(*out);
}

}  // namespace

TEST_CASE("a folder's transcripts are found by content, the newest last", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("projects/a"));
  std::filesystem::create_directories(folder.path("node_modules"));
  set_age(folder.write("history.jsonl", record_of("newest")), 1);
  set_age(folder.write("projects/a/s.jsonl", record_of("older") + record_of("old")), 60);
  set_age(folder.write("projects/chat.json", R"([{"type":"user","message":"middle","sessionId":"s"}])"), 30);
  set_age(folder.write(".aider.input.history", "\n# 2026-11-21 10:00:00\n+oldest\n"), 90);
  folder.write("projects/notes.json", R"({"a":1})");
  folder.write("readme.txt", "prose is no transcript here\n");
  folder.write("words.json", "prose\n");
  folder.write("node_modules/x.jsonl", record_of("not looked at"));
  app::Transcripts transcripts = opened({folder.path()});
  CHECK(transcripts.look() == Texts{"oldest", "older", "old", "middle", "newest"});
  CHECK(transcripts.count() == 4);
  CHECK(transcripts.look().empty());
  CHECK(transcripts.look_again().empty());
}

TEST_CASE("what a transcript gains is read, and nothing twice", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s.jsonl", record_of("one"));
  app::Transcripts transcripts = opened({folder.path()});
  CHECK(transcripts.look() == Texts{"one"});

  const std::string two = record_of("two");
  append(path, two.substr(0, 20));
  CHECK(transcripts.look_again().empty());
  append(path, two.substr(20));
  CHECK(transcripts.look_again() == Texts{"two"});

  const std::string fresh = folder.write("t.jsonl", record_of("three"));
  CHECK(transcripts.look_again().empty());
  CHECK(transcripts.look_at(fresh) == Texts{"three"});
  append(fresh, record_of("four"));
  CHECK(transcripts.look() == Texts{"four"});

  folder.write("t.jsonl", record_of("anew"));  // shorter: written anew
  CHECK(transcripts.look_again() == Texts{"anew"});
  std::filesystem::remove(fresh);
  CHECK(transcripts.look().empty());
}

TEST_CASE("a document that is written anew gives what it gained", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("logs.json", R"([{"type":"user","message":"one"}])");
  app::Transcripts transcripts = opened({path});
  CHECK(transcripts.look() == Texts{"one"});
  folder.write("logs.json", R"([{"type":"user","message":"one"},{"type":"user","message":"two"}])");
  CHECK(transcripts.look_again() == Texts{"two"});
  folder.write("logs.json", R"([{"type":"user","message":"cleared, then this"}])");
  CHECK(transcripts.look_again() == Texts{"cleared, then this"});
}

TEST_CASE("a named file may be prose, may be empty, and its neighbours are not ours", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  const std::string prose = folder.write("typed.txt", "one\ntwo");
  const std::string empty = folder.write("empty.jsonl", "");
  app::Transcripts transcripts = opened({prose, empty});
  CHECK(transcripts.look() == Texts{"one", "two"});
  append(empty, record_of("three"));
  CHECK(transcripts.look_at(empty) == Texts{"three"});
  CHECK(transcripts.look_at(folder.write("other.jsonl", record_of("not asked for"))).empty());
}

TEST_CASE("paths that give nothing are told at once", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  struct Row {
    const char* name;
    std::string path;
    Errc code;
  };
  const std::string fifo = folder.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const Row rows[] = {
      {"missing", folder.path("missing"), Errc::file_failed},
      {"bytes",
       folder.write("binary", std::string("\x7f"
                                          "ELF\0\0",
                                          6)),
       Errc::input_unreadable},
      {"other JSON lines", folder.write("log.jsonl", "{\"level\":\"info\"}\n"), Errc::input_unreadable},
      {"other JSON", folder.write("package.json", R"([{"name":1}])"), Errc::input_unreadable},
      {"no file", fifo, Errc::input_unreadable},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto refused = app::Transcripts::open({row.path}, Limits{});
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == row.code);
      CHECK(refused.error().detail.starts_with(row.path + ": "));
    }
  }
}

TEST_CASE("what is read of transcripts has a limit", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  set_age(folder.write("old.jsonl", record_of("old")), 60);
  std::string session;
  for (int i = 0; i < 20; ++i) session += record_of(fmt::format("prompt {}", i));
  folder.write("s.jsonl", session);
  Limits limits;
  SECTION("of one, its newest") {
    limits.transcript_bytes = 100;
    const Texts got = opened({folder.path()}, limits).look();
    REQUIRE(got.size() == 3);
    CHECK(got[2] == "prompt 19");
  }
  SECTION("of all, the newest files") {
    limits.transcripts_bytes = 100;
    app::Transcripts transcripts = opened({folder.path()}, limits);
    CHECK(transcripts.look().size() == 20);
    append(folder.path("old.jsonl"), record_of("new in the old"));
    CHECK(transcripts.look_again() == Texts{"new in the old"});
  }
  SECTION("in number") {
    limits.typed_texts = 20;
    CHECK(opened({folder.path()}, limits).look().size() == 20);
    limits.transcripts = 1;
    CHECK(opened({folder.path()}, limits).look().size() == 20);
  }
}

TEST_CASE("a follower hands on what is written while it runs", "[app][transcripts]") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s.jsonl", record_of("before"));
  app::Transcripts transcripts = opened({folder.path()});
  CHECK(transcripts.look() == Texts{"before"});

  std::mutex lock;
  std::condition_variable came;
  Texts got;
  auto follower = app::TranscriptFollower::start(std::move(transcripts), [&](Texts texts) {
    const std::lock_guard held(lock);
    got.insert(got.end(), texts.begin(), texts.end());
    came.notify_all();
  });
  REQUIRE(follower);
  const auto wait_for = [&](const std::string& text) {
    std::unique_lock held(lock);
    return came.wait_for(held, std::chrono::seconds(20), [&] { return !got.empty() && got.back() == text; });
  };
  append(path, record_of("while it ran"));
  CHECK(wait_for("while it ran"));
  std::filesystem::create_directories(folder.path("new/deep"));
  folder.write("new/deep/t.jsonl", record_of("in a new folder"));
  CHECK(wait_for("in a new folder"));
  follower->reset();
}
