#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "app/admin_content.hpp"
#include "app/options.hpp"

namespace telltale::app {

/// The admin listener of a `telltale proxy`, its content and its token. Made before the recorder, which publishes to
/// it, and started after it, which it asks: whoever owns both calls `stop` before the recorder dies.
class AdminService {
 public:
  /// Makes the token and listens; nothing is answered yet. Errors: as make_admin_token; listen_failed.
  [[nodiscard]] static Result<std::unique_ptr<AdminService>> make(const ProxyCommand& command);

  void add(const record::Capture& finished) { content_.add(finished); }
  void publish(std::string_view json) { server_->publish(json); }
  [[nodiscard]] bool has_followers() const { return server_->has_followers(); }

  /// Answers. Error: file_failed.
  [[nodiscard]] Result<void> start(Recorder& recorder, const net::Proxy& proxy, ProxyFacts facts);
  void set_ready(bool ready) { content_.set_ready(ready); }
  void stop() { server_->stop(); }

  [[nodiscard]] http::Authority bound() const { return server_->bound(); }
  [[nodiscard]] std::string address() const;  ///< "127.0.0.1:9000"
  [[nodiscard]] const std::string& token_file() const { return token_file_; }

 private:
  AdminService() = default;
  AdminContent content_;
  std::unique_ptr<net::AdminServer> server_;
  std::string folder_;
  std::string host_;  ///< under which it is reached from here
  std::string token_file_;
  Secret token_;
};

}  // namespace telltale::app
