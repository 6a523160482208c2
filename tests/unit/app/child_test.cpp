#include "app/child.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "app/leftovers.hpp"
#include "app/terminal.hpp"
#include "support/catch.hpp"

using namespace telltale;

namespace {

struct Outcome {
  app::ChildResult result;
  std::vector<std::string> typed;
};

// Runs `script` in sh with `input` as its stdin.
Outcome run_shell(const std::string& script, int input, std::function<void(const std::string&)> also = nullptr) {
  const app::SignalGate signals;
  Outcome outcome;
  app::ChildOptions options;
  options.command = {"sh", "-c", script};
  options.environment = {"PATH=/usr/bin:/bin", "GREETING=from us"};
  options.input = input;
  options.typed = [&](std::string text) {
    if (also) also(text);
    outcome.typed.push_back(std::move(text));
  };
  auto result = app::run_child(options, signals);
  REQUIRE(result);
  outcome.result = std::move(*result);
  return outcome;
}

int nothing() {
  static const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  return fd;
}

app::Descriptor pipe_with(const std::string& text) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  REQUIRE(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  close(ends[1]);
  return app::Descriptor(ends[0]);
}

}  // namespace

TEST_CASE("the client's exit status is passed on", "[app][child]") {
  struct Row {
    const char* script;
    int status;
  };
  const Row rows[] = {
      {"exit 0", 0},
      {"exit 7", 7},
      {"kill -TERM $$", 143},
      {"kill -KILL $$", 137},
      {"test \"$GREETING\" = 'from us'", 0},
      {"test -z \"$HOME\"", 0},  // only what it was given
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.script) {
      CHECK(run_shell(row.script, nothing()).result.status == row.status);
    }
  }
}

TEST_CASE("a client that cannot be started is told apart", "[app][child]") {
  const app::SignalGate signals;
  app::ChildOptions options;
  options.input = nothing();
  options.command = {"telltale-no-such-program"};
  const auto missing = app::run_child(options, signals);
  REQUIRE(missing);
  CHECK(missing->status == 127);
  CHECK_FALSE(missing->start_error.empty());
  options.command = {"/etc"};
  const auto folder = app::run_child(options, signals);
  REQUIRE(folder);
  CHECK(folder->status == 126);
}

TEST_CASE("piped input reaches the client whole and counts as typed", "[app][child]") {
  SECTION("short") {
    const app::Descriptor input = pipe_with("say hello\n");
    const Outcome outcome = run_shell("read line; test \"$line\" = 'say hello' && ! read line", input.get());
    CHECK(outcome.result.status == 0);
    CHECK(outcome.typed == std::vector<std::string>{"say hello"});
  }
  SECTION("longer than any pipe") {
    app::Descriptor file(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    REQUIRE(file.open());
    const std::string text(3'000'000, 'x');
    REQUIRE(write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    REQUIRE(lseek(file.get(), 0, SEEK_SET) == 0);
    const Outcome outcome = run_shell("test $(wc -c) = 3000000", file.get());
    CHECK(outcome.result.status == 0);
    REQUIRE(outcome.typed.size() == 1);
    CHECK(outcome.typed[0] == text);
  }
  SECTION("never read") {
    const app::Descriptor input = pipe_with("ignored\n");
    CHECK(run_shell("exec <&-; exit 3", input.get()).result.status == 3);
  }
}

TEST_CASE("signals are passed on to the client", "[app][child]") {
  const app::Descriptor input = pipe_with("go\n");
  const auto ask = [](const std::string&) { kill(getpid(), SIGINT); };
  // dash runs traps between commands only, and `wait` is a command a signal ends.
  const Outcome outcome = run_shell("trap 'exit 9' INT; read go; while :; do sleep 10 & wait; done", input.get(), ask);
  CHECK((outcome.result.status == 9 || outcome.result.status == 130));  // 130: it came before the trap was set
}

TEST_CASE("what a client leaves running is ended", "[app][child]") {
  const Outcome outcome = run_shell("(trap '' HUP; exec sleep 1000) >/dev/null 2>&1 & exit 0", nothing());
  CHECK(outcome.result.status == 0);
  CHECK(outcome.result.leftovers.size() == 1);
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // no child is left
}

TEST_CASE("a terminal becomes one of the client's own, and is put back", "[app][child]") {
  int master = -1;
  int slave = -1;
  winsize size{};
  size.ws_col = 77;
  REQUIRE(openpty(&master, &slave, nullptr, nullptr, &size) == 0);
  const app::Descriptor keyboard(master);
  app::Descriptor screen(slave);
  // run_child takes input for a terminal only in its foreground: we must be the leader of a session that owns it.
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    termios before{};
    tcgetattr(slave, &before);
    app::Descriptor note(open("/dev/null", O_WRONLY));
    const app::SignalGate signals;
    app::ChildOptions options;
    options.command = {"sh", "-c", "stty size <&0 | grep -q ' 77$' && read line && test \"$line\" = zebra"};
    options.environment = {"PATH=/usr/bin:/bin"};
    options.input = slave;
    bool typed = false;
    options.typed = [&typed](const std::string& text) { typed = typed || text == "zebra"; };
    const auto result = app::run_child(options, signals);
    termios after{};
    tcgetattr(slave, &after);
    const bool restored = before.c_lflag == after.c_lflag && before.c_oflag == after.c_oflag;
    _exit(!result ? 20 : result->status != 0 ? 21 : !typed ? 22 : !restored ? 23 : 0);
  }
  screen.reset();
  REQUIRE(write(keyboard.get(),
                "zebrx\x7f"
                "a\n",
                8) == 8);
  int status = 0;
  std::thread reader([&] {  // what it prints must not fill the terminal up
    char sink[256];
    while (read(keyboard.get(), sink, sizeof sink) > 0) {
    }
  });
  REQUIRE(waitpid(pid, &status, 0) == pid);
  reader.join();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
