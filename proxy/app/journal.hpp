#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/sealing.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// Captures on disk: JSON lines appended to one file, or to numbered files of a folder that is kept under a size. Files
/// are 0600, the folder is made 0700; what others may change is refused. With a key everything is sealed
/// (record/sealed.hpp). One thread writes; the lines must already be masked.
class Journal {
 public:
  struct Options {
    std::string path;
    bool folder = false;             ///< `path` is a folder of telltale-<UTC time>-<pid>-<n>.jsonl files
    std::uint64_t rotate_bytes = 0;  ///< start the next file past this size; folders only
    std::uint64_t total_bytes = 0;   ///< remove the oldest files of the folder past it; 0: no bound
    std::chrono::hours age{0};       ///< remove files of the folder that were last written before that; 0: no bound
    bool durable = false;            ///< a file is on the disk, with its name, before the next one is begun
    bool overwrite = true;           ///< what is removed is overwritten with zeros first
    bool is_private = false;         ///< the folder is refused if others may so much as look into it
    StoreKey* key = nullptr;         ///< null: plain
  };
  /// Errors, `detail` names path and reason: file_failed; store_exposed (others may change file or folder; what to type
  /// is said).
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(Options options);
  ~Journal();

  /// Appends `line` and a line end with one write, so that a crash cuts at most the last line. Error: file_failed (disk
  /// full, file gone); the next call tries again, and a half-written line is ended first.
  [[nodiscard]] Result<void> append(std::string_view line);
  /// Removes what is too old or too much, the file that is written to at the end of its age too. Call it at times.
  void retire();
  /// Returns when what was appended is on the disk. Error: file_failed.
  [[nodiscard]] Result<void> sync();
  /// Opens the file anew, after an outside rotation (SIGHUP); on error the one that is open stays.
  [[nodiscard]] Result<void> reopen();

 private:
  explicit Journal(Options options) : options_(std::move(options)) {}
  [[nodiscard]] Result<void> open_next();
  [[nodiscard]] bool is_gone() const;
  [[nodiscard]] Result<void> begin_stream();
  [[nodiscard]] Result<std::string> packed(std::string_view line);
  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> close_file();
  void remove(const std::string& path) const;
  void remove_oldest() const;
  void remove_old();

  Options options_;
  std::string file_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  unsigned number_ = 0;
  bool torn_ = false;             ///< the last write was cut short
  std::optional<Sealer> sealer_;  ///< of the stream that is written to
  std::string head_;              ///< of that stream, as long as it is not written
};

}  // namespace telltale::app
