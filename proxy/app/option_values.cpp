// Checks option values and says what to give instead. Covered by tests/unit/app/options_test.cpp.
#include "app/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "app/ca_store.hpp"
#include "app/trust_stores.hpp"
#include "core/ascii.hpp"
#include "http/authority.hpp"

namespace telltale::app {
namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

/// Reads options one by one; the first complaint stays.
class Checker {
 public:
  explicit Checker(const Values& values) : values_(values) {}

  [[nodiscard]] const Given* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() || found->second.texts.empty() ? nullptr : &found->second;
  }
  void complain(const Given& given, std::string_view what) {
    if (complaint_.empty()) complaint_ = fmt::format("{}: {}", given.label, what);
  }
  void complain(std::string what) {
    if (complaint_.empty()) complaint_ = std::move(what);
  }

  void text(std::string_view name, std::string& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    out = given->texts.back();
    if (out.empty()) complain(*given, "the value is empty");
  }
  void texts(std::string_view name, std::vector<std::string>& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    out = given->texts;
    if (std::any_of(out.begin(), out.end(), [](const std::string& text) { return text.empty(); }))
      complain(*given, "a value is empty");
  }
  void flag(std::string_view name, bool& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const std::string text = ascii::lower(given->texts.back());
    if (text == "true" || text == "1" || text == "yes" || text == "on")
      out = true;
    else if (text == "false" || text == "0" || text == "no" || text == "off")
      out = false;
    else
      complain(*given, fmt::format("{} is neither true nor false", text));
  }
  void count(std::string_view name, unsigned& out, unsigned most) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<unsigned>(given->texts.back(), 1, most);
    if (!value) return complain(*given, fmt::format("{} is not a number from 1 to {}", given->texts.back(), most));
    out = *value;
  }
  void number(std::string_view name, std::uint64_t& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<std::uint64_t>(given->texts.back(), 0, std::numeric_limits<std::uint64_t>::max());
    if (!value) return complain(*given, fmt::format("{} is not a whole number from 0", given->texts.back()));
    out = *value;
  }
  void fraction(std::string_view name, double& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<double>(given->texts.back(), 1e-9, 0.5);
    if (!value) return complain(*given, fmt::format("{} is not a number above 0, up to 0.5", given->texts.back()));
    out = *value;
  }
  /// `parse` gives an optional; `choices` is for the message.
  template <class Out, class Parse>
  void choice(std::string_view name, Out& out, Parse parse, std::string_view choices) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = parse(given->texts.back());
    if (!value) return complain(*given, fmt::format("{} is unknown; give one of {}", given->texts.back(), choices));
    out = *value;
  }
  void port(const Given& given, std::string_view text, std::uint16_t& out) {
    // 0 lets the system choose; a person who writes a number means one from 1.
    const auto value = number_in<std::uint16_t>(text, 0, 65535);
    if (!value) return complain(given, fmt::format("{} is not a TCP port; give a number from 1 to 65535", text));
    out = *value;
  }

  template <class Command>
  [[nodiscard]] Result<Command> finish(Command command) {
    if (!complaint_.empty()) return fail(Errc::option_invalid, complaint_);
    return command;
  }

 private:
  const Values& values_;
  std::string complaint_;
};

std::optional<FailOn> parse_fail_on(std::string_view text) {
  if (text == "never") return FailOn{};
  if (const auto severity = inspect::parse_severity(text)) return FailOn{*severity};
  return std::nullopt;
}

std::optional<std::string> parse_format(std::string_view text) {
  if (text == "text" || text == "json") return std::string(text);
  return std::nullopt;
}

std::optional<std::string> parse_report_format(std::string_view text) {
  for (const std::string_view known : {"text", "json", "sarif", "junit", "github"})
    if (text == known) return std::string(text);
  return std::nullopt;
}

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

void read_inspecting(Checker& check, Inspecting& out) {
  check.choice("mode", out.mode, inspect::parse_mode, "observe, flag, strip, block");
  check.texts("rules", out.rules);
  check.texts("danger-strip-signed", out.danger_strip_signed);
  std::vector<std::string> choices;
  check.texts("uninspected", choices);
  for (const std::string& text : choices) {
    auto choice = inspect::parse_blind_choice(text);
    if (!choice) return check.complain(*check.find("uninspected"), choice.error().detail);
    out.uninspected.insert_or_assign(std::move(choice->first), choice->second);
  }
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

void read_format(Checker& check, std::string& out) {
  check.choice("format", out, parse_format, "text, json");
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

constexpr std::string_view severities = "info, low, medium, high, critical, never";

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

constexpr std::string_view no_capture = "no capture to read; name files or folders, or - for standard input";

std::optional<std::optional<record::Day>> parse_today(std::string_view text) {
  if (const auto day = record::parse_day(text)) return std::optional<record::Day>{*day};
  return std::nullopt;
}

Result<ReplayCommand> replay_command(const Values& values) {
  Checker check(values);
  ReplayCommand out;
  read_inspecting(check, out.inspecting);
  check.texts("captures", out.captures);
  check.text("typed", out.typed_file);
  check.texts("typed-from", out.typed_from);
  // A list takes all that stands behind it, so the capture is among what it took.
  if (out.captures.empty())
    check.complain(out.typed_from.size() > 1
                       ? fmt::format("no capture to read: {} was taken by --typed-from; put captures before it",
                                     out.typed_from.back())
                       : std::string(no_capture));
  check.text("environment", out.environment_file);
  check.texts("baseline", out.baselines);
  check.text("baseline-findings", out.baseline_findings);
  check.text("write-baseline", out.write_baseline);
  check.choice("today", out.today, parse_today, "a day such as 2027-01-31");
  check.text("lock", out.lock);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  check.flag("require-coverage", out.require_coverage);
  check.flag("segments", out.segments);
  check.text("store-key", out.store_key);
  check.choice("format", out.format, parse_report_format, "text, json, sarif, junit, github");
  check.text("output", out.output);
  check.text("strip-to", out.strip_to);
  check.count("jobs", out.jobs, 256);
  check.flag("quiet", out.quiet);
  check.text("keylog", out.key_log);
  if (!out.strip_to.empty() && out.inspecting.mode != inspect::Mode::strip) {
    const bool asked_otherwise = check.find("mode") != nullptr;
    if (asked_otherwise) check.complain("--strip-to needs --mode strip");
    out.inspecting.mode = inspect::Mode::strip;
  }
  return check.finish(std::move(out));
}

std::optional<record::Format> parse_capture_format(std::string_view text) {
  if (text == "jsonl") return record::Format::jsonl;
  if (text == "har") return record::Format::har;
  if (text == "flows") return record::Format::flows;
  return std::nullopt;
}

std::optional<record::Format> format_by_ending(std::string_view name) {
  if (name.ends_with(".jsonl")) return record::Format::jsonl;
  if (name.ends_with(".har")) return record::Format::har;
  if (name.ends_with(".flow") || name.ends_with(".flows") || name.ends_with(".mitm")) return record::Format::flows;
  return std::nullopt;
}

std::optional<unsigned> parse_flow_version(std::string_view text) {
  for (const unsigned version : {record::newest_flow_version, record::older_flow_version})
    if (text == std::to_string(version)) return version;
  return std::nullopt;
}

Result<ConvertCommand> convert_command(const Values& values) {
  Checker check(values);
  ConvertCommand out;
  check.texts("captures", out.captures);
  if (out.captures.size() < 2)
    check.complain("say what to convert and into what: convert IN... OUT; - is a standard stream");
  if (!out.captures.empty()) {
    out.output = out.captures.back();
    out.captures.pop_back();
  }
  std::string_view name = out.output;
  out.packing = packing_of(name);
  const auto told = format_by_ending(name);
  if (told) out.format = *told;
  if (!told && out.output != "-" && check.find("format") == nullptr)
    check.complain(fmt::format("{}: its ending says no format; give --format jsonl, har or flows", out.output));
  check.choice("format", out.format, parse_capture_format, "jsonl, har, flows");
  check.choice("flow-version", out.flow_version, parse_flow_version, "21, 17");
  check.flag("quiet", out.quiet);
  check.text("keylog", out.key_log);
  return check.finish(std::move(out));
}

std::optional<std::string> parse_page_format(std::string_view text) {
  if (text == "html") return std::string(text);
  return parse_format(text);
}

Result<DiffCommand> diff_command(const Values& values) {
  Checker check(values);
  DiffCommand out;
  check.texts("captures", out.captures);
  check.texts("rules", out.rules);
  check.text("typed", out.typed_file);
  check.texts("typed-from", out.typed_from);
  if (out.captures.size() != 2)
    check.complain(out.typed_from.size() > 1 && out.captures.size() < 2
                       ? fmt::format("give two captures: {} was taken by --typed-from; put captures before it",
                                     out.typed_from.back())
                       : "give two captures, A and B: each a file, a folder, or - for standard input");
  if (out.captures.size() == 2 && out.captures[0] == "-" && out.captures[1] == "-")
    check.complain("standard input can be one of the two only");
  check.text("environment", out.environment_file);
  check.flag("all", out.all);
  if (check.find("fail-on") != nullptr) check.choice("fail-on", out.fail_on.emplace(), parse_fail_on, severities);
  check.choice("format", out.format, parse_page_format, "text, json, html");
  check.text("output", out.output);
  check.count("jobs", out.jobs, 256);
  return check.finish(std::move(out));
}

std::optional<bool> parse_by(std::string_view text) {
  if (text == "day") return false;
  if (text == "week") return true;
  return std::nullopt;
}

std::optional<Design> parse_design(std::string_view text) {
  if (text == "full") return Design::full;
  if (text == "pairwise") return Design::pairwise;
  if (text == "one-at-a-time") return Design::one_at_a_time;
  return std::nullopt;
}

// What only `sweep run` takes.
void read_cells(Checker& check, SweepCommand& out) {
  check.texts("vary", out.vary);
  check.texts("profile", out.profiles);
  check.texts("keep", out.keep);
  check.choice("design", out.design, parse_design, "full, pairwise, one-at-a-time");
  check.count("repeat", out.repeat, 1000);
  check.count("jobs", out.jobs, 64);
  check.count("cell-time", out.cell_seconds, 86'400);
  check.count("total-time", out.total_seconds, 30 * 86'400);
  check.text("save", out.save);
  if (out.client.empty()) check.complain("no client to run; put it behind --, as in: sweep run --vary ... -- claude");
  if (out.vary.empty() && out.profiles.empty())
    check.complain("nothing to vary; give --vary NAME=value,value or --profile");
  if (!out.captures.empty()) check.complain("sweep run makes its captures; for those that are there: sweep analyse");
}

Result<SweepCommand> sweep_command(const Values& values, std::vector<std::string> client) {
  Checker check(values);
  SweepCommand out;
  std::string verb;
  check.text("verb", verb);
  out.client = std::move(client);
  if (verb == "run") out.verb = SweepCommand::Verb::run;
  if (verb != "analyse" && verb != "run")
    check.complain(verb.empty() ? "say what to do: sweep run -- CLIENT or sweep analyse CAPTURE..."
                                : fmt::format("sweep {} is unknown; give run or analyse", verb));
  check.texts("captures", out.captures);
  if (out.verb == SweepCommand::Verb::run)
    read_cells(check, out);
  else if (out.captures.empty())
    check.complain(std::string(no_capture));
  check.text("store-key", out.store_key);
  check.texts("factor", out.factors);
  check.fraction("alpha", out.alpha);
  check.number("seed", out.seed);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  check.text("output", out.output);
  check.text("html", out.html);
  check.text("rule", out.rule);
  return check.finish(std::move(out));
}

Result<LockCommand> lock_command(const Values& values) {
  Checker check(values);
  LockCommand out;
  check.texts("captures", out.captures);
  if (out.captures.empty()) check.complain(std::string(no_capture));
  check.text("check", out.check);
  check.flag("update", out.update);
  check.text("output", out.output);
  if (!out.check.empty() && out.update) check.complain("--check changes no file; leave out --update");
  if (out.update && out.output.empty()) check.complain("--update needs --output, the file to add to");
  check.texts("rules", out.rules);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  check.count("jobs", out.jobs, 256);
  return check.finish(std::move(out));
}

Result<RetroCommand> retro_command(const Values& values) {
  Checker check(values);
  RetroCommand out;
  check.texts("captures", out.captures);
  if (out.captures.empty()) check.complain(std::string(no_capture));
  check.choice("by", out.by_week, parse_by, "day, week");
  check.texts("rules", out.rules);
  check.choice("fail-on", out.fail_on, parse_fail_on, severities);
  read_format(check, out.format);
  check.text("output", out.output);
  check.count("jobs", out.jobs, 256);
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
