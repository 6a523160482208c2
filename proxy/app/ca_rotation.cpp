// One CA after another: both are offered for trust before the change, and after it. Covered by
// tests/unit/app/ca_store_test.cpp and tests/hostile/tls/rotation_test.py.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "app/ca_files.hpp"
#include "app/ca_store.hpp"
#include "app/file_text.hpp"
#include "certs/name_constraints.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest_pem = std::size_t{64} * 1024;

tl::unexpected<Error> file_error(const std::string& path) {
  return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
}

// A permitted name covers all names below it, so the patterns for those would only say it twice.
std::vector<std::string> permitted_bases(X509* root) {
  std::vector<std::string> bases;
  for (std::string& pattern : certs::permitted_patterns(root))
    if (!pattern.starts_with("*.")) bases.push_back(std::move(pattern));
  return bases;
}

// ca.pem with two roots in it; what loads it takes the first.
Result<void> write_roots(const std::string& path, const std::string& first, const std::string& second) {
  if (auto written = replace_file(path, first + second); !written) return written;
  if (::chmod(path.c_str(), 0644) != 0) return file_error(path);
  return {};
}

Result<void> move_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error(from);
  return {};
}

Result<std::string> root_of(const std::string& dir) {
  TT_TRY(const certs::X509Ptr root, load_root(dir));
  return certs::to_pem(root.get());
}

}  // namespace

Result<void> prepare_rotation(const std::string& dir, const Secret& passphrase) {
  if (auto safe = check_authority_files(dir); !safe) return safe;
  TT_TRY(const FolderLock lock, FolderLock::take(dir));
  TT_TRY(const certs::X509Ptr root, load_root(dir));
  TT_TRY(const auto next, create_authority(dir + "/next", permitted_bases(root.get()), passphrase));
  return write_roots(dir + "/ca.pem", certs::to_pem(root.get()), next->certificate_pem());
}

Result<void> finish_rotation(const std::string& dir) {
  if (auto safe = check_authority_files(dir); !safe) return safe;
  TT_TRY(const FolderLock lock, FolderLock::take(dir));
  const std::string next = dir + "/next";
  const std::string old = dir + "/old";
  if (!is_there(next))
    return fail(Errc::file_failed, fmt::format("{}: nothing is prepared; type: telltale ca rotate", next));
  if (auto made = make_private_folder(old); !made) return made;
  for (const char* name : {"/ca.key", "/issuing.key", "/issuing.pem", "/ca.pem"}) {
    if (!is_there(next + name)) continue;  // moved before, or kept elsewhere
    if (is_there(dir + name))
      if (auto moved = move_file(dir + name, old + name); !moved) return moved;
    if (auto moved = move_file(next + name, dir + name); !moved) return moved;
  }
  if (::rmdir(next.c_str()) != 0) return file_error(next);
  TT_TRY(const std::string now, root_of(dir));
  TT_TRY(const std::string before, root_of(old));
  return write_roots(dir + "/ca.pem", now, before);
}

}  // namespace telltale::app
