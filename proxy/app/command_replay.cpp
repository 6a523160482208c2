// `telltale replay`: captures through the engine of the proxy, in parallel by batches, reported in their order. Covered
// by tests/e2e/replay_test.py.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

#include "app/capture_files.hpp"
#include "app/commands.hpp"
#include "app/file_text.hpp"
#include "app/finding_baseline.hpp"
#include "app/known_environment.hpp"
#include "app/lock_files.hpp"
#include "app/progress.hpp"
#include "app/references.hpp"
#include "app/replay_one.hpp"
#include "app/rule_files.hpp"
#include "app/sink.hpp"
#include "certs/pem.hpp"

namespace telltale::app {
namespace {

struct Totals {
  std::uint64_t exchanges = 0, with_findings = 0, findings = 0, not_covered = 0;
  std::map<record::Format, std::uint64_t> damaged;
  bool fails = false;
  bool unreadable = false;
};

struct Job {
  InputLine line;
  Replayed result;
};

std::unique_ptr<record::ReportWriter> make_writer(const ReplayCommand& command, const ReplayTerms& terms) {
  const record::ReportOptions options{TELLTALE_VERSION, command.fail_on, terms.rules, certs::sha256};
  if (command.format == "sarif") return record::make_sarif_writer(options);
  if (command.format == "junit") return record::make_junit_writer(options);
  if (command.format == "github") return record::make_github_writer(options);
  if (command.format == "markdown") return record::make_markdown_writer(options);
  if (command.format == "cef") return record::make_cef_writer(options);
  if (command.format == "ocsf") return record::make_ocsf_writer(options);
  return nullptr;
}

class Replay {
 public:
  Replay(const ReplayCommand& command, ReplayTerms terms, Sink& report, Sink& stripped)
      : command_(command),
        terms_(std::move(terms)),
        writer_(make_writer(command, terms_)),
        report_(report),
        stripped_(stripped),
        progress_(command.quiet) {
    terms_.writer = writer_.get();
  }

  void run() {
    if (writer_) report_.write(writer_->open());
    std::vector<std::string> all;
    for (const std::string& path : command_.captures) {
      const auto files = list_captures(path);
      if (!files) complain(path, files.error().detail);
      if (files) all.insert(all.end(), files->begin(), files->end());
    }
    progress_.expect(all);
    for (const std::string& file : all) read_file(file);
    progress_.clear();
    if (terms_.accepted) report_.write(gone_text(tally_, *terms_.accepted, writer_.get(), terms_.json));
    if (terms_.lock && !writer_) tell_gone_from_lock();
    if (writer_)
      report_.write(writer_->close());
    else if (!terms_.json)
      report_.write(summary());
    if (command_.require_coverage && totals_.exchanges == 0)
      fmt::print(stderr, "telltale replay: no exchange was inspected\n");
  }
  /// What is found is accepted from now on; not if something could not be read, as its entries would be lost.
  void write_baseline() {
    if (command_.write_baseline.empty()) return;
    if (totals_.unreadable) return say("--write-baseline: not written, as not everything could be read");
    const auto written = write_accepted(command_.write_baseline, tally_, *terms_.accepted);
    if (written) return;
    say(written.error().detail);
    failed_ = true;
  }
  [[nodiscard]] ExitCode exit_code() const {
    if (report_.failed() || stripped_.failed() || failed_) return ExitCode::usage;
    if (totals_.unreadable) return ExitCode::unreadable;
    // Nothing to look at is nothing covered: a job that captured nothing must not pass for a clean one.
    if (command_.require_coverage && (totals_.not_covered > 0 || totals_.exchanges == 0)) return ExitCode::not_covered;
    return totals_.fails ? ExitCode::findings : ExitCode::clean;
  }

 private:
  // Bounds of a batch: enough to keep the threads busy, few enough to hold.
  static constexpr std::size_t batch_lines = 256;
  static constexpr std::size_t batch_bytes = std::size_t{32} * 1024 * 1024;
  // Damaged lines told one by one, for each file; more are counted.
  static constexpr std::uint64_t told_each = 20;

  void tell_gone_from_lock() {
    for (const std::string& gone : sent_.gone_from(*terms_.lock)) report_.write(gone_line(gone, terms_.json));
  }

  static void say(std::string_view what) { fmt::print(stderr, "telltale replay: {}\n", what); }

  void complain(std::string_view file, std::string_view what, std::uint64_t line = 0) {
    progress_.clear();
    fmt::print(stderr, "telltale replay: {}: {}\n", file, what);
    totals_.unreadable = true;
    if (writer_) report_.write(writer_->damaged(file, line, what));
  }

  void complain_line(std::string_view file, const InputLine& line, const Error& error) {
    ++totals_.damaged[line.format];
    totals_.unreadable = true;
    if (++told_ <= told_each)
      complain(file, fmt::format("{}: {}", place_of(line.format, line.number, line.at, error), error.detail),
               line.number);
  }

  void read_file(const std::string& file) {
    if (report_.gone()) return;
    told_ = 0;
    auto reader = LineReader::open(file, terms_.limits, command_.key_log);
    if (!reader) return complain(file, reader.error().detail);
    for (bool more = true; more && !report_.gone();) {
      std::vector<Job> batch;
      more = fill(**reader, batch);
      judge(file, batch);
      if (report_.is_terminal()) progress_.clear();
      for (Job& job : batch) take(file, job);
      progress_.at((*reader)->bytes_read());
    }
    progress_.done((*reader)->bytes_read());
    if (told_ > told_each) complain(file, fmt::format("{} damaged in all", told_));
  }

  // False if the file has ended.
  static bool fill(LineReader& reader, std::vector<Job>& batch) {
    for (std::size_t bytes = 0; batch.size() < batch_lines && bytes < batch_bytes;) {
      auto line = reader.next();
      if (!line) {
        // Told in its place, behind the lines before it.
        Job broken{{"", reader.line_number(), reader.format()}, {}};
        broken.result.error = line.error();
        const bool rest_is_readable = line.error().code == Errc::capture_malformed;
        batch.push_back(std::move(broken));
        if (!rest_is_readable) return false;
        continue;
      }
      if (!*line) return false;
      bytes += (*line)->text.size();
      batch.push_back({std::move(**line), {}});
    }
    return true;
  }

  void judge(const std::string& file, std::vector<Job>& batch) const {
    std::atomic<std::size_t> next{0};
    const auto work = [this, &file, &batch, &next] {
      for (std::size_t i = next++; i < batch.size(); i = next++)
        if (!batch[i].result.error) batch[i].result = replay_line(batch[i].line, terms_, {file, batch[i].line.number});
    };
    std::vector<std::thread> threads;
    const std::size_t wanted = std::min<std::size_t>(command_.jobs, batch.size());
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
  }

  void take(const std::string& file, Job& job) {
    Replayed& result = job.result;
    if (result.error && result.error->code == Errc::input_unreadable)
      return complain(file, told_behind(job.line, *result.error));
    if (result.error) return complain_line(file, job.line, *result.error);
    ++totals_.exchanges;
    totals_.findings += result.findings;
    if (result.findings > 0) ++totals_.with_findings;
    if (!result.covered) ++totals_.not_covered;
    totals_.fails = totals_.fails || result.fails;
    tally_.add(result.compared);
    if (result.sent) sent_.add(*result.sent);
    report_.write(writer_ ? writer_->add(std::move(result.report)) : result.report.text);
    stripped_.write(result.stripped);
  }

  static std::string told_behind(const InputLine& line, const Error& error) {
    if (line.number == 0) return error.detail;
    return fmt::format("behind {} {}: {}", record::noun_of(line.format), line.number, error.detail);
  }

  [[nodiscard]] std::string summary() const {
    const auto counted = [](std::uint64_t n, std::string_view what) {
      return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
    };
    std::string out = fmt::format("{}, {} in {}", counted(totals_.exchanges, "exchange"),
                                  counted(totals_.findings, "finding"), totals_.with_findings);
    if (terms_.accepted) out += standing_text(tally_, *terms_.accepted);
    if (totals_.not_covered > 0) out += fmt::format(", {} not wholly inspected", totals_.not_covered);
    for (const auto& [format, count] : totals_.damaged)
      out += fmt::format(", {} damaged {}", count, record::nouns_of(format, count));
    return out + "\n";
  }

  const ReplayCommand& command_;
  ReplayTerms terms_;
  std::unique_ptr<record::ReportWriter> writer_;  ///< null: text or json
  Sink& report_;
  Sink& stripped_;
  Progress progress_;
  Totals totals_;
  record::FindingTally tally_;
  record::LockBuilder sent_;  ///< if there is a lock, for what is gone from it
  bool failed_ = false;
  std::uint64_t told_ = 0;
};

bool wants_colour(const Sink& sink) {
  const char* const refused = std::getenv("NO_COLOR");
  return sink.is_terminal() && (refused == nullptr || *refused == '\0');
}

}  // namespace

int run_replay(const ReplayCommand& command) {
  auto terms = terms_of(command);
  if (!terms) {
    fmt::print(stderr, "telltale replay: {}\n", terms.error().detail);
    return static_cast<int>(exit_code_of(fault_of(terms.error().code)));
  }
  Sink report("replay");
  Sink stripped("replay");
  if (!report.open(command.output)) return static_cast<int>(ExitCode::usage);
  if (!command.strip_to.empty() && !stripped.open(command.strip_to)) return static_cast<int>(ExitCode::usage);
  terms->colour = wants_colour(report);
  Replay replay(command, std::move(*terms), report, stripped);
  replay.run();
  replay.write_baseline();
  report.commit();
  stripped.commit();
  return static_cast<int>(replay.exit_code());
}

}  // namespace telltale::app
