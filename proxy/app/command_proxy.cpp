// `telltale proxy`: rules, CA, store and listener put together, then signals until the end. Covered by
// tests/e2e/proxy_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>

#include "app/admin_service.hpp"
#include "app/announcer.hpp"
#include "app/baseline_keeper.hpp"
#include "app/ca_store.hpp"
#include "app/capture_place.hpp"
#include "app/commands.hpp"
#include "app/default_hosts.hpp"
#include "app/known_environment.hpp"
#include "app/live_options.hpp"
#include "app/process_guard.hpp"
#include "app/process_limits.hpp"
#include "app/proxy_rights.hpp"
#include "app/recorder.hpp"
#include "app/references.hpp"
#include "app/replay_one.hpp"
#include "app/sealing.hpp"
#include "app/service_manager.hpp"
#include "core/glob.hpp"
#include "http/authority.hpp"
#include "net/proxy.hpp"

namespace telltale::app {
namespace {

constexpr std::uint64_t store_file_bytes = 64ULL * 1024 * 1024;
constexpr std::uint64_t store_megabytes = 1024;
constexpr std::uint64_t store_days = 30;

// Of the whole process, as standard error is.
Announcer& announcer() {
  static Announcer out(STDERR_FILENO);
  return out;
}

void say(std::string_view text) {
  announcer().say(text);
}

// Room for one file is kept free within the bound: were a file as large as that, nothing before it would stay.
std::uint64_t file_bytes_within(std::uint64_t total_bytes) {
  return total_bytes == 0 ? store_file_bytes : std::min(store_file_bytes, total_bytes / 8);
}

Result<std::unique_ptr<Journal>> open_journal(const ProxyCommand& command) {
  if (command.no_store && command.capture.empty()) return std::unique_ptr<Journal>();
  Journal::Options options;
  options.path = capture_place(command);
  options.folder =
      command.capture.empty() || options.path.ends_with('/') || std::filesystem::is_directory(options.path);
  options.durable = command.capture_sync == CaptureSync::full;
  const bool is_store = command.capture.empty();
  options.total_bytes = command.store_megabytes.value_or(is_store ? store_megabytes : 0) * 1024 * 1024;
  if (options.folder) options.rotate_bytes = file_bytes_within(options.total_bytes);
  options.age = std::chrono::hours(24 * command.store_days.value_or(is_store ? store_days : 0));
  options.is_private = is_store;
  options.key = store_key();
  return Journal::open(std::move(options));
}

/// Where baselines are kept: in the file that was named, or beside the store if there is one.
Result<std::unique_ptr<BaselineKeeper>> open_baselines(const ProxyCommand& command, const Limits& limits) {
  BaselineKeeper::Options options;
  options.learns = !command.no_baselines;
  options.file = command.baselines_file;
  if (options.file.empty() && !command.no_store) options.file = state_dir() + "/baselines.jsonl";
  options.say = say;
  options.limits = limits;
  options.key = store_key();
  TT_TRY(options.fixed, read_baselines(command.baselines, limits));
  return BaselineKeeper::open(std::move(options));
}

/// The defaults, what was asked for, and what this process may have.
Limits limits_of(const ProxyCommand& command) {
  Limits limits;
  if (command.max_connections != 0) limits.connections = command.max_connections;
  if (command.max_client_connections != 0) limits.client_connections = command.max_client_connections;
  if (command.max_client_requests != 0) limits.client_requests = command.max_client_requests;
  limits.held_bytes = std::uint64_t{command.message_memory} * 1024 * 1024;
  say(fit(limits, raise_descriptors(), memory_allowed()));
  return limits;
}

Result<net::ProxyOptions> proxy_options(const ProxyCommand& command, const std::vector<std::string>& hosts) {
  net::ProxyOptions options;
  options.listen_host = command.listen_host;
  options.listen_port = command.listen_port;
  options.threads = command.threads;
  options.intercept = hosts;
  options.upstream_ca_file = command.upstream_ca;
  options.upstream_crl_files = command.upstream_crl;
  options.upstream_crl_required = command.require_crl;
  options.revocation = command.revocation;
  options.danger_other_names = command.danger_other_names;
  options.verdict_header = command.verdict_header;
  options.limits = limits_of(command);
  options.limits.drain_time = std::chrono::seconds(command.drain_time);
  if (auto added = add_targets(options, command.allow_upstream, command.resolve); !added)
    return tl::unexpected<Error>(added.error());
  return options;
}

// Our own address may be in our own variables; that a client is behind us is no news.
Result<inspect::Environment> environment_of(const ProxyCommand& command) {
  if (command.environment_file.empty()) return inspect::Environment();
  if (command.environment_file != "self") return read_environment(command.environment_file);
  inspect::Environment environment = known_environment(read_variables(environ));
  forget_own_address(environment, command.listen_port);
  return environment;
}

/// All that lives as long as the proxy does. Members die in reverse: the proxy before what it reports to.
struct Running {
  Running() = default;
  Running(Running&&) = default;
  Running& operator=(Running&&) = delete;
  ~Running() {
    if (admin) admin->stop();
  }
  std::shared_ptr<const certs::Authority> authority;
  bool ca_created = false;  ///< on this start
  std::shared_ptr<certs::LeafCache> leaves;
  Secret passphrase;  ///< of the CA's keys, which are read again on reload
  std::unique_ptr<AdminService> admin;
  std::unique_ptr<BaselineKeeper> baselines;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<net::Proxy> proxy;
  std::shared_ptr<const net::Judging> judging;  ///< in use
  std::unique_ptr<TranscriptFollower> follower;
  std::unique_ptr<Pulse> pulse;
};

ProxyFacts facts_of(const ProxyCommand& command, const std::shared_ptr<certs::LeafCache>& leaves) {
  ProxyFacts facts;
  facts.mode = inspect::name_of(command.inspecting.mode);
  facts.ca_dir = command.ca_dir;
  facts.captures = capture_place(command);
  facts.dangers = command.dangers;
  facts.root_sha256 = [leaves] { return certs::fingerprint(leaves->authority()->certificate()); };
  return facts;
}

void say_ready(const ProxyCommand& command, const Running& running) {
  const std::string ca = (std::filesystem::path(command.ca_dir) / "ca.pem").string();
  const std::string address = http::text_of({running.proxy->host(), running.proxy->port()});
  if (running.ca_created)
    say(fmt::format("made a certificate authority on first use: {} ({})\n", ca,
                    running.authority->constrained() ? "only for the intercepted hosts" : "for any host"));
  say(
      fmt::format("point a client at it with:\n"
                  "  export HTTPS_PROXY=http://{} NODE_EXTRA_CA_CERTS={} CODEX_CA_CERTIFICATE={}\n",
                  address, ca, ca));
  for (const std::string& danger : command.dangers) say(fmt::format("DANGER  {}: a check is weakened\n", danger));
  if (running.admin) say(fmt::format("admin {} token={}\n", running.admin->address(), running.admin->token_file()));
  say(fmt::format("ready {} ca={}\n", address, ca));
}

Result<std::unique_ptr<Recorder>> make_recorder(const ProxyCommand& command, const net::Judging& judging,
                                                AdminService* admin, BaselineKeeper* keeper, const Limits& limits) {
  Recorder::Options recording;
  TT_TRY(recording.journal, open_journal(command));
  recording.sync = command.capture_sync;
  recording.environment = judging.environment;
  recording.format = command.format;
  recording.colour = isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  recording.print = say;
  const bool learns = !command.no_baselines;
  if (learns || admin != nullptr)
    recording.also = [keeper, admin, learns](const record::Capture& capture) {
      if (learns) keeper->learn(capture);
      if (admin != nullptr) admin->add(capture);
    };
  if (admin != nullptr) {
    recording.publish = [admin](std::string_view json) { admin->publish(json); };
    recording.has_followers = [admin] { return admin->has_followers(); };
  }
  recording.queue = limits.record_queue;
  recording.queue_bytes = limits.record_queue_bytes;
  recording.store_check_time = limits.store_check_time;
  recording.typed_texts = limits.typed_texts;
  recording.typed_bytes = limits.typed_bytes;
  return std::make_unique<Recorder>(std::move(recording));
}

/// Rules and policy as make_judging, and the baselines of this proxy.
Result<std::shared_ptr<net::Judging>> make_judging(const ProxyCommand& command, const BaselineKeeper& baselines) {
  TT_TRY(auto judging, make_judging(command.inspecting));
  judging->baselines = [&baselines] { return baselines.known(); };
  return judging;
}

std::vector<std::string> intercepted(const ProxyCommand& command) {
  if (command.intercept_all) return {"*"};
  return command.intercept.empty() ? default_intercept_hosts() : command.intercept;
}

Result<Running> start(const ProxyCommand& command, Beforehand before) {
  const std::vector<std::string> hosts = intercepted(command);
  Running running;
  TT_TRY(net::ProxyOptions options, proxy_options(command, hosts));
  options.listen_descriptor = before.listener;
  TT_TRY(running.baselines, open_baselines(command, options.limits));
  TT_TRY(auto judging, make_judging(command, *running.baselines));
  running.passphrase = std::move(before.passphrase);
  TT_TRY(FirstUse ca, load_or_create_authority(command.ca_dir, hosts, command.intercept_all, running.passphrase));
  TT_TRY(judging->environment, environment_of(command));
  judging->needles = std::make_shared<const inspect::NeedleSet>(needles_of(judging->environment));
  running.authority = ca.authority;
  running.ca_created = ca.created;
  if (!command.admin_host.empty()) {
    TT_TRY(running.admin, AdminService::make(command));
    options.own_listeners = {running.admin->bound()};
  }
  TT_TRY(running.recorder,
         make_recorder(command, *judging, running.admin.get(), running.baselines.get(), options.limits));
  running.leaves = std::make_shared<certs::LeafCache>(ca.authority, options.limits.leaf_cache);
  running.judging = judging;
  running.proxy =
      std::make_unique<net::Proxy>(std::move(options), running.leaves, std::move(judging), *running.recorder);
  TT_TRY(running.follower, follow_transcripts(command.typed_from, *running.recorder));
  if (auto started = running.proxy->start(); !started) return tl::unexpected(started.error());
  if (running.admin) {
    ProxyFacts facts = facts_of(command, running.leaves);
    if (auto started = running.admin->start(*running.recorder, *running.proxy, std::move(facts)); !started)
      return tl::unexpected(started.error());
    running.admin->set_ready(true);
  }
  return running;
}

/// What a reload puts in place: all of it or nothing.
struct Reloaded {
  ProxyCommand command;
  std::shared_ptr<net::Judging> judging;
  std::shared_ptr<const certs::Authority> authority;
};

Result<ProxyCommand> command_again(const std::function<Command()>& read_again) {
  Command read = read_again();
  if (auto* answer = std::get_if<Answer>(&read)) {
    std::string text = std::move(answer->text);
    if (text.ends_with('\n')) text.pop_back();
    return fail(Errc::config_malformed, std::move(text));
  }
  ProxyCommand command = std::get<ProxyCommand>(std::move(read));
  if (command.ca_dir.empty()) command.ca_dir = default_ca_dir();
  return command;
}

Result<Reloaded> prepare_reload(const ProxyCommand& started, const std::function<Command()>& read_again,
                                Running& running) {
  Reloaded out;
  TT_TRY(out.command, command_again(read_again));
  TT_TRY(out.judging, make_judging(out.command, *running.baselines));
  TT_TRY(out.judging->environment, environment_of(out.command));
  out.judging->needles = std::make_shared<const inspect::NeedleSet>(needles_of(out.judging->environment));
  // Another folder or other hosts need a restart; another authority in the same folder does not.
  TT_TRY(FirstUse ca,
         load_or_create_authority(started.ca_dir, intercepted(started), started.intercept_all, running.passphrase));
  out.authority = std::move(ca.authority);
  // The last step that can fail, and one that changes nothing if it does.
  if (auto lists = running.proxy->reload_revocations(); !lists) return tl::unexpected<Error>(lists.error());
  return out;
}

// Not what another start is needed for: these settings are part of sockets, threads and stores that are in use.
std::string needs_restart(const ProxyCommand& before, const ProxyCommand& now) {
  std::string out;
  const auto compare = [&out](bool same, std::string_view key) {
    if (!same) out += fmt::format("{}{}", out.empty() ? "" : ", ", key);
  };
  compare(before.listen_host == now.listen_host && before.listen_port == now.listen_port, "/listen");
  compare(before.ca_dir == now.ca_dir, "/ca_dir");
  compare(before.intercept == now.intercept && before.intercept_all == now.intercept_all, "/intercept");
  compare(before.upstream_ca == now.upstream_ca && before.upstream_crl == now.upstream_crl &&
              before.require_crl == now.require_crl && before.revocation == now.revocation &&
              before.allow_upstream == now.allow_upstream && before.resolve == now.resolve,
          "/upstream");
  compare(before.danger_other_names == now.danger_other_names, "/danger_other_names");
  compare(before.capture == now.capture && before.no_store == now.no_store && before.capture_sync == now.capture_sync,
          "/capture");
  compare(before.store_days == now.store_days && before.store_megabytes == now.store_megabytes,
          "/store_days, /store_megabytes");
  compare(before.baselines_file == now.baselines_file && before.no_baselines == now.no_baselines &&
              before.baselines == now.baselines,
          "/baselines");
  compare(before.ca_passphrase == now.ca_passphrase, "/ca_passphrase");
  compare(before.max_connections == now.max_connections &&
              before.max_client_connections == now.max_client_connections &&
              before.max_client_requests == now.max_client_requests && before.message_memory == now.message_memory,
          "/limits");
  compare(before.threads == now.threads, "/threads");
  compare(before.store_key == now.store_key && before.user == now.user && before.sandbox == now.sandbox,
          "/store_key, /user, /sandbox");
  compare(before.drain_time == now.drain_time, "/drain_time");
  compare(before.admin_host == now.admin_host && before.admin_port == now.admin_port, "/admin");
  compare(before.verdict_header == now.verdict_header, "/verdict_header");
  compare(before.typed_from == now.typed_from, "/typed_from");
  compare(before.format == now.format, "/format");
  return out;
}

// A CA that was rotated takes over here; connections under way keep what they were shown.
void take_authority(std::shared_ptr<const certs::Authority> authority, Running& running) {
  if (EVP_PKEY_eq(authority->issuer_key(), running.authority->issuer_key()) == 1) return;
  running.authority = authority;
  running.leaves->sign_with(std::move(authority));
  say("reload: another CA signs from now on\n");
}

// What was in use stays, and every verdict says that it is not what was asked for.
void stay(const Error& error, Running& running) {
  auto judging = std::make_shared<net::Judging>(*running.judging);
  judging->stale = true;
  running.proxy->judge_by(std::move(judging));
  say(fmt::format("reload refused, the rules in use stay: {}\n", error.detail));
}

void reload(const ProxyCommand& started, const std::function<Command()>& read_again, Running& running) {
  running.recorder->reopen_journal();
  auto next = prepare_reload(started, read_again, running);
  if (!next) return stay(next.error(), running);
  take_authority(std::move(next->authority), running);
  running.judging = next->judging;
  running.proxy->judge_by(std::move(next->judging));
  if (const std::string keys = needs_restart(started, next->command); !keys.empty())
    say(fmt::format("reload: these need a restart and stay as they were: {}\n", keys));
  say("rules reloaded\n");
}

// Looks after the threads: WATCHDOG=1 is said and /readyz is 200 only while all of them turn.
void watch(Running& running, const ServiceManager& service) {
  using namespace std::chrono_literals;
  constexpr std::chrono::microseconds unwatched = 5s;
  const auto interval = std::max<std::chrono::microseconds>(service.watchdog().value_or(unwatched), 10ms);
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(interval);
  running.pulse = std::make_unique<Pulse>(
      interval, [&running, patience] { return running.proxy->turns(patience) && running.recorder->alive(); },
      [&running, &service](bool alive) {
        if (running.admin) running.admin->set_ready(alive);
        if (alive && service.watchdog()) service.tell("WATCHDOG=1");
      });
}

sigset_t life_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, number);
  return signals;
}

int wait_for_signal(const sigset_t& signals) {
  int number = 0;
  while (sigwait(&signals, &number) != 0) {
  }
  return number;
}

// The first SIGTERM or SIGINT lets exchanges finish, the second ends them.
void drain(Running& running, const sigset_t& signals, const ServiceManager& service) {
  running.pulse.reset();
  service.tell("STOPPING=1");
  say("finishing what is in flight; once more ends it at once\n");
  if (running.admin) running.admin->set_ready(false);
  std::thread draining;
  try {
    draining = std::thread([&running] {
      running.proxy->drain();
      kill(getpid(), SIGTERM);  // wakes the wait below
    });
  } catch (const std::system_error&) {  // no thread is to be had: a second signal then waits with us
    return running.proxy->drain();
  }
  while (wait_for_signal(signals) == SIGHUP) {
  }  // nothing is reloaded that is about to end
  running.proxy->stop();
  draining.join();
}

void say_totals(const Recorder& recorder) {
  const Recorder::Totals totals = recorder.totals();
  say(fmt::format(
      "{} exchanges inspected ({} not fully), {} findings, {} tunnels not inspected, {} refused, {} records "
      "lost{}\n",
      totals.exchanges, totals.not_inspected, totals.findings, totals.tunnelled, totals.refused, totals.dropped,
      announcer().dropped() == 0 ? "" : fmt::format(", {} lines not said", announcer().dropped())));
}

Result<Running> start_up(ProxyCommand& command, const ServiceManager& service,
                         const std::function<Command()>& read_again) {
  TT_TRY(Beforehand before, give_up_root(
                                command, service, [&read_again] { return command_again(read_again); }, say));
  enclose(command);
  TT_TRY(Running running, start(command, std::move(before)));
  if (auto closed = filter_calls(command, say); !closed) return tl::unexpected<Error>(std::move(closed.error()));
  return running;
}

}  // namespace

int run_proxy(const ProxyCommand& given, const std::function<Command()>& read_again) {
  guard_memory();
  ProxyCommand command = given;
  if (command.ca_dir.empty()) command.ca_dir = default_ca_dir();
  // Before the first thread, so that every thread inherits the mask and only the wait below sees these signals.
  const sigset_t signals = life_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const ServiceManager service = ServiceManager::from_environment();
  append_always(STDERR_FILENO);
  auto running = start_up(command, service, read_again);
  if (!running) {
    say(fmt::format("telltale proxy: {}: {}\n", name_of(running.error().code), running.error().detail));
    return static_cast<int>(exit_code_of(fault_of(running.error().code)));
  }
  watch(*running, service);
  say_ready(command, *running);  // with all its threads
  service.tell("READY=1");
  int number = wait_for_signal(signals);
  for (; number == SIGHUP; number = wait_for_signal(signals)) {
    service.reloading();
    reload(command, read_again, *running);
    service.tell("READY=1");
  }
  drain(*running, signals, service);
  if (running->admin) running->admin->stop();
  running->proxy.reset();
  running->recorder->flush();
  running->baselines->save();
  say_totals(*running->recorder);
  return static_cast<int>(ExitCode::clean);
}

}  // namespace telltale::app
