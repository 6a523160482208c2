// The configuration file: any bytes are read or refused with a message that names the file; what is read is text of
// options that exist.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "app/option_values.hpp"
#include "core/assert.hpp"

using namespace telltale;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("config", MFD_CLOEXEC);
  TT_ASSERT(file >= 0);
  TT_ASSERT(write(file, data, size) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const auto values = app::read_config_file(path);
  close(file);
  if (!values) {
    TT_ASSERT(values.error().code == Errc::config_malformed || values.error().code == Errc::file_failed);
    TT_ASSERT(values.error().detail.find(path) == 0);
    return 0;
  }
  for (const auto& [option, given] : *values) {
    TT_ASSERT(!option.empty() && given.label.find(path) == 0);
    TT_ASSERT(option.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
  }
  return 0;
}
