#include <fmt/format.h>
#include <ctime>

#include "http/coding.hpp"
#include "record/capture.hpp"
#include "record/credentials.hpp"
#include "record/mask.hpp"
#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using test::toy_digest;

namespace {

std::string mask(std::string_view text) {
  return record::mask_of(text, toy_digest);
}

std::string cleaned(std::string_view text) {
  return record::masked(text, record::find_credentials(text), toy_digest);
}

record::Capture capture_with_body(std::string body) {
  record::Capture out;
  out.request.method = "POST";
  out.request.url = "https://api.example.com/v1/messages";
  out.request.headers = {{"Host", "api.example.com"}, {"Content-Type", "application/json"}};
  out.request.body.bytes = std::move(body);
  return out;
}

}  // namespace

TEST_CASE("a mask has its length and form, and tells equal from different", "[record][mask]") {
  CHECK(mask("a").size() == record::mask_length);
  CHECK(mask("a").starts_with("[masked sha256:"));
  CHECK(mask("a") == mask("a"));
  CHECK(mask("a") != mask("b"));
}

TEST_CASE("credentials in text are found by name and by shape", "[record][mask]") {
  struct Row {
    const char* name;
    std::string before, secret, after;
  };
  const Row rows[] = {
      {"anthropic key", "key sk-", "", ""},  // too short to be one
      {"anthropic key in prose", "use ", "sk-ant-api03-AbCdEf0123456789", " please"},
      {"openai key", "\"", "sk-proj-abcdefghijkl0123456789", "\""},
      {"behind an escaped line end", "a\\n", "sk-proj-abcdefghijkl0123456789", "\\n"},
      {"google key", "x=", "AIzaSyA0123456789abcdefghijklmnopqrstuv", "&y"},
      {"github token", "", "ghp_0123456789abcdefghijABCDEFGHIJ012345", ""},
      {"github fine-grained", "", "github_pat_11ABCDEFG0123456789_abc", "."},
      {"slack", "(", "xoxb-123456789012-abc", ")"},
      {"jwt", "t: ", "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2Q", " "},
      {"bearer", "Authorization: Bearer ", "abcdef0123456789abcdef", "\\n"},
      {"url password", "http://user:", "pa55word", "@proxy.example:3128/"},
      {"member", R"({"access_token": ")", "opaque", R"("})"},
      {"member, other spelling", R"({"accessToken":")", "opaque", R"(","n":1})"},
      {"member, blank before the colon", R"({"api_key" : ")", "opaque", R"("})"},
      {"member of a vendor", R"({"OPENAI_API_KEY":")", "opaque", R"("})"},
      {"member that ends like one", R"({"stripeSecret":")", "opaque", R"("})"},
      {"doubtful member, secret value", R"({"token":")", "a1b2c3d4e5f6a7b8", R"("})"},
      {"aws key id", "id ", "AKIAIOSFODNN7EXAMPLE", ","},
      {"stripe test key", "", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", ""},
      {"member, dashes", R"({"x-api-key":")", "opaque", R"("})"},
      {"member with an escaped quote", R"({"client_secret":")", R"(a\"b)", R"("})"},
      {"member of JSON in JSON", R"({"text":"{\"refresh_token\":\")", "opaque", R"(\"}"})"},
      {"member of JSON in JSON in JSON", R"("{\\\"id_token\\\": \\\")", "opaque", R"(\\\"}")"},
      {"member cut off", R"({"api_key":")", "opa", ""},
      {"private key", "-----BEGIN EC PRIVATE KEY-----", "\\nMHcCAQEE\\n", "-----END EC PRIVATE KEY-----"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const std::string want = row.before + (row.secret.empty() ? "" : mask(row.secret)) + row.after;
      CHECK(cleaned(row.before + row.secret + row.after) == want);
      CHECK(cleaned(want) == want);
    }
  }
}

TEST_CASE("what is no credential stays", "[record][mask]") {
  const std::string rows[] = {
      R"({"api_key":{"type":"string","description":"the key"}})",
      R"({"token":" hello","logprob":-0.1})",
      R"({"access_token":""})",
      R"({"max_tokens":"1024 tokens of output 16","page_token":"short1"})",
      R"({"prompt_cache_key":"0123456789abcdef","session_id":"0123456789abcdef"})",
      "a task-oriented-approach-to-everything2",
      "risk-free-investment-strategies-2026-edition",
      "sk-learn-is-a-library-of-python",
      "the bearer authentication scheme, Bearer authentication1",
      "see https://example.com/a:b@c and mailto://x",
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
      "eyJhbGciOiJIUzI1 is half a token",
      "\"password\": null, \"password\": 5",
      "\":",
      "\"",
      "",
      "sk-",
      "://",
      "BEG",
  };
  for (const std::string& row : rows) {
    DYNAMIC_SECTION(row) {
      CHECK(cleaned(row) == row);
    }
  }
}

TEST_CASE("credentials are masked wherever the exchange holds them", "[record][mask]") {
  record::Capture capture = capture_with_body("plain");
  struct Row {
    const char* name;
    const char* value;
    std::string want;
  };
  const Row rows[] = {
      {"Authorization", "Bearer abc", mask("Bearer abc")},
      {"PROXY-AUTHORIZATION", "Basic eDp5", mask("Basic eDp5")},
      {"x-api-key", "k", mask("k")},
      {"Api-Key", "k", mask("k")},
      {"x-goog-api-key", "k", mask("k")},
      {"Cookie", "a=b; c=d", mask("a=b; c=d")},
      {"X-Amz-Security-Token", "t", mask("t")},
      {"grazie-authenticate-jwt", "j", mask("j")},
      {"x-xai-token-auth", "t", mask("t")},
      {"X-Vendor-Access-Token", "t", mask("t")},
      {"anthropic-ratelimit-input-tokens", "5", "5"},
      {"X-Custom", "with sk-ant-api03-AbCdEf0123456789 in it",
       "with " + mask("sk-ant-api03-AbCdEf0123456789") + " in it"},
      {"Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-proj-abcdefghijkl0123456789",
       mask("realtime, openai-insecure-api-key.sk-proj-abcdefghijkl0123456789")},
      {"User-Agent", "claude-cli/2.1.196", "claude-cli/2.1.196"},
  };
  capture.request.headers.clear();
  for (const Row& row : rows) capture.request.headers.emplace_back(row.name, row.value);
  record::mask_credentials(capture, toy_digest);
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    DYNAMIC_SECTION(rows[i].name) {
      CHECK(capture.request.headers[i].second == rows[i].want);
    }
  }
}

TEST_CASE("an AWS signature keeps what the verdict depends on", "[record][mask]") {
  record::Capture capture = capture_with_body("");
  capture.request.headers = {{"Authorization",
                              "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/bedrock/aws4_request, "
                              "SignedHeaders=host;x-amz-date, Signature=0123abcd"}};
  record::mask_credentials(capture, toy_digest);
  CHECK(capture.request.headers[0].second ==
        fmt::format("AWS4-HMAC-SHA256 Credential={}, SignedHeaders=host;x-amz-date, Signature={}",
                    mask("AKID/20261121/us-east-1/bedrock/aws4_request"), mask("0123abcd")));
}

TEST_CASE("the URL is masked by parameter name", "[record][mask]") {
  struct Row {
    std::string url, want;
  };
  const Row rows[] = {
      {"https://g.example/v1?key=AIzaSyA0123456789abcdefghij&alt=sse",
       "https://g.example/v1?key=" + mask("AIzaSyA0123456789abcdefghij") + "&alt=sse"},
      {"https://g.example/v1?beta=true&access_token=x#f",
       "https://g.example/v1?beta=true&access_token=" + mask("x") + "#f"},
      {"https://g.example/v1?X-Amz-Signature=x", "https://g.example/v1?X-Amz-Signature=" + mask("x")},
      {"https://g.example/v1?api%5Fkey=x", "https://g.example/v1?api%5Fkey=" + mask("x")},
      {"https://g.example/v1?beta=true", "https://g.example/v1?beta=true"},
      {"https://g.example/bot/ghp_0123456789abcdefghij/x",
       "https://g.example/bot/" + mask("ghp_0123456789abcdefghij") + "/x"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.url) {
      record::Capture capture = capture_with_body("");
      capture.request.url = row.url;
      record::mask_credentials(capture, toy_digest);
      CHECK(capture.request.url == row.want);
      record::mask_credentials(capture, toy_digest);
      CHECK(capture.request.url == row.want);
    }
  }
}

TEST_CASE("form, multipart, coded and answered bodies are masked", "[record][mask]") {
  SECTION("form") {
    record::Capture capture = capture_with_body("grant_type=refresh_token&refresh_token=r&code=c");
    capture.request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes == "grant_type=refresh_token&refresh_token=" + mask("r") + "&code=" + mask("c"));
  }
  SECTION("multipart") {
    const std::string start = "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n";
    record::Capture capture = capture_with_body(start + "secret\r\n--b--\r\n");
    capture.request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes == start + mask("secret") + "\r\n--b--\r\n");
  }
  SECTION("multipart without quotes, beside a token in another part") {
    const std::string start = "--b\r\ncontent-disposition: form-data; name=password\r\n\r\n";
    const std::string more = "\r\n--b\r\ncontent-disposition: form-data; name=a; filename=password\r\n\r\n";
    record::Capture capture = capture_with_body(start + "secret" + more + "ghp_0123456789abcdefghij\r\n--b--\r\n");
    capture.request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes ==
          start + mask("secret") + more + mask("ghp_0123456789abcdefghij") + "\r\n--b--\r\n");
  }
  SECTION("a coding that nobody knows") {
    record::Capture capture = capture_with_body(R"({"api_key":"opaque"})");
    capture.request.body.coding = "x-plain";
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes == R"({"api_key":")" + mask("opaque") + R"("})");
  }
  SECTION("gzip that is cut off is not kept") {
    record::Capture capture = capture_with_body("");
    std::string coded = *http::encode_content(R"({"api_key":"opaque"})", {http::Coding::gzip});
    coded.resize(coded.size() - 4);
    capture.request.body = {coded, "gzip", false};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes.empty());
    CHECK(capture.request.body.truncated);
  }
  SECTION("gzip") {
    record::Capture capture = capture_with_body("");
    capture.request.body.bytes = *http::encode_content(R"({"api_key":"opaque"})", {http::Coding::gzip});
    capture.request.body.coding = "gzip";
    record::mask_credentials(capture, toy_digest);
    const auto opened = http::decode_content(capture.request.body.bytes, {http::Coding::gzip}, Limits{});
    REQUIRE(opened);
    CHECK(*opened == R"({"api_key":")" + mask("opaque") + R"("})");
  }
  SECTION("gzip without a credential keeps its bytes") {
    record::Capture capture = capture_with_body("");
    const std::string coded = *http::encode_content(R"({"a":"b"})", {http::Coding::gzip});
    capture.request.body = {coded, "gzip", false};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.request.body.bytes == coded);
  }
  SECTION("response, typed text, environment") {
    record::Capture capture = capture_with_body("");
    capture.response.emplace();
    capture.response->headers = {{"Set-Cookie", "a=b"}};
    capture.response->body.bytes = R"({"access_token":"opaque"})";
    capture.typed = {"my key is ghp_0123456789abcdefghij"};
    capture.environment["proxy"] = {"http://me:secret@proxy.example:3128"};
    capture.environment["device"] = {"0123456789abcdef", mask("other")};
    record::mask_credentials(capture, toy_digest);
    CHECK(capture.response->headers[0].second == mask("a=b"));
    CHECK(capture.response->body.bytes == R"({"access_token":")" + mask("opaque") + R"("})");
    CHECK(capture.typed[0] == "my key is " + mask("ghp_0123456789abcdefghij"));
    CHECK(capture.environment["device"] == std::vector<std::string>{mask("0123456789abcdef"), mask("other")});
    CHECK(capture.environment["proxy"][0] == "http://me:" + mask("secret") + "@proxy.example:3128");
  }
}

TEST_CASE("spans behind a mask move with it", "[record][mask]") {
  // The finding is the last X; one credential stands in another string before it, one in its own.
  const std::string body = R"({"k":"ghp_0123456789abcdefghij","t":"\u02bc ghp_0123456789abcdefghijKLMN X"})";
  record::Capture capture = capture_with_body(body);
  capture.inspection.emplace();
  inspect::Verdict& verdict = *capture.inspection;
  verdict.coverage.bytes_total = body.size();
  verdict.coverage.bytes_inspected = body.size();
  inspect::Finding finding;
  finding.where = "body:/t";
  finding.span = ByteRange{31, 32};
  finding.raw_span = ByteRange{body.find('X'), body.find('X') + 1};
  verdict.findings.push_back(finding);
  finding.where = "header:x-after";
  finding.span = ByteRange{0, 1};
  const std::string head =
      "POST /v1/messages HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer abc\r\nx-after: Y";
  finding.raw_span = ByteRange{head.size() - 1, head.size()};
  verdict.findings.push_back(finding);
  capture.request.headers = {{"Host", "api.example.com"}, {"Authorization", "Bearer abc"}, {"x-after", "Y"}};

  record::mask_credentials(capture, toy_digest);
  const std::string& got = capture.request.body.bytes;
  CHECK(verdict.findings[0].raw_span == ByteRange{got.find('X'), got.find('X') + 1});
  CHECK(verdict.findings[0].span == ByteRange{27, 28});
  CHECK(verdict.coverage.bytes_total == got.size());
  CHECK(verdict.coverage.bytes_inspected == got.size());
  const auto rebuilt = record::head_of(capture.request, Limits{});
  REQUIRE(rebuilt);
  CHECK(rebuilt->slice(*verdict.findings[1].raw_span) == "Y");
}

TEST_CASE("a credential is masked wherever it stands in its exchange", "[record][mask]") {
  struct Row {
    const char* name;
    const char* field;
    std::string value, repeated;
  };
  const Row rows[] = {
      {"a whole value", "x-api-key", "opaque-key", "opaque-key"},
      {"the token of Bearer", "Authorization", "Bearer opaque-key", "opaque-key"},
      {"the password of Basic", "Proxy-Authorization", "Basic dXNlcjpodW50ZXIyaHVudGVy", "hunter2hunter"},
      {"a cookie", "Cookie", "a=b; session=0123456789abcdef", "0123456789abcdef"},
      {"a subprotocol", "Sec-WebSocket-Protocol", "realtime, key.0123456789abcdef", "0123456789abcdef"},
      {"the cookie that is set", "set-cookie", "sid=0123456789abcdef; Path=/", "0123456789abcdef"},
      {"what a parameter stands for", "url", "https://h.example/?key=a%2Fb%2Fc%2Fd%2F", "a/b/c/d/"},
      {"a parameter of the page before", "Referer", "https://h.example/?key=0123456789", "0123456789"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      record::Capture capture = capture_with_body("{\"text\":\"say " + row.repeated + " again\"}");
      capture.response.emplace();
      capture.response->headers = {{"Location", "/again/" + row.repeated}};
      capture.response->body.bytes = "wrong key: " + row.repeated;
      capture.typed = {row.repeated};
      capture.inspection.emplace();
      capture.inspection->findings.emplace_back();
      capture.inspection->findings[0].excerpt = "say " + row.repeated.substr(0, row.repeated.size() - 1);
      capture.inspection->findings[0].carries = {{"value", row.repeated}};
      if (std::string_view(row.field) == "url")
        capture.request.url = row.value;
      else if (std::string_view(row.field) == "set-cookie")
        capture.response->headers.emplace_back(row.field, row.value);
      else
        capture.request.headers.emplace_back(row.field, row.value);
      const std::string line = record::to_line(capture, toy_digest);
      CHECK_THAT(line, !Catch::Contains(row.repeated));
      CHECK_THAT(line, !Catch::Contains(row.value));
      CHECK(record::to_line(*record::parse_capture(line, Limits{}), toy_digest) == line);
    }
  }
}

TEST_CASE("short and ordinary values are not looked for elsewhere", "[record][mask]") {
  record::Capture capture = capture_with_body("{\"text\":\"en_US.UTF-8 in dark-mode, key k\"}");
  capture.request.headers = {{"Cookie", "locale=en_US.UTF-8; theme=dark-mode"}, {"x-api-key", "k"}};
  record::mask_credentials(capture, toy_digest);
  CHECK(capture.request.body.bytes == "{\"text\":\"en_US.UTF-8 in dark-mode, key k\"}");
}

TEST_CASE("what is shown of a verdict holds no credential and no piece of one", "[record][mask]") {
  const record::Fields headers = {{"x-api-key", "opaque-key-0123456789"}};
  inspect::Verdict verdict;
  verdict.findings.emplace_back();
  inspect::Finding& finding = verdict.findings[0];
  finding.where = "body:/opaque-key-0123456789/text";
  finding.span = ByteRange{3, 4};
  finding.excerpt = "...key-0123456 and so on";
  finding.message = "the host is opaque";
  finding.edit = "hunter2hunter2";
  finding.carries = {{"value", "opaque-key-0123456789"}};
  const inspect::Verdict shown = record::masked_verdict(
      verdict, {"https://h.example/", &headers, R"({"password":"hunter2hunter2"})", ""}, toy_digest);
  const std::string masked_key = mask("opaque-key-0123456789");
  CHECK(shown.findings[0].where == "body:/" + masked_key + "/text");
  CHECK(shown.findings[0].excerpt == "..." + masked_key + " and so on");
  CHECK(shown.findings[0].message == "the host is opaque");
  CHECK(shown.findings[0].edit == mask("hunter2hunter2"));
  CHECK(shown.findings[0].carries[0].second == masked_key);
  CHECK(shown.findings[0].span == ByteRange{3, 4});
  CHECK(record::masked_url("https://h.example/?key=x", toy_digest) == "https://h.example/?key=" + mask("x"));
}

TEST_CASE("a signature header without its commas is masked once, from its credential on", "[record][mask]") {
  const std::string_view value = "AWS4-HMAC-SHA256 Credential=AKID/2026/bedrock Signature=0123abcd";
  const auto found = record::find_in_credential_field(value);
  REQUIRE(found.size() == 1);
  CHECK(found[0] == ByteRange{28, value.size()});
}

TEST_CASE("a text made of the beginnings of tokens is searched in one pass", "[record][mask]") {
  const auto processor_seconds = [](std::string_view beginning, std::size_t size) {
    std::string text;
    while (text.size() < size) text += beginning;
    const std::clock_t start = std::clock();
    CHECK(record::find_credentials(text).empty());
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  for (const char* beginning : {"sk-", ".sk-", ".xai-", "\\nsk-", "eyJ", ".eyJ", "Bearer ", "://", "BEGIN "}) {
    INFO(beginning);
    // Four times the text is sixteen times the work where every beginning is followed to the end.
    const double small = processor_seconds(beginning, 100'000);
    CHECK(processor_seconds(beginning, 400'000) < 10 * small + 0.1);
  }
}
