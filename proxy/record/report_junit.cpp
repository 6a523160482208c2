// JUnit XML, the part that all readers of it share: suites, cases, and one of failure, error or skipped. A suite is one
// exchange, so that its counts are known when it is written and memory stays bounded. Covered by
// tests/unit/record/report_writer_test.cpp and tests/e2e/report_formats_test.py.
#include <fmt/format.h>

#include <map>

#include "core/utf8.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {
namespace {

using inspect::Finding;

// Printable ASCII, so nothing that XML 1.0 forbids; "<U+02BC>" becomes "&lt;U+02BC&gt;".
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : utf8::escaped(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

// "2026-11-21T02:41:07.113Z" without zone and fraction, as the old schema has it.
std::string timestamp_of(std::string_view time) {
  constexpr std::size_t seconds = 19;
  return time.size() < seconds ? "" : fmt::format(" timestamp=\"{}\"", xml(time.substr(0, seconds)));
}

struct Suite {
  std::string cases;
  unsigned tests = 0, failures = 0, errors = 0, skipped = 0;

  [[nodiscard]] std::string text(std::string_view name, std::string_view time) const {
    return fmt::format(
        " <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"{}>\n{} "
        "</testsuite>\n",
        xml(name), tests, failures, errors, skipped, timestamp_of(time), cases);
  }
  void add(std::string_view group, std::string_view name, std::string_view inside) {
    ++tests;
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"0\"", xml(group), xml(name));
    cases += inside.empty() ? "/>\n" : fmt::format(">\n{}  </testcase>\n", inside);
  }
};

class JunitWriter final : public ReportWriter {
 public:
  explicit JunitWriter(ReportOptions options) : options_(std::move(options)) {}

  std::string open() override { return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"telltale\">\n"; }

  ReportItem item(const ReportedExchange& exchange) const override {
    const inspect::Verdict& verdict = *exchange.verdict;
    const std::string& id = exchange.capture->id;
    const std::string group = verdict.api.empty() ? "unrecognised" : verdict.api;
    Suite suite;
    std::map<std::string, std::vector<Told>> by_rule;
    for (std::size_t i = 0; i < verdict.findings.size(); ++i)
      by_rule[verdict.findings[i].rule].push_back({&verdict.findings[i], exchange.compared_at(i)});
    for (const auto& [rule, findings] : by_rule) add_rule(suite, group, rule + " " + id, findings);
    if (verdict.coverage.state != inspect::Coverage::State::full)
      add_uncovered(suite, group, "coverage " + id, verdict.coverage);
    if (suite.tests == 0) suite.add(group, "clean " + id, "");
    return {suite.text(fmt::format("{}:{}", exchange.file, exchange.line), exchange.capture->time), {}};
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    Suite suite;
    suite.errors = 1;
    suite.add("unreadable", line == 0 ? std::string(file) : fmt::format("{} line {}", file, line),
              fmt::format("   <error type=\"unreadable\" message=\"{}\"/>\n", xml(reason)));
    return suite.text(line == 0 ? std::string(file) : fmt::format("{}:{}", file, line), "");
  }

  std::string gone(const FindingKind& kind, std::string_view fingerprint, std::string_view reason) override {
    Suite suite;
    suite.add("baseline", fmt::format("gone {}", fingerprint),
              fmt::format("   <system-out>gone: {}{}</system-out>\n", xml(to_words(kind)),
                          reason.empty() ? "" : xml(fmt::format(" ({})", reason))));
    return suite.text("baseline of findings", "");
  }

  std::string close() override { return "</testsuites>\n"; }

 private:
  struct Told {
    const Finding* finding;
    const ComparedFinding* compared;

    [[nodiscard]] bool counts() const { return compared == nullptr || compared->counts(); }
  };

  void add_rule(Suite& suite, std::string_view group, std::string_view name, const std::vector<Told>& findings) const {
    inspect::Severity worst = inspect::Severity::info;
    bool counts = false;
    const Finding* first = findings.front().finding;
    std::string lines;
    for (const Told& told : findings) {
      const Finding& finding = *told.finding;
      const std::string standing = told.compared == nullptr ? "" : to_words(*told.compared) + ": ";
      lines += fmt::format("{} {}: {}{}\n", name_of(finding.severity), xml(finding.where), xml(standing),
                           xml(sentence_of(finding)));
      if (!told.counts()) continue;
      if (!counts) first = &finding;
      counts = true;
      worst = std::max(worst, finding.severity);
    }
    const bool fails = counts && options_.fail_on && worst >= *options_.fail_on;
    suite.failures += fails ? 1 : 0;
    suite.add(group, name,
              fails ? fmt::format("   <failure type=\"{}\" message=\"{}\">{}</failure>\n", name_of(worst),
                                  xml(sentence_of(*first)), lines)
                    : fmt::format("   <system-out>{}</system-out>\n", lines));
  }

  static void add_uncovered(Suite& suite, std::string_view group, std::string_view name,
                            const inspect::Coverage& coverage) {
    std::string causes;
    for (const std::string& cause : coverage.causes) causes += (causes.empty() ? "" : ", ") + cause;
    ++suite.skipped;
    suite.add(group, name,
              fmt::format("   <skipped message=\"coverage {}: {}\"/>\n", name_of(coverage.state), xml(causes)));
  }

  ReportOptions options_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_junit_writer(ReportOptions options) {
  return std::make_unique<JunitWriter>(std::move(options));
}

}  // namespace telltale::record
