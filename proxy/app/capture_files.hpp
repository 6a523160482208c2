#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// The capture files that `paths` name: files and "-" as they are, a folder, with those within, as its *.jsonl,
/// *.jsonl.gz and *.jsonl.zst in name order. Error: input_unreadable.
[[nodiscard]] Result<std::vector<std::string>> list_captures(const std::string& path);

struct InputLine {
  std::string text;      ///< without its line end
  std::uint64_t number;  ///< from 1
};

/// The lines of one capture file, gzip and zstd told by their first bytes, whatever the name. Holds one line and one
/// block at a time. Blank lines are skipped, and a byte order mark at the start.
class LineReader {
 public:
  /// "-" is standard input. Error: input_unreadable.
  [[nodiscard]] static Result<std::unique_ptr<LineReader>> open(const std::string& path, const Limits& limits);
  ~LineReader();

  /// The next line; nothing at the end. Errors, each for one line or for the rest: capture_malformed (a line past
  /// Limits::capture_line_bytes; the next call goes on behind it), input_unreadable (a failed read, compressed data
  /// that is damaged or cut off; the next call says the end).
  [[nodiscard]] Result<std::optional<InputLine>> next();
  [[nodiscard]] std::uint64_t line_number() const { return number_; }

  class Source;

 private:
  explicit LineReader(std::unique_ptr<Source> source, const Limits& limits);
  [[nodiscard]] Result<bool> fill();
  [[nodiscard]] Result<void> skip_line();

  std::unique_ptr<Source> source_;
  std::size_t longest_;
  std::string block_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace telltale::app
