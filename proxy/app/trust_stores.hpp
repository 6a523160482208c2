#pragma once
#include <string>
#include <vector>

#include "certs/pem.hpp"

namespace telltale::app {

/// The places where programs of this machine look for roots. `debian` and `fedora` are the system's, `nss` the user's
/// (Chrome), `java` that of the Java found in PATH.
[[nodiscard]] const std::vector<std::string>& trust_store_names();

struct TrustTask {
  bool trusts = true;               ///< false: take the root out again
  std::vector<std::string> stores;  ///< by name; empty: all that are there
  std::string into;  ///< folder in place of `/`, for the system's stores of an image; no tool is run for it
};

struct TrustResult {
  enum class State { done, not_here, failed } state = State::not_here;
  std::string store;
  std::string detail;  ///< for people: which file, which tool
};

/// Puts the root into each store under a name made of its hash, or takes out what has that name and nothing else. Both
/// can be done again. Tools are run with their output on our standard error.
[[nodiscard]] std::vector<TrustResult> change_trust(X509* root, const TrustTask& task);

}  // namespace telltale::app
