// The admin listener's token and the files it is handed over in. Covered by tests/unit/app/admin_content_test.cpp.
#include "app/admin_token.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "app/file_text.hpp"
#include "app/terminal.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t token_bytes = 32;

// Beside the old one, then in its place: who reads it gets all of one or of the other.
Result<void> put_private(const std::string& path, std::string_view text) {
  const std::string fresh = fmt::format("{}.{}", path, ::getpid());
  ::unlink(fresh.c_str());
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const bool written = file.open() && ::fchmod(file.get(), 0600) == 0 && write_all(file.get(), text) &&
                       ::rename(fresh.c_str(), path.c_str()) == 0;
  if (written) return {};
  const std::string reason = system_reason();
  if (file.open()) ::unlink(fresh.c_str());
  return fail(Errc::file_failed, fmt::format("{}: {}", path, reason));
}

}  // namespace

Result<AdminToken> make_admin_token(const std::string& folder) {
  std::array<unsigned char, token_bytes> bytes{};
  if (RAND_bytes(bytes.data(), int{token_bytes}) != 1) return fail(Errc::crypto_failed, "no random bytes");
  std::string text = fmt::format("{:02x}", fmt::join(bytes, ""));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  AdminToken out;
  out.file = folder + "/admin.token";
  if (auto put = put_private(out.file, text + "\n"); !put) return tl::unexpected<Error>(put.error());
  out.token = Secret(std::move(text));
  return out;
}

Result<void> write_admin_curl(const std::string& folder, const std::string& address, const Secret& token) {
  const std::string text = fmt::format(
      "# Posts a client's prompt hook: curl -K {}/admin.curl\n"
      "url = \"http://{}/v1/typed\"\n"
      "header = \"Authorization: Bearer {}\"\n"
      "header = \"Content-Type: application/json\"\n"
      "data-binary = \"@-\"\n"
      "noproxy = \"*\"\n"
      "max-time = 2\n"
      "silent\n"
      "output = \"/dev/null\"\n",
      folder, address, token.reveal());
  return put_private(folder + "/admin.curl", text);
}

}  // namespace telltale::app
