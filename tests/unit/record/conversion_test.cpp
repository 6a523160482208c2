#include "record/conversion.hpp"

#include <random>

#include "core/base64.hpp"
#include "http/coding.hpp"
#include "record/utc.hpp"
#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using record::Format;
using test::toy_digest;

namespace {

/// Captures of every shape, the same on every run.
class Dice {
 public:
  explicit Dice(unsigned seed) : source_(seed) {}
  std::size_t below(std::size_t bound) { return source_() % bound; }
  bool one_in(std::size_t of) { return below(of) == 0; }
  std::string pick(std::initializer_list<const char*> words) { return words.begin()[below(words.size())]; }
  std::string bytes(std::size_t most) {
    std::string out(below(most + 1), '\0');
    for (char& c : out) c = static_cast<char>(one_in(3) ? source_() : 'a' + source_() % 26);
    return out;
  }

 private:
  std::mt19937 source_;
};

record::Fields fields_of(Dice& dice) {
  record::Fields out;
  for (std::size_t i = dice.below(5); i > 0; --i)
    out.emplace_back(dice.pick({"Host", "X-Twice", "x-twice", "User-Agent", "ACCEPT", ":authority"}),
                     dice.pick({"a.test", "", "caf\xC3\xA9", "latin \xE9", "two  blanks", "a.test:8443"}));
  return out;
}

record::CapturedBody body_of(Dice& dice, record::Fields& headers) {
  record::CapturedBody out;
  out.bytes =
      dice.one_in(3) ? dice.bytes(60) : dice.pick({"", "{\"a\":\"b\"}", "Today\xCA\xBCs", "data: 1\n\n", "\xFF"});
  if (dice.one_in(3)) {
    const std::string name = dice.pick({"gzip", "br", "zstd", "gzip, br"});
    headers.emplace_back("Content-Encoding", name);
    out.bytes = http::encode_content(out.bytes, *http::parse_codings(name, Limits{})).value_or("");
    if (name == "gzip" && out.bytes.size() > 9 && dice.one_in(2)) out.bytes[9] = '\x03';  // another writer's system
    out.coding = name;
  }
  return out;
}

record::Capture capture_of(unsigned seed) {
  Dice dice(seed);
  record::Capture out;
  out.id = dice.pick({"01JD0000000000000000000001", "", "x"});
  out.time = dice.pick({"2026-11-21T02:41:07.113Z", "2026-11-21T02:41:07+03:30", "yesterday"});
  out.flow_id = "f";
  out.flow_client = dice.pick({"127.0.0.1:51544", "[::1]:9", "", "odd"});
  out.flow_via = dice.pick({"connect", "import"});
  out.request.method = dice.pick({"POST", "GET", "CONNECT", "BREW"});
  out.request.url = dice.pick({"https://a.test/v1?b=%20c&d", "http://a.test:8443/", "a.test:443", "https://[::1]:1/x",
                               "https://u@a.test/\xE9", "https://a.test?q"});
  out.request.http = dice.pick({"1.1", "1.0", "2", "3", "0.9"});
  out.request.headers = fields_of(dice);
  out.request.body = body_of(dice, out.request.headers);
  if (dice.one_in(4)) out.request.trailers = {{"T", "v"}, {"t", "w"}};
  if (out.request.body.bytes.empty()) out.request.body.truncated = dice.one_in(2);
  if (!dice.one_in(3)) {
    out.response.emplace();
    out.response->status = static_cast<std::uint16_t>(100 + dice.below(500));
    out.response->headers = fields_of(dice);
    out.response->body = body_of(dice, out.response->headers);
    out.response->first_byte_ms = static_cast<std::int64_t>(dice.below(50));
    out.response->total_ms = static_cast<std::int64_t>(dice.below(100));
    out.response->reason = dice.pick({"", "OK", "d\xE9j\xE0"});
    if (dice.one_in(4)) out.response->trailers = {{"grpc-status", "0"}};
  }
  for (std::size_t i = dice.one_in(2) ? dice.below(4) : 0; i > 0; --i)
    out.websocket.push_back(
        {dice.one_in(2), static_cast<std::int64_t>(dice.below(9999)), dice.one_in(2), dice.bytes(9)});
  if (dice.one_in(2)) out.typed = {"hello", "caf\xC3\xA9", "\xFF"};
  if (dice.one_in(2)) out.environment = {{"host", {"box"}}, {"tz_name", {"Asia/Tehran", "Iran"}}};
  if (dice.one_in(2)) out.flags = record::CaptureFlags{dice.one_in(2), true};
  if (dice.one_in(3)) out.error = "upstream-closed";
  if (dice.one_in(2)) {
    out.inspection.emplace();
    out.inspection->coverage.causes = {"signed_body"};
  }
  return out;
}

std::string written(Format format, const record::Capture& capture, unsigned version) {
  if (format == Format::har) return record::to_har_entry(capture, toy_digest, Limits{});
  return record::to_flow(capture, version, toy_digest, Limits{});
}

}  // namespace

TEST_CASE("a capture comes back from a HAR and from flows byte for byte", "[record][conversion]") {
  struct Row {
    const char* name;
    Format format;
    unsigned version;
  };
  const Row rows[] = {{"har", Format::har, 0}, {"flows 21", Format::flows, 21}, {"flows 17", Format::flows, 17}};
  for (const Row& row : rows) {
    for (unsigned seed = 0; seed < 400; ++seed) {
      const record::Capture capture = capture_of(seed);
      const std::string line = record::to_line(capture, toy_digest);
      const std::string piece = written(row.format, capture, row.version);
      INFO(row.name << " " << seed << "\n" << line << "\n" << piece);
      const auto back = record::parse_exchange(row.format, piece, Limits{}, toy_digest);
      REQUIRE(back);
      CHECK(record::to_line(*back, toy_digest) == line);
      const auto masked = record::parse_capture(line, Limits{});
      REQUIRE(masked);
      CHECK(record::lost_in(*masked, row.format, piece, Limits{}).empty());
    }
  }
}

TEST_CASE("what a target cannot hold is told", "[record][conversion]") {
  record::Capture capture = capture_of(1);
  capture.request.method = "GET";
  capture.response.emplace();  // status 0 is how a HAR says that there was none
  const std::string piece = record::to_har_entry(capture, toy_digest, Limits{});
  const auto lost = record::lost_in(capture, Format::har, piece, Limits{});
  CHECK(lost.counts().count("response") == 1);
  CHECK(record::lost_in(capture, Format::har, "{}", Limits{}).counts().count("exchanges that cannot be read back") ==
        1);
}

TEST_CASE("credentials are masked in every format, in messages of a WebSocket too", "[record][conversion]") {
  const std::string secret = "sk-ant-api03-abcdefghijklmnop";
  record::Capture capture = capture_of(3);
  capture.request.method = "GET";
  capture.request.headers = {{"Authorization", "Bearer " + secret}};
  capture.request.body = {"{\"prompt\":\"" + secret + "\"}", "", false};
  capture.websocket = {{true, 1, true, "{\"access_token\":\"" + secret + "\"}"}, {false, 2, false, secret + "\xFF"}};
  for (const std::string& text :
       {record::to_line(capture, toy_digest), written(Format::har, capture, 0), written(Format::flows, capture, 21)}) {
    CHECK(text.find(secret) == std::string::npos);
    CHECK(text.find(base64::encode(secret).substr(0, 30)) == std::string::npos);
    CHECK(text.find("[masked sha256:") != std::string::npos);
  }
}

TEST_CASE("a body that a HAR holds undone is coded again for those who go by its header", "[record][conversion]") {
  const std::string_view entry =
      R"({"startedDateTime":"2026-11-21T02:41:07Z","request":{"method":"GET","url":"https://a.test/","headers":[]},)"
      R"("response":{"status":200,"headers":[{"name":"Content-Encoding","value":"gzip"}],"content":{"text":"hello"}},)"
      R"("serverIPAddress":"10.0.0.1","_priority":"High","cache":{},"timings":{"dns":3,"ssl":-1},"comment":""})";
  record::Unread unread;
  const auto got = record::parse_exchange(Format::har, entry, Limits{}, toy_digest, &unread);
  REQUIRE(got);
  CHECK(got->response->body.coding == "gzip");
  CHECK(http::decode_content(got->response->body.bytes, {http::Coding::gzip}, Limits{}) == "hello");
  const std::map<std::string, std::uint64_t, std::less<>> counts = {
      {"_priority", 1}, {"coded bytes of bodies (coded anew)", 1}, {"serverIPAddress", 1}, {"timings.dns", 1}};
  CHECK(unread.counts() == counts);
}

TEST_CASE("kinds that come from a file are few, short and printable", "[record][conversion]") {
  record::Unread unread;
  unread.add("\x1b[2J");
  unread.add(std::string(1000, 'a'));
  for (int i = 0; i < 1000; ++i) unread.add("k" + std::to_string(i));
  CHECK(unread.counts().size() <= 65);
  CHECK(unread.counts().at("members of other names") > 900);
}

TEST_CASE("times are read with any zone and any fraction, and nothing else is a time", "[record][conversion]") {
  struct Row {
    const char* text;
    std::int64_t ms;
  };
  const Row rows[] = {{"1970-01-01T00:00:01.500Z", 1500},
                      {"1970-01-01T01:00:00+01:00", 0},
                      {"2026-11-21T02:41:07.113456789-03:30", 1'795'228'867'113 + 3 * 3'600'000 + 1'800'000},
                      {"2024-02-29 23:59:60z", 1'709'251'200'000}};
  for (const Row& row : rows) CHECK(record::milliseconds_of(row.text) == row.ms);
  for (const char* text : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-11-21", "2026-11-21T02:41:07+1"})
    CHECK_FALSE(record::milliseconds_of(text));
  CHECK(record::time_text(*record::milliseconds_of("2026-11-21T02:41:07.113Z")) == "2026-11-21T02:41:07.113Z");
}
