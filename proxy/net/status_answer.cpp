// A short HTTP answer, held whole. RFC 9112 section 6.3; RFC 6960 appendix A.2. Covered by
// tests/unit/net/status_answer_test.cpp and the fuzz target status_answer.
#include "net/status_answer.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace telltale::net {

StatusAnswer::StatusAnswer(std::string_view method, std::size_t most_bytes, const Limits& limits)
    : method_(method), most_bytes_(most_bytes), limits_(limits) {}

Result<void> StatusAnswer::push(std::string_view bytes) {
  if (reader_ != nullptr) return take_body(bytes);
  const std::size_t searched = bytes_.size();
  bytes_ += bytes;
  const std::size_t length = http::head_length(bytes_, searched);
  if (length > 0) return take_head(length);
  if (bytes_.size() <= limits_.head_bytes) return {};
  return fail(Errc::upstream_response_malformed, "its head has no end");
}

Result<void> StatusAnswer::take_head(std::size_t length) {
  auto head = http::parse_response_head(bytes_.substr(0, length), limits_);
  if (!head) return fail(Errc::upstream_response_malformed, head.error().detail);
  if (head->status != 200)
    return fail(Errc::upstream_response_malformed, fmt::format("it was answered with status {}", head->status));
  const auto coding = head->find("content-encoding");
  if (coding && !ascii::equals_ignoring_case(*coding, "identity"))
    return fail(Errc::upstream_response_malformed, "its body has a content coding");
  const auto framing = http::response_framing(*head, method_);
  if (!framing) return fail(Errc::upstream_response_malformed, framing.error().detail);
  if (framing->length > most_bytes_)
    return fail(Errc::upstream_response_malformed, fmt::format("its body is over {} bytes", most_bytes_));
  reader_ = std::make_unique<http::BodyReader>(*framing, limits_, false);
  const std::string rest = bytes_.substr(length);
  std::string().swap(bytes_);
  return take_body(rest);
}

Result<void> StatusAnswer::take_body(std::string_view bytes) {
  if (reader_->done()) return {};
  auto taken = reader_->push(bytes, &body_);
  if (!taken) return fail(Errc::upstream_response_malformed, taken.error().detail);
  if (body_.size() > most_bytes_)
    return fail(Errc::upstream_response_malformed, fmt::format("its body is over {} bytes", most_bytes_));
  return {};
}

Result<void> StatusAnswer::end() {
  if (reader_ != nullptr && reader_->ends_by_close()) return {};
  return fail(Errc::upstream_response_malformed, "it ended before its end");
}

}  // namespace telltale::net
