#include "record/report.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "record/capture.hpp"
#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;

namespace {

// With TELLTALE_WRITE_GOLDEN set, the files are written instead; read the diff before committing it.
std::string golden(const std::string& name, const std::string& now) {
  const std::string path = std::string(TELLTALE_SOURCE_DIR) + "/tests/golden/report/" + name;
  if (std::getenv("TELLTALE_WRITE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << now;
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inspect::Verdict date_line_verdict() {
  inspect::Verdict out;
  out.client_name = "claude-code";
  out.client_version = "2.1.196";
  out.api = "anthropic.messages";
  out.coverage = {inspect::Coverage::State::full, {}, 48816, 48816, {}};
  out.action = inspect::Action::strip;
  out.mode = inspect::Mode::strip;
  inspect::Finding finding;
  finding.rule = "marker.date-line";
  finding.severity = inspect::Severity::high;
  finding.confidence = 0.99;
  finding.where = "body:/messages/0/content/0/text";
  finding.span = ByteRange{112, 113};
  finding.raw_span = ByteRange{4102, 4104};
  finding.source = inspect::Source::template_text;
  finding.code_points = {"U+02BC"};
  finding.expected = {"U+0027"};
  finding.carries = {{"api_host_class", "known lab keyword"}};
  finding.bits = 2;
  finding.action = inspect::Action::strip;
  finding.edit = "'";
  finding.message = "The date line spells its apostrophe in a way that tells the class of the API host.";
  finding.excerpt = "Today<U+02BC>s date";
  out.findings.push_back(finding);
  finding = {};
  finding.rule = "env.timezone";
  finding.severity = inspect::Severity::medium;
  finding.where = "header:x-timezone";
  finding.span = ByteRange{0, 13};
  finding.source = inspect::Source::environment;
  finding.reference = inspect::Reference::environment;
  finding.message = "The name of the time zone is sent in a header.";
  out.findings.push_back(finding);
  out.segments.push_back({"/messages/0/content/1/text", {0, 31}, {5000, 5031}, inspect::Source::typed});
  return out;
}

// Everything a hostile request can put into a verdict.
inspect::Verdict odd_verdict() {
  inspect::Verdict out = date_line_verdict();
  out.client_name = "cl\x1B[31m";
  out.coverage = {inspect::Coverage::State::partial, {"json-malformed", "signed_body"}, 12, 4000, {}};
  inspect::Finding& finding = out.findings[0];
  finding.where =
      "body:/k\xE2\x80\x8B"
      "ey/\"\\\xFF";
  finding.carries = {{"na\xCA\xBCme", "va\nlue"}};
  finding.edit = "two\xE2\x80\x99words";
  finding.message = "odd \x1B]0;title\x07";
  finding.excerpt = "\xF0\x9F\x98\x80";
  out.findings_not_listed = 5;
  return out;
}

bool is_printable(std::string_view text) {
  for (const char c : text)
    if (c != '\n' && (c < 0x20 || c > 0x7E)) return false;
  return true;
}

}  // namespace

TEST_CASE("reports are as they were agreed", "[record][report]") {
  struct Row {
    const char* name;
    std::string got;
  };
  const inspect::Verdict plain = date_line_verdict();
  const inspect::Verdict odd = odd_verdict();
  const char* const url = "https://api.deepseek.example/v1/messages";
  const Row rows[] = {
      {"date-line.json", record::to_json(plain, "01JD") + "\n"},
      {"date-line.txt", record::to_text(plain, "01JD", url, {})},
      {"odd.json", record::to_json(odd, "01JD") + "\n"},
      {"odd.txt", record::to_text(odd, "01JD", std::string(url) + "?\x1B[0m", {})},
      {"one-line.txt", record::to_one_line(plain.findings[0], plain, "01JD", "api.deepseek.example", {}) + "\n" +
                           record::to_one_line(plain.findings[1], plain, "01JD", "api.deepseek.example", {}) + "\n"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(row.got == golden(row.name, row.got));
      CHECK(is_printable(row.got));
    }
  }
}

TEST_CASE("colour is the only thing a style adds", "[record][report]") {
  const inspect::Verdict verdict = date_line_verdict();
  const std::string coloured = record::to_one_line(verdict.findings[0], verdict, "01JD", "h", {true});
  CHECK(coloured.starts_with("\x1B[31mHIGH    \x1B[0m  marker.date-line  h"));
}

TEST_CASE("an inspection comes back from its JSON", "[record][report]") {
  for (const inspect::Verdict& verdict : {date_line_verdict(), odd_verdict(), inspect::Verdict{}}) {
    record::Capture capture;
    capture.id = "01JD";
    capture.request.method = "GET";
    capture.request.url = "https://a.example/";
    capture.inspection = verdict;
    const auto got = record::parse_capture(record::to_line(capture, test::toy_digest), Limits{});
    REQUIRE(got);
    REQUIRE(got->inspection);
    CHECK(record::to_json(*got->inspection, "x") == record::to_json(verdict, "x"));
    if (!verdict.findings.empty()) CHECK(got->inspection->findings[0].edit == verdict.findings[0].edit);
  }
}
