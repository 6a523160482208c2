// Cuts a mitmproxy flow file, tnetstrings one after the other, at its flows. A length is believed only as far as its
// bytes arrive; behind damage the next flow is looked for. Source: tnetstrings.org and mitmproxy's io/tnetstring.
// Covered by tests/unit/record/formats_test.cpp and tests/fuzz/flows.cpp.
#include <fmt/format.h>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

class FlowSplitter : public Splitter {
 public:
  explicit FlowSplitter(const Limits& limits) : longest_(limits.capture_line_bytes) {}

  Result<std::optional<Piece>> next(std::string_view& bytes) override {
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
          if (c != '}') return damaged("the length before it does not lead to its end");
          held_.push_back(c);
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

  Result<void> finish() override {
    const bool whole = state_ == State::lost || (state_ == State::length && held_.empty());
    if (whole) return {};
    if (state_ == State::length) ++number_;
    return fail(Errc::capture_malformed, at_, "the file is cut off inside it");
  }
  [[nodiscard]] std::uint64_t number() const override { return number_; }

 private:
  enum class State : std::uint8_t { length, payload, end, lost };
  static constexpr std::size_t most_digits = 12;

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
    state_ = State::lost;
    std::string().swap(held_);
    seen_ = 0;
    return fail(Errc::capture_malformed, begun_, std::move(why));
  }

  // A flow begins behind the `}` of another, with its length and the length of its first key: `}1706:4:`.
  void look(char c) {
    if (c == '}') {
      held_.clear();
      left_ = 0;
      seen_ = 1;
    } else if (seen_ == 1 && ascii::is_digit(c) && held_.size() < most_digits) {
      held_.push_back(c);
      left_ = left_ * 10 + static_cast<std::uint64_t>(c - '0');
      begun_ = at_ - held_.size();
    } else if (seen_ == 1 && c == ':' && held_.size() > 2 && left_ <= longest_) {
      held_.push_back(c);
      ++number_;
      state_ = State::payload;
    } else {
      seen_ = 0;
    }
  }

  std::uint64_t longest_;
  std::string held_;
  std::uint64_t at_ = 0, begun_ = 0, number_ = 0;
  std::uint64_t left_ = 0;  // bytes of the flow still to come
  unsigned seen_ = 0;       // 1 behind a `}` while looking
  State state_ = State::length;
};

}  // namespace

std::unique_ptr<Splitter> make_flow_splitter(const Limits& limits) {
  return std::make_unique<FlowSplitter>(limits);
}

}  // namespace telltale::record
