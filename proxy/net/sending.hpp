#pragma once
#include <array>
#include <memory>
#include <string_view>

#include "net/signal.hpp"

namespace telltale::net {

/// A request on its way to its upstream while the answer may already come: an upstream may answer before it has read
/// everything (RFC 9112 section 9.5), and one that answers as it reads would read no further if nobody took what it
/// says.
class Sending {
 public:
  using Pieces = std::array<std::string_view, 2>;
  Sending(boost::asio::io_context& context, Stream& stream, const Pieces& pieces)
      : context_(context), stream_(stream), pieces_(pieces), over_(context) {}

  /// Sends what surely fits into the socket here and now, and the rest, if there is much, beside the caller.
  static Task<void> start(std::shared_ptr<Sending> sending);
  /// Ends it, if it still goes on, by closing the stream, which is then good for nothing. The pieces and the stream
  /// must stay in place until this is done.
  Task<void> end();

  [[nodiscard]] bool over() const { return over_.fired(); }
  /// All of it was handed to the socket.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  static Task<void> send(std::shared_ptr<Sending> sending);
  boost::asio::io_context& context_;
  Stream& stream_;
  const Pieces pieces_;
  Signal over_;
  bool complete_ = false;
};

}  // namespace telltale::net
