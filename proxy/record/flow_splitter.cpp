// Cuts a mitmproxy flow file, tnetstrings one after the other, at its flows. A length is believed only as far as its
// bytes arrive; behind damage the next flow is looked for. Source: tnetstrings.org and mitmproxy's io/tnetstring.
// Covered by tests/unit/record/formats_test.cpp and tests/fuzz/flows.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

enum class Start : std::uint8_t { none, part, whole };

// `1706:4:type;`, as far as it has come.
Start start_of(std::string_view text) {
  constexpr std::string_view keys[] = {
      "version",     "type",      "id",       "error",     "client_conn", "server_conn",
      "intercepted", "is_replay", "marked",   "metadata",  "comment",     "timestamp_created",
      "backup",      "request",   "response", "websocket", "mode"};
  for (const std::size_t most_digits : {12U, 2U}) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > most_digits) return Start::none;
    if (digits == text.size()) return Start::part;
    const std::size_t least_digits = most_digits == 12U ? 3 : 1;  // no flow is shorter than 100 bytes
    if (digits < least_digits || text[digits] != ':') return Start::none;
    text.remove_prefix(digits + 1);
  }
  const std::string_view key = text.substr(0, text.find_first_of(";,"));
  const auto begins = [&](std::string_view one) { return one.starts_with(key); };
  if (key.size() == text.size())
    return std::any_of(std::begin(keys), std::end(keys), begins) ? Start::part : Start::none;
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys) ? Start::whole : Start::none;
}

class FlowSplitter : public Splitter {
 public:
  explicit FlowSplitter(const Limits& limits) : longest_(limits.capture_line_bytes) {}

  Result<std::optional<Piece>> next(std::string_view& bytes) override {
    while (again_at_ < again_.size()) {
      std::string_view rest = std::string_view(again_).substr(again_at_);
      auto piece = read(rest);
      again_at_ = again_.size() - rest.size();
      if (!piece) look_again();
      if (!piece || *piece) return piece;
    }
    again_.clear();
    again_at_ = 0;
    auto piece = read(bytes);
    if (!piece) look_again();
    return piece;
  }

  Result<void> finish() override {
    const bool whole = state_ == State::lost || (state_ == State::length && held_.empty());
    if (whole) return {};
    if (state_ == State::length) ++number_;
    const std::size_t end = at_;
    const bool length_is_known = state_ != State::length;
    static_cast<void>(damaged({}));
    look_again();
    return fail(
        Errc::capture_malformed, end,
        length_is_known ? "the file is cut off inside it, or its length is wrong" : "the file is cut off inside it");
  }
  [[nodiscard]] std::uint64_t number() const override { return number_; }

 private:
  enum class State : std::uint8_t { length, payload, end, lost };
  static constexpr std::size_t most_digits = 12;

  Result<std::optional<Piece>> read(std::string_view& bytes) {
    while (!bytes.empty()) {
      if (state_ == State::payload) {
        copy(bytes);
        continue;
      }
      const char c = bytes.front();
      bytes.remove_prefix(1);
      ++at_;
      switch (state_) {
        case State::length:
          if (auto done = read_length(c); !done) return tl::unexpected<Error>(done.error());
          break;
        case State::end:
          held_.push_back(c);
          if (c != '}') return damaged("the length before it does not lead to its end");
          state_ = State::length;
          return Piece{std::exchange(held_, {}), number_, begun_};
        case State::lost:
          look(c);
          break;
        case State::payload:
          break;
      }
    }
    return std::nullopt;
  }

  Result<void> read_length(char c) {
    if (held_.empty()) {
      begun_ = at_ - 1;
      left_ = 0;
    }
    if (ascii::is_digit(c) && held_.size() < most_digits) {
      held_.push_back(c);
      left_ = left_ * 10 + static_cast<std::uint64_t>(c - '0');
      return {};
    }
    ++number_;
    if (c != ':' || held_.empty()) return damaged("no length where a flow should begin");
    if (left_ > longest_)
      return damaged(fmt::format("its length is said to be {}, over the limit of {} bytes", left_, longest_));
    held_.push_back(c);
    state_ = left_ == 0 ? State::end : State::payload;
    return {};
  }

  void copy(std::string_view& bytes) {
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    held_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    at_ += taken;
    left_ -= taken;
    if (left_ == 0) state_ = State::end;
  }

  tl::unexpected<Error> damaged(std::string why) {
    const bool has_payload = state_ == State::payload || state_ == State::end;
    state_ = State::lost;
    // Without its own length, which would begin the same again.
    swallowed_ = has_payload ? held_.substr(held_.find(':') + 1) : std::string();
    held_ = {};
    was_digit_ = false;
    return fail(Errc::capture_malformed, begun_, std::move(why));
  }

  // A length that is too long has swallowed the flows behind it: they are looked for in what it took. Not without end,
  // as lengths can be made up so that everything is looked at many times.
  void look_again() {
    const std::string taken = std::exchange(swallowed_, {});
    if (taken.empty() || looked_again_ > at_ + free_again) return;
    looked_again_ += taken.size();
    at_ -= taken.size();
    again_ = taken + again_.substr(again_at_);
    again_at_ = 0;
  }

  // A flow begins with its length, the length of its first key, and that key.
  void look(char c) {
    const bool starts = ascii::is_digit(c) && !was_digit_;
    was_digit_ = ascii::is_digit(c);
    if (!held_.empty()) held_.push_back(c);
    const Start start = held_.empty() ? Start::none : start_of(held_);
    if (start == Start::part) return;
    if (start == Start::none) {
      held_.clear();
      if (!starts) return;
      held_.push_back(c);
      begun_ = at_ - 1;
      return;
    }
    std::uint64_t length = 0;
    std::from_chars(held_.data(), held_.data() + held_.size(), length);
    const std::size_t taken = held_.size() - held_.find(':') - 1;
    if (length > longest_ || length < taken) return held_.clear();
    ++number_;
    left_ = length - taken;
    state_ = left_ == 0 ? State::end : State::payload;
  }

  // Looked at twice without asking how far the file has been read.
  static constexpr std::uint64_t free_again = std::uint64_t{16} * 1024 * 1024;

  std::uint64_t longest_;
  std::string held_;
  std::string swallowed_;  // by a length that was wrong
  std::string again_;      // to be read before anything else
  std::size_t again_at_ = 0;
  std::uint64_t looked_again_ = 0;
  std::uint64_t at_ = 0, begun_ = 0, number_ = 0;
  std::uint64_t left_ = 0;  // bytes of the flow still to come
  bool was_digit_ = false;  // while looking
  State state_ = State::length;
};

}  // namespace

std::unique_ptr<Splitter> make_flow_splitter(const Limits& limits) {
  return std::make_unique<FlowSplitter>(limits);
}

}  // namespace telltale::record
