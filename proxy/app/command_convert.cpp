// `telltale convert`: captures from one format into another, one exchange at a time, and what of them did not fit.
// Covered by tests/e2e/convert_test.py.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "app/capture_files.hpp"
#include "app/commands.hpp"
#include "app/packer.hpp"
#include "app/progress.hpp"
#include "app/sink.hpp"
#include "certs/pem.hpp"
#include "record/conversion.hpp"

namespace telltale::app {
namespace {

using record::Format;

// Damaged pieces told one by one, for each file; more are counted.
constexpr std::uint64_t told_each = 20;

/// The pieces of the target, packed.
class Target {
 public:
  Target(const ConvertCommand& command, Sink& sink)
      : format_(command.format),
        flow_version_(command.flow_version),
        packer_(make_packer(command.packing)),
        sink_(sink) {}

  void open() {
    if (format_ == Format::har) put(record::har_begin(TELLTALE_VERSION));
  }
  /// What was lost by it is added to `lost`.
  void add(const record::Capture& capture, const Limits& limits, record::Unread& lost) {
    const std::string piece = piece_of(capture, limits);
    lost.add(record::lost_in(capture, format_, piece, limits));
    if (format_ == Format::har && !is_first_) put(record::har_between());
    put(piece);
    if (format_ == Format::jsonl) put("\n");
    is_first_ = false;
  }
  void close() {
    if (format_ == Format::har) put(record::har_end());
    put({}, true);
  }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  [[nodiscard]] std::string piece_of(const record::Capture& capture, const Limits& limits) const {
    if (format_ == Format::har) return record::to_har_entry(capture, certs::sha256, limits);
    if (format_ == Format::flows) return record::to_flow(capture, flow_version_, certs::sha256, limits);
    return record::to_line(capture, certs::sha256);
  }
  void put(std::string_view text, bool is_last = false) {
    const auto packed = packer_->pack(text, is_last);
    if (!packed) {
      broken_ = true;
      fmt::print(stderr, "telltale convert: {}\n", packed.error().detail);
      return;
    }
    sink_.write(*packed);
  }

  Format format_;
  unsigned flow_version_;
  std::unique_ptr<Packer> packer_;
  Sink& sink_;
  bool is_first_ = true;
  bool broken_ = false;
};

class Conversion {
 public:
  Conversion(const ConvertCommand& command, Sink& sink)
      : command_(command), sink_(sink), target_(command, sink), progress_(command.quiet) {}

  void run(const std::vector<std::string>& files) {
    progress_.expect(files);
    target_.open();
    for (const std::string& file : files) read_file(file);
    target_.close();
    progress_.clear();
    tell();
  }
  void complain(std::string_view file, std::string_view what) {
    progress_.clear();
    fmt::print(stderr, "telltale convert: {}: {}\n", file, what);
    unreadable_ = true;
  }
  [[nodiscard]] bool broken() const { return target_.broken(); }
  [[nodiscard]] ExitCode exit_code() const {
    if (target_.broken()) return ExitCode::internal;
    if (sink_.failed()) return ExitCode::usage;
    return unreadable_ ? ExitCode::unreadable : ExitCode::clean;
  }

 private:
  void read_file(const std::string& file) {
    auto opened = LineReader::open(file, limits_, command_.key_log);
    if (!opened) return complain(file, opened.error().detail);
    LineReader& reader = **opened;
    std::uint64_t damaged = 0;
    for (bool more = true; more && !sink_.gone() && !sink_.failed();) {
      const auto line = reader.next();
      more = line ? line->has_value() : line.error().code == Errc::capture_malformed;
      const auto done = !line   ? Result<void>(tl::unexpected<Error>(line.error()))
                        : *line ? convert(**line)
                                : Result<void>();
      progress_.at(reader.bytes_read());
      if (done) continue;
      if (done.error().code == Errc::input_unreadable) {
        complain(file, reader.line_number() == 0 ? done.error().detail
                                                 : fmt::format("behind {} {}: {}", record::noun_of(reader.format()),
                                                               reader.line_number(), done.error().detail));
        continue;
      }
      ++damaged;
      const std::uint64_t number = line && *line ? (*line)->number : reader.line_number();
      const std::uint64_t begin = line && *line ? (*line)->at : 0;
      if (damaged <= told_each)
        complain(file,
                 fmt::format("{}: {}", place_of(reader.format(), number, begin, done.error()), done.error().detail));
    }
    progress_.done(reader.bytes_read());
    if (damaged > told_each) complain(file, fmt::format("{} damaged in all", damaged));
  }

  Result<void> convert(const InputLine& line) {
    record::Unread unread;
    TT_TRY(record::Capture capture, record::parse_exchange(line.format, line.text, limits_, certs::sha256, &unread));
    // What it is compared with is what may be written: a capture of others can hold credentials.
    if (line.format == Format::jsonl) record::mask_credentials(capture, certs::sha256);
    unread_.add(unread);
    target_.add(capture, limits_, lost_);
    ++exchanges_;
    return {};
  }

  void tell() const {
    if (!command_.quiet)
      fmt::print(stderr, "telltale convert: {} exchange{}\n", exchanges_, exchanges_ == 1 ? "" : "s");
    tell("not read from the source", unread_);
    tell("has no place in the target", lost_);
  }
  static void tell(std::string_view what, const record::Unread& counts) {
    for (const auto& [kind, count] : counts.counts())
      fmt::print(stderr, "telltale convert: dropped, {}: {} ({})\n", what, kind, count);
  }

  const ConvertCommand& command_;
  Sink& sink_;
  Target target_;
  Progress progress_;
  Limits limits_;
  record::Unread unread_, lost_;
  std::uint64_t exchanges_ = 0;
  bool unreadable_ = false;
};

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code error;
  return one != "-" && std::filesystem::equivalent(one, other, error) && !error;
}

}  // namespace

int run_convert(const ConvertCommand& command) {
  Sink sink("convert");
  if (!sink.open(command.output == "-" ? "" : command.output)) return static_cast<int>(ExitCode::usage);
  Conversion conversion(command, sink);
  std::vector<std::string> files;
  for (const std::string& path : command.captures) {
    const auto listed = list_captures(path);
    if (!listed) conversion.complain(path, listed.error().detail);
    // A folder may hold what an earlier call wrote there.
    const bool is_folder = listed && (listed->size() != 1 || listed->front() != path);
    if (listed)
      for (const std::string& file : *listed)
        if (!is_folder || !is_same_file(file, command.output)) files.push_back(file);
  }
  conversion.run(files);
  if (!conversion.broken()) sink.commit();
  return static_cast<int>(conversion.exit_code());
}

}  // namespace telltale::app
