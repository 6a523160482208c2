#include "app/service_manager.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

/// What a service manager listens on.
class Manager {
 public:
  explicit Manager(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Manager() { ::close(fd_); }
  std::string hear() const {
    char text[512];
    const ssize_t got = ::recv(fd_, text, sizeof text, 0);
    return got < 0 ? std::string("nothing") : std::string(text, static_cast<std::size_t>(got));
  }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("a service manager is told, by path and by abstract name", "[app][service]") {
  const test::TemporaryFolder scratch;
  for (const std::string& name : {scratch.path("notify"), "@telltale-test-" + std::to_string(getpid())}) {
    const Manager manager(name);
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
    const auto service = app::ServiceManager::from_environment();
    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    CHECK(service.watchdog() == std::chrono::microseconds(1'500'000));
    service.tell("READY=1");
    CHECK(manager.hear() == "READY=1");
    service.reloading();
    CHECK(manager.hear().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  }
}

TEST_CASE("without a manager, or for another process, nothing is told or watched", "[app][service]") {
  struct Row {
    const char* socket;
    const char* period;
    const char* pid;
  };
  for (const Row& row :
       {Row{"", "3000000", ""}, Row{"@x", "3000000", "1"}, Row{"@x", "often", ""}, Row{"@x", "", ""}}) {
    setenv("NOTIFY_SOCKET", row.socket, 1);
    setenv("WATCHDOG_USEC", row.period, 1);
    setenv("WATCHDOG_PID", row.pid, 1);
    const auto service = app::ServiceManager::from_environment();
    CHECK_FALSE(service.watchdog());
    service.tell("READY=1");
  }
}

TEST_CASE("the pulse reports what it sees until it ends", "[app][service]") {
  std::atomic<bool> alive{true};
  std::atomic<int> beats{0}, misses{0};
  {
    const app::Pulse pulse(
        std::chrono::microseconds(500), [&] { return alive.load(); }, [&](bool was) { ++(was ? beats : misses); });
    while (beats < 3) usleep(500);
    alive = false;
    while (misses < 2) usleep(500);
  }
  const int last = misses;
  usleep(5'000);
  CHECK(misses == last);
}
