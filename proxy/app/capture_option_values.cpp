// The options of the commands that read captures. Covered by tests/unit/app/options_test.cpp.
#include "app/named_files.hpp"
#include "app/option_checker.hpp"

namespace telltale::app {
namespace {

constexpr std::string_view no_capture = "no capture to read; name files or folders, or - for standard input";

std::optional<std::string> parse_report_format(std::string_view text) {
  for (const std::string_view known : {"text", "json", "sarif", "junit", "github", "markdown", "cef", "ocsf"})
    if (text == known) return std::string(text);
  return std::nullopt;
}

std::optional<std::optional<record::Day>> parse_today(std::string_view text) {
  if (const auto day = record::parse_day(text)) return std::optional<record::Day>{*day};
  return std::nullopt;
}

std::optional<record::Format> parse_capture_format(std::string_view text) {
  if (text == "jsonl") return record::Format::jsonl;
  if (text == "har") return record::Format::har;
  if (text == "flows") return record::Format::flows;
  return std::nullopt;
}

std::optional<record::Format> format_by_ending(std::string_view name) {
  if (name.ends_with(".jsonl")) return record::Format::jsonl;
  if (name.ends_with(".har")) return record::Format::har;
  if (name.ends_with(".flow") || name.ends_with(".flows") || name.ends_with(".mitm")) return record::Format::flows;
  return std::nullopt;
}

std::optional<unsigned> parse_flow_version(std::string_view text) {
  for (const unsigned version : {record::newest_flow_version, record::older_flow_version})
    if (text == std::to_string(version)) return version;
  return std::nullopt;
}

std::optional<std::string> parse_page_format(std::string_view text) {
  if (text == "html") return std::string(text);
  return parse_format(text);
}

std::optional<bool> parse_by(std::string_view text) {
  if (text == "day") return false;
  if (text == "week") return true;
  return std::nullopt;
}

std::optional<Design> parse_design(std::string_view text) {
  if (text == "full") return Design::full;
  if (text == "pairwise") return Design::pairwise;
  if (text == "one-at-a-time") return Design::one_at_a_time;
  return std::nullopt;
}

// What only `sweep run` takes.
void read_cells(Checker& check, SweepCommand& out) {
  check.texts("vary", out.vary);
  check.texts("profile", out.profiles);
  check.texts("keep", out.keep);
  check.choice("design", out.design, parse_design, "full, pairwise, one-at-a-time");
  check.count("repeat", out.repeat, 1000);
  check.count("jobs", out.jobs, 64);
  check.count("cell-time", out.cell_seconds, 86'400);
  check.count("total-time", out.total_seconds, 30 * 86'400);
  check.text("save", out.save);
  if (out.client.empty()) check.complain("no client to run; put it behind --, as in: sweep run --vary ... -- claude");
  if (out.vary.empty() && out.profiles.empty())
    check.complain("nothing to vary; give --vary NAME=value,value or --profile");
  if (!out.captures.empty()) check.complain("sweep run makes its captures; for those that are there: sweep analyse");
}

}  // namespace

Result<ReplayCommand> replay_command(const Values& values) {
  Checker check(values);
  ReplayCommand out;
  read_inspecting(check, out.inspecting);
  check.texts("captures", out.captures);
  check.text("typed", out.typed_file);
  check.texts("typed-from", out.typed_from);
  // A list takes all that stands behind it, so the capture is among what it took.
  if (out.captures.empty())
    check.complain(out.typed_from.size() > 1
                       ? fmt::format("no capture to read: {} was taken by --typed-from; put captures before it",
                                     out.typed_from.back())
                       : std::string(no_capture));
  check.text("environment", out.environment_file);
  check.texts("baseline", out.baselines);
  check.text("baseline-findings", out.baseline_findings);
  read_written(check, "write-baseline", out.write_baseline);
  check.choice("today", out.today, parse_today, "a day such as 2027-01-31");
  check.text("lock", out.lock);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  check.flag("require-coverage", out.require_coverage);
  check.flag("segments", out.segments);
  check.text("store-key", out.store_key);
  check.choice("format", out.format, parse_report_format, "text, json, sarif, junit, github, markdown, cef, ocsf");
  read_output(check, out.output);
  read_written(check, "strip-to", out.strip_to);
  check.count("jobs", out.jobs, 256);
  check.flag("quiet", out.quiet);
  check.text("keylog", out.key_log);
  if (!out.strip_to.empty() && out.inspecting.mode != inspect::Mode::strip) {
    const bool asked_otherwise = check.find("mode") != nullptr;
    if (asked_otherwise) check.complain("--strip-to needs --mode strip");
    out.inspecting.mode = inspect::Mode::strip;
  }
  if (out.baseline_findings.empty() && out.write_baseline.empty())
    refuse_idle(check, "today", "is for accepted findings; give --baseline-findings or --write-baseline too");
  refuse_clashes(
      check,
      {"captures", "typed", "typed-from", "environment", "baseline", "baseline-findings", "lock", "keylog", "rules"},
      {"output", "strip-to", "write-baseline"});
  return check.finish(std::move(out));
}

Result<ConvertCommand> convert_command(const Values& values) {
  Checker check(values);
  ConvertCommand out;
  check.texts("captures", out.captures);
  if (out.captures.size() < 2)
    check.complain("say what to convert and into what: convert IN... OUT; - is a standard stream");
  if (!out.captures.empty()) {
    out.output = out.captures.back();
    out.captures.pop_back();
  }
  std::string_view name = out.output;
  out.packing = packing_of(name);
  const auto told = format_by_ending(name);
  if (told) out.format = *told;
  if (!told && out.output != "-" && check.find("format") == nullptr)
    check.complain(fmt::format("{}: its ending says no format; give --format jsonl, har or flows", out.output));
  check.choice("format", out.format, parse_capture_format, "jsonl, har, flows");
  check.choice("flow-version", out.flow_version, parse_flow_version, "21, 17");
  check.flag("quiet", out.quiet);
  check.text("keylog", out.key_log);
  check.text("store-key", out.store_key);
  if (std::count(out.captures.begin(), out.captures.end(), "-") > 1)
    check.complain("standard input (-) can be read only once");
  return check.finish(std::move(out));
}

Result<DiffCommand> diff_command(const Values& values) {
  Checker check(values);
  DiffCommand out;
  check.texts("captures", out.captures);
  check.texts("rules", out.rules);
  check.text("typed", out.typed_file);
  check.texts("typed-from", out.typed_from);
  if (out.captures.size() != 2)
    check.complain(out.typed_from.size() > 1 && out.captures.size() < 2
                       ? fmt::format("give two captures: {} was taken by --typed-from; put captures before it",
                                     out.typed_from.back())
                       : "give two captures, A and B: each a file, a folder, or - for standard input");
  if (out.captures.size() == 2 && out.captures[0] == "-" && out.captures[1] == "-")
    check.complain("standard input can be one of the two only");
  check.text("environment", out.environment_file);
  check.flag("all", out.all);
  if (check.find("fail-on") != nullptr) check.choice("fail-on", out.fail_on.emplace(), parse_fail_on, severities);
  check.choice("format", out.format, parse_page_format, "text, json, html");
  read_output(check, out.output);
  check.count("jobs", out.jobs, 256);
  check.text("store-key", out.store_key);
  refuse_clashes(check, {"captures", "typed", "typed-from", "environment", "rules"}, {"output"});
  return check.finish(std::move(out));
}

Result<SweepCommand> sweep_command(const Values& values, std::vector<std::string> client) {
  Checker check(values);
  SweepCommand out;
  std::string verb;
  check.text("verb", verb);
  out.client = std::move(client);
  if (verb == "run") out.verb = SweepCommand::Verb::run;
  if (verb != "analyse" && verb != "run")
    check.complain(verb.empty() ? "say what to do: sweep run -- CLIENT or sweep analyse CAPTURE..."
                                : fmt::format("sweep {} is unknown; give run or analyse", verb));
  check.texts("captures", out.captures);
  if (out.verb == SweepCommand::Verb::run)
    read_cells(check, out);
  else if (out.captures.empty())
    check.complain(std::string(no_capture));
  check.text("store-key", out.store_key);
  check.texts("factor", out.factors);
  check.fraction("alpha", out.alpha);
  check.number("seed", out.seed);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  read_output(check, out.output);
  check.text("html", out.html);
  check.text("rule", out.rule);
  refuse_clashes(check, {"captures"}, {"output", "html", "rule"});
  return check.finish(std::move(out));
}

Result<LockCommand> lock_command(const Values& values) {
  Checker check(values);
  LockCommand out;
  check.texts("captures", out.captures);
  if (out.captures.empty()) check.complain(std::string(no_capture));
  check.text("check", out.check);
  check.flag("update", out.update);
  read_output(check, out.output);
  if (!out.check.empty() && out.update) check.complain("--check changes no file; leave out --update");
  if (out.update && out.output.empty()) check.complain("--update needs --output, the file to add to");
  check.texts("rules", out.rules);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  check.count("jobs", out.jobs, 256);
  check.text("store-key", out.store_key);
  if (!out.check.empty()) refuse_idle(check, "output", "--check writes no inventory, and tells on standard output");
  if (out.check.empty()) refuse_idle(check, "format", "is of what --check says; an inventory has one format");
  refuse_clashes(check, {"captures", "check", "rules"}, {"output"});
  return check.finish(std::move(out));
}

Result<RetroCommand> retro_command(const Values& values) {
  Checker check(values);
  RetroCommand out;
  check.texts("captures", out.captures);
  if (out.captures.empty()) check.complain(std::string(no_capture));
  check.choice("by", out.by_week, parse_by, "day, week");
  check.texts("rules", out.rules);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  read_output(check, out.output);
  check.count("jobs", out.jobs, 256);
  check.text("store-key", out.store_key);
  refuse_clashes(check, {"captures", "rules"}, {"output"});
  return check.finish(std::move(out));
}

}  // namespace telltale::app
