// Content codings undone and applied again, through zlib, libbrotli and libzstd. Whatever the input claims, a decoder
// may write no more than one budget allows, and stacked codings share it. RFC 9110 section 8.4, RFC 1950 to 1952, RFC
// 7932, RFC 8878, RFC 9659. Covered by tests/unit/http/coding_test.cpp and the fuzz target coding.
#include "http/coding.hpp"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/ascii.hpp"

namespace telltale::http {
namespace {

// zlib counts in 32 bits. Larger input is far over every limit.
constexpr std::size_t max_input = std::size_t{1} << 30;
// A member or frame may be empty: without a bound, a body could be nothing but starts and ends.
constexpr unsigned max_members = 4096;
// 8 MiB, the most RFC 9659 allows in a content coding. A frame can claim 2^41.
constexpr int zstd_window_log = 23;
// Fixed, so that the same content always gives the same bytes.
constexpr int gzip_level = 6;
constexpr int brotli_quality = 5;
constexpr int zstd_level = 3;

// Where a decoder writes: grows by doubling, never past the budget. One byte of room is kept over the budget, so that a
// decoder that has just filled it can still say that it is done.
class Sink {
 public:
  Sink(std::size_t coded_bytes, std::size_t first_guess, const Limits& limits) {
    const std::uint64_t by_ratio =
        std::max<std::uint64_t>(limits.coding_ratio_after, coded_bytes * std::uint64_t{limits.coding_ratio});
    budget_ = static_cast<std::size_t>(std::min(limits.content_bytes, by_ratio));
    past_budget_ = by_ratio < limits.content_bytes ? Errc::coding_ratio : Errc::content_too_long;
    ratio_after_ = limits.coding_ratio_after;
    ratio_ = limits.coding_ratio;
    out_.resize(std::clamp<std::size_t>(first_guess, 1, budget_ + 1));
  }

  // Makes room for at least one byte. `at` bytes of the layer's input have been read: what they may have become is
  // bounded too, so that a long bomb is given up at its beginning.
  [[nodiscard]] Result<void> make_room(std::size_t at) {
    if (used_ > budget_) return fail(past_budget_, at, fmt::format("decoded content over {} bytes", budget_));
    if (used_ > ratio_after_ && used_ / ratio_ > at)
      return fail(Errc::coding_ratio, at, fmt::format("{} bytes decoded from {}", used_, at));
    if (used_ == out_.size()) out_.resize(std::min(budget_ + 1, out_.size() * 2));
    return {};
  }
  [[nodiscard]] char* free_space() { return out_.data() + used_; }
  [[nodiscard]] std::size_t room() const { return out_.size() - used_; }
  void wrote(std::size_t n) { used_ += n; }

  [[nodiscard]] Result<std::string> take(std::size_t at) {
    if (used_ > budget_) return fail(past_budget_, at, fmt::format("decoded content over {} bytes", budget_));
    out_.resize(used_);
    return std::move(out_);
  }

 private:
  std::string out_;
  std::size_t used_ = 0;
  std::size_t budget_ = 0;
  std::uint64_t ratio_after_ = 0;
  std::uint64_t ratio_ = 1;
  Errc past_budget_ = Errc::content_too_long;
};

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* as_bytes(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

struct EndInflate {
  void operator()(z_stream* z) const { inflateEnd(z); }
};

// `deflate` is the zlib format; some senders leave its two-byte header out. The header decides, and nothing is tried
// twice: a body must not have two readings.
bool has_zlib_header(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const unsigned first = as_bytes(bytes)[0];
  const unsigned second = as_bytes(bytes)[1];
  return (first & 0x0FU) == 8 && (first >> 4U) <= 7 && (first * 256 + second) % 31 == 0;
}

int inflate_window(Coding coding, std::string_view bytes) {
  if (coding == Coding::gzip) return 16 + MAX_WBITS;
  return has_zlib_header(bytes) ? MAX_WBITS : -MAX_WBITS;
}

// One call of inflate; afterwards `z` says what is left of the input.
Result<int> inflate_some(z_stream& z, std::string_view bytes, Sink& sink) {
  const std::size_t at = bytes.size() - z.avail_in;
  if (auto room = sink.make_room(at); !room) return tl::unexpected(std::move(room.error()));
  z.next_out = as_bytes(sink.free_space());
  z.avail_out = static_cast<uInt>(std::min(sink.room(), max_input));
  const uInt before = z.avail_out;
  const int result = inflate(&z, Z_NO_FLUSH);
  sink.wrote(before - z.avail_out);
  const std::size_t now = bytes.size() - z.avail_in;
  if (result == Z_STREAM_END) return result;
  if (result != Z_OK && result != Z_BUF_ERROR) return fail(Errc::coding_malformed, now, "compressed data is damaged");
  if (z.avail_in == 0 && z.avail_out != 0) return fail(Errc::coding_malformed, now, "compressed data is cut short");
  return result;
}

Result<void> inflate_all(Coding coding, std::string_view bytes, Sink& sink) {
  z_stream z{};
  if (inflateInit2(&z, inflate_window(coding, bytes)) != Z_OK) return fail(Errc::internal, "zlib did not start");
  const std::unique_ptr<z_stream, EndInflate> end(&z);
  z.next_in = const_cast<unsigned char*>(as_bytes(bytes));  // zlib's interface; it does not write there
  z.avail_in = static_cast<uInt>(bytes.size());
  for (unsigned members = 1;;) {
    TT_TRY(const int result, inflate_some(z, bytes, sink));
    if (result != Z_STREAM_END) continue;
    if (z.avail_in == 0) return {};
    const std::size_t at = bytes.size() - z.avail_in;
    if (coding != Coding::gzip || !bytes.substr(at).starts_with("\x1f\x8b"))
      return fail(Errc::coding_malformed, at, "bytes after the end of the compressed data");
    if (++members > max_members) return fail(Errc::coding_malformed, at, "too many gzip members");
    inflateReset(&z);
  }
}

struct EndBrotli {
  void operator()(BrotliDecoderState* s) const { BrotliDecoderDestroyInstance(s); }
};

Result<void> brotli_all(std::string_view bytes, Sink& sink) {
  const std::unique_ptr<BrotliDecoderState, EndBrotli> state(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (!state) return fail(Errc::internal, "brotli did not start");
  const unsigned char* next = as_bytes(bytes);
  std::size_t left = bytes.size();
  for (;;) {
    if (auto room = sink.make_room(bytes.size() - left); !room) return tl::unexpected(std::move(room.error()));
    unsigned char* out = as_bytes(sink.free_space());
    std::size_t room = sink.room();
    const std::size_t before = room;
    const auto result = BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &out, nullptr);
    sink.wrote(before - room);
    const std::size_t at = bytes.size() - left;
    if (result == BROTLI_DECODER_RESULT_ERROR) return fail(Errc::coding_malformed, at, "brotli data is damaged");
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
      return fail(Errc::coding_malformed, at, "brotli data is cut short");
    if (result != BROTLI_DECODER_RESULT_SUCCESS) continue;
    if (left != 0) return fail(Errc::coding_malformed, at, "bytes after the end of the brotli data");
    return {};
  }
}

struct EndZstd {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

// Skippable frames carry bytes that no decoder shows: a place to hide what nobody inspects.
bool starts_skippable_frame(std::string_view bytes) {
  return bytes.size() >= 4 && (as_bytes(bytes)[0] & 0xF0U) == 0x50 && bytes.substr(1, 3) == "\x2a\x4d\x18";
}

Result<void> zstd_all(std::string_view bytes, Sink& sink) {
  const std::unique_ptr<ZSTD_DCtx, EndZstd> context(ZSTD_createDCtx());
  if (!context) return fail(Errc::internal, "zstd did not start");
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, zstd_window_log);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool at_frame_start = true;
  for (unsigned frames = 0;;) {
    if (at_frame_start && starts_skippable_frame(bytes.substr(in.pos)))
      return fail(Errc::coding_malformed, in.pos, "zstd frame that no decoder shows");
    if (at_frame_start && ++frames > max_members) return fail(Errc::coding_malformed, in.pos, "too many zstd frames");
    if (auto room = sink.make_room(in.pos); !room) return tl::unexpected(std::move(room.error()));
    ZSTD_outBuffer out{sink.free_space(), sink.room(), 0};
    const std::size_t result = ZSTD_decompressStream(context.get(), &out, &in);
    sink.wrote(out.pos);
    if (ZSTD_isError(result) != 0U) {
      const bool window = ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge;
      return fail(Errc::coding_malformed, in.pos, window ? "zstd window over 8 MiB" : "zstd data is damaged");
    }
    at_frame_start = result == 0;
    if (at_frame_start && in.pos == in.size) return {};
    if (!at_frame_start && in.pos == in.size && out.pos < out.size)
      return fail(Errc::coding_malformed, in.pos, "zstd data is cut short");
  }
}

Result<void> decode_into(Coding coding, std::string_view bytes, Sink& sink) {
  switch (coding) {
    case Coding::br:
      return brotli_all(bytes, sink);
    case Coding::zstd:
      return zstd_all(bytes, sink);
    case Coding::gzip:
    case Coding::deflate:
      break;
  }
  return inflate_all(coding, bytes, sink);
}

struct EndDeflate {
  void operator()(z_stream* z) const { deflateEnd(z); }
};

Result<std::string> deflate_all(std::string_view content, int window) {
  z_stream z{};
  if (deflateInit2(&z, gzip_level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(Errc::internal, "zlib did not start");
  const std::unique_ptr<z_stream, EndDeflate> end(&z);
  std::string out(deflateBound(&z, content.size()), '\0');
  z.next_in = const_cast<unsigned char*>(as_bytes(content));  // zlib's interface; it does not write there
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = as_bytes(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) return fail(Errc::internal, "zlib did not finish");
  out.resize(std::min<std::size_t>(z.total_out, out.size()));
  return out;
}

Result<std::string> compress_brotli(std::string_view content) {
  std::size_t size = BrotliEncoderMaxCompressedSize(content.size());
  std::string out(size, '\0');
  if (BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, content.size(),
                            as_bytes(content), &size, as_bytes(out.data())) != BROTLI_TRUE)
    return fail(Errc::internal, "brotli did not finish");
  out.resize(size);
  return out;
}

Result<std::string> compress_zstd(std::string_view content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), content.data(), content.size(), zstd_level);
  if (ZSTD_isError(size) != 0U) return fail(Errc::internal, "zstd did not finish");
  out.resize(size);
  return out;
}

Result<std::string> encode_one(std::string_view content, Coding coding) {
  if (content.size() > max_input) return fail(Errc::content_too_long, "content too long to code again");
  switch (coding) {
    case Coding::br:
      return compress_brotli(content);
    case Coding::zstd:
      return compress_zstd(content);
    case Coding::deflate:
      return deflate_all(content, MAX_WBITS);
    case Coding::gzip:
      break;
  }
  return deflate_all(content, 16 + MAX_WBITS);  // no header set: zlib writes time stamp 0 and no name
}

std::optional<Coding> coding_of(std::string_view name) {
  if (ascii::equals_ignoring_case(name, "gzip") || ascii::equals_ignoring_case(name, "x-gzip")) return Coding::gzip;
  for (const Coding coding : {Coding::deflate, Coding::br, Coding::zstd})
    if (ascii::equals_ignoring_case(name, name_of(coding))) return coding;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return "gzip";
    case Coding::deflate:
      return "deflate";
    case Coding::br:
      return "br";
    case Coding::zstd:
      break;
  }
  return "zstd";
}

Result<std::vector<Coding>> parse_codings(std::string_view content_encoding, const Limits& limits) {
  std::vector<Coding> codings;
  for (std::string_view rest = content_encoding; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view name = ascii::trim(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (name.empty() || ascii::equals_ignoring_case(name, "identity")) continue;
    const auto coding = coding_of(name);
    if (!coding) return fail(Errc::coding_unknown, "content coding is none of gzip, deflate, br, zstd");
    if (codings.size() == limits.codings)
      return fail(Errc::coding_unknown, fmt::format("more than {} content codings", limits.codings));
    codings.push_back(*coding);
  }
  return codings;
}

Result<std::string> decode_content(std::string_view bytes, const std::vector<Coding>& codings, const Limits& limits) {
  if (bytes.size() > std::min<std::uint64_t>(max_input, limits.content_bytes))
    return fail(Errc::content_too_long, "coded content over the limit");
  if (codings.empty() || bytes.empty()) return std::string(bytes);
  std::string content;
  std::string_view coded = bytes;
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {
    const bool outermost = coding == codings.rbegin();
    // The ratio is taken against the bytes on the wire, also for the inner layers: stacking buys no more room.
    Sink sink(bytes.size(), std::min<std::size_t>(coded.size() * 4, 4 * 1024 * 1024), limits);
    if (auto done = decode_into(*coding, coded, sink); !done)
      return fail(done.error().code, outermost ? done.error().at : bytes.size(), std::move(done.error().detail));
    TT_TRY(content, sink.take(bytes.size()));
    coded = content;
  }
  return content;
}

Result<std::string> encode_content(std::string_view content, const std::vector<Coding>& codings) {
  std::string coded(content);
  for (const Coding coding : codings) {
    TT_TRY(coded, encode_one(coded, coding));
  }
  return coded;
}

}  // namespace telltale::http
