// The CA on disk: two certificates and their keys. Covered by tests/unit/app/ca_store_test.cpp.
#include "app/ca_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "app/ca_files.hpp"
#include "app/file_text.hpp"
#include "certs/host_name.hpp"
#include "certs/name_constraints.hpp"
#include "certs/parts.hpp"
#include "core/ascii.hpp"
#include "core/glob.hpp"

namespace telltale::app {
namespace {

using AuthorityPtr = std::shared_ptr<const certs::Authority>;

constexpr std::size_t longest_pem = std::size_t{64} * 1024;
constexpr std::int64_t renewed_before = 30 * 86400;  // seconds before the issuing certificate ends

struct Paths {
  explicit Paths(const std::string& dir)
      : root(dir + "/ca.pem"),
        root_key(dir + "/ca.key"),
        issuer(dir + "/issuing.pem"),
        issuer_key(dir + "/issuing.key") {}
  std::string root, root_key, issuer, issuer_key;
};

Result<certs::X509Ptr> read_certificate(const std::string& path) {
  TT_TRY(const std::string pem, read_file(path, longest_pem));
  auto certificate = certs::certificate_from_pem(pem);
  if (!certificate) return fail(Errc::ca_malformed, fmt::format("{}: {}", path, certificate.error().detail));
  if (X509_check_ca(certificate->get()) != 1)
    return fail(Errc::ca_malformed, fmt::format("{}: not the certificate of a CA", path));
  return certificate;
}

Result<certs::KeyPtr> read_key(const std::string& path, const Secret& passphrase) {
  TT_TRY(const Secret pem, read_private_file(path));
  auto key = certs::key_from_pem(pem.reveal(), passphrase);
  if (!key) return fail(key.error().code, fmt::format("{}: {}", path, key.error().detail));
  return key;
}

bool ends_soon(X509* certificate) {
  const auto end = certs::epoch_of(X509_get0_notAfter(certificate));
  return !end || *end < std::time(nullptr) + renewed_before;
}

Result<certs::Authority> load_issuing(const Paths& paths, certs::X509Ptr root, const Secret& passphrase) {
  TT_TRY(certs::KeyPtr key, read_key(paths.issuer_key, passphrase));
  TT_TRY(certs::X509Ptr issuer, read_certificate(paths.issuer));
  auto authority = certs::Authority::from_issuer(std::move(root), std::move(issuer), std::move(key));
  if (!authority) return fail(authority.error().code, fmt::format("{}: {}", paths.issuer, authority.error().detail));
  return authority;
}

// Signed anew by the root, and kept if it was not the root itself that will sign.
Result<certs::Authority> issue_anew(const Paths& paths, certs::X509Ptr root, const Secret& passphrase) {
  TT_TRY(certs::KeyPtr key, read_key(paths.root_key, passphrase));
  auto authority = certs::Authority::from_root(std::move(root), std::move(key));
  if (!authority) return fail(authority.error().code, fmt::format("{}: {}", paths.root, authority.error().detail));
  if (!authority->has_issuer()) return authority;
  TT_TRY(const Secret pem, certs::to_pem(authority->issuer_key(), passphrase));
  if (auto kept = replace_file(paths.issuer_key, pem.reveal()); !kept) return tl::unexpected<Error>(kept.error());
  if (auto kept = replace_file(paths.issuer, certs::to_pem(authority->issuer())); !kept)
    return tl::unexpected<Error>(kept.error());
  return authority;
}

Result<certs::Authority> load_any(const Paths& paths, const Secret& passphrase) {
  TT_TRY(certs::X509Ptr root, read_certificate(paths.root));
  const bool can_issue = is_there(paths.root_key);
  if (!is_there(paths.issuer_key) && !can_issue)
    return fail(Errc::file_failed, fmt::format("{}: there is neither this key nor ca.key", paths.issuer_key));
  if (is_there(paths.issuer_key)) {
    certs::X509Ptr same(X509_dup(root.get()));
    auto loaded = load_issuing(paths, std::move(same), passphrase);
    const bool fit = loaded && !ends_soon(loaded->issuer());
    const bool beyond_help = !loaded && loaded.error().code != Errc::ca_malformed;
    if (fit || beyond_help || !can_issue) return loaded;
  }
  return issue_anew(paths, std::move(root), passphrase);
}

void remove_all(const Paths& paths) {
  for (const std::string& path : {paths.root, paths.root_key, paths.issuer, paths.issuer_key}) ::unlink(path.c_str());
}

Result<void> write_authority(const Paths& paths, const certs::Authority& authority, const Secret& passphrase) {
  TT_TRY(const Secret root_key, certs::to_pem(authority.root_key(), passphrase));
  TT_TRY(const Secret issuer_key, certs::to_pem(authority.issuer_key(), passphrase));
  const std::string issuer = certs::to_pem(authority.issuer());
  const std::string root = authority.certificate_pem();
  if (auto done = write_new_file(paths.root_key, root_key.reveal(), 0600); !done) return done;
  if (auto done = write_new_file(paths.issuer_key, issuer_key.reveal(), 0600); !done) return done;
  if (auto done = write_new_file(paths.issuer, issuer, 0644); !done) return done;
  return write_new_file(paths.root, root, 0644);
}

Result<AuthorityPtr> make_in(const std::string& dir, const std::vector<std::string>& permit, const Secret& passphrase) {
  const Paths paths(dir);
  for (const std::string& path : {paths.root_key, paths.root, paths.issuer_key, paths.issuer})
    if (is_there(path)) return fail(Errc::file_failed, fmt::format("{}: there already; it is never replaced", path));
  if (auto narrowed = narrow_folder(dir); !narrowed) return tl::unexpected<Error>(narrowed.error());
  TT_TRY(certs::Authority authority, certs::Authority::create(permit));
  if (auto done = write_authority(paths, authority, passphrase); !done) {
    // A part of a CA is of no use, and the next try would trip over it. All of it is ours: none was there before.
    remove_all(paths);
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

Result<void> check_permitted(const std::string& dir, const std::vector<std::string>& permit,
                             const std::vector<std::string>& hosts, bool any_host) {
  if (permit.empty()) return {};
  const std::string permitted = fmt::format("{}", fmt::join(permit, ", "));
  if (any_host)
    return fail(
        Errc::ca_malformed,
        fmt::format("{}: this CA signs only for {}, and every host was asked for; use another --ca-dir, or type: "
                    "telltale ca create --any-host --ca-dir NEW",
                    Paths(dir).root, permitted));
  for (const std::string& host : hosts)
    if (!is_permitted(permit, host))
      return fail(Errc::ca_malformed,
                  fmt::format("{}: this CA signs only for {}, not for {}; use another --ca-dir, or type: telltale ca "
                              "create --permit {} --ca-dir NEW",
                              Paths(dir).root, permitted, host, fmt::join(hosts, " ")));
  return {};
}

}  // namespace

std::string default_ca_dir() {
  const char* const data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') return fmt::format("{}/telltale/ca", data);
  const char* const home = std::getenv("HOME");
  return fmt::format("{}/.local/share/telltale/ca", home != nullptr ? home : "");
}

Result<certs::X509Ptr> load_root(const std::string& dir) {
  return read_certificate(Paths(dir).root);
}

Result<std::vector<certs::X509Ptr>> load_roots(const std::string& dir) {
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  TT_TRY(const std::string pem, read_file(Paths(dir).root, longest_pem));
  std::vector<certs::X509Ptr> roots;
  std::string_view rest = pem;
  for (std::size_t at = rest.find(end); at != std::string_view::npos; at = rest.find(end)) {
    TT_TRY(certs::X509Ptr root, certs::certificate_from_pem(rest));
    roots.push_back(std::move(root));
    rest.remove_prefix(at + end.size());
  }
  if (roots.empty()) return fail(Errc::ca_malformed, fmt::format("{}: not a PEM certificate", Paths(dir).root));
  return roots;
}

Result<void> check_authority_files(const std::string& dir) {
  const Paths paths(dir);
  if (auto safe = check_private_folder(dir); !safe) return safe;
  for (const std::string& key : {paths.root_key, paths.issuer_key})
    if (auto safe = check_private_file(key); !safe) return safe;
  return {};
}

Result<void> check_permits(const std::string& dir, const std::vector<std::string>& hosts, bool any_host) {
  TT_TRY(const certs::X509Ptr root, load_root(dir));
  return check_permitted(dir, certs::permitted_patterns(root.get()), hosts, any_host);
}

Result<AuthorityPtr> load_authority(const std::string& dir, const Secret& passphrase) {
  const Paths paths(dir);
  if (auto safe = check_authority_files(dir); !safe) return tl::unexpected<Error>(safe.error());
  auto authority = load_any(paths, passphrase);
  if (!authority) return tl::unexpected<Error>(authority.error());
  for (X509* const certificate : {authority->certificate(), authority->issuer()})
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
      return fail(Errc::ca_malformed,
                  fmt::format("{}: its certificate has ended; move the folder away and type: telltale ca create", dir));
  return std::make_shared<const certs::Authority>(std::move(*authority));
}

Result<AuthorityPtr> create_authority(const std::string& dir, const std::vector<std::string>& permit,
                                      const Secret& passphrase) {
  if (auto made = make_private_folder(dir); !made) return tl::unexpected<Error>(made.error());
  TT_TRY(const FolderLock lock, FolderLock::take(dir));
  return make_in(dir, permit, passphrase);
}

Result<FirstUse> load_or_create_authority(const std::string& dir, const std::vector<std::string>& hosts, bool any_host,
                                          const Secret& passphrase) {
  if (auto made = make_private_folder(dir); !made) return tl::unexpected<Error>(made.error());
  TT_TRY(const FolderLock lock, FolderLock::take(dir));
  const Paths paths(dir);
  if (!is_there(paths.root) && !is_there(paths.root_key) && !is_there(paths.issuer_key)) {
    const bool every = any_host || std::find(hosts.begin(), hosts.end(), "*") != hosts.end();
    TT_TRY(AuthorityPtr made, make_in(dir, every ? std::vector<std::string>{} : hosts, passphrase));
    return FirstUse{std::move(made), true};
  }
  TT_TRY(AuthorityPtr loaded, load_authority(dir, passphrase));
  if (auto fit = check_permitted(dir, loaded->permit(), hosts, any_host); !fit)
    return tl::unexpected<Error>(fit.error());
  return FirstUse{std::move(loaded), false};
}

}  // namespace telltale::app
