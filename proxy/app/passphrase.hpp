#pragma once
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace telltale::app {

/// A passphrase from where `source` says; empty for an empty source. `option` is named in errors. Never from the
/// command line or the environment, which other processes can read: `fd:N` (read to its end, then closed),
/// `credential:NAME` (of systemd, below $CREDENTIALS_DIRECTORY), else a file that is its owner's alone. One line end
/// behind it does not count. Errors: file_failed, ca_key_exposed, option_invalid (empty, over 1,024 bytes, no such
/// form).
[[nodiscard]] Result<Secret> read_passphrase(const std::string& source, std::string_view option = "--ca-passphrase");

}  // namespace telltale::app
