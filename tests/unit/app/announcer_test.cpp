#include "app/announcer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using std::chrono::milliseconds;

namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  /// Reads until `wanted` has come.
  std::string read_until(const std::string& wanted) const {
    std::string out;
    char buffer[65536];
    while (out.find(wanted) == std::string::npos) {
      const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
      if (got <= 0) break;
      out.append(buffer, static_cast<std::size_t>(got));
    }
    return out;
  }
  int ends[2];
};

}  // namespace

TEST_CASE("lines come out whole and in order", "[app][announcer]") {
  const Pipe pipe;
  app::Announcer announcer(pipe.ends[1]);
  const std::string longer = std::string(10'000, 'x') + "\n";
  announcer.say("one\n");
  announcer.say("");
  announcer.say(longer);
  announcer.say("three\n");
  CHECK(pipe.read_until("three\n") == "one\n" + longer + "three\n");
  CHECK(announcer.flush(milliseconds(10'000)));
  CHECK(announcer.dropped() == 0);
}

TEST_CASE("a reader that stands still is not waited for, and what it misses is counted and owned up to",
          "[app][announcer]") {
  const Pipe pipe;
  const std::string line = std::string(999, 'x') + "\n";
  app::Announcer announcer(pipe.ends[1], 200'000);
  for (int i = 0; i < 1000; ++i) announcer.say(line);  // 1 MB, where a pipe takes 64 KiB
  CHECK(announcer.dropped() > 500);
  CHECK_FALSE(announcer.flush(milliseconds(10)));
  const std::string read = pipe.read_until("were not said");
  CHECK(read.ends_with(std::to_string(announcer.dropped()) + " lines were not said: nobody read standard error\n"));
  CHECK(announcer.flush(milliseconds(10'000)));
  announcer.say("again\n");
  CHECK(pipe.read_until("again\n") == "again\n");
}

TEST_CASE("the end does not wait for a reader that stands still", "[app][announcer]") {
  const Pipe pipe;
  const auto began = std::chrono::steady_clock::now();
  {
    app::Announcer announcer(pipe.ends[1]);
    for (int i = 0; i < 200; ++i) announcer.say(std::string(1000, 'x'));
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("a log that is cut begins anew", "[app][announcer]") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.path("log");
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(descriptor >= 0);
  app::append_always(descriptor);
  app::Announcer announcer(descriptor);
  announcer.say("before\n");
  REQUIRE(announcer.flush(milliseconds(10'000)));
  REQUIRE(::truncate(file.c_str(), 0) == 0);
  announcer.say("after\n");
  REQUIRE(announcer.flush(milliseconds(10'000)));
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(text.str() == "after\n");
  ::close(descriptor);
}
