#include "app/ca_store.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using Texts = std::vector<std::string>;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

}  // namespace

TEST_CASE("a new CA is its owner's alone, whatever the umask", "[app][ca]") {
  for (const mode_t mask : {0000U, 0022U, 0077U}) {
    const test::TemporaryFolder folder;
    const Umask umask(mask);
    const std::string dir = folder.path("deep/ca");
    REQUIRE(app::create_authority(dir, {"api.example.com"}));
    CHECK(mode_of(folder.path("deep")) == (0700U & ~mask));
    CHECK(mode_of(dir) == (0700U & ~mask));
    CHECK(mode_of(dir + "/ca.key") == 0600);
    CHECK(mode_of(dir + "/ca.pem") == 0644);
    CHECK(std::distance(std::filesystem::directory_iterator(dir), std::filesystem::directory_iterator()) == 2);
  }
}

// A name constraint covers the name and everything below it (RFC 5280 section 4.2.1.10).
TEST_CASE("what was created loads as the same CA", "[app][ca]") {
  const test::TemporaryFolder folder;
  const auto made = app::create_authority(folder.path("ca"), {"api.example.com", "*.example.org"});
  REQUIRE(made);
  const auto loaded = app::load_authority(folder.path("ca"));
  REQUIRE(loaded);
  CHECK((*loaded)->certificate_pem() == (*made)->certificate_pem());
  CHECK((*loaded)->permit() == Texts{"api.example.com", "*.api.example.com", "example.org", "*.example.org"});
}

TEST_CASE("an existing CA is never replaced", "[app][ca]") {
  const test::TemporaryFolder folder;
  REQUIRE(app::create_authority(folder.path(), {}));
  const auto again = app::create_authority(folder.path(), {});
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::file_failed);
  CHECK(again.error().detail == folder.path("ca.key") + ": there already; it is never replaced");
}

TEST_CASE("a key that others can use is refused with what to type", "[app][ca]") {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    const test::TemporaryFolder folder;
    REQUIRE(app::create_authority(folder.path(), {}));
    REQUIRE(::chmod(folder.path("ca.key").c_str(), mode) == 0);
    const auto got = app::load_authority(folder.path());
    REQUIRE_FALSE(got);
    CHECK(got.error().code == Errc::ca_key_exposed);
    CHECK(got.error().detail.ends_with("type: chmod 600 " + folder.path("ca.key")));
  }
}

TEST_CASE("a damaged, foreign or missing half is refused", "[app][ca]") {
  const test::TemporaryFolder folder;
  const test::TemporaryFolder other;
  REQUIRE(app::create_authority(folder.path(), {}));
  REQUIRE(app::create_authority(other.path(), {}));
  namespace fs = std::filesystem;
  SECTION("certificate of another key") {
    fs::copy_file(other.path("ca.pem"), folder.path("ca.pem"), fs::copy_options::overwrite_existing);
    CHECK(app::load_authority(folder.path()).error().code == Errc::ca_malformed);
  }
  SECTION("no certificate in it") {
    folder.write("ca.pem", "nothing");
    CHECK(app::load_authority(folder.path()).error().code == Errc::ca_malformed);
  }
  SECTION("no key in it") {
    folder.write("ca.key", "nothing");
    CHECK(app::load_authority(folder.path()).error().code == Errc::ca_malformed);
  }
  SECTION("certificate missing") {
    fs::remove(folder.path("ca.pem"));
    CHECK(app::load_authority(folder.path()).error().code == Errc::file_failed);
    CHECK_FALSE(app::load_or_create_authority(folder.path(), {}, true));
  }
  SECTION("key missing") {
    fs::remove(folder.path("ca.key"));
    CHECK(app::load_authority(folder.path()).error().code == Errc::file_failed);
  }
}

TEST_CASE("first use makes a CA, later use loads it", "[app][ca]") {
  const test::TemporaryFolder folder;
  const std::string dir = folder.path("ca");
  const Texts hosts = {"api.example.com", "*.example.org"};
  const auto first = app::load_or_create_authority(dir, hosts, false);
  REQUIRE(first);
  CHECK(first->created);
  CHECK(first->authority->constrained());
  const auto second = app::load_or_create_authority(dir, {"api.example.com", "a.example.org"}, false);
  REQUIRE(second);
  CHECK_FALSE(second->created);

  for (const Texts& more : {Texts{"api.example.net"}, Texts{"*.example.com"}, Texts{"*"}}) {
    const auto refused = app::load_or_create_authority(dir, more, false);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::ca_malformed);
    CHECK(refused.error().detail.find("not for " + more[0]) != std::string::npos);
  }
  CHECK(app::load_or_create_authority(dir, hosts, true).error().code == Errc::ca_malformed);
}

TEST_CASE("any host means no constraints", "[app][ca]") {
  for (const bool flag : {true, false}) {
    const test::TemporaryFolder folder;
    const auto made = app::load_or_create_authority(folder.path("ca"), flag ? Texts{} : Texts{"*"}, flag);
    REQUIRE(made);
    CHECK_FALSE(made->authority->constrained());
    CHECK(app::load_or_create_authority(folder.path("ca"), {"anything.example"}, false));
  }
}

TEST_CASE("two that start at once use one CA", "[app][ca]") {
  const test::TemporaryFolder folder;
  std::string pems[4];
  std::vector<std::thread> threads;
  for (std::string& pem : pems)
    threads.emplace_back([&folder, &pem] {
      const auto got = app::load_or_create_authority(folder.path("ca"), {}, true);
      if (got) pem = got->authority->certificate_pem();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(pems[0].empty());
  for (const std::string& pem : pems) CHECK(pem == pems[0]);
}

TEST_CASE("the folder follows the user's data folder", "[app][ca]") {
  const char* const before = std::getenv("XDG_DATA_HOME");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("XDG_DATA_HOME", "/data", 1);
  CHECK(app::default_ca_dir() == "/data/telltale/ca");
  ::unsetenv("XDG_DATA_HOME");
  CHECK(app::default_ca_dir().ends_with("/.local/share/telltale/ca"));
  if (before != nullptr) ::setenv("XDG_DATA_HOME", kept.c_str(), 1);
}
