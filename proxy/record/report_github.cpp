// Workflow commands of GitHub Actions (docs.github.com, "Workflow commands"): one annotation a finding. GitHub shows
// ten of each level in a step; what is more is counted and said. Covered by tests/unit/record/report_writer_test.cpp.
#include <fmt/format.h>

#include "core/utf8.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {
namespace {

// '%' begins an escape everywhere; ':' and ',' end a property. Line ends are gone already (escaped as <U+000A>).
std::string command_data(std::string_view text) {
  std::string out;
  for (const char c : utf8::escaped(text)) out += c == '%' ? "%25" : std::string(1, c);
  return out;
}

std::string property(std::string_view text) {
  std::string out;
  for (const char c : command_data(text)) out += c == ':' ? "%3A" : c == ',' ? "%2C" : std::string(1, c);
  return out;
}

enum Level : std::size_t { error, warning, notice, levels };
constexpr std::string_view level_names[] = {"error", "warning", "notice"};

Level level_of(inspect::Severity severity) {
  if (severity >= inspect::Severity::high) return error;
  return severity == inspect::Severity::medium ? warning : notice;
}

class GithubWriter final : public ReportWriter {
 public:
  ReportItem item(const ReportedExchange& exchange) const override {
    ReportItem out;
    for (std::size_t i = 0; i < exchange.verdict->findings.size(); ++i) {
      const inspect::Finding& finding = exchange.verdict->findings[i];
      const ComparedFinding* const compared = exchange.compared_at(i);
      // Room for annotations is short: what is accepted takes none.
      if (compared != nullptr && !compared->counts()) continue;
      const std::string standing = compared == nullptr ? "" : to_words(*compared) + ": ";
      out.text += fmt::format("::{} file={},line={},title={}::{}{} at {}\n", level_names[level_of(finding.severity)],
                              property(exchange.file), exchange.line, property(finding.rule), command_data(standing),
                              command_data(sentence_of(finding)), command_data(finding.where));
    }
    return out;
  }

  std::string add(ReportItem item) override {
    std::string out;
    for (std::size_t at = 0; at < item.text.size();) {
      const std::size_t end = item.text.find('\n', at) + 1;
      out += shown(std::string_view(item.text).substr(at, end - at));
      at = end;
    }
    return out;
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    const std::string place = line == 0 ? "" : fmt::format(",line={}", line);
    return std::string(
        shown(fmt::format("::error file={}{},title=unreadable::{}\n", property(file), place, command_data(reason))));
  }

  std::string gone(const FindingKind& kind, std::string_view, std::string_view reason) override {
    const std::string why = reason.empty() ? "" : fmt::format(" ({})", reason);
    return shown(
        fmt::format("::notice title=gone::no longer found: {}{}\n", command_data(to_words(kind)), command_data(why)));
  }

  std::string close() override {
    std::string out;
    for (std::size_t level = 0; level < levels; ++level)
      if (seen_[level] > most)
        out +=
            fmt::format("{} more of level {} are not shown as annotations\n", seen_[level] - most, level_names[level]);
    return out;
  }

 private:
  static constexpr std::uint64_t most = 10;

  std::string shown(std::string_view line) {
    const std::size_t level = line.starts_with("::error") ? error : line.starts_with("::warning") ? warning : notice;
    return ++seen_[level] > most ? std::string() : std::string(line);
  }

  std::uint64_t seen_[levels] = {};
};

}  // namespace

std::unique_ptr<ReportWriter> make_github_writer(ReportOptions) {
  return std::make_unique<GithubWriter>();
}

}  // namespace telltale::record
