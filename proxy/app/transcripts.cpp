// Files in which clients write down what was typed, found and read on as they grow. Covered by
// tests/unit/app/transcripts_test.cpp.
#include "app/transcripts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/file_text.hpp"
#include "app/terminal.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;
using record::TranscriptForm;
using Texts = std::vector<std::string>;

constexpr std::size_t begin_bytes = std::size_t{256} * 1024;  // enough to tell what a file is
constexpr int deepest = 12;

std::int64_t changed_ns(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool may_be_transcript(std::string_view path) {
  return path.ends_with(".jsonl") || path.ends_with(".json") || path.ends_with(".history");
}

/// `size` bytes from `offset`; fewer if the file ends or fails before.
std::string read_range(int descriptor, std::uint64_t offset, std::uint64_t size) {
  std::string out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::pread(descriptor, out.data() + have, size - have, static_cast<off_t>(offset + have));
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

void append(Texts& to, Texts&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Result<Transcripts> Transcripts::open(Texts paths, const Limits& limits) {
  Transcripts out(std::move(paths), limits);
  for (const std::string& path : out.paths_) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
      return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
    const int needed = S_ISDIR(status.st_mode) ? R_OK | X_OK : R_OK;
    if (::access(path.c_str(), needed) != 0)
      return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
    if (S_ISDIR(status.st_mode)) continue;
    // Read here and once more by the first look: what it is has to be known before the start is over.
    File probe;
    probe.named = true;
    Texts texts;
    if (auto read = out.read_on(path, probe, texts); !read) return tl::unexpected<Error>(read.error());
    if (probe.foreign || (probe.offset > 0 && !probe.known))
      return fail(Errc::input_unreadable, fmt::format("{}: no typed text in a form that is known; give a client's "
                                                      "transcript, a JSON array of strings, or lines of text",
                                                      path));
  }
  return out;
}

std::vector<Transcripts::Found> Transcripts::find() {
  std::vector<Found> found;
  folders_.clear();
  for (const std::string& path : paths_) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) continue;  // gone for now
    if (S_ISDIR(status.st_mode)) {
      walk(path, found);
      continue;
    }
    files_[path].named = true;
    found.push_back({changed_ns(status), path});
    folders_.push_back(fs::path(path).has_parent_path() ? fs::path(path).parent_path().string() : ".");
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::tie(a.changed_ns, a.path) < std::tie(b.changed_ns, b.path);
  });
  if (found.size() > limits_.transcripts)
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limits_.transcripts));
  return found;
}

// Links are not followed: a folder of a client has none, and a loop has no end.
void Transcripts::walk(const std::string& folder, std::vector<Found>& out) {
  std::error_code error;
  folders_.push_back(folder);
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  std::uint32_t seen = 0;
  for (; !error && entry != fs::recursive_directory_iterator() && seen < limits_.transcript_folder_entries;
       entry.increment(error)) {
    ++seen;
    struct stat status {};
    const std::string path = entry->path().string();
    if (::lstat(path.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      const std::string name = entry->path().filename().string();
      const bool wanted = name != "node_modules" && name != ".git" && entry.depth() < deepest;
      if (wanted)
        folders_.push_back(path);
      else
        entry.disable_recursion_pending();
    } else if (S_ISREG(status.st_mode) && may_be_transcript(path)) {
      out.push_back({changed_ns(status), path});
    }
  }
}

Texts Transcripts::look() {
  bytes_read_ = 0;
  const std::vector<Found> found = find();
  std::vector<Texts> newest_first;
  std::size_t texts_read = 0;
  for (auto file = found.rbegin(); file != found.rend(); ++file) {
    if (bytes_read_ >= limits_.transcripts_bytes || texts_read >= limits_.typed_texts) {
      pass_over(file->path);
      continue;
    }
    newest_first.push_back(look_at(file->path));
    texts_read += newest_first.back().size();
  }
  Texts out;
  for (auto texts = newest_first.rbegin(); texts != newest_first.rend(); ++texts) append(out, std::move(*texts));
  return out;
}

Texts Transcripts::look_again() {
  Texts out;
  for (auto& [path, file] : files_)
    if (file.known || file.named) static_cast<void>(read_on(path, file, out));
  return out;
}

Texts Transcripts::look_at(const std::string& path) {
  Texts out;
  auto known = files_.find(path);
  if (known == files_.end()) {
    const bool is_wanted = may_be_transcript(path) && std::any_of(paths_.begin(), paths_.end(), [&path](const auto& p) {
                             return path.starts_with(p) && (p.ends_with('/') || path.substr(p.size()).starts_with('/'));
                           });
    if (!is_wanted || files_.size() >= 2 * std::size_t{limits_.transcripts}) return out;
    known = files_.emplace(path, File()).first;
  }
  // What cannot be read now may be readable later; a live reference is better late than an error.
  static_cast<void>(read_on(path, known->second, out));
  return out;
}

// Too old for what is kept: if it grows, what it gains is new.
void Transcripts::pass_over(const std::string& path) {
  struct stat status {};
  if (files_.contains(path) || ::stat(path.c_str(), &status) != 0) return;
  File& file = files_[path];
  file.inode = status.st_ino;
  file.size = status.st_size;
  file.changed_ns = changed_ns(status);
  file.offset = static_cast<std::uint64_t>(status.st_size);
  file.known = true;
}

std::size_t Transcripts::count() const {
  return static_cast<std::size_t>(
      std::count_if(files_.begin(), files_.end(), [](const auto& entry) { return entry.second.known; }));
}

Result<void> Transcripts::read_on(const std::string& path, File& file, Texts& texts) {
  struct stat status {};
  const auto is_unchanged = [&status, &file] {
    return status.st_ino == file.inode && status.st_size == file.size && changed_ns(status) == file.changed_ns;
  };
  if (file.foreign || (::stat(path.c_str(), &status) == 0 && is_unchanged())) return {};
  const Descriptor open_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!open_file.open() || ::fstat(open_file.get(), &status) != 0)
    return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
  if (!S_ISREG(status.st_mode))
    return fail(Errc::input_unreadable, fmt::format("{}: neither a file nor a folder", path));
  const bool is_anew = status.st_ino != file.inode || status.st_size < static_cast<std::int64_t>(file.offset);
  if (is_anew) {
    file.offset = 0;
    file.given = 0;
    file.form.reset();
  }
  file.inode = status.st_ino;
  file.size = status.st_size;
  file.changed_ns = changed_ns(status);
  read_bytes(open_file.get(), file, texts);
  return {};
}

void Transcripts::tell_form(int descriptor, File& file) {
  const std::string begin = read_range(descriptor, 0, std::min<std::uint64_t>(std::uint64_t(file.size), begin_bytes));
  file.form = record::transcript_form(begin);
  // Prose in a folder is no transcript; a file that is named is taken as it is.
  file.foreign = file.form ? *file.form == TranscriptForm::lines && !file.named : !record::is_text(begin);
}

void Transcripts::read_bytes(int descriptor, File& file, Texts& texts) {
  if (!file.form) tell_form(descriptor, file);
  if (!file.form || file.foreign) return;
  const auto size = static_cast<std::uint64_t>(file.size);
  const bool is_document = *file.form == TranscriptForm::document;
  if (is_document) file.offset = 0;
  const bool is_cut = size - file.offset > limits_.transcript_bytes;
  if (is_cut && is_document) return;  // no part of it means anything
  if (is_cut) file.offset = size - limits_.transcript_bytes;
  const std::string bytes = read_range(descriptor, file.offset, size - file.offset);
  bytes_read_ += bytes.size();
  const std::size_t begin = is_cut ? std::min(bytes.find('\n'), bytes.size() - 1) + 1 : 0;
  const bool whole = *file.form != TranscriptForm::records;  // half a record may be there, half a line of prose is one
  record::Transcript got = record::read_transcript(std::string_view(bytes).substr(begin), *file.form, whole, limits_);
  file.known = file.known || got.known;
  file.offset += begin + got.consumed;
  file.foreign = !file.known && file.offset > begin_bytes;
  const std::size_t old = is_document && got.typed.size() >= file.given ? file.given : 0;
  file.given = is_document ? got.typed.size() : 0;
  got.typed.erase(got.typed.begin(), got.typed.begin() + static_cast<std::ptrdiff_t>(old));
  append(texts, std::move(got.typed));
}

}  // namespace telltale::app
