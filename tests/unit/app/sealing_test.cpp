#include "app/sealing.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/capture_files.hpp"
#include "app/journal.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
namespace fs = std::filesystem;

namespace {

app::StoreKey& key() {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.write("key", "correct horse\n");
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  if (app::store_key() == nullptr) REQUIRE(app::take_store_key(file));
  return *app::store_key();
}

app::Journal::Options sealed_in(const std::string& path, bool folder = false) {
  app::Journal::Options options;
  options.path = path;
  options.folder = folder;
  options.rotate_bytes = 100'000;
  options.key = &key();
  return options;
}

std::string bytes_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

struct Got {
  std::vector<std::string> lines, errors;
};
Got read(const std::string& path) {
  Got out;
  auto reader = app::LineReader::open(path, {});
  if (!reader) {
    out.errors.push_back(reader.error().detail);
    return out;
  }
  for (;;) {
    auto line = (*reader)->next();
    if (!line) out.errors.push_back(line.error().detail);
    if (line && !*line) return out;
    if (line) out.lines.push_back((*line)->text);
  }
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a sealed journal is read back with the key, and shows nothing without", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  const std::string large(200'000, 'L');  // in four chunks
  {
    auto journal = app::Journal::open(sealed_in(file));
    REQUIRE(journal);
    REQUIRE((*journal)->append("first prompt"));
    REQUIRE((*journal)->append(large));
    CHECK(read(file).lines == Texts{"first prompt", large});
    CHECK(read(file).errors.empty());  // it is being written
  }
  CHECK(read(file).lines == Texts{"first prompt", large});
  CHECK(read(file).errors.empty());
  const std::string bytes = bytes_of(file);
  CHECK(bytes.starts_with("TELLTALE-SEALED1"));
  CHECK(bytes.find("prompt") == std::string::npos);
  CHECK(bytes.find("LLLL") == std::string::npos);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
}

TEST_CASE("the same record is never sealed into the same bytes", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  for (const char* const name : {"a", "b"})
    REQUIRE((*app::Journal::open(sealed_in(scratch.path(name))))->append("same"));
  const std::string a = bytes_of(scratch.path("a")).substr(96), b = bytes_of(scratch.path("b")).substr(96);
  CHECK(a.size() == b.size());
  CHECK(a.substr(16, 5) != b.substr(16, 5));
}

TEST_CASE("what a crash leaves is gone on from, and a torn record loses only itself", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  for (const char* const text : {"one", "two"}) REQUIRE((*app::Journal::open(sealed_in(file)))->append(text));
  CHECK(read(file).lines == Texts{"one", "two"});
  const auto size = fs::file_size(file);
  const std::size_t end = 32;  // the last chunk alone says that the stream is closed
  fs::resize_file(file, size - end);
  CHECK(read(file).lines == Texts{"one", "two"});
  CHECK(read(file).errors.size() == 1);
  REQUIRE((*app::Journal::open(sealed_in(file)))->append("three"));
  CHECK(read(file).lines == Texts{"one", "two", "three"});
  CHECK(read(file).errors.empty());
  fs::resize_file(file, fs::file_size(file) - end - 3);
  REQUIRE((*app::Journal::open(sealed_in(file)))->append("four"));
  CHECK(read(file).lines == Texts{"one", "two", "four"});
  CHECK(read(file).errors.size() == 1);
  fs::resize_file(file, 50);  // not even a head
  REQUIRE((*app::Journal::open(sealed_in(file)))->append("five"));
  CHECK(read(file).lines == Texts{"five"});
}

TEST_CASE("a sealed file that is cut to nothing under the journal begins anew", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("a.jsonl");
  auto journal = app::Journal::open(sealed_in(file));
  REQUIRE(journal);
  REQUIRE((*journal)->append("one"));
  fs::copy_file(file, scratch.path("copy"));
  fs::resize_file(file, 0);
  REQUIRE((*journal)->append("two"));
  REQUIRE((*journal)->reopen());
  REQUIRE((*journal)->append("three"));
  CHECK(read(file).lines == Texts{"two", "three"});
  CHECK(read(file).errors.empty());
  CHECK(read(scratch.path("copy")).lines == Texts{"one"});
}

TEST_CASE("sealed and plain, two keys, and two writers do not go into one file", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  const auto error_of = [](const app::Journal::Options& options) {
    const auto opened = app::Journal::open(options);
    return opened ? std::string() : opened.error().detail;
  };
  const std::string plain = scratch.write("plain", "{}\n"), file = scratch.path("sealed");
  REQUIRE(::chmod(plain.c_str(), 0600) == 0);
  CHECK(error_of(sealed_in(plain)).find("not encrypted") != std::string::npos);
  {
    auto journal = app::Journal::open(sealed_in(file));
    REQUIRE((*journal)->append("one"));
    CHECK(error_of(sealed_in(file)).find("another process writes to") != std::string::npos);
  }
  app::Journal::Options without;
  without.path = file;
  CHECK(error_of(without).find("give --store-key") != std::string::npos);
  app::StoreKey other(Secret("battery staple"));
  auto with_other = sealed_in(file);
  with_other.key = &other;
  CHECK(error_of(with_other).find("another key") != std::string::npos);
  with_other.path = scratch.path("other");
  REQUIRE((*app::Journal::open(with_other))->append("x"));
  CHECK(read(with_other.path).lines.empty());
  REQUIRE(read(with_other.path).errors.size() == 1);
  CHECK(read(with_other.path).errors[0].find("does not open it") != std::string::npos);
  CHECK(error_of(sealed_in("/dev/null")).find("only a file") != std::string::npos);
}

TEST_CASE("a folder of sealed files rotates, is kept under its bound, and has one salt", "[app][sealing]") {
  const test::TemporaryFolder scratch;
  auto options = sealed_in(scratch.path("store"), true);
  options.total_bytes = 250'000;
  auto journal = app::Journal::open(options);
  REQUIRE(journal);
  for (int i = 0; i < 8; ++i) REQUIRE((*journal)->append(std::string(60'000, static_cast<char>('a' + i))));
  journal->reset();
  const auto files = app::list_captures(scratch.path("store"));
  REQUIRE(files);
  CHECK(files->size() > 1);
  CHECK(files->size() < 8);
  for (const std::string& file : *files) {
    CHECK(file.ends_with(".jsonl.sealed"));
    CHECK(read(file).errors.empty());
    CHECK(bytes_of(file).substr(16, 16) == bytes_of(files->front()).substr(16, 16));
  }
}
