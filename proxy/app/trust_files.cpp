// Where a client finds the root it is to trust. Covered by tests/unit/app/trust_files_test.cpp.
#include "app/trust_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/terminal.hpp"

namespace telltale::app {
namespace {

// Debian, Fedora, openSUSE, Alpine and the BSDs.
constexpr const char* system_roots[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string public_roots(const std::string& named) {
  std::string roots = named.empty() ? std::string() : read_whole(named);
  for (const char* const path : system_roots) {
    if (!roots.empty()) break;
    roots = read_whole(path);
  }
  if (!roots.empty() && roots.back() != '\n') roots += '\n';
  return roots;
}

Result<void> write_private(const std::string& path, std::string_view text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  while (file.open() && !text.empty()) {
    const ssize_t size = write(file.get(), text.data(), text.size());
    if (size < 0 && errno != EINTR) break;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  if (file.open() && text.empty()) return {};
  return fail(Errc::file_failed, path + ": " + std::strerror(errno));
}

}  // namespace

Result<TrustFiles> TrustFiles::create(std::string_view root_pem, const std::string& extra_roots) {
  const char* const set = std::getenv("TMPDIR");
  std::string folder = std::string(set != nullptr && *set == '/' ? set : "/tmp") + "/telltale-run-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return fail(Errc::file_failed, folder + ": " + std::strerror(errno));
  TrustFiles files(std::move(folder));
  TT_TRY([[maybe_unused]] const bool root, write_private(files.root_file(), root_pem).map([] { return true; }));
  const std::string bundle = public_roots(extra_roots) + std::string(root_pem);
  TT_TRY([[maybe_unused]] const bool all, write_private(files.bundle_file(), bundle).map([] { return true; }));
  return files;
}

TrustFiles::~TrustFiles() {
  if (folder_.empty()) return;
  std::error_code ignored;  // what cannot be removed holds certificates only, no key
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace telltale::app
