// The reader against a cipher of the test's own: "sealed" is the text backwards, its tag says key, number and head.
// What OpenSSL does with it is in tests/unit/app/sealing_test.cpp.
#include "record/sealed.hpp"

#include "support/catch.hpp"

using namespace telltale;
namespace sealed = record::sealed;

namespace {

std::string tag_of(const std::string& key, std::uint64_t number, std::string_view head, std::string_view text) {
  const std::size_t hash =
      std::hash<std::string>()(key + std::to_string(number) + std::string(head) + std::string(text));
  std::string tag = std::to_string(hash);
  tag.resize(sealed::tag_bytes, '#');
  return tag;
}

std::string backwards(std::string_view text) {
  return {text.rbegin(), text.rend()};
}

class TestOpener : public sealed::Opener {
 public:
  bool begin(const sealed::StreamHead& head, std::string_view proven, std::string_view tag) override {
    key_ = head.stream_salt;
    return head.salt != std::string(sealed::salt_bytes, 'w') && tag == tag_of(key_, 0, proven, "");
  }
  std::optional<std::string> open(std::uint64_t number, std::string_view head, std::string_view text,
                                  std::string_view tag) override {
    if (tag != tag_of(key_, number, head, text)) return std::nullopt;
    return backwards(text);
  }

 private:
  std::string key_;
};

std::string chunk(char stream, sealed::ChunkHead head, std::string_view text) {
  head.length = static_cast<std::uint32_t>(text.size());
  const std::string proven = sealed::text_of(head);
  const std::string body = backwards(text);
  return proven + body + tag_of(std::string(sealed::stream_salt_bytes, stream), head.number, proven, body);
}
std::string record_of(char stream, std::uint64_t number, std::string_view text) {
  return chunk(stream, {true, true, false, 0, number}, text);
}
std::string end_of(char stream, std::uint64_t number) {
  return chunk(stream, {false, false, true, 0, number}, "");
}
std::string head_of(char stream, std::string_view file_before, char salt = 's') {
  sealed::StreamHead head;
  head.salt.assign(sealed::salt_bytes, salt);
  head.stream_salt.assign(sealed::stream_salt_bytes, stream);
  head.before.assign(sealed::tag_bytes, '\0');
  if (!file_before.empty()) head.before = file_before.substr(file_before.size() - sealed::tag_bytes);
  const std::string proven = sealed::text_of(head);
  return proven + tag_of(head.stream_salt, 0, proven, "");
}

struct Got {
  std::string text;
  std::vector<std::string> errors;
};
Got read(std::string_view file, std::size_t step, bool is_written = false) {
  TestOpener opener;
  sealed::Reader reader(opener);
  Got out;
  for (bool at_end = false;; at_end = file.empty()) {
    std::string_view block = file.substr(0, step);
    file.remove_prefix(block.size());
    for (;;) {
      const auto text = reader.next(block, at_end);
      if (!text) out.errors.push_back(text.error().detail);
      if (text) out.text += *text;
      if (text && text->empty() && block.empty()) break;
    }
    if (at_end) break;
  }
  if (const auto done = reader.finish(is_written); !done) out.errors.push_back(done.error().detail);
  return out;
}

}  // namespace

TEST_CASE("heads come back as they were written", "[record][sealed]") {
  const sealed::ChunkHead head{true, false, true, 65'536, 0x0102030405060708};
  const auto back = sealed::chunk_head_in(sealed::text_of(head));
  REQUIRE(back);
  CHECK(back->begins);
  CHECK_FALSE(back->ends);
  CHECK(back->last);
  CHECK(back->length == 65'536);
  CHECK(back->number == 0x0102030405060708);
  CHECK_FALSE(sealed::chunk_head_in(sealed::text_of({false, false, false, 65'537, 1})));
  CHECK_FALSE(sealed::chunk_head_in(sealed::text_of({false, false, false, 1, 0})));
}

TEST_CASE("whatever is done to a sealed file is found, and what is whole is read", "[record][sealed]") {
  const std::string head = head_of('A', "");
  const std::string one = record_of('A', 1, "one\n"), two = record_of('A', 2, "two\n"),
                    three = record_of('A', 3, "three\n");
  const std::string end = end_of('A', 4);
  const std::string whole = head + one + two + three + end;
  const auto flipped = [](std::string text, std::size_t at) {
    text[at] = static_cast<char>(text[at] ^ 1);
    return text;
  };
  const std::string half = chunk('A', {true, false, false, 0, 1}, "long "),
                    rest = chunk('A', {false, true, false, 0, 2}, "er\n");
  const std::string second = head_of('B', whole) + record_of('B', 1, "later\n") + end_of('B', 2);
  const std::string crashed = head + one + two;
  const std::string after_crash = head_of('B', crashed) + record_of('B', 1, "later\n") + end_of('B', 2);
  const std::string torn = head + one + two.substr(0, 25);
  struct Row {
    const char* name;
    std::string file;
    const char* text;
    std::vector<const char*> errors;
  };
  const Row rows[] = {
      {"whole", whole, "one\ntwo\nthree\n", {}},
      {"a record of two chunks", head + half + rest + end_of('A', 3), "long er\n", {}},
      {"appended later", whole + second, "one\ntwo\nthree\nlater\n", {}},
      {"appended after a crash", crashed + after_crash, "one\ntwo\nlater\n", {}},
      {"appended behind a torn record",
       torn + head_of('B', torn) + record_of('B', 1, "later\n") + end_of('B', 2),
       "one\nlater\n",
       {"damaged at byte 132"}},
      {"another key", head_of('A', "", 'w') + one, "", {"does not open it"}},
      {"no head at all", std::string(200, 'x'), "", {"no encrypted capture begins"}},
      {"end cut off", head + one + two + three, "one\ntwo\nthree\n", {"stops without its end"}},
      {"last record and end cut off", head + one + two, "one\ntwo\n", {"stops without its end"}},
      {"cut in a record", whole.substr(0, head.size() + one.size() + 20), "one\n", {"cut off at byte 132"}},
      {"a bit of a text", head + flipped(one, 17) + two + three + end, "two\nthree\n", {"damaged at byte 96"}},
      {"a bit of a length", head + flipped(one, 7) + two + three + end, "two\nthree\n", {"damaged at byte 96"}},
      {"a bit of a flag", head + flipped(one, 4) + two + three + end, "two\nthree\n", {"damaged at byte 96"}},
      {"a bit of a number", head + flipped(one, 15) + two + three + end, "two\nthree\n", {"damaged at byte 96"}},
      {"a bit of a mark", head + one + flipped(two, 0) + three + end, "one\nthree\n", {"damaged at byte 132"}},
      {"a bit of the head", flipped(head, 40) + one + end, "", {"does not open it"}},
      {"left out", head + one + three + end, "one\nthree\n", {"missing at byte 132"}},
      {"doubled", head + one + one + two + three + end, "one\ntwo\nthree\n", {"another place"}},
      {"swapped", head + two + one + three + end, "two\nthree\n", {"missing at byte 96", "another place"}},
      {"of another stream",
       head + one + record_of('B', 2, "false\n") + three + end,
       "one\nthree\n",
       {"damaged at byte 132"}},
      {"behind the end", whole + record_of('A', 5, "more\n"), "one\ntwo\nthree\n", {"damaged at byte"}},
      {"another file behind it",
       whole + head_of('C', "") + record_of('C', 1, "odd\n") + end_of('C', 2),
       "one\ntwo\nthree\nodd\n",
       {"put in between"}},
      {"the first stream cut out", second, "later\n", {"the beginning is missing"}},
      {"a stream shortened before another",
       crashed.substr(0, crashed.size() - two.size()) + after_crash,
       "one\nlater\n",
       {"put in between"}},
      {"a record's beginning lost",
       head + flipped(half, 20) + rest + record_of('A', 3, "x\n") + end,
       "x\n",
       {"damaged at byte 96"}},
      {"nothing but noise behind", head + one + std::string(100'000, 'x'), "one\n", {"damaged at byte 132"}},
  };
  for (const Row& row : rows) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1'000'000}}) {
      if (step == 1 && row.file.size() > 10'000) continue;
      CAPTURE(row.name, step);
      const Got got = read(row.file, step);
      CHECK(got.text == row.text);
      REQUIRE(got.errors.size() == row.errors.size());
      for (std::size_t i = 0; i < got.errors.size(); ++i) {
        CAPTURE(got.errors[i], row.errors[i]);
        CHECK(got.errors[i].find(row.errors[i]) != std::string::npos);
      }
    }
  }
  CHECK(read(head + one, 7, true).errors.empty());  // somebody writes on
}

TEST_CASE("marks without end cost no more than a bound", "[record][sealed]") {
  std::string file = head_of('A', "");
  sealed::ChunkHead head{true, true, false, sealed::chunk_bytes, 1};
  for (int i = 0; i < 20'000; ++i) file += sealed::text_of(head);
  const Got got = read(file + std::string(sealed::chunk_bytes, 'x'), 1'000'000);
  REQUIRE(got.errors.size() == 2);
  CHECK(got.errors[1].find("nothing more can be opened") != std::string::npos);
}
