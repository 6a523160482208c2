// `telltale lock`: the inventory of what clients send, and what is not in it. Covered by tests/e2e/lock_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "app/commands.hpp"
#include "app/exchange_stream.hpp"
#include "app/file_text.hpp"
#include "app/lock_files.hpp"
#include "app/rule_files.hpp"
#include "certs/pem.hpp"
#include "core/utf8.hpp"
#include "record/json_writer.hpp"
#include "record/mask.hpp"
#include "record/report_writer.hpp"

namespace telltale::app {
namespace {

void say(std::string_view what) {
  fmt::print(stderr, "telltale lock: {}\n", what);
}

int fail_with(const Error& error) {
  say(error.detail);
  return static_cast<int>(exit_code_of(fault_of(error.code)));
}

// False, and said, if it could not be written; a reader that has seen enough (`| head`) is no failure of ours.
bool print(std::string_view text) {
  if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return true;
  say(fmt::format("standard output: {}", system_reason()));
  return false;
}

/// An exchange taken apart, and what of it is not in the lock.
struct Looked {
  std::string id;
  record::Sent sent;
  std::vector<inspect::Finding> news;
};

Result<Looked> look(const InputLine& line, const ReplayTerms& terms) {
  TT_TRY(const record::Capture capture, record::parse_exchange(line.format, line.text, terms.limits, &certs::sha256));
  TT_TRY(const inspect::Judgement judged, judge_capture(capture, terms));
  Looked out;
  out.id = capture.id;
  TT_TRY(out.sent, sent_of(capture, judged.verdict, terms.limits));
  if (!terms.lock) return out;
  inspect::Verdict verdict;
  verdict.findings = lock_findings(*terms.lock, out.sent, inspect::Mode::flag);
  out.news = record::masked_verdict(std::move(verdict), capture.request, &certs::sha256).findings;
  return out;
}

std::string news_text(const LinePlace& place, const Looked& one) {
  std::string out;
  for (const inspect::Finding& finding : one.news)
    out += fmt::format("{}:{}  {}  {}  {}  {}\n", utf8::escaped(place.file), place.number, utf8::escaped(one.id),
                       finding.rule, utf8::escaped(finding.where), record::sentence_of(finding));
  return out;
}

std::string news_json(const LinePlace& place, const Looked& one) {
  std::string out;
  record::JsonWriter json(out, record::JsonText::ascii);
  json.begin_object();
  json.member("exchange", one.id);
  json.member("file", place.file);
  json.key("line"), json.unsigned_integer(place.number);
  json.key("news");
  json.begin_array();
  for (const inspect::Finding& finding : one.news) {
    json.begin_object();
    json.member("rule", finding.rule);
    json.member("where", finding.where);
    json.key("code_points");
    json.begin_array();
    for (const std::string& point : finding.code_points) json.string(point);
    json.end_array();
    json.member("message", finding.message);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out + "\n";
}

int check(const LockCommand& command, const ReplayTerms& terms) {
  const bool json = command.format == "json";
  ExchangeStream stream("lock", command.jobs, terms.limits);
  record::LockBuilder seen;
  std::uint64_t exchanges = 0;
  std::uint64_t news = 0;
  bool written = true;
  stream.read(
      command.captures, [&terms](const InputLine& line) { return look(line, terms); },
      [&](const LinePlace& place, const Looked& one) {
        ++exchanges;
        news += one.news.size();
        seen.add(one.sent);
        if (written && (json || !one.news.empty()))
          written = print(json ? news_json(place, one) : news_text(place, one));
      });
  const auto gone = seen.gone_from(*terms.lock);
  for (const std::string& one : gone) written = written && print(gone_line(one, json));
  if (!json && written)
    written = print(fmt::format("{} exchange{}: {} not in the lock, {} gone from it\n", exchanges,
                                exchanges == 1 ? "" : "s", news, gone.size()));
  if (!written) return static_cast<int>(ExitCode::usage);
  if (stream.damaged()) return static_cast<int>(ExitCode::unreadable);
  return static_cast<int>(news > 0 && command.fail_on ? ExitCode::findings : ExitCode::clean);
}

int make(const LockCommand& command, const ReplayTerms& terms, record::Lock old) {
  ExchangeStream stream("lock", command.jobs, terms.limits);
  record::LockBuilder builder(std::move(old));
  bool whole = true;
  stream.read(
      command.captures, [&terms](const InputLine& line) { return look(line, terms); },
      [&](const LinePlace&, const Looked& one) { whole = builder.add(one.sent) && whole; });
  if (!whole) {
    say(fmt::format("more than {} facts; not written", record::Lock::most_facts));
    return static_cast<int>(ExitCode::usage);
  }
  const std::string text = record::to_text(builder.finish());
  if (command.output.empty()) {
    if (!print(text)) return static_cast<int>(ExitCode::usage);
  } else if (const auto written = replace_file(command.output, text); !written) {
    return fail_with(written.error());
  }
  return static_cast<int>(stream.damaged() ? ExitCode::unreadable : ExitCode::clean);
}

}  // namespace

int run_lock(const LockCommand& command) {
  ReplayTerms terms;
  auto rules = load_rules(command.rules);
  if (!rules) return fail_with(rules.error());
  terms.rules = std::move(*rules);
  terms.policy.list_segments = true;
  if (!command.check.empty()) {
    auto lock = read_lock("--check", command.check);
    if (!lock) return fail_with(lock.error());
    terms.lock = std::move(*lock);
    return check(command, terms);
  }
  record::Lock old;
  if (command.update) {
    auto read = read_lock("--update", command.output);
    if (!read) return fail_with(read.error());
    old = std::move(*read);
  }
  return make(command, terms, std::move(old));
}

}  // namespace telltale::app
