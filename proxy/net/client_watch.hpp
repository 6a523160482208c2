#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "net/stream.hpp"

struct pollfd;

namespace telltale::net {

class ClientWatch;

/// One exchange whose client may go away while its upstream is waited for.
class Watched {
 public:
  Watched(ClientWatch& watch, const Stream& client);
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  /// Closed when the client goes; null: nothing to close.
  void cancels(Stream* upstream) { upstream_ = upstream; }
  /// Something has come from the upstream: a client that has ended its own side is given time anew to take it.
  void moved() { moved_ = true; }
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  friend class ClientWatch;
  ClientWatch& watch_;
  const int descriptor_;
  std::size_t index_ = 0;
  Stream* upstream_ = nullptr;
  std::chrono::steady_clock::time_point ended_{};  ///< when its end was first seen, or the upstream last moved
  bool moved_ = false;
  bool gone_ = false;
};

/// Looks at the clients of one thread that wait for an answer, some times a second and all at once, without reading
/// from them: what they sent ahead stays where it is. A client that has reset is gone; one that has ended its own side
/// may still read (RFC 9293 section 3.6), so the upstream gets Limits::client_gone_time to say something.
class ClientWatch {
 public:
  ClientWatch(boost::asio::io_context& context, const Limits& limits);
  /// Before its context goes; those still watched may leave later.
  void end() { timer_.reset(); }

 private:
  friend class Watched;
  using Clock = std::chrono::steady_clock;
  void look_later();
  void look();
  void judge(Watched& watched, short seen, Clock::time_point now);

  const Limits& limits_;
  std::optional<boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>> timer_;
  std::vector<Watched*> all_;
  std::vector<pollfd> asked_;
  bool timer_runs_ = false;
};

}  // namespace telltale::net
