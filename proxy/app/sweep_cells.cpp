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

#include "app/cell_world.hpp"
#include "app/client_environment.hpp"
#include "app/file_text.hpp"
#include "app/signal_gate.hpp"
#include "app/sweep_plan.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds grace{5};  // from TERM to KILL: `run` ends what its client left in two

void say(const std::string& what) {
  fmt::print(stderr, "telltale sweep: {}\n", what);
}

// The text of /etc/os-release: a file's, or made of a name such as "Ubuntu 24.04.1 LTS".
std::string os_release_of(const std::string& value) {
  if (value.starts_with('/')) return read_file(value, 64 * 1024).value_or(std::string());
  const std::string id = ascii::lower(value.substr(0, value.find(' ')));
  return fmt::format("PRETTY_NAME=\"{0}\"\nNAME=\"{1}\"\nID={2}\n", value, value.substr(0, value.find(' ')), id);
}

/// One cell as its client sees it.
struct CellSetting {
  CellWorld world;
  Variables variables;
  std::vector<std::string> client;
  std::vector<std::string> facts;  ///< "NAME=value"
};

CellSetting setting_of(const SweepCommand& command, const std::vector<SweepFactor>& factors, const Cell& cell) {
  CellSetting out;
  out.client = command.client;
  out.world.user = "user";
  out.world.hostname = "workstation";
  out.world.zone = "UTC";
  Variables varied;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::string& name = factors[i].name;
    const std::string& value = factors[i].levels[cell[i]];
    out.facts.push_back(fmt::format("{}={}", name, value.empty() ? "(unset)" : value));
    if (is_variable_factor(name)) varied[name] = value;
    if (name == "TZ" && !value.empty()) out.world.zone = value;
    if (name == "hostname") out.world.hostname = value;
    if (name == "user") out.world.user = value;
    if (name == "cwd") out.world.cwd = value;
    if (name == "os-release") out.world.os_release = os_release_of(value);
    if (name == "client") out.client.front() = value;
  }
  out.world.home = "/home/" + out.world.user;
  if (out.world.cwd.empty()) out.world.cwd = out.world.home + "/project";
  const char* const path = std::getenv("PATH");
  out.variables = {{"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                   {"LANG", "C.UTF-8"},
                   {"TERM", "dumb"},
                   {"TZ", "UTC"},
                   {"USER", out.world.user},
                   {"LOGNAME", out.world.user},
                   {"HOME", out.world.home}};
  for (const std::string& name : command.keep)
    if (const char* const value = std::getenv(name.c_str())) out.variables[name] = value;
  for (const auto& [name, value] : varied)
    if (value.empty())
      out.variables.erase(name);
    else
      out.variables[name] = value;
  return out;
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

class Cells {
 public:
  Cells(const SweepCommand& command, std::vector<SweepFactor> factors)
      : command_(command), factors_(std::move(factors)) {}
  ~Cells() {
    std::error_code none;
    if (!work_.empty()) fs::remove_all(work_, none);
    if (done_.temporary && !handed_over_) fs::remove_all(done_.folder, none);
  }
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;

  Result<CellsDone> run();

 private:
  Result<void> open_folder();
  void drop_what_cannot_vary();
  Result<void> run_one(const PlannedRun& planned, const std::string& capture);
  std::string wait_for(pid_t pid);
  [[nodiscard]] bool out_of_time() const { return Clock::now() > deadline_; }

  const SweepCommand& command_;
  std::vector<SweepFactor> factors_;
  std::vector<Cell> cells_;
  SignalGate signals_;
  Isolation isolation_;
  std::string work_;  ///< what cells write, removed with us
  CellsDone done_;
  bool handed_over_ = false;  ///< the folder is the caller's
  Clock::time_point deadline_ = Clock::now() + std::chrono::seconds(command_.total_seconds);
};

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
  return {};
}

void Cells::drop_what_cannot_vary() {
  isolation_ = probe_isolation(work_);
  if (isolation_.possible) return;
  say(fmt::format("cells cannot be shut off here ({}): clients see this machine's files and network",
                  isolation_.reason));
  const auto is_lost = [](const SweepFactor& factor) {
    if (is_variable_factor(factor.name) || factor.name == "client") return false;
    say(fmt::format("{} cannot be varied here and is left out", factor.name));
    return true;
  };
  std::erase_if(factors_, is_lost);
  for (const SweepFactor& factor : factors_)
    if (factor.name == "TZ") say("TZ is varied as a variable only, not in /etc/localtime");
}

// "" if the client ended well; else why not.
std::string Cells::wait_for(pid_t pid) {
  Clock::time_point until = std::min(deadline_, Clock::now() + std::chrono::seconds(command_.cell_seconds));
  std::string why;
  int told = SIGTERM;
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid || ended < 0) {
      if (!why.empty()) return why;
      if (WIFSIGNALED(status)) return fmt::format("ended by signal {}", WTERMSIG(status));
      return WEXITSTATUS(status) == 0 ? "" : fmt::format("ended with {}", WEXITSTATUS(status));
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      if (why.empty()) why = "took too long";
      kill(pid, told);
      told = SIGKILL;
      until = Clock::now() + grace;
      continue;
    }
    pollfd waiting{signals_.descriptor(), POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(std::min<long>(left, 60'000)));
    while (const auto event = signals_.next()) {
      const bool is_end =
          event->signal == SIGINT || event->signal == SIGTERM || event->signal == SIGHUP || event->signal == SIGQUIT;
      if (!is_end) continue;
      done_.stopped = true;
      why = "stopped";
      until = Clock::now();
    }
  }
}

// The last line a client said, for a complaint.
std::string last_line(const std::string& file) {
  std::string text = read_file(file, 1 << 20).value_or(std::string());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return utf8::escaped(text.substr(text.rfind('\n') + 1).substr(0, 200));
}

Result<void> Cells::run_one(const PlannedRun& planned, const std::string& capture) {
  CellSetting setting = setting_of(command_, factors_, cells_[planned.cell]);
  setting.world.folder = work_ + "/cell";
  setting.world.keep = done_.folder;
  std::error_code failed;
  fs::create_directory(setting.world.folder, failed);
  if (!isolation_.possible) setting.variables["HOME"] = setting.world.folder + "/home";
  const std::string part = capture + ".part";
  fs::remove(part, failed);
  std::vector<std::string> words = {"telltale", "run", "--mock",   "--fail-on",     "never",
                                    "--save",   part,  "--output", part + ".report"};
  for (const std::string& fact : setting.facts) words.insert(words.end(), {"--fact", fact});
  words.insert(words.end(), {"--fact", "run=" + fs::path(capture).stem().string(), "--"});
  words.insert(words.end(), setting.client.begin(), setting.client.end());
  const std::string log = capture + ".log";
  TT_TRY(const pid_t pid, start_in_world(setting.world, isolation_, words, write_variables(setting.variables), log));
  std::string why = wait_for(pid);
  if (why.empty() && !fs::exists(part, failed)) why = "sent nothing";
  if (!why.empty() && !done_.stopped) {
    ++done_.failed;
    say(fmt::format("{}: {}: {}", fmt::join(setting.facts, " "), why, last_line(log)));
  }
  if (why.empty()) fs::rename(part, capture, failed);
  for (const std::string& file : {part, part + ".report", log}) fs::remove(file, failed);
  fs::remove_all(setting.world.folder, failed);
  return {};
}

Result<CellsDone> Cells::run() {
  if (auto opened = open_folder(); !opened) return tl::unexpected<Error>(opened.error());
  drop_what_cannot_vary();
  if (factors_.empty()) return fail(Errc::option_invalid, "nothing is left to vary");
  TT_TRY(cells_, design_cells(factors_, command_.design));
  const std::string plan = plan_text(factors_, command_.design, command_.client);
  const std::string plan_file = done_.folder + "/plan.json";
  if (const auto before = read_file(plan_file, 1 << 20); before && *before != plan)
    return fail(
        Errc::option_invalid,
        fmt::format("{} is of another sweep; give another --save folder, or the same factors, design and client",
                    plan_file));
  if (auto kept = replace_file(plan_file, plan); !kept) return tl::unexpected<Error>(kept.error());
  const unsigned rounds = command_.repeat != 0 ? command_.repeat : enough_rounds(factors_, cells_);
  const std::vector<PlannedRun> runs = order_runs(cells_.size(), rounds, command_.seed);
  done_.planned = runs.size();
  for (const SweepFactor& factor : factors_) done_.factors.push_back(factor.name);
  Progress progress(runs.size());
  for (const PlannedRun& planned : runs) {
    const std::string capture =
        fmt::format("{}/cell-{:04}-{:02}.jsonl", done_.folder, planned.cell + 1, planned.round + 1);
    std::error_code none;
    if (!fs::exists(capture, none)) {
      if (done_.stopped || out_of_time()) break;
      if (auto ran = run_one(planned, capture); !ran) return tl::unexpected<Error>(ran.error());
    }
    if (fs::exists(capture, none)) done_.captures.push_back(capture);
    progress.step();
    if (done_.failed == cells_.size() && done_.captures.empty())
      return fail(Errc::option_invalid, "the client failed in every cell of the first round");
  }
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
