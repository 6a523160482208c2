// Where a body ends, byte by byte for the framing and slice by slice for the data. RFC 9112 sections 6.3 and 7.1.
// Covered by tests/unit/http/body_reader_test.cpp and the fuzz target body_reader.
#include "http/body_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "http/grammar.hpp"

namespace telltale::http {
namespace {

constexpr std::uint32_t max_size_digits = 15;  // 2^60: no chunk that long fits any limit, and nothing overflows

// Trailer fields must not frame, route or authenticate (RFC 9110 section 6.5.1).
bool is_forbidden_trailer(std::string_view name) {
  for (const std::string_view forbidden :
       {"content-length", "transfer-encoding", "host", "connection", "authorization", "content-encoding", "trailer"})
    if (ascii::equals_ignoring_case(name, forbidden)) return true;
  return false;
}

}  // namespace

BodyReader::BodyReader(Framing framing, const Limits& limits, bool bounded) : limits_(&limits), bounded_(bounded) {
  switch (framing.kind) {
    case Framing::Kind::none:
      state_ = State::done;
      break;
    case Framing::Kind::chunked:
      state_ = State::chunk_size;
      break;
    case Framing::Kind::until_close:
      state_ = State::until_close;
      break;
    case Framing::Kind::length:
      left_ = framing.length;
      state_ = left_ == 0 ? State::done : State::length;
      break;
  }
}

std::uint64_t BodyReader::remaining() const {
  return state_ == State::length ? left_ : 0;
}

bool BodyReader::ends_by_close() {
  if (state_ == State::until_close) state_ = State::done;
  return state_ == State::done;
}

Result<std::size_t> BodyReader::push(std::string_view bytes, std::string* data) {
  switch (state_) {
    case State::done:
      return 0;
    case State::until_close:
      if (data != nullptr) data->append(bytes);
      return bytes.size();
    case State::length: {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      if (data != nullptr) data->append(bytes.substr(0, take));
      left_ -= take;
      if (left_ == 0) state_ = State::done;
      return take;
    }
    default:
      return push_chunked(bytes, data);
  }
}

Result<void> BodyReader::take_size_byte(char c) {
  const int digit = ascii::hex_value(c);
  if (digit >= 0) {
    if (++digits_ > max_size_digits) return fail(Errc::chunk_malformed, "chunk size too large");
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    return {};
  }
  if (digits_ == 0) return fail(Errc::chunk_malformed, "chunk without a size");
  if (c == '\r') {
    state_ = State::chunk_size_lf;
    return {};
  }
  if (c != ';') return fail(Errc::chunk_malformed, "chunk size is not plain hexadecimal");
  state_ = State::chunk_extension;
  extension_ = Extension::before_name;
  return {};
}

// RFC 9112 section 7.1.1, without the blanks it lets recipients put up with: other parsers do not.
BodyReader::Extension BodyReader::step(Extension at, char c) {
  switch (at) {
    case Extension::before_name:
      return is_token_byte(c) ? Extension::name : Extension::wrong;
    case Extension::name:
      if (c == '=') return Extension::before_value;
      if (c == ';') return Extension::before_name;
      return is_token_byte(c) ? Extension::name : Extension::wrong;
    case Extension::before_value:
      if (c == '"') return Extension::quoted;
      return is_token_byte(c) ? Extension::value : Extension::wrong;
    case Extension::value:
      if (c == ';') return Extension::before_name;
      return is_token_byte(c) ? Extension::value : Extension::wrong;
    case Extension::quoted:
      if (c == '"') return Extension::after_quote;
      if (c == '\\') return Extension::escaped;
      return is_value_byte(c) ? Extension::quoted : Extension::wrong;
    case Extension::escaped:
      return is_value_byte(c) ? Extension::quoted : Extension::wrong;
    case Extension::after_quote:
      return c == ';' ? Extension::before_name : Extension::wrong;
    case Extension::wrong:
      break;
  }
  return Extension::wrong;
}

Result<void> BodyReader::take_extension_byte(char c) {
  const bool may_end =
      extension_ == Extension::name || extension_ == Extension::value || extension_ == Extension::after_quote;
  if (c == '\r' && may_end) {
    state_ = State::chunk_size_lf;
    return {};
  }
  if (++extensions_ > limits_->chunk_extension_bytes)
    return fail(Errc::chunk_malformed, fmt::format("chunk extensions over {} bytes", limits_->chunk_extension_bytes));
  extension_ = step(extension_, c);
  if (extension_ == Extension::wrong) return fail(Errc::chunk_malformed, "chunk extension is not name=value");
  return {};
}

Result<void> BodyReader::end_size_line() {
  total_ += left_;
  if (total_ > limits_->body_bytes && bounded_)
    return fail(Errc::body_too_long, fmt::format("body over {} bytes", limits_->body_bytes));
  digits_ = 0;
  line_ = 0;
  state_ = left_ == 0 ? State::trailer : State::chunk_data;
  return {};
}

// One byte of the trailer section. Lines are kept until they are complete, then checked and dropped.
Result<void> BodyReader::take_trailer_byte(char c) {
  if (++trailer_bytes_ > limits_->trailer_bytes)
    return fail(Errc::trailers_too_long, fmt::format("trailers over {} bytes", limits_->trailer_bytes));
  if (c != '\n') {
    trailer_.push_back(c);
    return {};
  }
  if (!trailer_.ends_with('\r')) return fail(Errc::chunk_malformed, "bare LF in the trailers");
  trailer_.pop_back();
  if (trailer_.empty()) {
    state_ = State::done;
    return {};
  }
  const std::size_t colon = trailer_.find(':');
  const std::string_view name = std::string_view(trailer_).substr(0, colon);
  const bool is_field = colon != std::string::npos && is_token(name) &&
                        std::all_of(trailer_.begin(), trailer_.end(), [](char x) { return is_value_byte(x); });
  if (!is_field) return fail(Errc::chunk_malformed, "trailer line is not a field");
  if (is_forbidden_trailer(name)) return fail(Errc::framing_ambiguous, "trailer field that frames or routes");
  trailer_.clear();
  return {};
}

Result<void> BodyReader::take_framing_byte(char c) {
  switch (state_) {
    case State::chunk_size:
    case State::chunk_extension:
      if (++line_ > limits_->chunk_line_bytes) return fail(Errc::chunk_malformed, "chunk-size line too long");
      if (state_ == State::chunk_size) return take_size_byte(c);
      return take_extension_byte(c);
    case State::chunk_size_lf:
      if (c != '\n') return fail(Errc::chunk_malformed, "CR without LF after a chunk size");
      return end_size_line();
    case State::chunk_data_cr:
      if (c != '\r') return fail(Errc::chunk_malformed, "chunk longer than its size");
      state_ = State::chunk_data_lf;
      return {};
    case State::chunk_data_lf:
      if (c != '\n') return fail(Errc::chunk_malformed, "CR without LF after a chunk");
      state_ = State::chunk_size;
      return {};
    default:
      return take_trailer_byte(c);
  }
}

Result<std::size_t> BodyReader::push_chunked(std::string_view bytes, std::string* data) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::done) {
    if (state_ == State::chunk_data) {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
      if (data != nullptr) data->append(bytes.substr(at, take));
      at += take;
      left_ -= take;
      if (left_ == 0) state_ = State::chunk_data_cr;
      continue;
    }
    if (auto taken = take_framing_byte(bytes[at]); !taken)
      return fail(taken.error().code, at, std::move(taken.error().detail));
    ++at;
  }
  return at;
}

}  // namespace telltale::http
