// One client behind a private proxy with the built-in upstream: whether it came, and whether it trusts. Covered by
// tests/e2e/doctor_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

#include "app/child.hpp"
#include "app/doctor.hpp"
#include "app/live_options.hpp"
#include "app/mock.hpp"
#include "app/trust_files.hpp"
#include "net/proxy.hpp"

namespace telltale::app::doctor {
namespace {

constexpr std::chrono::milliseconds drain_time{2'000};

/// Counts, and nothing else: what the client says is no concern here.
class Watcher final : public net::Observer {
 public:
  void judged(const net::Exchange& /*exchange*/) override { ++exchanges; }
  void finished(net::Exchange&& /*exchange*/) override {}
  void tunnelled(net::Tunnelled&& tunnel) override { diagnostics.tunnelled(tunnel.host, tunnel.cause); }
  void refused(std::string_view /*client*/, std::string_view host, const Error& error) override {
    diagnostics.refused(host, error.code);
  }
  void shown(const net::Shown& certificate) override { diagnostics.shown(certificate); }
  [[nodiscard]] std::shared_ptr<const inspect::TypedIndex> typed() override { return nullptr; }

  Diagnostics diagnostics;
  std::atomic<std::uint64_t> exchanges{0};
};

/// While it lives, what is written to standard output goes to standard error: that is the report's alone.
class OutputAside {
 public:
  OutputAside() : before_(::dup(STDOUT_FILENO)) { ::dup2(STDERR_FILENO, STDOUT_FILENO); }
  ~OutputAside() {
    if (before_.open()) ::dup2(before_.get(), STDOUT_FILENO);
  }
  OutputAside(const OutputAside&) = delete;
  OutputAside& operator=(const OutputAside&) = delete;

 private:
  Descriptor before_;
};

struct Ran {
  ChildResult child;
  std::uint64_t connections = 0;
  std::uint64_t exchanges = 0;
  Noticed noticed;
};

Result<Ran> run(const DoctorCommand& command, const Variables& inherited) {
  const SignalGate signals;
  TT_TRY(auto judging, make_judging(command.proxy.inspecting));
  TT_TRY(certs::Authority root, certs::Authority::create({}));
  const auto authority = std::make_shared<const certs::Authority>(std::move(root));
  const auto named = inherited.find("SSL_CERT_FILE");
  TT_TRY(const TrustFiles trust,
         TrustFiles::create(authority->certificate_pem(), named == inherited.end() ? "" : named->second));
  net::ProxyOptions options;
  options.listen_port = 0;
  options.intercept = {"*"};
  options.limits.drain_time = drain_time;
  Watcher watcher;
  net::Proxy proxy(options, std::make_shared<certs::LeafCache>(authority, options.limits.leaf_cache),
                   std::move(judging), watcher,
                   [](boost::asio::io_context& context) { return make_mock_dialer(context); });
  if (auto started = proxy.start(); !started) return tl::unexpected<Error>(std::move(started.error()));

  ClientSettings settings;
  settings.proxy_url = fmt::format("http://127.0.0.1:{}", proxy.port());
  settings.root_file = trust.root_file();
  settings.bundle_file = trust.bundle_file();
  settings.mock = true;
  settings.program = command.client.front();
  ChildOptions child;
  child.command = command.client;
  child.environment = write_variables(client_environment(inherited, settings).variables);
  child.typed = [](std::string) {};
  Ran out;
  {
    const OutputAside aside;
    TT_TRY(out.child, run_child(child, signals));
  }
  proxy.drain();
  out.connections = proxy.counters().connections.load();
  out.exchanges = watcher.exchanges.load();
  out.noticed = watcher.diagnostics.noticed();
  return out;
}

Row judge_visit(const Ran& ran, const std::string& client) {
  Row row{"doctor.client-came", client, State::ok, "", ""};
  row.found = fmt::format("{} connections and {} requests through the proxy", ran.connections, ran.exchanges);
  if (ran.exchanges > 0) return row;
  row.state = State::wrong;
  if (ran.connections > 0) {
    row.found = fmt::format("came {} times, and made no request that could be read", ran.connections);
    row.todo = "see doctor.client-trust";
    return row;
  }
  row.found = fmt::format(
      "never came to the proxy, and ended with {}: it honours neither HTTPS_PROXY nor HTTP_PROXY, "
      "or went nowhere",
      ran.child.status);
  row.todo =
      "set its own proxy setting (a file or an option) to the proxy's address; Node's own fetch needs "
      "NODE_USE_ENV_PROXY=1";
  return row;
}

}  // namespace

Rows check_client(const DoctorCommand& command, const Variables& inherited, const std::string& root_file) {
  const std::string& client = command.client.front();
  auto ran = run(command, inherited);
  if (!ran) return {{"doctor.client", client, State::blind, ran.error().detail, ""}};
  if (!ran->child.start_error.empty())
    return {{"doctor.client", client, State::blind, "cannot be started: " + ran->child.start_error, ""}};
  Rows rows = {judge_visit(*ran, client)};
  for (ClientTrust& one : ran->noticed.clients)
    if (one.agent.empty()) one.agent = client;
  if (ran->noticed.clients.empty() && ran->exchanges > 0) return rows;  // plain http:// only
  for (Row& row : judge_noticed(ran->noticed, root_file)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace telltale::app::doctor
