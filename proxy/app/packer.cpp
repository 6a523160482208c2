// gzip (RFC 1952) and zstd (RFC 8878) as streams. Covered by tests/e2e/convert_test.py.
#include "app/packer.hpp"

#include <zlib.h>
#include <zstd.h>

namespace telltale::app {
namespace {

constexpr std::size_t block_bytes = std::size_t{128} * 1024;

class Plain : public Packer {
 public:
  Result<std::string> pack(std::string_view text, bool) override { return std::string(text); }
};

class Gzip : public Packer {
 public:
  // 15 + 16: the largest window, gzip header.
  Gzip() { ready_ = deflateInit2(&stream_, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK; }
  ~Gzip() override { deflateEnd(&stream_); }

  // zlib counts in 32 bits: a long text goes in by pieces.
  Result<std::string> pack(std::string_view text, bool is_last) override {
    std::string out;
    do {
      const std::string_view part = text.substr(0, most_at_once);
      text.remove_prefix(part.size());
      if (!deflate_part(part, is_last && text.empty(), out)) return fail(Errc::internal, "gzip failed");
    } while (!text.empty());
    return out;
  }

 private:
  static constexpr std::size_t most_at_once = std::size_t{1} << 30U;

  bool deflate_part(std::string_view part, bool is_last, std::string& out) {
    if (!ready_) return false;
    // zlib does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    stream_.avail_in = static_cast<uInt>(part.size());
    do {
      const std::size_t before = out.size();
      out.resize(before + block_bytes);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(block_bytes);
      if (deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) return false;
      out.resize(out.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return true;
  }

  z_stream stream_{};
  bool ready_ = false;
};

class Zstd : public Packer {
 public:
  Zstd() : stream_(ZSTD_createCStream()) {}
  ~Zstd() override { ZSTD_freeCStream(stream_); }

  Result<std::string> pack(std::string_view text, bool is_last) override {
    if (stream_ == nullptr) return fail(Errc::internal, "zstd: out of memory");
    std::string out;
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (bool more = true; more;) {
      const std::size_t before = out.size();
      out.resize(before + block_bytes);
      ZSTD_outBuffer to{out.data() + before, block_bytes, 0};
      const std::size_t left = ZSTD_compressStream2(stream_, &to, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
      out.resize(before + to.pos);
      if (ZSTD_isError(left) != 0) return fail(Errc::internal, "zstd failed");
      more = is_last ? left != 0 : in.pos < in.size;
    }
    return out;
  }

 private:
  ZSTD_CStream* stream_;
};

}  // namespace

Packing packing_of(std::string_view& name) {
  constexpr std::pair<std::string_view, Packing> endings[] = {{".gz", Packing::gzip}, {".zst", Packing::zstd}};
  for (const auto& [ending, packing] : endings) {
    if (!name.ends_with(ending)) continue;
    name.remove_suffix(ending.size());
    return packing;
  }
  return Packing::none;
}

std::unique_ptr<Packer> make_packer(Packing packing) {
  if (packing == Packing::gzip) return std::make_unique<Gzip>();
  if (packing == Packing::zstd) return std::make_unique<Zstd>();
  return std::make_unique<Plain>();
}

}  // namespace telltale::app
