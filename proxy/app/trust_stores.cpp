// Trust stores and their tools: update-ca-certificates(8), update-ca-trust(8), certutil of NSS, keytool of Java.
// Covered by tests/unit/app/trust_stores_test.cpp.
#include "app/trust_stores.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "app/ca_files.hpp"
#include "app/file_text.hpp"

extern char** environ;

namespace telltale::app {
namespace {

using State = TrustResult::State;
using Words = std::vector<std::string>;

struct Root {
  std::string name;  ///< "telltale-0f3a…"
  std::string pem;
};

struct SystemStore {
  const char* name;
  const char* folder;
  const char* ending;
  Words update;
  Words update_after_removal;
};

const SystemStore& debian() {
  // Without --fresh, the links to a certificate that is gone would stay.
  static const SystemStore store{"debian",
                                 "/usr/local/share/ca-certificates",
                                 ".crt",
                                 {"update-ca-certificates"},
                                 {"update-ca-certificates", "--fresh"}};
  return store;
}

const SystemStore& fedora() {
  static const SystemStore store{"fedora",
                                 "/etc/pki/ca-trust/source/anchors",
                                 ".pem",
                                 {"update-ca-trust", "extract"},
                                 {"update-ca-trust", "extract"}};
  return store;
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// The exit status; 127 if the program is not there, 128 and more if a signal ended it.
int run_tool(const Words& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_in_path(const std::string& tool) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (::access(fmt::format("{}/{}", rest.substr(0, end), tool).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

TrustResult outcome(const Words& words) {
  const int status = run_tool(words);
  if (status == 0) return {State::done, {}, words[0]};
  return {State::failed, {}, fmt::format("{} ended with status {}", words[0], status)};
}

TrustResult change_file(const std::string& path, const Root& root, bool trusts) {
  if (!trusts) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {State::done, {}, path};
    return {State::failed, {}, fmt::format("{}: {}", path, system_reason())};
  }
  if (is_there(path)) return {State::done, {}, path};
  if (const auto written = write_new_file(path, root.pem, 0644); !written)
    return {State::failed, {}, written.error().detail};
  return {State::done, {}, path};
}

TrustResult change_system(const SystemStore& store, const Root& root, const TrustTask& task) {
  const std::string folder = task.into + store.folder;
  if (!is_folder(folder)) return {State::not_here, {}, folder};
  if (task.into.empty() && !is_in_path(store.update[0])) return {State::not_here, {}, store.update[0]};
  TrustResult changed = change_file(folder + "/" + root.name + store.ending, root, task.trusts);
  if (changed.state != State::done || !task.into.empty()) return changed;
  const TrustResult updated = outcome(task.trusts ? store.update : store.update_after_removal);
  return updated.state == State::done ? changed : updated;
}

/// The root as a file, for tools that take no other form; goes with this object.
class TemporaryPem {
 public:
  explicit TemporaryPem(const std::string& pem) {
    const int file = ::mkstemp(path_);
    written_ = file >= 0 && write_all(file, pem);
    if (file >= 0) ::close(file);
  }
  TemporaryPem(const TemporaryPem&) = delete;
  TemporaryPem& operator=(const TemporaryPem&) = delete;
  ~TemporaryPem() { ::unlink(path_); }
  [[nodiscard]] bool written() const { return written_; }
  [[nodiscard]] std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/telltale-root-XXXXXX";
  bool written_ = false;
};

// `has` tells by its exit status whether the store holds the root already.
TrustResult change_by_tool(const Words& has, Words add, const Words& remove, const Root& root, bool trusts) {
  if (!is_in_path(has[0])) return {State::not_here, {}, has[0]};
  const bool there = run_tool(has) == 0;
  if (there == trusts) return {State::done, {}, has[0]};
  if (!trusts) return outcome(remove);
  const TemporaryPem file(root.pem);
  if (!file.written()) return {State::failed, {}, fmt::format("{}: {}", file.path(), system_reason())};
  add.push_back(file.path());
  return outcome(add);
}

TrustResult change_nss(const Root& root, bool trusts) {
  const char* const home = std::getenv("HOME");
  const std::string folder = fmt::format("{}/.pki/nssdb", home == nullptr ? "" : home);
  if (!is_folder(folder)) return {State::not_here, {}, folder};
  const Words common = {"certutil", "-d", "sql:" + folder, "-n", root.name};
  const auto with = [&common](const Words& more) {
    Words words = common;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  return change_by_tool(with({"-L"}), with({"-A", "-t", "C,,", "-i"}), with({"-D"}), root, trusts);
}

TrustResult change_java_alias(const Root& root, const std::string& alias, bool trusts) {
  const Words common = {"-cacerts", "-storepass", "changeit", "-alias", alias};  // Java's own, public password
  const auto with = [&common](const std::string& verb, const Words& more) {
    Words words = {"keytool", verb};
    words.insert(words.end(), common.begin(), common.end());
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  return change_by_tool(with("-list", {}), with("-importcert", {"-noprompt", "-trustcacerts", "-file"}),
                        with("-delete", {}), root, trusts);
}

// Debian's Java takes over what the system trusts under a name of its own, and is not told when that is gone.
TrustResult change_java(const Root& root, bool trusts) {
  TrustResult changed = change_java_alias(root, root.name, trusts);
  if (trusts || changed.state != State::done) return changed;
  return change_java_alias(root, "debian:" + root.name + ".pem", trusts);
}

TrustResult change_one(const std::string& store, const Root& root, const TrustTask& task) {
  if (store == "debian") return change_system(debian(), root, task);
  if (store == "fedora") return change_system(fedora(), root, task);
  if (!task.into.empty()) return {State::not_here, {}, "not for an image"};
  return store == "nss" ? change_nss(root, task.trusts) : change_java(root, task.trusts);
}

}  // namespace

const std::vector<std::string>& trust_store_names() {
  static const std::vector<std::string> names = {"debian", "fedora", "nss", "java"};
  return names;
}

std::vector<TrustResult> change_trust(X509* certificate, const TrustTask& task) {
  Root root{"telltale-", certs::to_pem(certificate)};
  for (const char c : certs::fingerprint(certificate).substr(0, 23))
    if (c != ':') root.name.push_back(static_cast<char>(c >= 'A' ? c + ('a' - 'A') : c));
  std::vector<TrustResult> results;
  for (const std::string& store : task.stores.empty() ? trust_store_names() : task.stores) {
    results.push_back(change_one(store, root, task));
    results.back().store = store;
  }
  return results;
}

}  // namespace telltale::app
