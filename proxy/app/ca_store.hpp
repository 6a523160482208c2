#pragma once
#include <memory>
#include <string>
#include <vector>

#include "certs/authority.hpp"
#include "core/secret.hpp"

// The CA's folder (0700): `ca.pem`, the root that clients trust; `ca.key`, its key, which may be kept elsewhere;
// `issuing.pem` and `issuing.key`, which sign leaves. Keys are 0600, and encrypted where a passphrase was given.

namespace telltale::app {

/// The folder in use if none was named: $XDG_DATA_HOME/telltale/ca, else ~/.local/share/telltale/ca.
[[nodiscard]] std::string default_ca_dir();

/// The CA of that folder. Needs the issuing pair alone; where that is missing, unfit or ends within 30 days, and the
/// root's key is there, a new one is made. Refuses keys and folders that group or others can use (ca_key_exposed, with
/// the chmod to type), a key that the passphrase does not open (ca_key_locked), one that does not fit, and a
/// certificate that has ended or is no CA (ca_malformed).
[[nodiscard]] Result<std::shared_ptr<const certs::Authority>> load_authority(const std::string& dir,
                                                                             const Secret& passphrase);

/// Refuses keys and a folder that others can use: ca_key_exposed.
[[nodiscard]] Result<void> check_authority_files(const std::string& dir);

/// The root's certificate alone; needs no key. Errors: file_failed, ca_malformed.
[[nodiscard]] Result<certs::X509Ptr> load_root(const std::string& dir);

/// Whether the root of that folder may sign for all of `hosts` (or any). Errors: as load_root; ca_malformed, which says
/// what to type.
[[nodiscard]] Result<void> check_permits(const std::string& dir, const std::vector<std::string>& hosts, bool any_host);

/// Every root in ca.pem, the one in use first: during a rotation there are two.
[[nodiscard]] Result<std::vector<certs::X509Ptr>> load_roots(const std::string& dir);

/// Makes the folder and the files above; a folder that is there becomes its owner's alone. Keys are readable by others
/// at no moment. Fails if one of the files is there already (file_failed). `permit` empty: any host. An empty
/// passphrase: keys are not encrypted.
[[nodiscard]] Result<std::shared_ptr<const certs::Authority>> create_authority(const std::string& dir,
                                                                               const std::vector<std::string>& permit,
                                                                               const Secret& passphrase);

/// Makes the CA that will follow, for the same hosts, in `next` below the folder, and adds its root to ca.pem, so that
/// clients can trust both before anything changes. Errors: as create_authority.
[[nodiscard]] Result<void> prepare_rotation(const std::string& dir, const Secret& passphrase);

/// Puts the prepared CA in the place of the one in use, which goes to `old` below the folder; its root stays in ca.pem
/// behind the new one. Can be called again where it was interrupted. Error: file_failed.
[[nodiscard]] Result<void> finish_rotation(const std::string& dir);

struct FirstUse {
  std::shared_ptr<const certs::Authority> authority;
  bool created = false;
};
/// Loads, or creates on first use. Error ca_malformed if an existing constrained CA does not permit all of `hosts`
/// (`detail` says which, and what to type).
[[nodiscard]] Result<FirstUse> load_or_create_authority(const std::string& dir, const std::vector<std::string>& hosts,
                                                        bool any_host, const Secret& passphrase);

}  // namespace telltale::app
