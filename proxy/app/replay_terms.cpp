// What a command says of how to judge, read from files. Covered by tests/e2e/replay_test.py.
#include <fmt/format.h>

#include "app/finding_baseline.hpp"
#include "app/known_environment.hpp"
#include "app/lock_files.hpp"
#include "app/references.hpp"
#include "app/replay_one.hpp"
#include "app/rule_files.hpp"

namespace telltale::app {
namespace {

// What is compared with is input as captures are; a file that cannot be read is told by the option that named it.
template <class T>
Result<T> as_input(std::string_view option, Result<T> read) {
  if (read || read.error().code != Errc::file_failed) return read;
  return fail(Errc::input_unreadable, fmt::format("{} {}", option, read.error().detail));
}

}  // namespace

Result<ReplayTerms> terms_of(const ReplayCommand& command) {
  ReplayTerms out;
  TT_TRY(out.rules, load_rules(command.inspecting.rules));
  out.policy.mode = command.inspecting.mode;
  out.policy.list_segments = command.segments;
  out.policy.danger_strip_signed = command.inspecting.danger_strip_signed;
  out.policy.uninspected = command.inspecting.uninspected;
  if (!command.typed_file.empty()) {
    TT_TRY(out.typed, as_input("--typed", read_typed(command.typed_file)));
  }
  if (!command.typed_from.empty()) {
    TT_TRY(out.typed_among, as_input("--typed-from", read_transcripts(command.typed_from,
                                                                      out.typed.value_or(std::vector<std::string>()))));
  }
  if (!command.environment_file.empty()) {
    TT_TRY(out.environment, as_input("--environment", read_environment(command.environment_file)));
    out.needles = std::make_shared<const inspect::NeedleSet>(needles_of(*out.environment));
  }
  TT_TRY(out.baselines, read_baselines(command.baselines, out.limits));
  TT_TRY(out.accepted, read_accepted(command));
  if (!command.lock.empty()) {
    TT_TRY(out.lock, read_lock("--lock", command.lock));
    out.policy.list_segments = true;
    out.show_segments = command.segments;
  }
  out.accepts_new = !command.write_baseline.empty();
  out.today = command.today;
  out.json = command.format == "json";
  out.write_stripped = !command.strip_to.empty();
  out.fail_on = command.fail_on;
  return out;
}

}  // namespace telltale::app
