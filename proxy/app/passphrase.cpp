// Where a passphrase comes from. systemd.exec(5), LoadCredential. Covered by tests/unit/app/passphrase_test.cpp.
#include "app/passphrase.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "app/ca_files.hpp"
#include "app/file_text.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest_passphrase = 1024;  // what OpenSSL's prompt would take at most

struct Asked {
  std::string_view option;
  const std::string& source;
};

Result<Secret> trimmed(const Asked& asked, std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty())
    return fail(Errc::option_invalid, fmt::format("{} {}: there is nothing in it", asked.option, asked.source));
  if (text.size() > longest_passphrase)
    return fail(Errc::option_invalid,
                fmt::format("{} {}: longer than {} bytes", asked.option, asked.source, longest_passphrase));
  return Secret(std::string(text));
}

Result<Secret> read_descriptor(const Asked& asked, int number) {
  std::array<char, longest_passphrase + 3> buffer{};
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(number, buffer.data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::file_failed, fmt::format("{} {}: {}", asked.option, asked.source, system_reason()));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(number);
  auto passphrase = trimmed(asked, {buffer.data(), size});
  ::explicit_bzero(buffer.data(), buffer.size());
  return passphrase;
}

Result<Secret> read_file_of(const Asked& asked, const std::string& path) {
  TT_TRY(const Secret text, read_private_file(path));
  return trimmed(asked, text.reveal());
}

Result<Secret> read_credential(const Asked& asked, std::string_view name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0')
    return fail(Errc::option_invalid,
                fmt::format("{} {}: systemd gave no credentials (CREDENTIALS_DIRECTORY)", asked.option, asked.source));
  if (name.empty() || name.find('/') != std::string_view::npos)
    return fail(Errc::option_invalid, fmt::format("{} {}: not the name of a credential", asked.option, asked.source));
  return read_file_of(asked, fmt::format("{}/{}", folder, name));
}

}  // namespace

Result<Secret> read_passphrase(const std::string& source, std::string_view option) {
  if (source.empty()) return Secret();
  const Asked asked{option, source};
  const std::string_view text = source;
  if (text.starts_with("credential:")) return read_credential(asked, text.substr(11));
  if (!text.starts_with("fd:")) return read_file_of(asked, source);
  int number = -1;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + 3, end, number);
  if (error != std::errc() || stopped != end || number < 0)
    return fail(Errc::option_invalid,
                fmt::format("{} {}: give fd:N, credential:NAME or a file", asked.option, asked.source));
  return read_descriptor(asked, number);
}

}  // namespace telltale::app
