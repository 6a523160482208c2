// `telltale retro`: today's rules over the captures of months. Covered by tests/e2e/retro_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "app/commands.hpp"
#include "app/exchange_stream.hpp"
#include "app/file_text.hpp"
#include "app/received_capture.hpp"
#include "app/rule_files.hpp"
#include "certs/pem.hpp"
#include "record/retro.hpp"

namespace telltale::app {
namespace {

int fail_with(const Error& error) {
  fmt::print(stderr, "telltale retro: {}\n", error.detail);
  return static_cast<int>(exit_code_of(fault_of(error.code)));
}

Result<record::RetroItem> look(const InputLine& line, const ReplayTerms& terms) {
  TT_TRY(const record::Capture capture, record::parse_exchange(line.format, line.text, terms.limits, &certs::sha256));
  TT_TRY(const ReceivedCapture received, received_capture(capture, terms.limits));
  TT_TRY(const inspect::Judgement judged, judge_capture(capture, terms));
  return record::retro_item(capture, judged.verdict, received.host);
}

Result<void> write_report(const std::string& path, std::string_view text) {
  if (!path.empty()) return replace_file(path, text);
  // A reader that has seen enough (`| head`) is no failure of ours.
  if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return {};
  return fail(Errc::file_failed, fmt::format("standard output: {}", system_reason()));
}

}  // namespace

int run_retro(const RetroCommand& command) {
  ReplayTerms terms;
  auto rules = load_rules(command.rules);
  if (!rules) return fail_with(rules.error());
  terms.rules = std::move(*rules);
  ExchangeStream stream("retro", command.jobs, terms.limits);
  record::Retro retro(command.by_week);
  bool fails = false;
  stream.read(
      command.captures, [&terms](const InputLine& line) { return look(line, terms); },
      [&](const LinePlace&, const record::RetroItem& item) {
        retro.add(item);
        fails = fails || (command.fail_on && std::any_of(item.rules.begin(), item.rules.end(), [&](const auto& one) {
                            return one.second.severity >= *command.fail_on;
                          }));
      });
  const std::string report = command.format == "json" ? record::to_json_lines(retro) : record::to_text(retro);
  if (const auto written = write_report(command.output, report); !written) return fail_with(written.error());
  if (stream.damaged()) return static_cast<int>(ExitCode::unreadable);
  return static_cast<int>(fails ? ExitCode::findings : ExitCode::clean);
}

}  // namespace telltale::app
