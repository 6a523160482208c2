#include "app/journal.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("the journal writes one line a capture into an owner-only file", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  {
    auto journal = app::Journal::open({file, false, 0, 0});
    REQUIRE(journal);
    REQUIRE((*journal)->append("{\"n\":1}"));
    REQUIRE((*journal)->append("{\"n\":2}"));
  }
  CHECK(text_of(file) == "{\"n\":1}\n{\"n\":2}\n");
  CHECK(mode_of(file) == 0600);
}

TEST_CASE("the journal goes on where an earlier run stopped", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  for (int run = 0; run < 2; ++run) REQUIRE((*app::Journal::open({file, false, 0, 0}))->append("x"));
  CHECK(text_of(file) == "x\nx\n");
}

TEST_CASE("a folder of captures rotates by size and stays under its bound", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const std::string folder = scratch.path("made/here");
  auto journal = app::Journal::open({folder, true, 100, 350});
  REQUIRE(journal);
  CHECK(mode_of(folder) == 0700);
  const std::string line(60, 'x');
  for (int i = 0; i < 20; ++i) REQUIRE((*journal)->append(line));
  std::uintmax_t total = 0;
  for (const auto& file : files_in(folder)) {
    CHECK(fs::file_size(file) <= 100);
    total += fs::file_size(file);
  }
  CHECK(total <= 350);
  CHECK(files_in(folder).size() >= 3);
}

TEST_CASE("a line longer than a file is written whole all the same", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const std::string folder = scratch.path("store");
  auto journal = app::Journal::open({folder, true, 10, 0});
  REQUIRE((*journal)->append(std::string(50, 'x')));
  REQUIRE((*journal)->append(std::string(50, 'y')));
  const auto files = files_in(folder);
  REQUIRE(files.size() == 2);
  CHECK(text_of(files[0]) == std::string(50, 'x') + "\n");
}

TEST_CASE("removing old captures leaves files of others alone", "[app][journal]") {
  const test::TemporaryFolder scratch;
  std::ofstream(scratch.path("notes.txt")) << std::string(1000, 'n');
  auto journal = app::Journal::open({scratch.path(), true, 50, 100});
  for (int i = 0; i < 10; ++i) REQUIRE((*journal)->append(std::string(40, 'x')));
  CHECK(fs::exists(scratch.path("notes.txt")));
}

TEST_CASE("captures past their age go, and those that are written to do not", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const auto aged = [&scratch](const char* name, int hours) {
    const fs::path file = scratch.path(name);
    std::ofstream(file) << "secret\n";
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(hours));
    return file;
  };
  const fs::path old = aged("telltale-20200101T000000Z-1-0000.jsonl", 49);
  const fs::path young = aged("telltale-20200102T000000Z-1-0000.jsonl", 47);
  const fs::path foreign = aged("notes.jsonl", 1000);
  app::Journal::Options options{scratch.path(), true, 1000, 0};
  options.age = std::chrono::hours(48);
  auto journal = app::Journal::open(options);
  REQUIRE(journal);
  CHECK_FALSE(fs::exists(old));
  CHECK(fs::exists(young));
  CHECK(fs::exists(foreign));
  const fs::path later = aged("telltale-20200103T000000Z-1-0000.jsonl", 49);
  (*journal)->retire();
  CHECK_FALSE(fs::exists(later));
  REQUIRE((*journal)->append("x"));
  CHECK(files_in(scratch.path()).size() == 3);
}

TEST_CASE("what is removed is overwritten first", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const fs::path old = scratch.path("telltale-20200101T000000Z-1-0000.jsonl");
  std::ofstream(old) << std::string(300'000, 's');
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(49));
  std::ifstream held(old, std::ios::binary);  // sees the file's blocks after its name is gone
  REQUIRE(held);
  app::Journal::Options options{scratch.path(), true, 1000, 0};
  options.age = std::chrono::hours(48);
  REQUIRE(app::Journal::open(options));
  CHECK_FALSE(fs::exists(old));
  std::ostringstream text;
  text << held.rdbuf();
  CHECK(text.str() == std::string(300'000, '\0'));
}

TEST_CASE("a journal writes into no file of others and through no link", "[app][journal]") {
  const test::TemporaryFolder scratch;
  std::ofstream(scratch.path("target")) << "";
  fs::create_symlink(scratch.path("target"), scratch.path("link.jsonl"));
  CHECK_FALSE(app::Journal::open({scratch.path("link.jsonl"), false, 0, 0}));
  fs::create_hard_link(scratch.path("target"), scratch.path("second.jsonl"));
  CHECK_FALSE(app::Journal::open({scratch.path("second.jsonl"), false, 0, 0}));
  CHECK(fs::file_size(scratch.path("target")) == 0);
}

TEST_CASE("a file that was deleted or cut under the journal is written again", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  auto journal = app::Journal::open({file, false, 0, 0});
  REQUIRE((*journal)->append("1"));
  fs::remove(file);
  REQUIRE((*journal)->append("2"));
  CHECK(text_of(file) == "2\n");
  fs::resize_file(file, 0);
  REQUIRE((*journal)->append("3"));
  CHECK(text_of(file) == "3\n");
}

TEST_CASE("a journal that cannot be opened says which file and why", "[app][journal]") {
  const test::TemporaryFolder scratch;
  const auto missing = app::Journal::open({scratch.path("no/such/a.jsonl"), false, 0, 0});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::file_failed);
  CHECK_THAT(missing.error().detail, Catch::Contains("a.jsonl") && Catch::Contains("No such file"));
}

TEST_CASE("a full disk is an error of that line only", "[app][journal]") {
  if (access("/dev/full", W_OK) != 0) {
    WARN("skipped: no /dev/full here");
    return;
  }
  auto journal = app::Journal::open({"/dev/full", false, 0, 0});
  REQUIRE(journal);
  const auto written = (*journal)->append("x");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Errc::file_failed);
  CHECK_THAT(written.error().detail, Catch::Contains("No space left"));
}
