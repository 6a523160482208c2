#pragma once
#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace telltale::app {

/// The key of the admin listener, made anew at each start, in files of the CA's folder that only their owner can read:
/// `admin.token` (the token alone) and `admin.curl` (what curl needs to post a prompt: `curl -K admin.curl`, so that no
/// command line shows the token). Errors: file_failed, crypto_failed.
struct AdminToken {
  Secret token;
  std::string file;
};
[[nodiscard]] Result<AdminToken> make_admin_token(const std::string& folder);

/// Writes admin.curl for the listener at `address` ("127.0.0.1:9000").
[[nodiscard]] Result<void> write_admin_curl(const std::string& folder, const std::string& address, const Secret& token);

}  // namespace telltale::app
