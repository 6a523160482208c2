// The cells of a sweep, one after the other. Covered by tests/e2e/sweep_run_test.py.
#include "app/sweep_cells.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "app/cell_setting.hpp"
#include "app/file_text.hpp"
#include "app/signal_gate.hpp"
#include "app/sweep_plan.hpp"
#include "core/utf8.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds grace{5};  // from TERM to KILL: `run` ends what its client left in two

void say(const std::string& what) {
  fmt::print(stderr, "telltale sweep: {}\n", what);
}

/// "12 of 56 cells, about 4 min left": one line that is rewritten on a terminal, a line every tenth elsewhere.
class Progress {
 public:
  explicit Progress(std::size_t all) : all_(all), live_(isatty(STDERR_FILENO) == 1) {}

  void step() {
    ++done_;
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start_).count();
    const auto left = passed * static_cast<long>(all_ - done_) / static_cast<long>(done_);
    const std::string line = fmt::format("{} of {} cells, about {}:{:02} left", done_, all_, left / 60, left % 60);
    if (live_) fmt::print(stderr, "\r{:<60}{}", line, done_ == all_ ? "\n" : "");
    if (!live_ && (done_ == all_ || done_ * 10 / all_ != (done_ - 1) * 10 / all_)) say(line);
  }

 private:
  std::size_t all_;
  std::size_t done_ = 0;
  bool live_;
  Clock::time_point start_ = Clock::now();
};

/// A cell whose client runs.
struct Running {
  pid_t pid = -1;
  std::string capture;  ///< where it goes when it is whole
  std::string facts;    ///< for complaints
  std::string folder;   ///< what the cell writes
  Clock::time_point until;
  std::string why;  ///< it was told to end; empty: it was not
  int next_signal = SIGTERM;
};

// The last line a client said, for a complaint.
std::string last_line(const std::string& file) {
  std::string text = read_file(file, 1 << 20).value_or(std::string());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return utf8::escaped(text.substr(text.rfind('\n') + 1).substr(0, 200));
}

std::string ended_how(int status) {
  if (WIFSIGNALED(status)) return fmt::format("ended by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("ended with {}", WEXITSTATUS(status));
}

class Cells {
 public:
  Cells(const SweepCommand& command, std::vector<SweepFactor> factors)
      : command_(command), factors_(std::move(factors)) {}
  ~Cells();
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;

  Result<CellsDone> run();

 private:
  Result<void> open_folder();
  Result<void> keep_plan();
  void drop_what_cannot_vary();
  Result<void> run_all(const std::vector<PlannedRun>& runs);
  Result<void> start(const PlannedRun& planned, const std::string& capture);
  void wait_for_some();
  void hear_signals();
  void hurry(Running& running);
  void finish(const Running& running, int status);
  [[nodiscard]] bool has_no_chance() const { return done_.failed >= cells_.size() && done_.captures.empty(); }
  [[nodiscard]] bool out_of_time() const { return Clock::now() > deadline_; }

  const SweepCommand& command_;
  std::vector<SweepFactor> factors_;
  std::vector<Cell> cells_;
  SignalGate signals_;
  Isolation isolation_;
  std::string work_;  ///< what cells write, removed with us
  std::vector<Running> running_;
  std::optional<Progress> progress_;
  CellsDone done_;
  bool handed_over_ = false;  ///< the folder is the caller's
  Clock::time_point deadline_ = Clock::now() + std::chrono::seconds(command_.total_seconds);
};

// Cells are gone by now, unless we end by an error of our own.
Cells::~Cells() {
  for (const Running& running : running_) {
    kill(running.pid, SIGKILL);
    waitpid(running.pid, nullptr, 0);
  }
  std::error_code none;
  if (!work_.empty()) fs::remove_all(work_, none);
  if (done_.temporary && !handed_over_) fs::remove_all(done_.folder, none);
}

Result<void> Cells::open_folder() {
  std::error_code failed;
  done_.temporary = command_.save.empty();
  if (done_.temporary) {
    std::string name = (fs::temp_directory_path(failed) / "telltale-sweep-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return fail(Errc::file_failed, name + ": " + system_reason());
    done_.folder = name;
  } else {
    fs::create_directories(command_.save, failed);
    done_.folder = fs::canonical(command_.save, failed).string();
    if (failed) return fail(Errc::file_failed, command_.save + ": " + failed.message());
  }
  std::string work = done_.folder + "/.work-XXXXXX";
  if (mkdtemp(work.data()) == nullptr) return fail(Errc::file_failed, work + ": " + system_reason());
  work_ = work;
  isolation_ = probe_isolation(work_);
  // Cells only record: what is found is found by comparing them, and no rule has a say in it.
  return replace_file(work_ + "/no-rules.jsonc", "{\"rules\": []}\n");
}

Result<void> Cells::keep_plan() {
  const std::string plan = plan_text(factors_, command_.design, command_.client, command_.keep);
  const std::string file = done_.folder + "/plan.json";
  if (const auto before = read_file(file, 1 << 20); before && *before != plan)
    return fail(
        Errc::option_invalid,
        fmt::format("{} is of another sweep; give another --save folder, or the same factors, design, client and "
                    "kept variables",
                    file));
  return replace_file(file, plan);
}

void Cells::drop_what_cannot_vary() {
  if (!isolation_.possible)
    say(fmt::format("cells cannot be shut off here ({}): clients see this machine's files and network",
                    isolation_.reason));
  const bool has_clock = !clock_library().empty();
  const auto why_lost = [&](const SweepFactor& factor) -> std::string_view {
    if (factor.name == "clock" && !has_clock) return "libfaketime is not installed";
    const bool needs_world =
        !is_variable_factor(factor.name) && factor.name != "client" && factor.name != "proxy" && factor.name != "clock";
    return needs_world && !isolation_.possible ? "it needs a machine of its own" : "";
  };
  std::erase_if(factors_, [&](const SweepFactor& factor) {
    const std::string_view why = why_lost(factor);
    if (!why.empty()) say(fmt::format("{} cannot be varied here and is left out: {}", factor.name, why));
    return !why.empty();
  });
  for (const SweepFactor& factor : factors_)
    if (factor.name == "TZ" && !isolation_.possible) say("TZ is varied as a variable only, not in /etc/localtime");
}

Result<void> Cells::start(const PlannedRun& planned, const std::string& capture) {
  CellSetting setting = setting_of(command_, factors_, cells_[planned.cell]);
  Running running;
  running.capture = capture;
  running.folder = fmt::format("{}/cell-{}", work_, fs::path(capture).stem().string());
  running.facts = fmt::format("{}", fmt::join(setting.facts, " "));
  running.until = std::min(deadline_, Clock::now() + std::chrono::seconds(command_.cell_seconds));
  setting.world.folder = running.folder;
  setting.world.keep = done_.folder;
  std::error_code failed;
  fs::create_directory(running.folder, failed);
  if (!isolation_.possible) setting.variables["HOME"] = running.folder + "/home";
  const std::string part = capture + ".part";
  fs::remove(part, failed);
  std::vector<std::string> words = {"telltale", "run",    "--mock", "--rules",  work_ + "/no-rules.jsonc", "--fail-on",
                                    "never",    "--save", part,     "--output", part + ".report"};
  for (const std::string& fact : setting.facts) words.insert(words.end(), {"--fact", fact});
  words.insert(words.end(), {"--fact", "run=" + fs::path(capture).stem().string(), "--"});
  words.insert(words.end(), setting.client.begin(), setting.client.end());
  TT_TRY(running.pid,
         start_in_world(setting.world, isolation_, words, write_variables(setting.variables), capture + ".log"));
  running_.push_back(std::move(running));
  return {};
}

// The first time kindly, then not.
void Cells::hurry(Running& running) {
  kill(running.pid, running.next_signal);
  running.next_signal = SIGKILL;
  running.until = Clock::now() + grace;
}

void Cells::hear_signals() {
  while (const auto event = signals_.next()) {
    const bool is_end =
        event->signal == SIGINT || event->signal == SIGTERM || event->signal == SIGHUP || event->signal == SIGQUIT;
    if (!is_end || done_.stopped) continue;
    done_.stopped = true;
    for (Running& running : running_) {
      running.why = "stopped";
      hurry(running);
    }
  }
}

void Cells::finish(const Running& running, int status) {
  const std::string part = running.capture + ".part";
  const std::string log = running.capture + ".log";
  std::error_code failed;
  std::string why = running.why.empty() ? ended_how(status) : running.why;
  if (why.empty() && !fs::exists(part, failed)) why = "sent nothing";
  if (why.empty()) {
    fs::rename(part, running.capture, failed);
    done_.captures.push_back(running.capture);
  } else if (!done_.stopped) {
    ++done_.failed;
    say(fmt::format("{}: {}: {}", running.facts, why, last_line(log)));
  }
  for (const std::string& file : {part, part + ".report", log}) fs::remove(file, failed);
  fs::remove_all(running.folder, failed);
  if (!done_.stopped) progress_->step();
}

// Until at least one of the cells that run has ended.
void Cells::wait_for_some() {
  for (const std::size_t before = running_.size(); running_.size() == before && before > 0;) {
    for (auto at = running_.begin(); at != running_.end();) {
      int status = 0;
      const pid_t ended = waitpid(at->pid, &status, WNOHANG);
      if (ended == 0) {
        ++at;
        continue;
      }
      const Running gone = std::move(*at);
      at = running_.erase(at);
      finish(gone, status);
    }
    if (running_.size() != before) return;
    auto next = Clock::now() + std::chrono::minutes(1);
    for (Running& running : running_) {
      if (running.until <= Clock::now()) {
        if (running.why.empty()) running.why = "took too long";
        hurry(running);
      }
      next = std::min(next, running.until);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    pollfd waiting{signals_.descriptor(), POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    hear_signals();
  }
}

Result<void> Cells::run_all(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& planned : runs) {
    const std::string capture =
        fmt::format("{}/cell-{:04}-{:02}.jsonl", done_.folder, planned.cell + 1, planned.round + 1);
    std::error_code none;
    if (fs::exists(capture, none)) {
      done_.captures.push_back(capture);
      progress_->step();
      continue;
    }
    while (running_.size() >= command_.jobs) wait_for_some();
    if (done_.stopped || out_of_time() || has_no_chance()) break;
    if (auto started = start(planned, capture); !started) return started;
  }
  while (!running_.empty()) wait_for_some();
  return {};
}

Result<CellsDone> Cells::run() {
  if (auto opened = open_folder(); !opened) return tl::unexpected<Error>(opened.error());
  drop_what_cannot_vary();
  if (factors_.empty()) return fail(Errc::option_invalid, "nothing is left to vary");
  TT_TRY(cells_, design_cells(factors_, command_.design));
  if (auto kept = keep_plan(); !kept) return tl::unexpected<Error>(kept.error());
  const unsigned rounds = command_.repeat != 0 ? command_.repeat : enough_rounds(factors_, cells_);
  const std::vector<PlannedRun> runs = order_runs(cells_.size(), rounds, command_.seed);
  done_.planned = runs.size();
  for (const SweepFactor& factor : factors_) done_.factors.push_back(factor.name);
  progress_.emplace(runs.size());
  if (auto ran = run_all(runs); !ran) return tl::unexpected<Error>(ran.error());
  if (!done_.stopped && has_no_chance())
    return fail(Errc::option_invalid, "the client failed in every cell of the first round");
  std::sort(done_.captures.begin(), done_.captures.end());
  handed_over_ = true;
  return done_;
}

// A relative path of the client means the folder we were started in; cells have another.
SweepCommand with_whole_paths(SweepCommand command) {
  std::error_code none;
  if (command.client.front().find('/') != std::string::npos)
    command.client.front() = fs::absolute(command.client.front(), none).string();
  return command;
}

Result<std::vector<SweepFactor>> factors_of(const SweepCommand& command) {
  std::vector<SweepFactor> out;
  const auto add = [&out](SweepFactor factor) {
    const auto same = [&](const SweepFactor& one) { return one.name == factor.name; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(factor));
  };
  for (const std::string& text : command.vary) {
    TT_TRY(SweepFactor factor, parse_factor(text));
    add(std::move(factor));
  }
  for (const std::string& name : command.profiles) {
    TT_TRY(std::vector<SweepFactor> profile, profile_factors(name));
    for (SweepFactor& factor : profile) add(std::move(factor));  // what --vary says of it wins
  }
  return out;
}

}  // namespace

Result<CellsDone> run_cells(const SweepCommand& command) {
  TT_TRY(std::vector<SweepFactor> factors, factors_of(command));
  const SweepCommand whole = with_whole_paths(command);
  return Cells(whole, std::move(factors)).run();
}

}  // namespace telltale::app
