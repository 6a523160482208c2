#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/splitter.hpp"

namespace telltale::app {

/// The capture files that `path` names: a file and "-" as they are, a folder, with those within, as its files that
/// begin as a capture does, packed or not, and those that are called *.jsonl, *.har, *.flow, *.flows or *.mitm whatever
/// they hold (also with .gz or .zst behind it), in name order. Error: input_unreadable.
[[nodiscard]] Result<std::vector<std::string>> list_captures(const std::string& path);

/// What stands for one exchange: a line, a HAR entry, a flow.
struct InputLine {
  std::string text;      ///< a line without its end
  std::uint64_t number;  ///< from 1
  record::Format format = record::Format::jsonl;
  std::uint64_t at = 0;  ///< where it begins in the unpacked file; 0 for a line, whose errors count from its own start
};

/// The exchanges of one capture file. Its format, gzip and zstd are told by its first bytes, whatever the name. Holds
/// one exchange and one block at a time. Blank lines are skipped, and a byte order mark at the start.
class LineReader {
 public:
  /// "-" is standard input. Packets come as capture lines, with the TLS keys in the file or in `key_log`. Error:
  /// input_unreadable.
  [[nodiscard]] static Result<std::unique_ptr<LineReader>> open(const std::string& path, const Limits& limits,
                                                                const std::string& key_log = {});
  ~LineReader();

  /// The next line; nothing at the end. Errors, each for one line or for the rest: capture_malformed (a line past
  /// Limits::capture_line_bytes; the next call goes on behind it), input_unreadable (a failed read, compressed data
  /// that is damaged or cut off; the next call says the end).
  [[nodiscard]] Result<std::optional<InputLine>> next();
  [[nodiscard]] std::uint64_t line_number() const { return splitter_ ? splitter_->number() : number_; }
  [[nodiscard]] record::Format format() const { return format_; }
  /// How far the file has been read, as it lies on the disk.
  [[nodiscard]] std::uint64_t bytes_read() const;

  class Source;

 private:
  explicit LineReader(std::unique_ptr<Source> source, const Limits& limits);
  [[nodiscard]] Result<bool> fill();
  [[nodiscard]] Result<void> skip_line();
  [[nodiscard]] Result<std::optional<InputLine>> next_line();
  [[nodiscard]] Result<std::optional<InputLine>> next_piece();
  [[nodiscard]] Result<void> tell_format();

  std::unique_ptr<Source> source_;
  Limits limits_;
  std::size_t longest_;
  record::Format format_ = record::Format::jsonl;
  bool told_ = false;                           ///< the format is known
  std::unique_ptr<record::Splitter> splitter_;  ///< of formats that are no lines
  std::string block_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false;
  bool finished_ = false;  ///< the splitter has nothing more to say either
};

/// "line 2, byte 24" or "entry 7, byte 81920": where an error of parse_exchange or of the reader lies. `at` is where
/// the piece begins.
[[nodiscard]] std::string place_of(record::Format format, std::uint64_t number, std::uint64_t at, const Error& error);

}  // namespace telltale::app
