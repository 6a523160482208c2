#include "app/ca_store.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "app/file_text.hpp"
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

const Secret no_passphrase;

std::string text_of(const std::string& path) {
  return app::read_file(path, 65536).value();
}

}  // namespace

TEST_CASE("a new CA is its owner's alone, whatever the umask", "[app][ca]") {
  for (const mode_t mask : {0000U, 0022U, 0077U}) {
    const test::TemporaryFolder folder;
    const Umask umask(mask);
    const std::string dir = folder.path("deep/ca");
    REQUIRE(app::create_authority(dir, {"api.example.com"}, no_passphrase));
    CHECK(mode_of(folder.path("deep")) == (0700U & ~mask));
    CHECK(mode_of(dir) == 0700);
    CHECK(mode_of(dir + "/ca.key") == 0600);
    CHECK(mode_of(dir + "/issuing.key") == 0600);
    CHECK(mode_of(dir + "/ca.pem") == 0644);
    CHECK(std::distance(std::filesystem::directory_iterator(dir), std::filesystem::directory_iterator()) == 4);
  }
}

// A name constraint covers the name and everything below it (RFC 5280 section 4.2.1.10).
TEST_CASE("what was created loads as the same CA", "[app][ca]") {
  const test::TemporaryFolder folder;
  const auto made = app::create_authority(folder.path("ca"), {"api.example.com", "*.example.org"}, no_passphrase);
  REQUIRE(made);
  const auto loaded = app::load_authority(folder.path("ca"), no_passphrase);
  REQUIRE(loaded);
  CHECK((*loaded)->certificate_pem() == (*made)->certificate_pem());
  CHECK((*loaded)->permit() == Texts{"api.example.com", "*.api.example.com", "example.org", "*.example.org"});
}

TEST_CASE("an existing CA is never replaced", "[app][ca]") {
  const test::TemporaryFolder folder;
  REQUIRE(app::create_authority(folder.path(), {}, no_passphrase));
  const auto again = app::create_authority(folder.path(), {}, no_passphrase);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::file_failed);
  CHECK(again.error().detail == folder.path("ca.key") + ": there already; it is never replaced");
}

TEST_CASE("a key that others can use is refused with what to type", "[app][ca]") {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    const test::TemporaryFolder folder;
    REQUIRE(app::create_authority(folder.path(), {}, no_passphrase));
    REQUIRE(::chmod(folder.path("ca.key").c_str(), mode) == 0);
    const auto got = app::load_authority(folder.path(), no_passphrase);
    REQUIRE_FALSE(got);
    CHECK(got.error().code == Errc::ca_key_exposed);
    CHECK(got.error().detail.ends_with("type: chmod 600 " + folder.path("ca.key")));
  }
}

TEST_CASE("a damaged, foreign or missing half is refused", "[app][ca]") {
  const test::TemporaryFolder folder;
  const test::TemporaryFolder other;
  REQUIRE(app::create_authority(folder.path(), {}, no_passphrase));
  REQUIRE(app::create_authority(other.path(), {}, no_passphrase));
  namespace fs = std::filesystem;
  SECTION("certificate of another key") {
    fs::copy_file(other.path("ca.pem"), folder.path("ca.pem"), fs::copy_options::overwrite_existing);
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::ca_malformed);
  }
  SECTION("no certificate in it") {
    folder.write("ca.pem", "nothing");
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::ca_malformed);
  }
  SECTION("no key in it") {
    folder.write("issuing.key", "nothing");
    fs::remove(folder.path("ca.key"));
    fs::permissions(folder.path("issuing.key"), fs::perms::owner_read | fs::perms::owner_write);
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::ca_malformed);
  }
  SECTION("certificate missing") {
    fs::remove(folder.path("ca.pem"));
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::file_failed);
    CHECK_FALSE(app::load_or_create_authority(folder.path(), {}, true, no_passphrase));
  }
  SECTION("both keys missing") {
    fs::remove(folder.path("ca.key"));
    fs::remove(folder.path("issuing.key"));
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::file_failed);
  }
  SECTION("issuing certificate missing, root's key elsewhere") {
    fs::remove(folder.path("ca.key"));
    fs::remove(folder.path("issuing.pem"));
    CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::file_failed);
  }
}

TEST_CASE("the root's key may be kept elsewhere", "[app][ca]") {
  const test::TemporaryFolder folder;
  const auto made = app::create_authority(folder.path(), {"api.example.com"}, no_passphrase);
  REQUIRE(made);
  std::filesystem::remove(folder.path("ca.key"));
  const auto loaded = app::load_authority(folder.path(), no_passphrase);
  REQUIRE(loaded);
  CHECK((*loaded)->root_key() == nullptr);
  CHECK(EVP_PKEY_eq((*loaded)->issuer_key(), (*made)->issuer_key()) == 1);
}

TEST_CASE("a lost issuing pair is made anew by the root's key", "[app][ca]") {
  for (const char* lost : {"issuing.key", "issuing.pem"}) {
    const test::TemporaryFolder folder;
    const auto made = app::create_authority(folder.path(), {"api.example.com"}, no_passphrase);
    REQUIRE(made);
    folder.write(lost, "nothing");
    REQUIRE(::chmod(folder.path(lost).c_str(), 0600) == 0);
    const auto loaded = app::load_authority(folder.path(), no_passphrase);
    REQUIRE(loaded);
    CHECK((*loaded)->permit() == (*made)->permit());
    CHECK(EVP_PKEY_eq((*loaded)->issuer_key(), (*made)->issuer_key()) != 1);
    CHECK(mode_of(folder.path("issuing.key")) == 0600);
    const auto again = app::load_authority(folder.path(), no_passphrase);
    REQUIRE(again);
    CHECK(EVP_PKEY_eq((*again)->issuer_key(), (*loaded)->issuer_key()) == 1);
  }
}

TEST_CASE("keys are encrypted when there is a passphrase, and open with it alone", "[app][ca]") {
  const test::TemporaryFolder folder;
  const Secret passphrase(std::string("correct horse"));
  REQUIRE(app::create_authority(folder.path(), {}, passphrase));
  for (const char* key : {"ca.key", "issuing.key"})
    CHECK(text_of(folder.path(key)).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  CHECK(app::load_authority(folder.path(), passphrase));
  const std::string before = text_of(folder.path("issuing.key"));
  CHECK(app::load_authority(folder.path(), no_passphrase).error().code == Errc::ca_key_locked);
  const auto wrong = app::load_authority(folder.path(), Secret(std::string("wrong")));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Errc::ca_key_locked);
  CHECK(wrong.error().detail == folder.path("issuing.key") + ": the passphrase does not open the key");
  CHECK(text_of(folder.path("issuing.key")) == before);
}

TEST_CASE("a folder that others can use is refused, and made narrow at first use", "[app][ca]") {
  const test::TemporaryFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0777) == 0);
  REQUIRE(app::create_authority(folder.path(), {}, no_passphrase));
  CHECK(mode_of(folder.path()) == 0700);
  for (const mode_t mode : {0777U, 0755U, 0710U}) {
    REQUIRE(::chmod(folder.path().c_str(), mode) == 0);
    const auto got = app::load_authority(folder.path(), no_passphrase);
    REQUIRE_FALSE(got);
    CHECK(got.error().code == Errc::ca_key_exposed);
    CHECK(got.error().detail.ends_with("type: chmod 700 " + folder.path()));
  }
}

TEST_CASE("a link where a key would be made is not followed", "[app][ca]") {
  const test::TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("ca.key"));
  CHECK(app::create_authority(folder.path(), {}, no_passphrase).error().code == Errc::file_failed);
  CHECK_FALSE(std::filesystem::exists(folder.path("elsewhere")));
}

TEST_CASE("first use makes a CA, later use loads it", "[app][ca]") {
  const test::TemporaryFolder folder;
  const std::string dir = folder.path("ca");
  const Texts hosts = {"api.example.com", "*.example.org"};
  const auto first = app::load_or_create_authority(dir, hosts, false, no_passphrase);
  REQUIRE(first);
  CHECK(first->created);
  CHECK(first->authority->constrained());
  const auto second = app::load_or_create_authority(dir, {"api.example.com", "a.example.org"}, false, no_passphrase);
  REQUIRE(second);
  CHECK_FALSE(second->created);

  for (const Texts& more : {Texts{"api.example.net"}, Texts{"*.example.com"}, Texts{"*"}}) {
    const auto refused = app::load_or_create_authority(dir, more, false, no_passphrase);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::ca_malformed);
    CHECK(refused.error().detail.find("not for " + more[0]) != std::string::npos);
  }
  CHECK(app::load_or_create_authority(dir, hosts, true, no_passphrase).error().code == Errc::ca_malformed);
}

TEST_CASE("any host means no constraints", "[app][ca]") {
  for (const bool flag : {true, false}) {
    const test::TemporaryFolder folder;
    const auto made =
        app::load_or_create_authority(folder.path("ca"), flag ? Texts{} : Texts{"*"}, flag, no_passphrase);
    REQUIRE(made);
    CHECK_FALSE(made->authority->constrained());
    CHECK(app::load_or_create_authority(folder.path("ca"), {"anything.example"}, false, no_passphrase));
  }
}

TEST_CASE("two that start at once use one CA", "[app][ca]") {
  const test::TemporaryFolder folder;
  std::string pems[4];
  std::vector<std::thread> threads;
  for (std::string& pem : pems)
    threads.emplace_back([&folder, &pem] {
      const auto got = app::load_or_create_authority(folder.path("ca"), {}, true, no_passphrase);
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
