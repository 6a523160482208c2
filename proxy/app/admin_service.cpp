// The admin listener put together. Covered by tests/e2e/admin_test.py.
#include "app/admin_service.hpp"

#include "app/admin_token.hpp"
#include "http/authority.hpp"

namespace telltale::app {

Result<std::unique_ptr<AdminService>> AdminService::make(const ProxyCommand& command) {
  std::unique_ptr<AdminService> out(new AdminService());
  TT_TRY(AdminToken token, make_admin_token(command.ca_dir));
  out->folder_ = command.ca_dir;
  const bool is_any = command.admin_host == "0.0.0.0" || command.admin_host == "::";
  out->host_ = is_any ? "127.0.0.1" : command.admin_host;
  out->token_file_ = std::move(token.file);
  net::AdminOptions options;
  options.door.host = command.admin_host;
  options.door.port = command.admin_port;
  options.door.anywhere = command.danger_admin_anywhere;
  options.door.token = Secret(std::string(token.token.reveal()));
  options.routes = out->content_.routes();
  out->token_ = std::move(token.token);
  out->server_ = std::make_unique<net::AdminServer>(std::move(options));
  if (auto opened = out->server_->open(); !opened) return tl::unexpected<Error>(std::move(opened.error()));
  return out;
}

Result<void> AdminService::start(Recorder& recorder, const net::Proxy& proxy, ProxyFacts facts) {
  content_.attach(
      recorder, proxy.counters(), [&proxy] { return proxy.usage(); }, std::move(facts));
  if (auto started = server_->start(); !started) return started;
  return write_admin_curl(folder_, address(), token_);
}

std::string AdminService::address() const {
  return http::text_of({host_, server_->port()});
}

}  // namespace telltale::app
