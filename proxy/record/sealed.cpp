// Captures under a key: layout and reading. Covered by tests/unit/record/sealed_test.cpp,
// tests/unit/app/sealing_test.cpp and tests/fuzz/sealed.cpp.
#include "record/sealed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace telltale::record::sealed {
namespace {

constexpr std::string_view chunk_mark = "TTck";
constexpr std::size_t unit_bytes = chunk_head_bytes + chunk_bytes + tag_bytes;  // the longest
constexpr unsigned most_tries = 256;  // places that look like a chunk, before the rest of a file is given up

constexpr unsigned begins_flag = 1;
constexpr unsigned ends_flag = 2;
constexpr unsigned last_flag = 4;

void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>((value >> (8 * bytes)) & 0xFFU));
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

std::string text_of(const StreamHead& head) {
  return std::string(magic) + head.salt + head.stream_salt + head.before;
}

std::optional<StreamHead> stream_head_in(std::string_view bytes) {
  if (bytes.size() < proven_head_bytes || !bytes.starts_with(magic)) return std::nullopt;
  bytes.remove_prefix(magic.size());
  StreamHead out;
  out.salt = bytes.substr(0, salt_bytes);
  out.stream_salt = bytes.substr(salt_bytes, stream_salt_bytes);
  out.before = bytes.substr(salt_bytes + stream_salt_bytes, tag_bytes);
  return out;
}

// "TTck", flags, three bytes of length, eight of number; the most significant byte first.
std::string text_of(const ChunkHead& head) {
  std::string out(chunk_mark);
  append_number(out, (head.begins ? begins_flag : 0) | (head.ends ? ends_flag : 0) | (head.last ? last_flag : 0), 1);
  append_number(out, head.length, 3);
  append_number(out, head.number, 8);
  return out;
}

std::optional<ChunkHead> chunk_head_in(std::string_view bytes) {
  if (bytes.size() < chunk_head_bytes || !bytes.starts_with(chunk_mark)) return std::nullopt;
  const std::uint64_t flags = number_in(bytes.substr(4, 1));
  ChunkHead out;
  out.begins = (flags & begins_flag) != 0;
  out.ends = (flags & ends_flag) != 0;
  out.last = (flags & last_flag) != 0;
  out.length = static_cast<std::uint32_t>(number_in(bytes.substr(5, 3)));
  out.number = number_in(bytes.substr(8, 8));
  if (out.length > chunk_bytes || out.number == 0) return std::nullopt;
  return out;
}

// What stands before a place is part of what the head there proves.
void Reader::take(std::size_t size) {
  const std::string_view taken = front().substr(0, size);
  before_ += taken.substr(taken.size() - std::min(taken.size(), tag_bytes));
  before_.erase(0, before_.size() - tag_bytes);
  at_ += size;
  taken_ += size;
}

tl::unexpected<Error> Reader::damage(std::string_view what) const {
  return fail(state_ == State::ended ? Errc::input_unreadable : Errc::capture_malformed, at_,
              fmt::format("{} at byte {}", what, at_));
}

// The place is given up, and what can be opened is looked for behind it. Told once: what fails on the way there is not.
Result<std::string> Reader::lose(std::string_view what) {
  const bool is_told = state_ == State::lost;
  auto told = damage(what);
  tried_ = is_told ? tried_ + 1 : 0;
  if (tried_ > most_tries) {
    state_ = State::ended;
    return damage("nothing more can be opened");
  }
  state_ = State::lost;
  in_record_ = false;
  take(1);
  return is_told ? Result<std::string>(std::string()) : told;
}

Reader::Unit Reader::unit() const {
  const std::string_view bytes = front();
  if (bytes.size() < chunk_head_bytes) return Unit::partial;
  if (bytes.starts_with(magic)) return bytes.size() < head_bytes ? Unit::partial : Unit::head;
  const auto head = chunk_head_in(bytes);
  if (!head) return Unit::none;
  return bytes.size() < chunk_head_bytes + head->length + tag_bytes ? Unit::partial : Unit::chunk;
}

// Goes to the next place that looks like a head or a chunk. False: none so far; the last bytes may be half a mark.
bool Reader::seek() {
  const std::size_t found = std::min(front().find(chunk_mark), front().find(magic));
  const bool is_there = found != std::string_view::npos;
  take(is_there ? found : front().size() - std::min(front().size(), magic.size() - 1));
  return is_there;
}

Result<std::string> Reader::next(std::string_view& bytes, bool at_end) {
  if (front().size() < unit_bytes) {
    buffer_.erase(0, std::exchange(taken_, 0));
    const std::size_t more = std::min(bytes.size(), 2 * unit_bytes - buffer_.size());
    buffer_ += bytes.substr(0, more);
    bytes.remove_prefix(more);
  }
  while (state_ != State::ended) {
    if (state_ == State::lost && !seek()) return std::string();
    const Unit found = unit();
    const bool is_false = found == Unit::partial && at_end && state_ == State::lost && !front().empty();
    if (found == Unit::partial && !is_false) return std::string();
    auto text = is_false ? lose("") : read(found);
    if (!text || !text->empty()) return text;
  }
  bytes = {};
  return std::string();
}

Result<std::string> Reader::read(Unit found) {
  if (found == Unit::head) return read_head();
  if (state_ == State::start) {
    state_ = State::ended;
    return damage("no encrypted capture begins");
  }
  if (found == Unit::none || state_ == State::closed) return lose("the capture is damaged");
  return read_chunk();
}

Result<std::string> Reader::read_head() {
  if (std::exchange(in_record_, false)) return damage("a record is cut off");
  const std::string_view proven = front().substr(0, proven_head_bytes);
  const auto head = stream_head_in(proven);
  const bool is_first = state_ == State::start;
  const bool is_lost = state_ == State::lost;
  has_key_ = head && opener_.begin(*head, proven, front().substr(proven_head_bytes, tag_bytes));
  if (!has_key_ && is_first) {
    state_ = State::ended;
    return fail(Errc::capture_locked, "it is encrypted, and the key of --store-key does not open it");
  }
  if (!has_key_) return lose("the capture is damaged");
  const bool follows = head->before == before_;
  const auto moved = damage(is_first ? "the beginning is missing" : "something is missing, or was put in between,");
  take(head_bytes);
  state_ = State::inside;
  expected_ = 1;
  if (!follows && !is_lost) return moved;
  return std::string();
}

Result<std::string> Reader::read_chunk() {
  const ChunkHead head = chunk_head_in(front()).value_or(ChunkHead{});
  const std::string_view sealed = front().substr(chunk_head_bytes, head.length);
  std::optional<std::string> text;
  if (has_key_)
    text = opener_.open(head.number, front().substr(0, chunk_head_bytes), sealed,
                        front().substr(chunk_head_bytes + head.length, tag_bytes));
  if (!text) return lose("the capture is damaged");
  const bool is_lost = state_ == State::lost;
  if (head.number > expected_ && !is_lost) {
    expected_ = head.number;  // it is given when we are called again
    in_record_ = false;
    return damage("something is missing");
  }
  const auto doubled = damage("something stands in another place than where it was written,");
  take(chunk_head_bytes + head.length + tag_bytes);
  if (head.number >= expected_) return place(head, std::move(*text));
  in_record_ = false;
  if (is_lost) return std::string();
  return doubled;
}

// A chunk in its place. What goes on with a record whose beginning is lost is left out.
std::string Reader::place(const ChunkHead& head, std::string&& text) {
  expected_ = head.number + 1;
  state_ = head.last ? State::closed : State::inside;
  const bool is_wanted = head.begins || in_record_;
  in_record_ = is_wanted && !head.ends && !head.last;
  return is_wanted ? std::move(text) : std::string();
}

Result<void> Reader::finish(bool is_written) {
  const bool is_told = state_ == State::ended || state_ == State::start || state_ == State::lost;
  const bool is_torn = !front().empty();
  const bool is_closed = state_ == State::closed && !is_torn;
  state_ = State::ended;
  if (is_told || is_closed || is_written) return {};
  return fail(Errc::input_unreadable, at_,
              fmt::format("{} at byte {}: the writer was ended, or the end of the file is missing",
                          is_torn ? "a record is cut off" : "the capture stops without its end", at_));
}

}  // namespace telltale::record::sealed
