// The CA on disk: ca.pem for everyone, ca.key for its owner alone. Covered by tests/unit/app/ca_store_test.cpp.
#include "app/ca_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "app/file_text.hpp"
#include "certs/host_name.hpp"
#include "core/ascii.hpp"
#include "core/glob.hpp"

namespace telltale::app {
namespace {

using AuthorityPtr = std::shared_ptr<const certs::Authority>;

constexpr std::size_t longest_pem = std::size_t{64} * 1024;

std::string certificate_path(const std::string& dir) {
  return dir + "/ca.pem";
}
std::string key_path(const std::string& dir) {
  return dir + "/ca.key";
}

bool is_there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> file_error(const std::string& path) {
  return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
}

// Every missing folder of the path, for its owner alone.
Result<void> make_folder(const std::string& dir) {
  for (std::size_t at = dir.find('/', 1);; at = dir.find('/', at + 1)) {
    const std::string part = dir.substr(0, at);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return file_error(part);
    if (at == std::string::npos) break;
  }
  struct stat info {};
  if (::stat(dir.c_str(), &info) != 0) return file_error(dir);
  if (!S_ISDIR(info.st_mode)) return fail(Errc::file_failed, fmt::format("{}: not a folder", dir));
  return {};
}

// Written under another name and linked when it is whole and on the disk; nothing that is there is replaced.
Result<void> write_new(const std::string& path, std::string_view text, mode_t mode) {
  const std::string fresh = fmt::format("{}.new-{}", path, ::getpid());
  {
    const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (out.number() < 0) return file_error(fresh);
    // The mode at creation is cut by the umask only; this also widens ca.pem where the umask is strict.
    const bool written =
        ::fchmod(out.number(), mode) == 0 && write_all(out.number(), text) && ::fsync(out.number()) == 0;
    if (!written) {
      auto error = file_error(fresh);
      ::unlink(fresh.c_str());
      return error;
    }
  }
  const bool linked = ::link(fresh.c_str(), path.c_str()) == 0;
  auto error = file_error(path);
  ::unlink(fresh.c_str());
  if (!linked) return error;
  return {};
}

// One process at a time makes or loads the CA of a folder, so that none sees half of it.
Result<std::unique_ptr<Descriptor>> lock_folder(const std::string& dir) {
  auto folder = std::make_unique<Descriptor>(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder->number() < 0) return file_error(dir);
  while (::flock(folder->number(), LOCK_EX) != 0)
    if (errno != EINTR) return file_error(dir);
  return folder;
}

Result<void> check_key_mode(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return file_error(path);
  if (!S_ISREG(info.st_mode)) return fail(Errc::file_failed, fmt::format("{}: not a file", path));
  if ((info.st_mode & 077U) != 0)
    return fail(Errc::ca_key_exposed,
                fmt::format("{}: others than its owner may use it (mode {:04o}); type: chmod 600 {}", path,
                            info.st_mode & 07777U, path));
  return {};
}

Result<void> check_certificate(const std::string& path, const certs::Authority& authority) {
  X509* const certificate = authority.certificate();
  if (X509_check_ca(certificate) != 1)
    return fail(Errc::ca_malformed, fmt::format("{}: not the certificate of a CA", path));
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    return fail(Errc::ca_malformed,
                fmt::format("{}: it has ended; move the folder away and type: telltale ca create", path));
  return {};
}

Result<AuthorityPtr> make_in(const std::string& dir, const std::vector<std::string>& permit) {
  for (const std::string& path : {key_path(dir), certificate_path(dir)})
    if (is_there(path)) return fail(Errc::file_failed, fmt::format("{}: there already; it is never replaced", path));
  TT_TRY(certs::Authority authority, certs::Authority::create(permit));
  if (auto done = write_new(key_path(dir), authority.key_pem().reveal(), 0600); !done)
    return tl::unexpected<Error>(done.error());
  if (auto done = write_new(certificate_path(dir), authority.certificate_pem(), 0644); !done) {
    // Without its certificate the key is of no use, and the next try would trip over it.
    ::unlink(key_path(dir).c_str());
    return tl::unexpected<Error>(done.error());
  }
  return std::make_shared<const certs::Authority>(std::move(authority));
}

// Whether a CA for `permit` may sign for every host that `pattern` stands for.
bool is_permitted(const std::vector<std::string>& permit, const std::string& pattern) {
  if (pattern == "*") return false;
  const std::string host = pattern.starts_with("*.") ? pattern.substr(2) : pattern;
  return std::any_of(permit.begin(), permit.end(), [&](const std::string& allowed) {
    if (ascii::equals_ignoring_case(allowed, pattern)) return true;
    return allowed.starts_with("*.") && host_matches(allowed, host);
  });
}

Result<void> check_permits(const std::string& dir, const certs::Authority& authority,
                           const std::vector<std::string>& hosts, bool any_host) {
  if (!authority.constrained()) return {};
  const std::string permitted = fmt::format("{}", fmt::join(authority.permit(), ", "));
  if (any_host)
    return fail(
        Errc::ca_malformed,
        fmt::format("{}: this CA signs only for {}, and every host was asked for; use another --ca-dir, or type: "
                    "telltale ca create --any-host --ca-dir NEW",
                    certificate_path(dir), permitted));
  for (const std::string& host : hosts)
    if (!is_permitted(authority.permit(), host))
      return fail(Errc::ca_malformed,
                  fmt::format("{}: this CA signs only for {}, not for {}; use another --ca-dir, or type: telltale ca "
                              "create --permit {} --ca-dir NEW",
                              certificate_path(dir), permitted, host, fmt::join(hosts, " ")));
  return {};
}

}  // namespace

std::string default_ca_dir() {
  const char* const data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') return fmt::format("{}/telltale/ca", data);
  const char* const home = std::getenv("HOME");
  return fmt::format("{}/.local/share/telltale/ca", home != nullptr ? home : "");
}

Result<AuthorityPtr> load_authority(const std::string& dir) {
  if (auto safe = check_key_mode(key_path(dir)); !safe) return tl::unexpected<Error>(safe.error());
  TT_TRY(const std::string certificate, read_file(certificate_path(dir), longest_pem));
  TT_TRY(std::string key_text, read_file(key_path(dir), longest_pem));
  const Secret key(std::move(key_text));
  auto authority = certs::Authority::from_pem(certificate, key.reveal());
  if (!authority) return fail(Errc::ca_malformed, fmt::format("{}: {}", dir, authority.error().detail));
  if (auto fit = check_certificate(certificate_path(dir), *authority); !fit) return tl::unexpected<Error>(fit.error());
  return std::make_shared<const certs::Authority>(std::move(*authority));
}

Result<AuthorityPtr> create_authority(const std::string& dir, const std::vector<std::string>& permit) {
  if (auto made = make_folder(dir); !made) return tl::unexpected<Error>(made.error());
  TT_TRY(const auto lock, lock_folder(dir));
  return make_in(dir, permit);
}

Result<FirstUse> load_or_create_authority(const std::string& dir, const std::vector<std::string>& hosts,
                                          bool any_host) {
  if (auto made = make_folder(dir); !made) return tl::unexpected<Error>(made.error());
  TT_TRY(const auto lock, lock_folder(dir));
  if (!is_there(key_path(dir)) && !is_there(certificate_path(dir))) {
    const bool every = any_host || std::find(hosts.begin(), hosts.end(), "*") != hosts.end();
    TT_TRY(AuthorityPtr made, make_in(dir, every ? std::vector<std::string>{} : hosts));
    return FirstUse{std::move(made), true};
  }
  TT_TRY(AuthorityPtr loaded, load_authority(dir));
  if (auto fit = check_permits(dir, *loaded, hosts, any_host); !fit) return tl::unexpected<Error>(fit.error());
  return FirstUse{std::move(loaded), false};
}

}  // namespace telltale::app
