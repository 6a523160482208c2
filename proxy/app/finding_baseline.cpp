// Baselines of findings as files. Covered by tests/e2e/finding_baseline_test.py.
#include "app/finding_baseline.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "app/file_text.hpp"
#include "certs/pem.hpp"
#include "core/utf8.hpp"
#include "record/report.hpp"

namespace telltale::app {
namespace {

using record::AcceptedFindings;

Result<AcceptedFindings> read_one(std::string_view option, const std::string& path) {
  const auto text = read_file(path, AcceptedFindings::most_bytes);
  if (!text) return fail(Errc::input_unreadable, fmt::format("{} {}", option, text.error().detail));
  auto out = record::load_accepted(*text, &certs::sha256);
  if (out) return out;
  return fail(Errc::input_unreadable, fmt::format("{} {}: {}", option, path, out.error().detail));
}

}  // namespace

Result<std::optional<AcceptedFindings>> read_accepted(const ReplayCommand& command) {
  std::optional<AcceptedFindings> out;
  const bool writes = !command.write_baseline.empty();
  if (!command.baseline_findings.empty()) {
    TT_TRY(out, read_one("--baseline-findings", command.baseline_findings));
  } else if (writes && ::access(command.write_baseline.c_str(), F_OK) == 0) {
    TT_TRY(out, read_one("--write-baseline", command.write_baseline));
  } else if (writes) {
    out.emplace();
  }
  return out;
}

Result<void> write_accepted(const std::string& path, const record::FindingTally& tally,
                            const AcceptedFindings& accepted) {
  const auto all = tally.to_accept(accepted);
  if (!all)
    return fail(Errc::file_failed, fmt::format("--write-baseline {}: more than {} kinds of finding; not written", path,
                                               AcceptedFindings::most_entries));
  return replace_file(path, record::save_accepted(*all));
}

std::string gone_text(const record::FindingTally& tally, const AcceptedFindings& accepted, record::ReportWriter* writer,
                      bool json) {
  std::string out;
  for (const auto& [fingerprint, entry] : tally.gone(accepted)) {
    if (writer != nullptr)
      out += writer->gone(entry->kind, fingerprint, entry->reason);
    else if (json)
      out += record::gone_to_json(entry->kind, fingerprint, entry->reason) + "\n";
    else
      out += fmt::format("gone  {}{}\n", record::to_words(entry->kind),
                         entry->reason.empty() ? "" : fmt::format(" ({})", utf8::escaped(entry->reason)));
  }
  return out;
}

std::string standing_text(const record::FindingTally& tally, const AcceptedFindings& accepted) {
  using record::Standing;
  return fmt::format(": {} new, {} unchanged, {} expired, {} gone", tally.count(Standing::fresh),
                     tally.count(Standing::unchanged), tally.count(Standing::expired), tally.gone(accepted).size());
}

}  // namespace telltale::app
