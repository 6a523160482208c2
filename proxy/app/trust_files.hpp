#pragma once
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::app {

/// The certificate files of one `run`, in a folder of their own that only the user can enter (0700, files 0600) and
/// that goes with this object.
class TrustFiles {
 public:
  /// `extra_roots` names the file the user already trusts (SSL_CERT_FILE), or is empty: then the system's roots are
  /// taken, from wherever the distribution keeps them. Error: file_failed.
  [[nodiscard]] static Result<TrustFiles> create(std::string_view root_pem, const std::string& extra_roots);
  ~TrustFiles();
  TrustFiles(TrustFiles&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  TrustFiles& operator=(TrustFiles&&) = delete;

  [[nodiscard]] std::string root_file() const { return folder_ + "/root.pem"; }      ///< ours alone
  [[nodiscard]] std::string bundle_file() const { return folder_ + "/bundle.pem"; }  ///< public roots, and ours

 private:
  explicit TrustFiles(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
};

}  // namespace telltale::app
