#include "app/trust_stores.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "app/file_text.hpp"
#include "certs/authority.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using State = app::TrustResult::State;
namespace fs = std::filesystem;

namespace {

/// PATH and HOME of the test's own, and tools in PATH that write down how they were called. `-L` and `-list` find the
/// root if the file `held` is there.
class Machine {
 public:
  Machine() : path_(std::getenv("PATH")), home_(std::getenv("HOME") != nullptr ? std::getenv("HOME") : "") {
    fs::create_directories(folder.path("bin"));
    ::setenv("PATH", (folder.path("bin") + ":/usr/bin:/bin").c_str(), 1);
    ::setenv("HOME", folder.path().c_str(), 1);
  }
  ~Machine() {
    ::setenv("PATH", path_.c_str(), 1);
    ::setenv("HOME", home_.c_str(), 1);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void add_tool(const std::string& name, int status = 0) const {
    const std::string log = folder.path("log");
    folder.write("bin/" + name, "#!/bin/sh\necho \"" + name + " $*\" >> " + log +
                                    "\ncase \" $* \" in *\" -L\"*|*\" -list\"*) [ -e " + folder.path("held") +
                                    " ]; exit $?;; esac\nexit " + std::to_string(status) + "\n");
    ::chmod(folder.path("bin/" + name).c_str(), 0755);
  }
  [[nodiscard]] std::string log() const { return app::read_file(folder.path("log"), 65536).value_or(""); }

  test::TemporaryFolder folder;

 private:
  std::string path_;
  std::string home_;
};

State one(X509* root, const std::string& store, bool trusts, const std::string& into = "") {
  const auto results = app::change_trust(root, {trusts, {store}, into});
  REQUIRE(results.size() == 1);
  CHECK(results[0].store == store);
  return results[0].state;
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a root goes into the system's stores of an image and out again, alone", "[app][ca]") {
  const Machine machine;
  const auto authority = certs::Authority::create({});
  REQUIRE(authority);
  struct Row {
    const char* store;
    const char* folder;
  };
  for (const Row& row :
       {Row{"debian", "/usr/local/share/ca-certificates"}, Row{"fedora", "/etc/pki/ca-trust/source/anchors"}}) {
    CHECK(one(authority->certificate(), row.store, true, machine.folder.path()) == State::not_here);
    const std::string folder = machine.folder.path() + row.folder;
    fs::create_directories(folder);
    machine.folder.write(std::string(row.folder).substr(1) + "/other.crt", "another's");
    for (int time = 0; time < 2; ++time) {
      CHECK(one(authority->certificate(), row.store, true, machine.folder.path()) == State::done);
      CHECK(files_in(folder) == 2);
    }
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().filename() != "other.crt")
        CHECK(app::read_file(entry.path(), 65536).value() == authority->certificate_pem());
    for (int time = 0; time < 2; ++time) {
      CHECK(one(authority->certificate(), row.store, false, machine.folder.path()) == State::done);
      CHECK(files_in(folder) == 1);
    }
  }
  CHECK(machine.log().empty());
}

TEST_CASE("stores with a tool are changed by it, once", "[app][ca]") {
  const auto authority = certs::Authority::create({});
  REQUIRE(authority);
  struct Row {
    const char* store;
    const char* tool;
    const char* adds;
    const char* removes;
  };
  for (const Row& row : {Row{"nss", "certutil", " -A -t C,, -i /tmp/", " -D"},
                         Row{"java", "keytool", "keytool -importcert -cacerts ", "keytool -delete -cacerts "}}) {
    const Machine machine;
    fs::create_directories(machine.folder.path(".pki/nssdb"));
    machine.add_tool(row.tool);
    CHECK(one(authority->certificate(), row.store, false) == State::done);  // not in it, so nothing to do
    CHECK(machine.log().find(row.removes) == std::string::npos);
    CHECK(one(authority->certificate(), row.store, true) == State::done);
    CHECK(machine.log().find(row.adds) != std::string::npos);
    CHECK(machine.log().find("telltale-") != std::string::npos);
    machine.folder.write("held", "");
    fs::remove(machine.folder.path("log"));
    CHECK(one(authority->certificate(), row.store, true) == State::done);  // in it already
    CHECK(machine.log().find(row.adds) == std::string::npos);
    CHECK(one(authority->certificate(), row.store, false) == State::done);
    CHECK(machine.log().find(row.removes) != std::string::npos);
    // Debian's Java copies what the system trusts under this name.
    const bool also_debians =
        machine.log().find("keytool -delete -cacerts -storepass changeit -alias debian:telltale-") != std::string::npos;
    CHECK(also_debians == (std::string(row.store) == "java"));
  }
}

TEST_CASE("a tool that fails is said to, and a store that is not there as well", "[app][ca]") {
  const Machine machine;
  const auto authority = certs::Authority::create({});
  REQUIRE(authority);
  CHECK(one(authority->certificate(), "nss", true) == State::not_here);
  machine.add_tool("keytool", 3);
  CHECK(one(authority->certificate(), "java", true) == State::failed);
  const auto all = app::change_trust(authority->certificate(), {true, {}, machine.folder.path()});
  CHECK(all.size() == app::trust_store_names().size());
}
