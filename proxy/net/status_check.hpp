#pragma once
#include <openssl/ssl.h>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "http/authority.hpp"
#include "net/dialer.hpp"
#include "net/doorbell.hpp"
#include "net/status_cache.hpp"

namespace telltale::net {

/// What all threads of a proxy share for asking about certificates. Must outlive their checks.
struct StatusDesk {
  explicit StatusDesk(const Limits& its_limits) : limits(its_limits), cache(limits) {}
  const Limits limits;
  StatusCache cache;
  boost::asio::thread_pool reader{1};  ///< reads long lists, one at a time, so that no connection waits for that
  std::function<void()> on_asked;      ///< a place is asked; any thread; may be empty
};

/// Asks the places that a verified chain names whether its certificates are revoked: responders first, then lists.
/// Plain HTTP, to where `dialer` may connect to alone, each place and all of them together under a deadline. One per
/// thread, of the thread of `context`, which must be stopped before it goes.
class StatusCheck {
 public:
  StatusCheck(boost::asio::io_context& context, std::unique_ptr<Dialer> dialer, std::shared_ptr<StatusDesk> desk);
  ~StatusCheck();
  StatusCheck(const StatusCheck&) = delete;
  StatusCheck& operator=(const StatusCheck&) = delete;

  /// The worst status of the chain `ssl` was verified with, but for its root, and for its leaf where `leaf_is_good`.
  /// Comes back within Limits::upstream_status_time; what is still being asked then is known to later connections.
  Task<CertificateStatus> judge(SSL* ssl, bool leaf_is_good);

 private:
  struct Inquiry;
  struct Waiting;
  [[nodiscard]] Waiting ask(std::shared_ptr<Inquiry> inquiry, std::int64_t now);
  Task<void> settle(std::shared_ptr<Inquiry> inquiry);
  Task<CertificateStatus> ask_places(std::shared_ptr<Inquiry> inquiry);
  Task<CertificateStatus> ask_place(std::shared_ptr<Inquiry> inquiry, std::string url, bool is_list);
  Task<Result<std::string>> fetch(std::string url, http::AbsoluteTarget target, std::string question);
  Task<Result<std::string>> exchange(Stream& stream, std::string request, bool is_list);
  Task<CertificateStatus> read_apart(std::shared_ptr<Inquiry> inquiry, std::string list);

  boost::asio::io_context& context_;
  std::unique_ptr<Dialer> dialer_;
  std::shared_ptr<StatusDesk> desk_;
  std::shared_ptr<Doorbell> bell_;
};

}  // namespace telltale::net
