#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/limits.hpp"
#include "http/body_reader.hpp"
#include "http/head.hpp"

namespace telltale::net {

/// The HTTP answer of a responder or of a server of revocation lists, read as it arrives, through the gate every
/// upstream's head goes through. Only a plain 200 is one: no redirect is followed, no content coding undone.
class StatusAnswer {
 public:
  /// `limits` must outlive it. A body over `most_bytes` is refused as soon as that is known.
  StatusAnswer(std::string_view method, std::size_t most_bytes, const Limits& limits);

  /// Takes the next bytes. Error: upstream_response_malformed, with what is wrong; it is then over.
  [[nodiscard]] Result<void> push(std::string_view bytes);
  /// The peer closed. The same error if there was more to come.
  [[nodiscard]] Result<void> end();
  [[nodiscard]] bool done() const { return reader_ != nullptr && reader_->done(); }
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  [[nodiscard]] Result<void> take_head(std::size_t length);
  [[nodiscard]] Result<void> take_body(std::string_view bytes);

  std::string method_;
  std::size_t most_bytes_;
  const Limits& limits_;
  std::string bytes_;  ///< until the head is whole
  std::unique_ptr<http::BodyReader> reader_;
  std::string body_;
};

}  // namespace telltale::net
