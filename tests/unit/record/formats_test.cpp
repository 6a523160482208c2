#include "record/splitter.hpp"
#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using record::Format;

namespace {

std::string net(std::string_view payload, char type) {
  return std::to_string(payload.size()) + ":" + std::string(payload) + type;
}
std::string member(std::string_view key, const std::string& value) {
  return net(key, ';') + value;
}
std::string flow(const std::string& version, std::string_view type = "http") {
  const std::string header =
      net(net(net("Authorization", ',') + net("Bearer sk-ant-api03-abcdefghijkl", ','), ']'), ']');
  const std::string request = net(member("method", net("POST", ',')) + member("scheme", net("https", ',')) +
                                      member("host", net("a.test", ';')) + member("port", net("8443", '#')) +
                                      member("path", net("/v1", ',')) + member("headers", header) +
                                      member("content", net("{}", ',')) + member("timestamp_start", net("1.5", '^')),
                                  '}');
  return net(member("version", version) + member("type", net(type, ';')) + member("request", request), '}');
}

struct Cut {
  std::vector<std::string> texts;
  std::vector<std::string> errors;
};
Cut cut(record::Splitter& splitter, std::string_view bytes) {
  Cut out;
  for (;;) {
    auto piece = splitter.next(bytes);
    if (!piece)
      out.errors.push_back(piece.error().detail);
    else if (*piece)
      out.texts.push_back((*piece)->text);
    if (!piece || *piece || !bytes.empty()) continue;
    const auto done = splitter.finish();
    if (done) return out;
    out.errors.push_back(done.error().detail);
  }
}

}  // namespace

TEST_CASE("a format is told by its first bytes", "[record][formats]") {
  struct Row {
    std::string_view start;
    Format format;
  };
  const Row rows[] = {{"{\"telltale\":1,", Format::jsonl},       {"{\"log\":{", Format::har},
                      {"\xEF\xBB\xBF{ \"log\" :{", Format::har}, {"{\"_by\":1,\"log\":{\"entries\":[", Format::har},
                      {"1706:4:type;", Format::flows},           {"", Format::jsonl}};
  for (const Row& row : rows) CHECK(record::format_of(row.start) == row.format);
  CHECK_FALSE(record::format_of("\x0A\x0D\x0D\x0A"));
  CHECK_FALSE(record::format_of("PK\x03\x04"));
  CHECK(record::begins_packets("\x0A\x0D\x0D\x0A..."));
  for (const std::string_view start :
       {"{\"telltale\":1,", "\xEF\xBB\xBF{\"log\":{", "1706:4:type;4:http;", "999:7:version;"})
    CHECK(record::begins_capture(start));
  for (const std::string_view start : {"", "{\"name\":\"x\"}", "12:34:56 started", "# telltale", "PK\x03\x04"})
    CHECK_FALSE(record::begins_capture(start));
}

TEST_CASE("a HAR is cut at its entries and nowhere else", "[record][formats]") {
  const std::string text =
      R"({"log":{"pages":[{"entries":[{"a":1}]}],"entries":[{"x":"]}\"{"}, {"y":[{"z":1}]}],"entries2":[{"n":1}]}})";
  const auto splitter = record::make_har_splitter(Limits{});
  const Cut got = cut(*splitter, text);
  CHECK(got.texts == std::vector<std::string>{R"({"x":"]}\"{"})", R"({"y":[{"z":1}]})"});
  CHECK(got.errors.empty());
}

TEST_CASE("a HAR that is cut off gives its whole entries, and an entry past the limit is passed over",
          "[record][formats]") {
  const auto cut_off = record::make_har_splitter(Limits{});
  const Cut got = cut(*cut_off, R"({"log":{"entries":[{"a":1},{"b":)");
  CHECK(got.texts == std::vector<std::string>{R"({"a":1})"});
  CHECK(got.errors.size() == 1);
  Limits small;
  small.capture_line_bytes = 10;
  const auto bounded = record::make_har_splitter(small);
  const Cut rest = cut(*bounded, R"({"log":{"entries":[{"a":"0123456789abcdef"},{"b":1}]}})");
  CHECK(rest.texts == std::vector<std::string>{R"({"b":1})"});
  CHECK(rest.errors.size() == 1);
}

TEST_CASE("the flow behind a damaged one is found, and no length is believed", "[record][formats]") {
  const std::string whole = flow(net("21", '#'));
  const auto splitter = record::make_flow_splitter(Limits{});
  std::string damaged = whole;
  damaged.back() = ',';
  const Cut got = cut(*splitter, damaged + whole + whole);
  CHECK(got.texts.size() == 2);
  CHECK(got.errors.size() == 1);
  const auto huge = record::make_flow_splitter(Limits{});
  CHECK(cut(*huge, "999999999999:" + whole + whole).texts.size() == 2);
  const auto ended = record::make_flow_splitter(Limits{});
  CHECK(cut(*ended, whole + whole.substr(0, 40)).errors.size() == 1);
}

TEST_CASE("a flow whose length is wrong takes no other with it", "[record][formats]") {
  const std::string whole = flow(net("21", '#'));
  const std::string payload = whole.substr(whole.find(':'));
  for (const std::string length : {"100", "150", "200", "201", "400", "999", "99999", "123456789"}) {
    if (length + payload == whole) continue;
    const auto splitter = record::make_flow_splitter(Limits{});
    const Cut got = cut(*splitter, whole + length + payload + whole + whole + whole);
    INFO(length);
    CHECK(got.texts == std::vector<std::string>(4, whole));
    CHECK(got.errors.size() == 1);
  }
  // Lengths made up so that each takes all that is behind it: what is looked at again is bounded.
  std::string nested;
  for (int i = 0; i < 20'000; ++i) nested += "99999999:4:type;";
  const auto splitter = record::make_flow_splitter(Limits{});
  CHECK(cut(*splitter, nested).texts.empty());
}

TEST_CASE("behind damage the next entry of a HAR is found", "[record][formats]") {
  const std::string entry =
      R"({"startedDateTime":"x","request":{"a":[1,{"b":"{\"startedDateTime\""}],"c":true},"d":-1.5e3})";
  const auto at = [&](std::string_view what) { return entry.find(what); };
  struct Row {
    const char* name;
    std::string entry;
  };
  const Row rows[] = {
      {"no opening quote", std::string(entry).erase(at("\"x\""), 1)},
      {"no closing quote", std::string(entry).erase(at("x\"") + 1, 1)},
      {"no closing bracket", std::string(entry).erase(entry.size() - 1, 1)},
      {"a bracket too many", std::string(entry).insert(at(",\"c\""), "]")},
      {"a bracket of another kind", std::string(entry).replace(at("],\"c\""), 1, "}")},
      {"cut off", entry.substr(0, at("[1"))},
      {"a comma for a colon", std::string(entry).replace(at(":{\"a"), 1, ",")},
      {"other bytes", std::string(entry).insert(at("true"), "\x01\xFF")},
      {"too deep", std::string(entry).insert(at("1,"), std::string(5000, '['))},
  };
  for (const Row& row : rows) {
    const auto splitter = record::make_har_splitter(Limits{});
    const Cut got =
        cut(*splitter, R"({"log":{"entries":[)" + entry + ",\n" + row.entry + ",\n" + entry + ", " + entry + "]}}");
    INFO(row.name);
    CHECK(got.texts == std::vector<std::string>(3, entry));
    CHECK(got.errors.size() == 1);
  }
}

TEST_CASE("a flow is an exchange in versions 4 to 21 and no other", "[record][formats]") {
  for (int version = 4; version <= 21; ++version) {
    const auto got =
        record::parse_exchange(Format::flows, flow(net(std::to_string(version), '#')), {}, test::toy_digest);
    REQUIRE(got);
    CHECK(got->request.url == "https://a.test:8443/v1");
    CHECK(got->request.body.bytes == "{}");
    CHECK(got->time == "1970-01-01T00:00:01.500Z");
    CHECK(got->request.headers[0].second.find("sk-ant") == std::string::npos);
  }
  for (const std::string& version : {net("3", '#'), net("22", '#'), net(net("0", '#') + net("18", '#'), ']')})
    CHECK_FALSE(record::parse_flow(flow(version), {}));
  const auto tcp = record::parse_flow(flow(net("21", '#'), "tcp"), {});
  REQUIRE(tcp);
  CHECK(tcp->inspection->coverage.causes == std::vector<std::string>{"not_http"});
}

TEST_CASE("HAR entries are read in the spellings of their writers", "[record][formats]") {
  const auto body_of = [](std::string_view post) {
    const std::string entry = R"({"request":{"method":"POST","url":"https://a.test/","httpVersion":"h2","headers":)"
                              R"([[":path","/"],["A","b"],{"name":"x-api-key","value":"k-0123456789"}],)" +
                              std::string(post) + R"("bodySize":3}})";
    const auto got = record::parse_exchange(Format::har, entry, {}, test::toy_digest);
    REQUIRE(got);
    CHECK(got->request.http == "2");
    REQUIRE(got->request.headers.size() == 2);
    CHECK(got->request.headers[1].second.starts_with("[masked "));
    return got->request.body.truncated ? "missing" : got->request.body.bytes;
  };
  CHECK(body_of(R"("postData":{"text":"abc"},)") == "abc");
  CHECK(body_of(R"("postData":{"text":"YWJj","encoding":"base64"},)") == "abc");
  CHECK(body_of(R"("postData":{"text":"YWJj","_encoding":"base64"},)") == "abc");
  CHECK(body_of(
            R"("postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"c"}]},)") ==
        "a%20b=c");
  CHECK(body_of("") == "missing");
}
