// Checks option values and says what to give instead. Covered by tests/unit/app/options_test.cpp.
#include "app/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "app/ca_store.hpp"
#include "app/option_checker.hpp"
#include "app/trust_stores.hpp"
#include "core/ascii.hpp"
#include "http/authority.hpp"

namespace telltale::app {
namespace {

// "127.0.0.1:8899", "[::1]:0", "localhost:80".
void read_address(Checker& check, std::string_view name, std::string& host, std::uint16_t& port) {
  const Given* given = check.find(name);
  if (given == nullptr) return;
  const std::string_view text = given->texts.back();
  const std::size_t colon = text.rfind(':');
  std::string_view found = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (found.size() > 2 && found.front() == '[' && found.back() == ']')
    found = found.substr(1, found.size() - 2);
  else if (found.find(':') != std::string_view::npos)
    found = {};
  if (found.empty())
    check.complain(*given, fmt::format("{} is not HOST:PORT; give, for example, 127.0.0.1:8899 or [::1]:8899", text));
  else
    check.port(*given, text.substr(colon + 1), port);
  host = found;
}

void read_listen(Checker& check, ProxyCommand& out) {
  read_address(check, "listen", out.listen_host, out.listen_port);
  check.text("listen-host", out.listen_host);
  const Given* port = check.find("listen-port");
  if (port != nullptr) check.port(*port, port->texts.back(), out.listen_port);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") && http::is_ip_literal(host);
}

void read_admin(Checker& check, ProxyCommand& out) {
  read_address(check, "admin", out.admin_host, out.admin_port);
  check.flag("danger-admin-anywhere", out.danger_admin_anywhere);
  if (out.admin_host.empty() || out.danger_admin_anywhere || is_loopback(out.admin_host)) return;
  check.complain(*check.find("admin"),
                 fmt::format("{} is no loopback address; give 127.0.0.1 or [::1] (--danger-admin-anywhere allows any)",
                             out.admin_host));
}

bool is_host_pattern(std::string_view text) {
  if (text == "*") return true;
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.empty() || text.size() > 253) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

void read_patterns(Checker& check, std::string_view name, std::vector<std::string>& out) {
  check.texts(name, out);
  for (const std::string& pattern : out)
    if (!is_host_pattern(pattern))
      check.complain(*check.find(name),
                     fmt::format("{} is not a host pattern; give api.example.com or *.example.com", pattern));
}

/// 0 is no bound.
void read_bound(Checker& check, std::string_view name, std::optional<std::uint64_t>& out, std::uint64_t most) {
  const Given* given = check.find(name);
  if (given == nullptr) return;
  out = number_in<std::uint64_t>(given->texts.back(), 0, most);
  if (!out) check.complain(*given, fmt::format("{} is not a whole number from 0 to {}", given->texts.back(), most));
}

std::optional<net::Revocation> parse_revocation(std::string_view text) {
  if (text == "off") return net::Revocation::off;
  if (text == "fetch") return net::Revocation::fetch;
  if (text == "require") return net::Revocation::require;
  return std::nullopt;
}

std::optional<CaptureSync> parse_capture_sync(std::string_view text) {
  if (text == "off") return CaptureSync::off;
  if (text == "flush") return CaptureSync::flush;
  if (text == "full") return CaptureSync::full;
  return std::nullopt;
}

void read_upstream(Checker& check, std::string& ca, std::vector<std::string>& resolve,
                   std::vector<std::string>& allow) {
  check.text("upstream-ca", ca);
  check.texts("resolve", resolve);
  check.texts("allow-upstream", allow);
}

// Whatever is spelled so and is not switched off, whichever option it is.
std::vector<std::string> dangers_in(const Values& values) {
  std::vector<std::string> out;
  for (const auto& [name, given] : values) {
    if (!name.starts_with("danger-") || given.texts.empty()) continue;
    bool is_on = true;
    Checker(values).flag(name, is_on);
    if (is_on) out.push_back(fmt::format("{} ({})", name, given.label));
  }
  return out;
}

}  // namespace

Result<ProxyCommand> proxy_command(const Values& values) {
  Checker check(values);
  ProxyCommand out;
  out.dangers = dangers_in(values);
  read_inspecting(check, out.inspecting);
  read_listen(check, out);
  out.ca_dir = default_ca_dir();
  check.text("ca-dir", out.ca_dir);
  check.text("ca-passphrase", out.ca_passphrase);
  check.text("store-key", out.store_key);
  check.text("user", out.user);
  if (check.find("sandbox") != nullptr) check.flag("sandbox", out.sandbox.emplace());
  read_patterns(check, "intercept", out.intercept);
  check.flag("intercept-all", out.intercept_all);
  read_upstream(check, out.upstream_ca, out.resolve, out.allow_upstream);
  check.texts("upstream-crl", out.upstream_crl);
  check.flag("require-crl", out.require_crl);
  check.choice("revocation", out.revocation, parse_revocation, "off, fetch, require");
  read_patterns(check, "danger-other-names", out.danger_other_names);
  check.text("capture", out.capture);
  check.choice("capture-sync", out.capture_sync, parse_capture_sync, "off, flush, full");
  check.flag("no-store", out.no_store);
  read_bound(check, "store-days", out.store_days, 36'500);
  read_bound(check, "store-megabytes", out.store_megabytes, 1'000'000'000);
  check.text("baselines", out.baselines_file);
  check.flag("no-baselines", out.no_baselines);
  check.texts("baseline", out.baselines);
  check.count("threads", out.threads, 256);
  check.count("drain-time", out.drain_time, 3600);
  check.count("max-connections", out.max_connections, 1'000'000);
  check.count("max-client-connections", out.max_client_connections, 1'000'000);
  check.count("max-client-requests", out.max_client_requests, 1'000'000);
  check.count("message-memory", out.message_memory, 1024 * 1024);
  bool hide_verdict = !out.verdict_header;
  check.flag("no-verdict-header", hide_verdict);
  out.verdict_header = !hide_verdict;
  check.texts("typed-from", out.typed_from);
  check.text("environment", out.environment_file);
  read_admin(check, out);
  read_format(check, out.format);
  if (out.no_store && !out.capture.empty())
    check.complain("--no-store and --capture contradict each other; give one of them");
  if (out.no_baselines && !out.baselines_file.empty())
    check.complain("--no-baselines and --baselines contradict each other; give one of them");
  return check.finish(std::move(out));
}

Result<DoctorCommand> doctor_command(const Values& values, std::vector<std::string> client) {
  Checker check(values);
  DoctorCommand out;
  out.client = std::move(client);
  check.text("config", out.config);
  Values all = values;
  if (!out.config.empty()) {
    auto file = read_config_file(out.config);
    if (!file) out.config_error = file.error().detail;
    if (file) all.merge(*file);
  }
  auto proxy = proxy_command(all);
  const bool is_from_file = !proxy && proxy.error().detail.starts_with(out.config + ": ") && !out.config.empty();
  if (is_from_file) {
    out.config_error = proxy.error().detail;
    proxy = proxy_command(values);
  }
  if (!proxy) return tl::unexpected<Error>(std::move(proxy.error()));
  out.proxy = std::move(*proxy);
  out.format = out.proxy.format;
  out.address = http::text_of({out.proxy.listen_host, out.proxy.listen_port});
  check.text("proxy", out.address);
  out.address_given = check.find("proxy") != nullptr;
  if (const std::size_t scheme = out.address.find("://"); scheme != std::string::npos) out.address.erase(0, scheme + 3);
  while (out.address.ends_with('/')) out.address.pop_back();
  if (out.address.find(':') == std::string::npos)
    check.complain(*check.find("proxy"), "give HOST:PORT, for example 127.0.0.1:8899");
  check.text("admin-token", out.admin_token);
  return check.finish(std::move(out));
}

Result<RunCommand> run_command(const Values& values, std::vector<std::string> client) {
  Checker check(values);
  RunCommand out;
  read_inspecting(check, out.inspecting);
  out.client = std::move(client);
  if (out.client.empty()) check.complain("no client to run; put it behind --, as in: telltale run -- claude");
  check.flag("mock", out.mock);
  check.text("mock-received", out.mock_received);
  if (!out.mock_received.empty() && !out.mock) check.complain("--mock-received needs --mock");
  check.text("save", out.save);
  check.text("store-key", out.store_key);
  check.texts("typed-from", out.typed_from);
  check.texts("baseline", out.baselines);
  read_upstream(check, out.upstream_ca, out.resolve, out.allow_upstream);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  check.text("output", out.output);
  check.texts("fact", out.facts);
  return check.finish(std::move(out));
}

Result<RulesCommand> rules_command(const Values& values) {
  Checker check(values);
  RulesCommand out;
  std::string verb;
  check.text("verb", verb);
  std::vector<std::string> arguments;
  check.texts("arguments", arguments);
  check.texts("rules", out.rules);
  read_format(check, out.format);
  if (verb == "list") {
    out.verb = RulesCommand::Verb::list;
    if (!arguments.empty()) check.complain("rules list takes no argument");
  } else if (verb == "explain") {
    out.verb = RulesCommand::Verb::explain;
    if (arguments.size() == 1)
      out.id = arguments[0];
    else
      check.complain("rules explain takes one rule id; see: telltale rules list");
  } else if (verb == "test") {
    out.verb = RulesCommand::Verb::test;
    out.packs = std::move(arguments);
  } else {
    check.complain(verb.empty() ? "say what to do: rules list, rules explain ID or rules test"
                                : fmt::format("rules {} is unknown; give one of list, explain, test", verb));
  }
  return check.finish(std::move(out));
}

Result<CaCommand> ca_command(const Values& values) {
  Checker check(values);
  CaCommand out;
  std::string verb;
  check.text("verb", verb);
  out.ca_dir = default_ca_dir();
  check.text("ca-dir", out.ca_dir);
  check.text("ca-passphrase", out.ca_passphrase);
  read_patterns(check, "permit", out.permit);
  check.flag("any-host", out.any_host);
  check.flag("finish", out.finish);
  check.texts("store", out.stores);
  for (const std::string& store : out.stores)
    if (const auto& names = trust_store_names(); std::find(names.begin(), names.end(), store) == names.end())
      check.complain(*check.find("store"),
                     fmt::format("{} is no trust store; give one of debian, fedora, nss, java", store));
  check.text("into", out.into);
  check.text("output", out.output);
  if (verb == "create")
    out.verb = CaCommand::Verb::create;
  else if (verb == "show")
    out.verb = CaCommand::Verb::show;
  else if (verb == "export")
    out.verb = CaCommand::Verb::export_root;
  else if (verb == "trust")
    out.verb = CaCommand::Verb::trust;
  else if (verb == "untrust")
    out.verb = CaCommand::Verb::untrust;
  else if (verb == "rotate")
    out.verb = CaCommand::Verb::rotate;
  else
    check.complain(
        verb.empty() ? "say what to do: ca create, ca show, ca export, ca trust, ca untrust or ca rotate"
                     : fmt::format("ca {} is unknown; give one of create, show, export, trust, untrust, rotate", verb));
  if (out.verb == CaCommand::Verb::create && out.permit.empty() == !out.any_host)
    check.complain("ca create needs either --permit GLOB... or --any-host");
  return check.finish(std::move(out));
}

}  // namespace telltale::app
