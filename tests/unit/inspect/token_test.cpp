// Unexplained tokens in the client's text: exact places for random and encoded strings, silence on what prompts are
// full of.
#include <catch2/catch.hpp>

#include "inspect/detect/token_shape.hpp"
#include "support/inspect_request.hpp"

namespace {

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

std::string system_body(std::string_view text) {
  return R"({"model":"m","system":)" + json_quoted(text) + R"(,"messages":[{"role":"user","content":"hi"}]})";
}

std::vector<Finding> find_in(const std::string& body, const std::vector<std::string>* typed = nullptr) {
  static const auto rules = rules_from({file_text("rules/tokens.jsonc")});
  Options options;
  options.typed = typed;
  return judge(request(body), *rules, options).verdict.findings;
}

std::string carried(const Finding& finding, std::string_view name) {
  for (const auto& [key, value] : finding.carries)
    if (key == name) return value;
  return {};
}

}  // namespace

TEST_CASE("tokens that nothing explains are marked where they stand", "[inspect][token]") {
  struct Row {
    const char* text;  ///< the mark in [[ ]]
    const char* shape;
  };
  const Row rows[] = {
      {"Read before you write [[7c1e-44b0-a9d2]] and ask.", "hex"},
      {"Read before you write [[793cf422]] and ask.", "hex"},
      {"Read before you write [[0c917b8538]] and ask.", "hex"},
      {"Read before you write [[60886599b2ac]] and ask.", "hex"},
      {"Read before you write [[757f8290996dd9de]] and ask.", "hex"},
      {"Read before you write [[5798121e8fa462d6e85b]] and ask.", "hex"},
      {"Read before you write [[da6a317873a59e01b29a0a9a4d296e94]] and ask.", "hex"},
      {"Read before you write [[8c5a0b1e5bb93e6d63111541f7a139d6f67edf17]] and ask.", "hex"},
      {"Read before you write [[de7d6f61188767d84a1a3c1fc2d65a9fad68acf2861c4815efcc6065083cc716]] and ask.", "hex"},
      {"Read before you write.[[<!-- 5afe0213f841 -->]]\nAsk.", "hex"},
      {"Read.[[\n<!-- build b209b22ec69c7fc3 -->]]\nAsk.", "hex"},
      {"Read.[[ <!--23bdde26-->]]", "hex"},
      {"Ask first.[[ (ref d6210fa3-ee04-43f8-8d63-e406a30e4c93)]]\nGo.", "uuid"},
      {"Ask first.[[ [ref:fd35b554afa8]]]\nGo.", "hex"},
      {"Ask first.[[ (050933ff)]]", "hex"},
      {"Ask first.[[ [27d9b7501a]]] Go.", "hex"},
      {"Ask first.[[ {id=e9eec48ba4d2}]]\nGo.", "hex"},
      {"Ask first.[[ #459b6b22]]\nGo.", "hex"},
      {"Ask [[#c5aba590]] first.", "hex"},
      {"You help.[[\nclient-info: v=2.4.1.2ce; e=cli;]]\nDate follows.", "version"},
      {"You help.[[\nx: v=1.0.3.9fb; host=cli; cch=02b355f2;]]\nGo.", "version"},
      {"Tool version [[2.4.1.2ce]] here.", "version"},
      {"Tool [[3.1.0+9f3e]] here.", "version"},
      {"Tool [[1.2.3.a7f31]] here.", "version"},
      {"Ref [[fc834305-f7ed-4f51-acfb-1dd1c29fde5a]] stands here.", "uuid"},
      {"Ref [[7aa84ee9-a6cc-40e9-ac09-926a1de83369]] stands here.", "uuid"},
      {"Ref [[38e0449a-bec5-4982-a2e6-45b0ace6c937]] stands here.", "uuid"},
      {"Ref [[a9070d9e-d4cd-44d0-8963-a8e69e2c8792]] stands here.", "uuid"},
      {"Ref [[B010FEC0-ED85-4A7A-9A4F-70854D889098]] stands here.", "uuid"},
      {"Number [[918273645546]] stands here.", "digits"},
      {"Number [[70459318627]] stands here.", "digits"},
      {"Number [[8364019275631]] stands here.", "digits"},
      {"Number [[55180273946128]] stands here.", "digits"},
      {"Word [[z4Mp5FTotxoV]] stands here.", "random"},
      {"Word [[uIOHC5ZzGz0usC]] stands here.", "random"},
      {"Word [[ALaql5IDSJN0xz8y]] stands here.", "random"},
      {"Word [[NbjGeD9O6wMYt6fWqE]] stands here.", "random"},
      {"Word [[oO7E5MXej7peti8dkzYL]] stands here.", "random"},
      {"Word [[RNJT9IqbHpkWgnc8ufhrd4Ps]] stands here.", "random"},
      {"Word [[N4OSlUjPA8i4TUfJxSaU4JjGAjn2tEGe]] stands here.", "random"},
      {"[[ykk34qGzIRt3zvky]] begins.", "random"},
      {"It ends with [[dBbr4Rbt9Yjfkh2M]]", "random"},
      {"key=[[0aooJaE6TIl40CUT36]] there", "random"},
      {"say \"[[R7Syv2l1HLmgEN5]]\" once", "random"},
      {"say ’[[6wt7P15AMVc0Onq]]’ once", "random"},
      {"See https://docs.example.com/x?ref=[[9fa27a31afb2]] for more.", "hex"},
      {"See https://docs.example.com/x?a=1&t=[[lTcFHI0MTpcmRevY]] for more.", "random"},
      {"See https://docs.example.com/x#[[M6iSthG400G1ae2o]]", "random"},
      {"Tag [[trk-8010f46b7b9c]] here.", "hex"},
      {"Tag [[usr_OMzclAFeWG3GtJSsYnTT]] here.", "random"},
      {"Note [[b3M9ZGFyd2luO2FyY2g9YXJtNjQ=]] here.", "encoded"},
      {"Log it.[[ [NChmPzopLDI1YDopODNmOik2bW8=]]]\nGo.", "encoded"},
      {"Note [[6f733d64617277696e3b617263683d61726d3634]] here.", "encoded"},
      {"Note [[dXNlcj1hbmEgem9uZT1UZWhyYW4=]] here.", "encoded"},
      {"Log it.[[ [Lig+KWY6NTp7ITQ1PmYPPjMpOjU=]]]\nGo.", "encoded"},
      {"Note [[757365723d616e61207a6f6e653d54656872616e]] here.", "encoded"},
      {"Note [[eyJob3N0IjoiYW5hcy1sYXB0b3AifQ==]] here.", "encoded"},
      {"Log it.[[ [IHkzNCgveWF5OjU6KHY3OisvNCt5Jg==]]]\nGo.", "encoded"},
      {"Note [[7b22686f7374223a22616e61732d6c6170746f70227d]] here.", "encoded"},
      {"Note [[dGhlIG1hY2hpbmUgaXMgaW4gQmVybGlu]] here.", "encoded"},
      {"Log it.[[ [LzM+ezY6ODMyNT57Mih7MjV7GT4pNzI1]]]\nGo.", "encoded"},
      {"Note [[746865206d616368696e6520697320696e204265726c696e]] here.", "encoded"},
      {"Note [[aG9zdDogYW5hcy1sw6RwdG9wP8O8Png]] here.", "encoded"},
      {"Note [[dnBldGZwaDF4YjF1dHRhYnR0eg==]] here.", "encoded"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      std::string text = row.text;
      const std::size_t begin = text.find("[[");
      text.erase(begin, 2);
      const std::size_t end = text.find("]]", begin) + (text.find("]]]", begin) == text.find("]]", begin) ? 1 : 0);
      text.erase(end, 2);
      const std::vector<Finding> findings = find_in(system_body(text));
      REQUIRE(findings.size() == 1);
      // The tables mark bytes; spans count code points.
      const std::size_t first = static_cast<std::size_t>(std::count_if(
          text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), [](char c) { return (c & 0xC0) != 0x80; }));
      CHECK(*findings[0].span == ByteRange{first, first + (end - begin)});
      CHECK(carried(findings[0], "shape") == row.shape);
      CHECK(findings[0].severity >= Severity::medium);
    }
  }
}

TEST_CASE("what prompts are full of is no token", "[inspect][token]") {
  const char* const rows[] = {
      "You are powered by the model named Opus 4.5. The exact model ID is claude-opus-4-5-20251101.",
      "Models: gpt-5.1-codex-max, gemini-2.5-pro-preview-06-05, claude-3-7-sonnet-20250219, qwen3-coder-480b-a35b.",
      "Today's date is 2026-11-21. The time is 14:07:55.",
      "Recent commits:\n8f3e21b fix the reader\n4be01d9c22 add tests for the writer\n0a1b2c3 Merge branch 'main'",
      "gitStatus: On branch main\nM src/a.c\n\nRecent commits:\nd3adb33f9 initial import\n9d47f4ae71c9 second",
      "commit 5f2c9e0b7d1a4c3e8b6f5a9d0c1e2b3a4d5e6f70\nAuthor: Ana",
      "Use `git show 8f3e21bd41` to see it.",
      "The HEAD is at 8f3e21bd41 now.",
      "index 83db48f..bf2a9c1 100644",
      "See https://github.com/org/repo/blob/9d47f4ae71c9b2/src/main.rs#L12-L20 for it.",
      "See https://gist.github.com/ana/9d47f4ae71c9b2e07a9d47f4ae71c9b2.",
      "Open https://docs.example.com/en/articles/10192837465 for help.",
      "Write to /home/ana/.cache/pip/9d47f4ae71c9b2/wheel.",
      "The scratch folder is /tmp/agent-1000/9d47f4ae-71c9-42e0-9a9d-47f4ae71c9b2/scratch.",
      "Load chunk-8f3a2b9c.js and main.3f9e21ab.css first.",
      "Images are data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
      "\"integrity\": \"sha512-ZGnKqOEkBMmftJ9NHBnWMUhoPjp0Mm7ywvhfZh9\" is checked.",
      "The digest is sha256:9d47f4ae71c9b2e07a9d47f4ae71c9b2 as shown.",
      "Colours are given as #1a2b3c or #ff8800cc in a color field.",
      "Set your key with ANTHROPIC_API_KEY=YOUR_API_KEY_HERE first.",
      "Example: sk-xxxxxxxxxxxxxxxxxxxxxxxx is a placeholder.",
      "An id such as 9d47f4ae71c9 is fine.",
      "Use ids (e.g. 7c1e9190-3b53-4966-ab70-da8d7796ae0c) as keys.",
      "A UUID is 123e4567-e89b-12d3-a456-426614174000 or 550e8400-e29b-41d4-a716-446655440000.",
      "The nil UUID is 00000000-0000-0000-0000-000000000000.",
      "Limits are 2147483647 and 9007199254740991 and 18446744073709551615.",
      "Wait at most 600000 ms, read 1000000000 bytes.",
      "Call getUserByIdentifier2 or parseHTTP2Header3 or XMLHttpRequest2.",
      "Functions: std_unordered_map2, sha256_update_block_data_order, utf8mb4_general_ci.",
      "Types: Float32Array, Uint8ClampedArray, BigInt64Array, Int16x8, i18n, l10n, k8s, a11y.",
      "Targets: x86_64-unknown-linux-gnu, aarch64-apple-darwin24, armv7-linux-gnueabihf.",
      "Versions: 1.2.3, 10.0.26100, 2.4.1-rc2, 1.8.0_292-b10, 3.0.0-beta.4, v24.3.0, 6.8.0-45-generic, 1.2.3b1, "
      "4.0.0a12.",
      "IPv6: 2001:db8::1, fd00:12ab::17; MAC 3c:22:fb:aa:10:9e.",
      "Regex: ^[a-f0-9]{8,64}$ and [A-Za-z0-9+/]{20,}={0,2} and \\d{4}-\\d{2}.",
      "```\nconst id = \"9d47f4ae71c9b2e07a\";\nconst b = \"dXNlcj1hbmE7em9uZT1UZWhyYW4=\";\n```\nEnd.",
      "Run `curl -H \"X-Id: 9d47f4ae71c9\"` to test.",
      "Tools: mcp__github__create_pull_request_review2, str_replace_based_edit_tool_20250728.",
      "text_editor_20250728, bash_20250124, computer_20251124 are tools.",
      "The header anthropic-beta: interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14 is set.",
      "Dates: 20251101, 202511011530, 20251101153000, 2026-07-01T12:00:00.000Z.",
      "ISO8601, RFC2119, RFC7231, UTF-16LE, SHA-256, AES-256-GCM, ED25519, P-256, TLSv1.3, HTTP/1.1, OAuth2.",
      "Windows paths: C:\\Users\\ana\\AppData\\Local\\Temp2.",
      "Fonts: Inter-Regular400.woff2, Roboto-Bold700Italic.ttf.",
      "ls -la output shows drwxr-xr-x 2 ana staff 4096 Nov 21 14:07 src.",
      "Environment: NODE_ENV=production PORT=8080 RUST_LOG=debug,hyper=info.",
      "Phone +1-555-010-9999 or +44 20 7946 0958.",
      "Lorem: antidisestablishmentarianism floccinaucinihilipilification.",
      "German: Donaudampfschifffahrtsgesellschaft1 und Rechtsschutzversicherung.",
      "CamelCase2: MyVeryLongClassName42Factory, IFoo2BarAdapter, HTMLElement3Proxy.",
      "The max_tokens is 32000; temperature=0.7; top_p=0.95.",
      "Kernel Linux 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1.",
      "Package lock: left-pad@1.3.0, @types/node@20.11.5, esbuild@0.19.12.",
      "Issue #67120, PR #4880, CVE-2024-12345, GHSA-jfh8-c2jp-5v3q.",
      "ISBN 978-3-16-148410-0 and DOI 10.1000/182.",
      "Coordinates 52.520008, 13.404954; pi 3.14159265358979.",
      "Branch feature/ABC-1234-add-login2 is checked out.",
      "Keys: ctrl+shift+F12, alt+F4; codes U+1F3F4 and 0x7fffffff, 0xDEADBEEF01.",
      "Docker: node:20-alpine3.19, debian:12-slim, ghcr.io/org/app:v1.2.3.",
      "Base64 of \"hi\" is aGk= and hex of it is 6869.",
      "Env: AWS_REGION=eu-central-1, GCP zone europe-west3-a, vpc-0a.",
      "Emoji 1f600 1f64f and entity &#x1F600; and %20 and \\u00e9.",
      "The session limit is 5h; contexts hold 1048576 tokens; 4294967296 bytes.",
      "Makefile: $(CC) -O2 -march=x86-64-v3 -DNDEBUG=1 -std=c++20.",
      "SQL: SELECT a1, b2 FROM t3 WHERE id2 = 42 LIMIT 100000;",
      "Content-Security-Policy: script-src 'self' 'nonce-xxxx'.",
  };
  for (const char* row : rows) DYNAMIC_SECTION(row) {
      CHECK(find_in(system_body(row)).empty());
    }
}

TEST_CASE("whose text it is decides", "[inspect][token]") {
  const std::string text = "Read 9d47f4ae71c9 and dXNlcj1hbmE7em9uZT1UZWhyYW4= first.";
  const std::string user = R"({"model":"m","messages":[{"role":"user","content":)" + json_quoted(text) + "}]}";
  const std::vector<std::string> typed{text};
  const std::vector<std::string> other{"hello"};
  CHECK(find_in(user).empty());
  CHECK(find_in(user, &typed).empty());
  CHECK(find_in(user, &other).size() == 2);
  CHECK(find_in(
            R"({"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":)" +
            json_quoted(text) + "}]}]}")
            .empty());
  CHECK(find_in(R"({"model":"m","messages":[],"metadata":{"user_id":"9d47f4ae71c9b2e0"}})").empty());
  CHECK(
      find_in(
          R"({"model":"m","messages":[],"tools":[{"name":"run_9d47f4ae71c9","input_schema":{"enum":["9d47f4ae71c9b2e0"]}}]})")
          .empty());
  CHECK(find_in(R"({"model":"m","messages":[],"tools":[{"name":"run","description":"Runs. 9d47f4ae71c9b2e0"}]})")
            .size() == 1);
}

TEST_CASE("labelled and repeated tokens are information", "[inspect][token]") {
  for (const char* text :
       {"Session ID: 9d47f4ae-71c9-42e0-9a9d-47f4ae71c9b2", "Use 9d47f4ae71c9, then 9d47f4ae71c9 again."}) {
    const auto findings = find_in(system_body(text));
    REQUIRE_FALSE(findings.empty());
    for (const Finding& finding : findings) CHECK(finding.severity == Severity::info);
  }
}

TEST_CASE("a text full of tokens is data", "[inspect][token]") {
  std::string text = "Lock file:\n";
  for (int i = 0; i < 40; ++i)
    text += fmt::format("id {:08x}{:08x}\n", 0x9d47f4aeU + 77777777U * static_cast<unsigned>(i),
                        0x71c9b2e0U + 55555555U * static_cast<unsigned>(i));
  CHECK(find_in(system_body(text)).empty());
}

TEST_CASE("a decoded secret is masked", "[inspect][token]") {
  const auto findings = find_in(system_body("Note cGFzc3dvcmQ9aHVudGVyMjpob21l here."));
  REQUIRE(findings.size() == 1);
  CHECK(carried(findings[0], "decoded") == "pass...");
}

TEST_CASE("tokens are bounded whatever the text", "[inspect][token]") {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += fmt::format("q{}Zx7Kp{}Rt ", i * 7919, i);
  CHECK(find_odd_tokens(text).size() <= 128);
  CHECK(find_odd_tokens(std::string(1 << 20, 'A')).empty());
  CHECK(find_odd_tokens(std::string(1 << 18, '=')).empty());
}
