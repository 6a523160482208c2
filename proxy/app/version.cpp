// Names and versions of what is inside, for bug reports. Covered by tests/unit/app/options_test.cpp.
#include "app/version.hpp"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>

namespace telltale::app {

std::string version_text(std::string_view cli11) {
  const std::uint32_t brotli = BrotliDecoderVersion();
  return fmt::format(
      "telltale {}\nboost {}.{}.{}, {}, zlib {}, brotli {}.{}.{}, zstd {}, nlohmann/json {}.{}.{}, fmt {}.{}.{}, "
      "CLI11 {}\n",
      TELLTALE_VERSION, BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
      OpenSSL_version(OPENSSL_VERSION), zlibVersion(), brotli >> 24U, brotli >> 12U & 0xFFFU, brotli & 0xFFFU,
      ZSTD_versionString(), NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH,
      FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100, cli11);
}

}  // namespace telltale::app
