#include "app/capture_files.hpp"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct ReadLines {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> numbers;
  std::vector<Error> errors;
};

ReadLines lines_of(const std::string& path, const Limits& limits = {}) {
  ReadLines out;
  auto reader = app::LineReader::open(path, limits);
  REQUIRE(reader);
  for (;;) {
    auto line = (*reader)->next();
    if (!line) {
      out.errors.push_back(line.error());
      continue;
    }
    if (!*line) return out;
    out.texts.push_back((*line)->text);
    out.numbers.push_back((*line)->number);
  }
}

// More than a block of the reader, so that lines cross it.
std::string many_lines(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += "line " + std::to_string(i) + std::string(i % 97, '.') + "\n";
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are read whatever ends them", "[app][captures]") {
  struct Row {
    const char* name;
    std::string text;
    Texts texts;
    std::vector<std::uint64_t> numbers;
  };
  const Row rows[] = {
      {"empty", "", {}, {}},
      {"one", "a\n", {"a"}, {1}},
      {"no end", "a\nb", {"a", "b"}, {1, 2}},
      {"CRLF", "a\r\nb\r\n", {"a", "b"}, {1, 2}},
      {"blank lines", "\n \n\na\n\n", {"a"}, {4}},
      {"byte order mark", "\xEF\xBB\xBF{}\n", {"{}"}, {1}},
  };
  const test::TemporaryFolder folder;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const ReadLines got = lines_of(folder.write("in", row.text));
      CHECK(got.texts == row.texts);
      CHECK(got.numbers == row.numbers);
      CHECK(got.errors.empty());
    }
  }
}

TEST_CASE("the format is told by content, not by name", "[app][captures]") {
  const test::TemporaryFolder folder;
  const std::string text = many_lines(20'000);
  const ReadLines plain = lines_of(folder.write("plain.jsonl.gz", text));
  CHECK(plain.texts.size() == 20'000);
  CHECK(plain.texts.back().starts_with("line 19999"));
  CHECK(lines_of(folder.write("a", gzipped(text))).texts == plain.texts);
  CHECK(lines_of(folder.write("b", zstd_compressed(text))).texts == plain.texts);
  SECTION("members and frames may follow each other") {
    CHECK(lines_of(folder.write("c", gzipped("a\nb") + gzipped("c\n"))).texts == Texts{"a", "bc"});
    CHECK(lines_of(folder.write("d", zstd_compressed("a\nb") + zstd_compressed("c\n"))).texts == Texts{"a", "bc"});
  }
}

TEST_CASE("compressed files that are cut off or damaged give what they have and an error", "[app][captures]") {
  const test::TemporaryFolder folder;
  const std::string text = many_lines(20'000);
  for (const std::string& whole : {gzipped(text), zstd_compressed(text)}) {
    const ReadLines cut = lines_of(folder.write("cut", whole.substr(0, whole.size() - 5)));
    REQUIRE(cut.errors.size() == 1);
    CHECK(cut.errors[0].code == Errc::input_unreadable);
    CHECK(cut.errors[0].detail.find("cut off at byte " + std::to_string(whole.size() - 5)) != std::string::npos);

    std::string damaged = whole;
    for (std::size_t i = 0; i < 40; ++i) damaged[damaged.size() / 2 + i] = static_cast<char>(i * 37);
    const ReadLines bad = lines_of(folder.write("bad", damaged));
    REQUIRE(bad.errors.size() == 1);
    CHECK(bad.errors[0].detail.find(" data is ") != std::string::npos);
  }
}

TEST_CASE("a line past the limit is skipped and the rest read", "[app][captures]") {
  Limits limits;
  limits.capture_line_bytes = 1000;
  const test::TemporaryFolder folder;
  const ReadLines got = lines_of(folder.write("in", "a\n" + std::string(3'000'000, 'x') + "\nb\n"), limits);
  CHECK(got.texts == Texts{"a", "b"});
  CHECK(got.numbers == std::vector<std::uint64_t>{1, 3});
  REQUIRE(got.errors.size() == 1);
  CHECK(got.errors[0].code == Errc::capture_malformed);
}

TEST_CASE("a folder is its captures in name order", "[app][captures]") {
  const test::TemporaryFolder folder;
  for (const char* name : {"b.jsonl", "a.jsonl.zst", "c.jsonl.gz", "notes.txt", "d.json"}) folder.write(name, "");
  const auto got = app::list_captures(folder.path());
  REQUIRE(got);
  CHECK(*got == Texts{folder.path("a.jsonl.zst"), folder.path("b.jsonl"), folder.path("c.jsonl.gz")});
  std::filesystem::create_directories(folder.path("day/x.jsonl"));
  folder.write("day/x.jsonl/d.jsonl", "");
  CHECK(app::list_captures(folder.path())->back() == folder.path("day/x.jsonl/d.jsonl"));
  const std::string pipe = folder.path("day/a.jsonl");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(app::list_captures(folder.path())->size() == 4);  // nobody named it, and reading it would not end
  CHECK(*app::list_captures(pipe) == Texts{pipe});
  CHECK(*app::list_captures("-") == Texts{"-"});
  CHECK(*app::list_captures("missing") == Texts{"missing"});
}

TEST_CASE("what cannot be opened is an unreadable input", "[app][captures]") {
  const test::TemporaryFolder folder;
  const auto missing = app::LineReader::open(folder.path("missing"), Limits{});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::input_unreadable);
  CHECK(missing.error().detail == "No such file or directory");
  const auto empty = app::list_captures(folder.path());
  REQUIRE_FALSE(empty);
  CHECK(empty.error().code == Errc::input_unreadable);
}
