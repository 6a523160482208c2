#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/transcript.hpp"

namespace telltale::app {

/// The transcripts of `--typed-from`: named files, and those in named folders, told by their content. Remembers how far
/// each has been read, so that what grows is read on. Of one thread.
class Transcripts {
 public:
  /// Errors: file_failed (a path is missing or cannot be read), input_unreadable (a named file holds no typed text of a
  /// form that is known). A folder without a transcript is none: one may come.
  [[nodiscard]] static Result<Transcripts> open(std::vector<std::string> paths, const Limits& limits);

  /// Looks through all paths and reads what is new, the newest file's texts last. Bounded by Limits::transcripts_bytes.
  [[nodiscard]] std::vector<std::string> look();
  /// Reads on in the files that are known. Cheaper: a stat each.
  [[nodiscard]] std::vector<std::string> look_again();
  /// Reads on in that one, if it is one of ours or may be.
  [[nodiscard]] std::vector<std::string> look_at(const std::string& path);

  /// Folders in which something new would appear, for whoever wants to be told.
  [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }
  /// How many files have been found to be transcripts.
  [[nodiscard]] std::size_t count() const;

 private:
  struct File {
    ino_t inode = 0;
    std::int64_t size = -1;
    std::int64_t changed_ns = 0;
    std::uint64_t offset = 0;  ///< read up to here
    std::size_t given = 0;     ///< texts of a document that have been given already
    std::optional<record::TranscriptForm> form;
    bool named = false;
    bool known = false;    ///< it is a transcript
    bool foreign = false;  ///< it is none, and is not looked at again
  };
  struct Found {
    std::int64_t changed_ns = 0;
    std::string path;
  };
  Transcripts(std::vector<std::string> paths, const Limits& limits) : paths_(std::move(paths)), limits_(limits) {}

  [[nodiscard]] std::vector<Found> find();
  void walk(const std::string& folder, std::vector<Found>& out);
  [[nodiscard]] Result<void> read_on(const std::string& path, File& file, std::vector<std::string>& texts);
  static void tell_form(int descriptor, File& file);
  void read_bytes(int descriptor, File& file, std::vector<std::string>& texts);
  void pass_over(const std::string& path);

  std::vector<std::string> paths_;
  Limits limits_;
  std::map<std::string, File, std::less<>> files_;
  std::vector<std::string> folders_;
  std::uint64_t bytes_read_ = 0;  ///< since the last look began
};

}  // namespace telltale::app
