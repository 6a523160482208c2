// Exchanges out of plain, gzip (RFC 1952) and zstd (RFC 8878) files. Covered by tests/unit/app/capture_files_test.cpp.
#include "app/capture_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/file_text.hpp"
#include "app/packet_capture.hpp"
#include "app/sealing.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = std::size_t{256} * 1024;

// The writer chooses how much the reader has to keep. Up to `zstd -19` it is 8 MiB, with --ultra -20 32; the format
// itself allows far more memory than a replay may take.
constexpr int most_window_log = 24;

bool is_capture_name(std::string_view name) {
  for (const std::string_view packed : {".gz", ".zst", ".sealed"})
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  constexpr std::string_view endings[] = {".jsonl", ".har", ".flow", ".flows", ".mitm"};
  return std::any_of(std::begin(endings), std::end(endings), [name](std::string_view e) { return name.ends_with(e); });
}

}  // namespace

/// Blocks of decoded bytes; an empty block is the end.
class LineReader::Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  virtual Result<void> read(std::string& block) = 0;
  /// After an error: whether there may be more behind the damage.
  [[nodiscard]] virtual bool goes_on() const { return false; }
  /// Bytes taken from the file so far.
  [[nodiscard]] virtual std::uint64_t read_so_far() const { return 0; }
};

namespace {

using SourcePtr = std::unique_ptr<LineReader::Source>;

class FileSource : public LineReader::Source {
 public:
  FileSource(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  ~FileSource() override {
    if (descriptor_ > 0) ::close(descriptor_);
  }

  Result<void> read(std::string& block) override {
    if (!peeked_.empty()) {
      block = std::exchange(peeked_, {});
      return {};
    }
    block.resize(block_bytes);
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, block.data(), block.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail(Errc::input_unreadable, system_reason());
    block.resize(static_cast<std::size_t>(got));
    read_ += block.size();
    return {};
  }
  /// The first bytes, kept for `read`.
  Result<std::string_view> peek() {
    std::string block;
    if (auto done = read(block); !done) return tl::unexpected<Error>(done.error());
    peeked_ = std::move(block);
    return std::string_view(peeked_);
  }
  [[nodiscard]] std::uint64_t read_so_far() const override { return read_; }
  /// Whether a journal holds it open: see Journal.
  [[nodiscard]] bool is_written() const {
    struct flock lock {};
    lock.l_type = F_RDLCK;
    return ::fcntl(descriptor_, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
  }

 private:
  std::string name_;
  int descriptor_;
  std::string peeked_;
  std::uint64_t read_ = 0;
};

tl::unexpected<Error> damaged(std::string_view format, std::string_view how, std::uint64_t at) {
  return fail(Errc::input_unreadable, at, fmt::format("{} data is {} at byte {}", format, how, at));
}

class GzipSource : public LineReader::Source {
 public:
  explicit GzipSource(std::unique_ptr<FileSource> file) : file_(std::move(file)) {
    // 15 + 16: the largest window, gzip header.
    ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK;
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  Result<void> read(std::string& block) override {
    if (!ready_) return fail(Errc::input_unreadable, "gzip: out of memory");
    block.clear();
    while (block.empty()) {
      if (stream_.avail_in == 0) {
        if (auto done = file_->read(input_); !done) return done;
        if (input_.empty()) return at_end();
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(input_.size());
      }
      if (auto done = inflate_into(block); !done) return done;
    }
    return {};
  }

  [[nodiscard]] std::uint64_t read_so_far() const override { return file_->read_so_far(); }

 private:
  [[nodiscard]] std::uint64_t at() const { return file_->read_so_far() - stream_.avail_in; }

  Result<void> at_end() const {
    if (inside_) return damaged("gzip", "cut off", at());
    return {};
  }
  Result<void> inflate_into(std::string& block) {
    // Members may follow each other, as after `cat a.gz b.gz`.
    if (!inside_ && inflateReset(&stream_) != Z_OK) return damaged("gzip", "damaged", at());
    inside_ = true;
    block.resize(block_bytes);
    stream_.next_out = reinterpret_cast<Bytef*>(block.data());
    stream_.avail_out = static_cast<uInt>(block.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    block.resize(block.size() - stream_.avail_out);
    if (code == Z_STREAM_END)
      inside_ = false;
    else if (code != Z_OK && code != Z_BUF_ERROR)
      return damaged("gzip", "damaged", at());
    return {};
  }

  std::unique_ptr<FileSource> file_;
  std::string input_;
  z_stream stream_{};
  bool ready_ = false;
  bool inside_ = false;
};

class ZstdSource : public LineReader::Source {
 public:
  explicit ZstdSource(std::unique_ptr<FileSource> file) : file_(std::move(file)), stream_(ZSTD_createDStream()) {
    if (stream_ != nullptr) ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, most_window_log);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  Result<void> read(std::string& block) override {
    if (stream_ == nullptr) return fail(Errc::input_unreadable, "zstd: out of memory");
    block.clear();
    while (block.empty()) {
      if (in_.pos == in_.size && !pending_) {
        if (auto done = file_->read(input_); !done) return done;
        if (input_.empty()) return at_end();
        in_ = {input_.data(), input_.size(), 0};
      }
      if (auto done = decode_into(block); !done) return done;
    }
    return {};
  }

  [[nodiscard]] std::uint64_t read_so_far() const override { return file_->read_so_far(); }

 private:
  [[nodiscard]] std::uint64_t at() const { return file_->read_so_far() - (in_.size - in_.pos); }

  Result<void> at_end() const {
    if (inside_) return damaged("zstd", "cut off", at());
    return {};
  }
  Result<void> decode_into(std::string& block) {
    block.resize(block_bytes);
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    const std::size_t left = ZSTD_decompressStream(stream_, &out, &in_);
    pending_ = out.pos == out.size;
    block.resize(out.pos);
    if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge)
      return fail(Errc::input_unreadable,
                  fmt::format("zstd data that needs a window over {} MiB; unpack it with zstd -d "
                              "--long=31",
                              (1U << most_window_log) >> 20U));
    if (ZSTD_isError(left) != 0) return damaged("zstd", "damaged", at());
    inside_ = left != 0;
    return {};
  }

  std::unique_ptr<FileSource> file_;
  std::string input_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  ZSTD_DStream* stream_;
  bool inside_ = false;
  bool pending_ = false;  // the output block was full: more may come without input
};

/// Records that were sealed with a key, one after the other.
class SealedSource : public LineReader::Source {
 public:
  SealedSource(std::unique_ptr<FileSource> file, StoreKey& key)
      : file_(std::move(file)), opener_(make_opener(key)), reader_(*opener_) {}

  Result<void> read(std::string& block) override {
    for (block.clear(); block.empty() && !ended_;) {
      if (rest_.empty() && !at_end_) {
        if (auto done = file_->read(input_); !done) return done;
        at_end_ = input_.empty();
        rest_ = input_;
      }
      TT_TRY(block, reader_.next(rest_, at_end_));
      if (!block.empty() || !at_end_) continue;
      ended_ = true;
      return reader_.finish(file_->is_written());
    }
    return {};
  }
  [[nodiscard]] bool goes_on() const override { return !ended_ && !reader_.ended(); }
  [[nodiscard]] std::uint64_t read_so_far() const override { return file_->read_so_far(); }

 private:
  std::unique_ptr<FileSource> file_;
  std::unique_ptr<record::sealed::Opener> opener_;
  record::sealed::Reader reader_;
  std::string input_;
  std::string_view rest_;
  bool at_end_ = false;
  bool ended_ = false;
};

class PacketSource : public LineReader::Source {
 public:
  PacketSource(const std::string& path, const std::string& key_log, const Limits& limits)
      : capture_(path, key_log, limits) {}
  Result<void> read(std::string& block) override {
    TT_TRY(block, capture_.next());
    return {};
  }

 private:
  PacketCapture capture_;
};

// Remembers that the end was reached or something failed, so that nothing is read again.
Result<SourcePtr> open_source(const std::string& path, const std::string& key_log, const Limits& limits) {
  const int descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(Errc::input_unreadable, system_reason());
  auto file = std::make_unique<FileSource>(path, descriptor);
  TT_TRY(const std::string_view start, file->peek());
  if (start.starts_with(record::sealed::magic)) {
    if (store_key() == nullptr)
      return fail(Errc::capture_locked, "it is encrypted; give the key it was written with: --store-key");
    return SourcePtr(std::make_unique<SealedSource>(std::move(file), *store_key()));
  }
  if (path != "-" && record::begins_packets(start))
    return SourcePtr(std::make_unique<PacketSource>(path, key_log, limits));
  if (start.starts_with("\x1F\x8B")) return SourcePtr(std::make_unique<GzipSource>(std::move(file)));
  if (start.starts_with("\x28\xB5\x2F\xFD")) return SourcePtr(std::make_unique<ZstdSource>(std::move(file)));
  return SourcePtr(std::move(file));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

// By its first block. What cannot be read is listed: that is told when its turn comes.
bool begins_as_capture(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return true;
  FileSource file(path, descriptor);
  const auto start = file.peek();
  if (!start || record::begins_packets(*start)) return true;
  auto source = open_source(path, {}, Limits{});
  std::string block;
  return !source || !(*source)->read(block) || record::begins_capture(block);
}

}  // namespace

Result<std::vector<std::string>> list_captures(const std::string& path) {
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> out;
  // Folders within too (links to folders are not followed): a day's captures in a folder of their own must not be
  // passed over in silence.
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::error_code unknown;
    const fs::file_status status = at->status(unknown);
    // Nobody named it: a pipe would be waited for, a device read without end.
    if (fs::exists(status) && !fs::is_regular_file(status)) continue;
    const bool is_one = is_capture_name(at->path().filename().string()) ||
                        (fs::is_regular_file(status) && begins_as_capture(at->path().string()));
    if (is_one) out.push_back(at->path().string());
  }
  if (error) return fail(Errc::input_unreadable, error.message());
  if (out.empty())
    return fail(Errc::input_unreadable,
                "no *.jsonl, *.har, *.flow, *.flows or *.mitm in this folder, and nothing that begins as one");
  std::sort(out.begin(), out.end());
  return out;
}

LineReader::LineReader(std::unique_ptr<Source> source, const Limits& limits)
    : source_(std::move(source)), limits_(limits), longest_(limits.capture_line_bytes) {}

LineReader::~LineReader() = default;

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path, const Limits& limits,
                                                     const std::string& key_log) {
  TT_TRY(auto source, open_source(path, key_log, limits));
  return std::unique_ptr<LineReader>(new LineReader(std::move(source), limits));
}

std::uint64_t LineReader::bytes_read() const {
  return source_->read_so_far();
}

// False at the end.
Result<bool> LineReader::fill() {
  at_ = 0;
  block_.clear();
  if (ended_) return false;
  auto done = source_->read(block_);
  ended_ = done ? block_.empty() : !source_->goes_on();
  if (!done) {
    block_.clear();
    return tl::unexpected<Error>(done.error());
  }
  return !ended_;
}

Result<void> LineReader::skip_line() {
  for (;;) {
    const std::size_t end = block_.find('\n', at_);
    if (end != std::string::npos) {
      at_ = end + 1;
      return {};
    }
    TT_TRY(const bool more, fill());
    if (!more) return {};
  }
}

// By the first block, which is kept.
Result<void> LineReader::tell_format() {
  told_ = true;
  TT_TRY(const bool more, fill());
  if (!more) return {};
  const auto format = record::format_of(block_);
  if (!format) {
    ended_ = true;
    block_.clear();
    return tl::unexpected<Error>(format.error());
  }
  format_ = *format;
  if (format_ == record::Format::har) splitter_ = record::make_har_splitter(limits_);
  if (format_ == record::Format::flows) splitter_ = record::make_flow_splitter(limits_);
  return {};
}

Result<std::optional<InputLine>> LineReader::next() {
  if (!told_) {
    if (auto done = tell_format(); !done) return tl::unexpected<Error>(done.error());
  }
  return splitter_ ? next_piece() : next_line();
}

Result<std::optional<InputLine>> LineReader::next_piece() {
  for (;;) {
    if (at_ == block_.size() && !ended_) {
      TT_TRY(const bool more, fill());
      static_cast<void>(more);
    }
    std::string_view rest = std::string_view(block_).substr(at_);
    auto piece = splitter_->next(rest);
    at_ = block_.size() - rest.size();
    if (!piece) return tl::unexpected<Error>(piece.error());
    if (*piece) return InputLine{std::move((*piece)->text), (*piece)->number, format_, (*piece)->at};
    if (!ended_ || at_ < block_.size()) continue;
    if (finished_) return std::nullopt;
    // Behind an error the splitter may find more in what it holds.
    const auto done = splitter_->finish();
    finished_ = done.has_value();
    if (!done) return tl::unexpected<Error>(done.error());
  }
}

Result<std::optional<InputLine>> LineReader::next_line() {
  std::string line;
  for (bool started = false;;) {
    if (at_ == block_.size()) {
      TT_TRY(const bool more, fill());
      if (!more && (!started || is_blank(line))) return std::nullopt;
      if (!more) return InputLine{std::move(line), number_};
    }
    if (!started) ++number_;
    started = true;
    const std::size_t end = std::min(block_.find('\n', at_), block_.size());
    line.append(block_, at_, end - at_);
    at_ = end;
    if (line.size() > longest_) {
      if (auto done = skip_line(); !done) return tl::unexpected<Error>(done.error());
      return fail(Errc::capture_malformed, longest_, fmt::format("the line is longer than {} bytes", longest_));
    }
    if (end == block_.size()) continue;
    ++at_;
    if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!is_blank(line)) return InputLine{std::move(line), number_};
    line.clear();
    started = false;
  }
}

std::string place_of(record::Format format, std::uint64_t number, std::uint64_t at, const Error& error) {
  return fmt::format("{} {}, byte {}", record::noun_of(format), number, at + error.at);
}

}  // namespace telltale::app
