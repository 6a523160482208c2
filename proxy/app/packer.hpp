#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::app {

enum class Packing : std::uint8_t { none, gzip, zstd };

/// By the ending of a file's name; the name without it goes into `name`.
[[nodiscard]] Packing packing_of(std::string_view& name);

/// Packs a stream, piece by piece. The same bytes for the same text: no time stamp, one fixed level.
class Packer {
 public:
  virtual ~Packer() = default;
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  /// The bytes that are ready; those of the end, when `text` was the last. Error: internal.
  [[nodiscard]] virtual Result<std::string> pack(std::string_view text, bool is_last) = 0;
};

[[nodiscard]] std::unique_ptr<Packer> make_packer(Packing packing);

}  // namespace telltale::app
