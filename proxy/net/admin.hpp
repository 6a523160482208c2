#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "http/authority.hpp"
#include "net/admin_door.hpp"

namespace telltale::net {

/// One request, whole and let in.
struct AdminRequest {
  std::string content_type;
  std::string body;
};

struct AdminAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  bool stream = false;  ///< an event stream: stays open for what `publish` gives
};

/// What is answered at one path. `answer` is called on the admin thread; an error becomes a problem document.
struct AdminRoute {
  std::string_view method;  ///< GET (HEAD then too) or POST
  std::string_view path;
  bool open = false;  ///< without a token
  std::function<Result<AdminAnswer>(const AdminRequest&)> answer;
};

struct AdminOptions {
  AdminDoor door;  ///< its port 0 picks one
  std::vector<AdminRoute> routes;
  Limits limits;
};

/// The admin listener: a small HTTP/1.1 server with a thread of its own, so that nothing asked of it delays traffic. It
/// reads heads and bodies with the parsers of the proxy and refuses what they refuse.
class AdminServer {
 public:
  explicit AdminServer(AdminOptions options);
  ~AdminServer();  ///< stops first

  /// Listens: from here on connections wait, and `port` is known. Error: listen_failed (also if the address is not
  /// loopback and the door does not stand open anywhere).
  [[nodiscard]] Result<void> open();
  /// Answers. Opens first if that has not been done; its errors.
  [[nodiscard]] Result<void> start();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] http::Authority bound() const;  ///< the very address; its host is an IP literal

  /// Ends all connections at once. No route is called from here on; `publish` then does nothing.
  void stop();

  /// One event (a line without its end) for every follower of a stream. From any thread; never waits.
  void publish(std::string_view line);
  [[nodiscard]] bool has_followers() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace telltale::net
