// Cuts a HAR at the objects of `log.entries` by following strings and brackets, so that a file of any length is held
// one entry at a time. Source: HAR 1.2. Covered by tests/unit/record/formats_test.cpp and tests/fuzz/har.cpp.
#include <fmt/format.h>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

class HarSplitter : public Splitter {
 public:
  explicit HarSplitter(const Limits& limits) : longest_(limits.capture_line_bytes) {}

  Result<std::optional<Piece>> next(std::string_view& bytes) override {
    while (!bytes.empty()) {
      if (in_string_ && !escaped_) skip_string(bytes);
      if (bytes.empty()) break;
      const bool ended = step(bytes.front());
      bytes.remove_prefix(1);
      ++at_;
      if (is_too_long()) return refuse();
      if (ended && !skipping_) return Piece{std::move(held_), number_, begun_};
      skipping_ = skipping_ && in_entry_;
    }
    return std::nullopt;
  }

  Result<void> finish() override {
    if (in_entry_) return fail(Errc::capture_malformed, at_, "the file is cut off inside it");
    if (!found_) return fail(Errc::capture_malformed, at_, "a HAR without log.entries");
    if (depth_ > 0) return fail(Errc::capture_malformed, at_, "the file is cut off behind it");
    return {};
  }
  [[nodiscard]] std::uint64_t number() const override { return number_; }

 private:
  // log is in the top object, entries in log, an entry in entries.
  static constexpr std::uint64_t entries_depth = 3;

  void keep(std::string_view text) {
    if (in_entry_ && !skipping_) held_ += text;
  }
  void skip_string(std::string_view& bytes) {
    const std::size_t end = std::min(bytes.find_first_of("\"\\"), bytes.size());
    if (depth_ < entries_depth && key_.size() < 16) key_ += bytes.substr(0, std::min<std::size_t>(end, 16));
    keep(bytes.substr(0, end));
    at_ += end;
    bytes.remove_prefix(end);
  }

  // True if an entry ends with this byte.
  bool step(char c) {
    if (in_string_) {
      keep({&c, 1});
      if (!escaped_ && c == '"') in_string_ = false;
      escaped_ = !escaped_ && c == '\\';
      return false;
    }
    if (c == '"') {
      in_string_ = true;
      if (depth_ < entries_depth) key_.clear();
    } else if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      return close(c);
    } else if (c == ':' && depth_ < entries_depth) {
      named_ = key_;
    }
    keep({&c, 1});
    return false;
  }

  void open(char c) {
    if (depth_ == 1) in_log_ = c == '{' && named_ == "log";
    if (depth_ == 2) in_entries_ = in_log_ && c == '[' && named_ == "entries";
    found_ = found_ || in_entries_;
    if (depth_ == entries_depth && in_entries_) {
      in_entry_ = true;
      begun_ = at_;
      held_.clear();
      ++number_;
    }
    ++depth_;
  }
  bool close(char c) {
    keep({&c, 1});
    if (depth_ > 0) --depth_;
    if (depth_ < entries_depth) in_entries_ = false;
    if (depth_ != entries_depth || !in_entry_) return false;
    in_entry_ = false;
    return true;
  }

  [[nodiscard]] bool is_too_long() const { return !skipping_ && held_.size() > longest_; }
  Result<std::optional<Piece>> refuse() {
    skipping_ = in_entry_;
    std::string().swap(held_);
    return fail(Errc::capture_malformed, begun_, fmt::format("the entry is longer than {} bytes", longest_));
  }

  std::uint64_t longest_;
  std::string held_;
  std::string key_;    // the last string outside entries, its beginning
  std::string named_;  // the last key
  std::uint64_t at_ = 0, begun_ = 0, number_ = 0, depth_ = 0;
  bool in_string_ = false, escaped_ = false;
  bool in_log_ = false, in_entries_ = false, in_entry_ = false, found_ = false;
  bool skipping_ = false;  // inside an entry that was refused
};

}  // namespace

std::unique_ptr<Splitter> make_har_splitter(const Limits& limits) {
  return std::make_unique<HarSplitter>(limits);
}

}  // namespace telltale::record
