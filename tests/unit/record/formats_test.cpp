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
  while (!bytes.empty()) {
    auto piece = splitter.next(bytes);
    if (!piece)
      out.errors.push_back(piece.error().detail);
    else if (*piece)
      out.texts.push_back((*piece)->text);
  }
  if (auto done = splitter.finish(); !done) out.errors.push_back(done.error().detail);
  return out;
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
  CHECK(got.texts.size() == 1);  // the second is what is looked for the start of: it has no `}` before it
  CHECK(got.errors.size() == 1);
  const auto huge = record::make_flow_splitter(Limits{});
  CHECK(cut(*huge, "999999999999:" + whole + whole).texts.size() == 1);
  const auto ended = record::make_flow_splitter(Limits{});
  CHECK(cut(*ended, whole + whole.substr(0, 40)).errors.size() == 1);
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
