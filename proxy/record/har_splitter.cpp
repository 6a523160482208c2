// Cuts a HAR at the objects of `log.entries` by following strings and brackets, so that a file of any length is held
// one entry at a time. Where they stop making sense, the next entry is looked for. Source: HAR 1.2, RFC 8259. Covered
// by tests/unit/record/formats_test.cpp and tests/fuzz/har.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

// Deeper than anything that is read; every level is remembered.
constexpr std::size_t deepest = 4096;

// What an entry begins with, and no object inside one does. Writers differ in their order.
bool begins_entry(std::string_view key) {
  constexpr std::string_view keys[] = {"startedDateTime", "pageref",   "_initiator",    "_connectionId",
                                       "_fromCache",      "_priority", "_resourceType", "serverIPAddress",
                                       "connection",      "request",   "cache",         "timings"};
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

class HarSplitter : public Splitter {
 public:
  explicit HarSplitter(const Limits& limits) : longest_(limits.capture_line_bytes) {}

  Result<std::optional<Piece>> next(std::string_view& bytes) override {
    while (!bytes.empty()) {
      if (in_string_ && !escaped_) skip_string(bytes);
      if (bytes.empty()) break;
      const char c = bytes.front();
      const char* const wrong = is_lost_ ? nullptr : what_is_wrong(c);
      if (wrong != nullptr) return damaged(wrong);  // this byte may begin the next entry
      const bool ended = is_lost_ ? look(c) : step(c);
      bytes.remove_prefix(1);
      ++at_;
      if (is_too_long()) return refuse();
      if (ended && !skipping_) return Piece{std::move(held_), number_, begun_};
      skipping_ = skipping_ && in_entry_;
    }
    return std::nullopt;
  }

  Result<void> finish() override {
    if (std::exchange(is_finished_, true) || is_lost_) return {};
    if (in_entry_) return fail(Errc::capture_malformed, at_, "the file is cut off inside it");
    if (!found_) return fail(Errc::capture_malformed, at_, "a HAR without log.entries");
    if (!open_.empty()) return fail(Errc::capture_malformed, at_, "the file is cut off behind it");
    return {};
  }
  [[nodiscard]] std::uint64_t number() const override { return number_; }

 private:
  // log is in the top object, entries in log, an entry in entries.
  static constexpr std::size_t entries_depth = 3;

  void keep(std::string_view text) {
    if (in_entry_ && !skipping_) held_ += text;
  }
  void skip_string(std::string_view& bytes) {
    const std::size_t end = std::min(bytes.find_first_of("\"\\"), bytes.size());
    if (open_.size() < entries_depth && key_.size() < 16) key_ += bytes.substr(0, std::min<std::size_t>(end, 16));
    keep(bytes.substr(0, end));
    at_ += end;
    bytes.remove_prefix(end);
  }

  [[nodiscard]] bool is_in(char bracket) const { return !open_.empty() && open_.back() == bracket; }

  // Enough of the grammar to notice soon that a quote or a bracket is missing: then what follows would be taken for a
  // part of this entry. Outside of the top object nothing is wrong.
  [[nodiscard]] const char* what_is_wrong(char c) const {
    if (in_string_ || open_.empty() || is_blank(c)) return nullptr;
    const bool begins_value = before_ == ':' || before_ == ',' || before_ == '[';
    switch (c) {
      case '"':
        return begins_value || before_ == '{' ? nullptr : "a string where none can stand; a quote or comma is missing";
      case '{':
      case '[':
        if (open_.size() >= deepest) return "nested too deep";
        return begins_value && (before_ == ':' || is_in('[')) ? nullptr : "a bracket where none can stand";
      case '}':
      case ']':
        return is_in(c == '}' ? '{' : '[') ? nullptr : "a bracket that closes another than was opened";
      case ':':
        return before_ == '"' && is_in('{') ? nullptr : "a colon where none can stand";
      case ',':
        return before_ == '"' || before_ == '}' || before_ == ']' || before_ == scalar ? nullptr
                                                                                       : "a comma where none can stand";
      default:
        break;
    }
    const bool is_scalar = ascii::is_alnum(c) || c == '-' || c == '+' || c == '.';
    return is_scalar && (begins_value || before_ == scalar) ? nullptr
                                                            : "a letter where none can stand; a quote is missing";
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
      if (open_.size() < entries_depth) key_.clear();
    } else if (c == '{' || c == '[') {
      open(c);
    } else if (c == ':' && open_.size() < entries_depth) {
      named_ = key_;
    }
    if (!is_blank(c)) before_ = ascii::is_alnum(c) || c == '-' || c == '+' || c == '.' ? scalar : c;
    if (c == '}' || c == ']') return close(c);
    keep({&c, 1});
    return false;
  }

  void open(char c) {
    if (open_.size() == 1) in_log_ = c == '{' && named_ == "log";
    if (open_.size() == 2) in_entries_ = in_log_ && c == '[' && named_ == "entries";
    found_ = found_ || in_entries_;
    if (open_.size() == entries_depth && in_entries_) begin_entry(at_);
    open_.push_back(c);
  }
  void begin_entry(std::uint64_t at) {
    in_entry_ = true;
    begun_ = at;
    held_.clear();
    ++number_;
  }
  bool close(char c) {
    keep({&c, 1});
    if (!open_.empty()) open_.pop_back();
    if (open_.size() < entries_depth) in_entries_ = false;
    if (open_.size() != entries_depth || !in_entry_) return false;
    in_entry_ = false;
    return true;
  }

  tl::unexpected<Error> damaged(const char* what) {
    if (!in_entry_) ++number_;
    is_lost_ = true;
    in_entry_ = skipping_ = false;
    std::string().swap(held_);
    looked_.clear();
    return fail(Errc::capture_malformed, at_, what);
  }

  // Waits for `{`, blanks and the quoted name of what an entry begins with. Inside a string the quotes would be
  // escaped.
  bool look(char c) {
    constexpr std::size_t longest_key = 64;
    const bool in_key = looked_.find('"') != std::string::npos;
    if (c == '{') {
      looked_ = c;
      looked_at_ = at_;
    } else if (!looked_.empty() && looked_.size() < longest_key &&
               (in_key ? c == '"' || c == '_' || ascii::is_alnum(c) : c == '"' || is_blank(c))) {
      looked_.push_back(c);
    } else {
      looked_.clear();
    }
    if (!in_key || c != '"' || looked_.empty()) return false;
    const std::string_view key = std::string_view(looked_).substr(looked_.find('"') + 1);
    if (begins_entry(key.substr(0, key.size() - 1))) take_up_again();
    looked_.clear();
    return false;
  }
  void take_up_again() {
    is_lost_ = false;
    open_ = "{{[{";
    in_log_ = in_entries_ = found_ = true;
    begin_entry(looked_at_);
    held_ = looked_;
    before_ = '"';
    in_string_ = escaped_ = false;
  }

  [[nodiscard]] bool is_too_long() const { return !skipping_ && held_.size() > longest_; }
  Result<std::optional<Piece>> refuse() {
    skipping_ = in_entry_;
    std::string().swap(held_);
    return fail(Errc::capture_malformed, begun_, fmt::format("the entry is longer than {} bytes", longest_));
  }

  static constexpr char scalar = '0';

  std::uint64_t longest_;
  std::string held_;
  std::string open_;    // the brackets that are open
  std::string key_;     // the last string outside entries, its beginning
  std::string named_;   // the last key
  std::string looked_;  // while lost: what may begin an entry
  std::uint64_t at_ = 0, begun_ = 0, number_ = 0, looked_at_ = 0;
  char before_ = 0;  // the last byte outside strings that is no blank; `scalar` for numbers and words
  bool in_string_ = false, escaped_ = false;
  bool in_log_ = false, in_entries_ = false, in_entry_ = false, found_ = false;
  bool skipping_ = false;  // inside an entry that was refused
  bool is_lost_ = false;   // behind damage
  bool is_finished_ = false;
};

}  // namespace

std::unique_ptr<Splitter> make_har_splitter(const Limits& limits) {
  return std::make_unique<HarSplitter>(limits);
}

}  // namespace telltale::record
