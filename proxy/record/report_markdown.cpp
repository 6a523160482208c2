// Markdown of GitHub (github.github.com/gfm) for a job summary. Sums only, so that it stays short whatever the captures
// hold; it is written at the end. Covered by tests/e2e/report_formats_test.py.
#include <fmt/format.h>

#include <map>

#include "core/utf8.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {
namespace {

using inspect::Severity;

constexpr std::size_t most_rows = 50;   // of each table: a summary of GitHub may have 1 MiB
constexpr std::size_t most_text = 300;  // characters of one cell

// Within a code span nothing is markup, link, mention or entity. What could end the span or the cell goes by its name.
std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : utf8::escaped(text.substr(0, most_text))) {
    if (c == '`')
      out += "<U+0060>";
    else if (c == '|')
      out += "<U+007C>";
    else
      out.push_back(c);
  }
  if (text.size() > most_text) out += "...";
  return text.empty() ? "-" : out + "`";
}

struct Row {
  std::uint64_t count = 0;
  std::uint64_t by_standing[3] = {};
  std::string first;
};

std::uint64_t of(const Row& row, Standing standing) {
  return row.by_standing[static_cast<std::size_t>(standing)];
}

std::string and_more(std::uint64_t all) {
  return all > most_rows ? fmt::format("\nand {} more\n", all - most_rows) : std::string();
}

class MarkdownWriter final : public ReportWriter {
 public:
  ReportItem item(const ReportedExchange& exchange) const override {
    ReportItem out;
    for (std::size_t i = 0; i < exchange.verdict->findings.size(); ++i) {
      const inspect::Finding& finding = exchange.verdict->findings[i];
      const ComparedFinding* const compared = exchange.compared_at(i);
      ReportRow row{finding.severity, fmt::format("{}:{} {}", exchange.file, exchange.line, finding.where), {}};
      if (compared != nullptr) row.standing = compared->standing;
      out.rules.push_back(finding.rule);
      out.rows.push_back(std::move(row));
    }
    out.not_listed = exchange.verdict->findings_not_listed;
    const inspect::Coverage& coverage = exchange.verdict->coverage;
    if (coverage.state == inspect::Coverage::State::full) return out;
    out.causes = coverage.causes;
    if (out.causes.empty()) out.causes.emplace_back(name_of(coverage.state));
    return out;
  }

  std::string add(ReportItem item) override {
    ++exchanges_;
    if (!item.rows.empty()) ++with_findings_;
    findings_ += item.rows.size() + item.not_listed;
    for (std::size_t i = 0; i < item.rows.size(); ++i) count(item.rules[i], std::move(item.rows[i]));
    if (!item.causes.empty()) ++not_covered_;
    // A capture can name causes of its own, so their number is bounded.
    for (std::string& cause : item.causes) {
      const bool fits = causes_.size() < most_rows || causes_.count(cause) > 0;
      ++causes_[fits ? std::move(cause) : std::string("others")];
    }
    return {};
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    const std::string place = line == 0 ? std::string(file) : fmt::format("{}:{}", file, line);
    if (++damaged_ <= most_rows) damaged_rows_ += fmt::format("| {} | {} |\n", code(place), code(reason));
    return {};
  }

  std::string gone(const FindingKind& kind, std::string_view, std::string_view reason) override {
    if (++gone_ <= most_rows) gone_rows_ += fmt::format("| {} | {} |\n", code(to_words(kind)), code(reason));
    return {};
  }

  std::string close() override {
    std::string out = "## Telltale\n\n| exchanges | with findings | findings | not wholly inspected | unreadable |\n";
    out += "|---:|---:|---:|---:|---:|\n";
    out += fmt::format("| {} | {} | {} | {} | {} |\n", exchanges_, with_findings_, findings_, not_covered_, damaged_);
    append_findings(out);
    if (gone_ > 0) out += "\n### No longer found\n\n| finding | reason |\n|---|---|\n" + gone_rows_ + and_more(gone_);
    append_coverage(out);
    if (damaged_ > 0) out += "\n### Unreadable\n\n| place | reason |\n|---|---|\n" + damaged_rows_ + and_more(damaged_);
    return out;
  }

 private:
  // The gravest first, then by name.
  using Key = std::pair<int, std::string>;

  void count(const std::string& rule, ReportRow told) {
    Row& row = rows_[{-static_cast<int>(told.severity), rule}];
    if (row.count++ == 0) row.first = std::move(told.place);
    if (!told.standing) return;
    is_compared_ = true;
    ++row.by_standing[static_cast<std::size_t>(*told.standing)];
  }

  void append_findings(std::string& out) const {
    if (rows_.empty()) return;
    out += "\n### Findings\n\n| severity | rule | findings |";
    out += is_compared_ ? " new | unchanged | expired | first |\n" : " first |\n";
    out += is_compared_ ? "|---|---|---:|---:|---:|---:|---|\n" : "|---|---|---:|---|\n";
    std::size_t told = 0;
    for (const auto& [key, row] : rows_) {
      if (++told > most_rows) break;
      out += fmt::format("| {} | {} | {} |", name_of(static_cast<Severity>(-key.first)), code(key.second), row.count);
      if (is_compared_)
        out += fmt::format(" {} | {} | {} |", of(row, Standing::fresh), of(row, Standing::unchanged),
                           of(row, Standing::expired));
      out += fmt::format(" {} |\n", code(row.first));
    }
    out += and_more(rows_.size());
  }

  void append_coverage(std::string& out) const {
    if (exchanges_ == 0) out += "\nNo exchange was inspected.\n";
    if (causes_.empty()) return;
    out += "\n### Not wholly inspected\n\n| cause | exchanges |\n|---|---:|\n";
    for (const auto& [cause, exchanges] : causes_) out += fmt::format("| {} | {} |\n", code(cause), exchanges);
  }

  std::uint64_t exchanges_ = 0, with_findings_ = 0, findings_ = 0, not_covered_ = 0, damaged_ = 0, gone_ = 0;
  bool is_compared_ = false;
  std::map<Key, Row> rows_;
  std::map<std::string, std::uint64_t> causes_;
  std::string damaged_rows_, gone_rows_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_markdown_writer(ReportOptions) {
  return std::make_unique<MarkdownWriter>();
}

}  // namespace telltale::record
