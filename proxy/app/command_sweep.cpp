// `telltale sweep`: captures of one prompt from several environments, made by `run`, and what in them depends on which
// fact. Covered by tests/e2e/sweep_test.py and sweep_run_test.py.
#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/capture_files.hpp"
#include "app/commands.hpp"
#include "app/file_text.hpp"
#include "app/report_file.hpp"
#include "app/sweep_cells.hpp"
#include "certs/pem.hpp"
#include "compare/sweep.hpp"
#include "core/utf8.hpp"

namespace telltale::app {
namespace {

void complain(std::string_view what) {
  fmt::print(stderr, "telltale sweep: {}\n", what);
}

/// Reads captures into the sweep; remembers whether all could be read.
class Reader {
 public:
  Reader(compare::Sweep& sweep, const Limits& limits) : sweep_(sweep), limits_(limits) {}

  void read(const std::string& path) {
    const auto files = list_captures(path);
    if (!files) return fail_on(path, files.error().detail);
    for (const std::string& file : *files) read_file(file);
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void fail_on(std::string_view file, std::string_view what) {
    complain(fmt::format("{}: {}", file, what));
    failed_ = true;
  }

  void read_file(const std::string& file) {
    auto reader = LineReader::open(file, limits_);
    if (!reader) return fail_on(file, reader.error().detail);
    for (;;) {
      const auto line = (*reader)->next();
      if (line && !*line) return;
      const auto capture = line.and_then([this](const std::optional<InputLine>& l) {
        return record::parse_exchange(l->format, l->text, limits_, certs::sha256);
      });
      if (capture) {
        // A tunnel says nothing that could be compared.
        if (capture->request.method != "CONNECT") sweep_.add(*capture, file);
        continue;
      }
      fail_on(file, fmt::format("{} {}: {}", record::noun_of((*reader)->format()), (*reader)->line_number(),
                                capture.error().detail));
      if (!line && line.error().code == Errc::input_unreadable) return;
    }
  }

  compare::Sweep& sweep_;
  const Limits& limits_;
  bool failed_ = false;
};

// Reports beside the main one. False, and said, if one could not be written.
bool write_extras(const SweepCommand& command, const compare::SweepReport& report) {
  const auto keep = [](const std::string& path, std::string_view text) {
    const auto kept = replace_file(path, text);
    if (!kept) complain(kept.error().detail);
    return kept.has_value();
  };
  if (!command.html.empty() && !keep(command.html, compare::to_html(report))) return false;
  if (command.rule.empty()) return true;
  const compare::SweepRules rules = compare::to_rules(report);
  if (rules.no_text > 0) complain(fmt::format("no rule for {} places that are no text in a line", rules.no_text));
  for (const std::string& place : rules.without) complain("no rule for " + utf8::escaped(place));
  if (rules.rules > 0) return keep(command.rule, rules.pack);
  complain(command.rule + " is not written: there is nothing to make a rule of");
  return true;
}

int analyse(const SweepCommand& command) {
  const Limits limits;
  compare::Sweep sweep(limits);
  Reader reader(sweep, limits);
  for (const std::string& path : command.captures) reader.read(path);
  const auto report = sweep.analyse({command.alpha, command.factors, command.seed});
  if (!report) {
    if (!reader.failed()) complain(report.error().detail);
    return static_cast<int>(reader.failed() ? ExitCode::unreadable : ExitCode::usage);
  }
  const std::string text = command.format == "json" ? compare::to_json(*report) + "\n"
                                                    : compare::to_text(*report, wants_colour(command.output));
  if (!write_report("sweep", command.output, text) || !write_extras(command, *report))
    return static_cast<int>(ExitCode::usage);
  if (reader.failed()) return static_cast<int>(ExitCode::unreadable);
  const bool fails = command.fail_on && std::any_of(report->findings.begin(), report->findings.end(),
                                                    [&](const auto& f) { return f.severity >= *command.fail_on; });
  return static_cast<int>(fails ? ExitCode::findings : ExitCode::clean);
}

int run_and_analyse(const SweepCommand& command) {
  const auto done = run_cells(command);
  if (!done) {
    complain(done.error().detail);
    return static_cast<int>(exit_code_of(fault_of(done.error().code)));
  }
  SweepCommand found = command;
  found.captures = done->captures;
  if (found.factors.empty()) found.factors = done->factors;
  const std::size_t missing = done->planned - done->captures.size();
  if (missing != 0)
    complain(fmt::format("{} of {} cells have no capture{}", missing, done->planned,
                         done->temporary ? "" : "; the same command goes on with these"));
  const bool enough = !done->stopped && !done->captures.empty();
  int code = done->stopped ? 130 : static_cast<int>(ExitCode::unreadable);
  if (enough) code = analyse(found);
  std::error_code none;
  if (done->temporary) std::filesystem::remove_all(done->folder, none);
  const bool is_partial = enough && missing != 0 && code <= static_cast<int>(ExitCode::findings);
  return is_partial ? static_cast<int>(ExitCode::not_covered) : code;
}

}  // namespace

int run_sweep(const SweepCommand& command) {
  return command.verb == SweepCommand::Verb::run ? run_and_analyse(command) : analyse(command);
}

}  // namespace telltale::app
