#include "app/passphrase.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

TEST_CASE("a passphrase is read from a file of its owner's", "[app][ca]") {
  const test::TemporaryFolder folder;
  struct Row {
    const char* text;
    const char* passphrase;  ///< null: refused
  };
  const std::string longest(1024, 'a');
  const std::string too_long(1025, 'a');
  const Row rows[] = {
      {"secret", "secret"}, {"secret\n", "secret"}, {"secret\r\n", "secret"},           {" a b \n\n", " a b \n"},
      {"", nullptr},        {"\n", nullptr},        {longest.c_str(), longest.c_str()}, {too_long.c_str(), nullptr}};
  for (const Row& row : rows) {
    folder.write("phrase", row.text);
    REQUIRE(::chmod(folder.path("phrase").c_str(), 0600) == 0);
    const auto got = app::read_passphrase(folder.path("phrase"));
    REQUIRE(got.has_value() == (row.passphrase != nullptr));
    if (got) CHECK(got->reveal() == row.passphrase);
  }
  folder.write("phrase", "secret");
  REQUIRE(::chmod(folder.path("phrase").c_str(), 0640) == 0);
  CHECK(app::read_passphrase(folder.path("phrase")).error().code == Errc::ca_key_exposed);
  CHECK(app::read_passphrase(folder.path("absent")).error().code == Errc::file_failed);
}

TEST_CASE("a passphrase is read from a descriptor to its end", "[app][ca]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "from a pipe\n", 12) == 12);
  ::close(ends[1]);
  const auto got = app::read_passphrase("fd:" + std::to_string(ends[0]));
  REQUIRE(got);
  CHECK(got->reveal() == "from a pipe");
  CHECK(::close(ends[0]) != 0);  // closed already
  for (const char* bad : {"fd:", "fd:-1", "fd:x", "fd:3x"})
    CHECK(app::read_passphrase(bad).error().code == Errc::option_invalid);
  CHECK(app::read_passphrase("fd:999").error().code == Errc::file_failed);
  CHECK(app::read_passphrase("fd:999", "--store-key").error().detail.starts_with("--store-key fd:999: "));
}

TEST_CASE("a passphrase is read from a credential of systemd", "[app][ca]") {
  const test::TemporaryFolder folder;
  ::unsetenv("CREDENTIALS_DIRECTORY");
  CHECK(app::read_passphrase("credential:ca").error().code == Errc::option_invalid);
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  folder.write("ca", "from systemd\n");
  REQUIRE(::chmod(folder.path("ca").c_str(), 0400) == 0);
  const auto got = app::read_passphrase("credential:ca");
  REQUIRE(got);
  CHECK(got->reveal() == "from systemd");
  CHECK(app::read_passphrase("credential:../ca").error().code == Errc::option_invalid);
  CHECK(app::read_passphrase("credential:other").error().code == Errc::file_failed);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("no source is no passphrase", "[app][ca]") {
  const auto got = app::read_passphrase("");
  REQUIRE(got);
  CHECK(got->empty());
}
