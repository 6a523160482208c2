// `telltale diff`: two captures, each read once and in order, and what they say differently. Covered by
// tests/e2e/diff_test.py.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/batches.hpp"
#include "app/commands.hpp"
#include "app/replay_one.hpp"
#include "app/report_file.hpp"
#include "certs/pem.hpp"
#include "diff/compare_sides.hpp"
#include "diff/finding_tally.hpp"
#include "record/mask.hpp"

namespace telltale::app {
namespace {

/// One exchange as far as it is compared.
struct Heard {
  diff::Statement statement;
  inspect::Verdict verdict;
  bool is_tunnel = false;
};

// Pure but for its allocations, so that several threads may hear at once. Credentials are masked before anything else:
// a capture of another program may hold them.
Result<Heard> hear(const InputLine& line, const ReplayTerms& terms) {
  TT_TRY(record::Capture capture, record::parse_exchange(line.format, line.text, terms.limits, certs::sha256));
  Heard out;
  out.is_tunnel = capture.request.method == "CONNECT";
  if (out.is_tunnel) return out;
  capture.response.reset();
  record::mask_credentials(capture, certs::sha256);
  TT_TRY(inspect::Judgement judged, judge_capture(capture, terms));
  out.verdict = record::masked_verdict(std::move(judged.verdict), capture.request, certs::sha256);
  out.statement = diff::take_down(capture, out.verdict.segments, terms.limits);
  out.verdict.segments.clear();
  return out;
}

/// One of the two sides while it is read.
class Side {
 public:
  Side(const ReplayTerms& terms, unsigned jobs) : terms_(terms), jobs_(jobs) {}

  void read(const std::string& path) {
    summary_.name = path;
    const auto files = list_captures(path);
    if (!files) return complain(path, files.error().detail);
    for (const std::string& file : *files) read_file(file);
    profile_.settle();
    if (profile_.requests() == 0 && !unreadable_) complain(path, "holds no request to compare");
  }

  [[nodiscard]] bool unreadable() const { return unreadable_; }
  [[nodiscard]] const diff::Profile& profile() const { return profile_; }
  [[nodiscard]] const diff::FindingTally& findings() const { return findings_; }
  [[nodiscard]] const diff::SideSummary& summary() const { return summary_; }

 private:
  // Damaged pieces told one by one, for each file; more are counted.
  static constexpr std::uint64_t told_each = 20;

  void complain(std::string_view file, std::string_view what) {
    fmt::print(stderr, "telltale diff: {}: {}\n", file, what);
    unreadable_ = true;
  }

  void read_file(const std::string& file) {
    auto reader = LineReader::open(file, terms_.limits);
    if (!reader) return complain(file, reader.error().detail);
    std::uint64_t told = 0;
    read_in_batches<Heard>(
        **reader, jobs_, [this](const InputLine& line) { return hear(line, terms_); },
        [this, &file, &told](const InputLine& line, Result<Heard> heard) {
          if (heard) return take(std::move(*heard));
          ++summary_.damaged;
          unreadable_ = true;
          const Error& error = heard.error();
          const bool is_piece = error.code == Errc::capture_malformed;
          if (++told <= told_each)
            complain(file, is_piece
                               ? fmt::format("{}: {}", place_of(line.format, line.number, line.at, error), error.detail)
                               : error.detail);
        });
    if (told > told_each) complain(file, fmt::format("{} damaged in all", told));
  }

  void take(Heard heard) {
    ++summary_.exchanges;
    if (heard.is_tunnel) {
      ++summary_.tunnels;
      return;
    }
    findings_.add(heard.verdict, heard.statement.exchange, certs::sha256);
    profile_.add(std::move(heard.statement));
  }

  const ReplayTerms& terms_;
  unsigned jobs_;
  diff::Profile profile_;
  diff::FindingTally findings_;
  diff::SideSummary summary_;
  bool unreadable_ = false;
};

Result<ReplayTerms> terms_of(const DiffCommand& command) {
  ReplayCommand judging;
  judging.inspecting.rules = command.rules;
  judging.typed_file = command.typed_file;
  judging.typed_from = command.typed_from;
  judging.environment_file = command.environment_file;
  judging.segments = true;  // which text was typed
  return terms_of(judging);
}

std::string written(const diff::DiffReport& report, const DiffCommand& command) {
  if (command.format == "json") return diff::to_json(report) + "\n";
  if (command.format == "html") return diff::to_html(report);
  return diff::to_text(report, wants_colour(command.output));
}

bool fails(const diff::DiffReport& report, const DiffCommand& command) {
  if (!command.fail_on) return report.differs();
  const FailOn& level = *command.fail_on;
  return level && std::any_of(report.findings.begin(), report.findings.end(), [&level](const auto& change) {
           return change.is_new && change.finding.severity >= *level;
         });
}

}  // namespace

int run_diff(const DiffCommand& command) {
  const auto terms = terms_of(command);
  if (!terms) {
    fmt::print(stderr, "telltale diff: {}\n", terms.error().detail);
    return static_cast<int>(exit_code_of(fault_of(terms.error().code)));
  }
  Side a(*terms, command.jobs);
  Side b(*terms, command.jobs);
  a.read(command.captures[0]);
  b.read(command.captures[1]);
  // Against nothing everything would be new.
  const bool comparable = a.profile().requests() > 0 && b.profile().requests() > 0;
  if (!comparable) return static_cast<int>(ExitCode::unreadable);
  diff::DiffReport report = diff::compare_sides(a.profile(), b.profile(), {command.all});
  report.a = a.summary();
  report.b = b.summary();
  diff::FindingTally::compare(a.findings(), b.findings(), report);
  if (!write_report("diff", command.output, written(report, command))) return static_cast<int>(ExitCode::usage);
  if (a.unreadable() || b.unreadable()) return static_cast<int>(ExitCode::unreadable);
  return static_cast<int>(fails(report, command) ? ExitCode::findings : ExitCode::clean);
}

}  // namespace telltale::app
