#pragma once
#include <memory>
#include <string>
#include <vector>

#include "certs/authority.hpp"

namespace telltale::app {

/// The folder in use if none was named: $XDG_DATA_HOME/telltale/ca, else ~/.local/share/telltale/ca.
[[nodiscard]] std::string default_ca_dir();

/// ca.pem and ca.key from that folder. Refuses a key that group or others can read (ca_key_exposed, with the chmod to
/// type), a key that does not fit, a certificate that has ended or is no CA (ca_malformed).
[[nodiscard]] Result<std::shared_ptr<const certs::Authority>> load_authority(const std::string& dir);

/// Makes the folder (0700), ca.key (0600, never readable by others at any moment: O_EXCL, written, synced, renamed) and
/// ca.pem. Fails if one is there already (file_failed). `permit` empty: any host.
[[nodiscard]] Result<std::shared_ptr<const certs::Authority>> create_authority(const std::string& dir,
                                                                               const std::vector<std::string>& permit);

struct FirstUse {
  std::shared_ptr<const certs::Authority> authority;
  bool created = false;
};
/// Loads, or creates on first use. Error ca_malformed if an existing constrained CA does not permit all of `hosts`
/// (`detail` says which, and what to type).
[[nodiscard]] Result<FirstUse> load_or_create_authority(const std::string& dir, const std::vector<std::string>& hosts,
                                                        bool any_host);

}  // namespace telltale::app
