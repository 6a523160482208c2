// `telltale run`: a private proxy with a CA of its own round one client, and a summary of what the client said.
// Covered by tests/e2e/run_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "app/child.hpp"
#include "app/client_environment.hpp"
#include "app/commands.hpp"
#include "app/known_environment.hpp"
#include "app/live_options.hpp"
#include "app/mock.hpp"
#include "app/mock_log.hpp"
#include "app/process_guard.hpp"
#include "app/recorder.hpp"
#include "app/replay_one.hpp"
#include "app/run_report.hpp"
#include "app/sealing.hpp"
#include "app/terminal.hpp"
#include "app/trust_files.hpp"
#include "app/typed_source.hpp"
#include "net/proxy.hpp"

namespace telltale::app {
namespace {

// A client that has ended waits for nothing; what is still on its way to an upstream gets this long.
constexpr std::chrono::milliseconds drain_time{2'000};

/// Hands what was not looked at to the report instead of printing it into the client's terminal.
class RunObserver final : public Recorder {
 public:
  RunObserver(Options options, RunReport& report) : Recorder(std::move(options)), report_(report) {}
  void tunnelled(net::Tunnelled&& tunnel) override {
    {
      const std::lock_guard lock(lock_);
      report_.add_tunnelled(tunnel.host, tunnel.cause, tunnel.bytes);
    }
    Recorder::tunnelled(std::move(tunnel));  // into the capture; nothing is printed
  }
  void refused(std::string_view /*client*/, std::string_view host, const Error& error) override {
    const std::lock_guard lock(lock_);
    report_.add_refused(host, name_of(error.code));
  }
  [[nodiscard]] std::mutex& lock() { return lock_; }

 private:
  RunReport& report_;
  std::mutex lock_;
};

/// All that lives while the client runs. Members die in reverse: the proxy before what it reports to.
struct Running {
  RunReport report;
  inspect::Environment environment;
  std::unique_ptr<MockLog> mock_log;
  std::unique_ptr<RunObserver> observer;
  std::unique_ptr<net::Proxy> proxy;
  std::unique_ptr<TranscriptFollower> follower;
  std::optional<TrustFiles> trust;
};

Result<net::ProxyOptions> proxy_options(const RunCommand& command) {
  net::ProxyOptions options;
  options.listen_host = "127.0.0.1";
  options.listen_port = 0;
  options.intercept = {"*"};
  options.upstream_ca_file = command.upstream_ca;
  options.limits.drain_time = drain_time;
  if (auto added = add_targets(options, command.allow_upstream, command.resolve); !added)
    return tl::unexpected<Error>(added.error());
  return options;
}

Result<std::unique_ptr<RunObserver>> make_observer(const RunCommand& command, Running& running) {
  Recorder::Options recording;
  recording.environment = running.environment;
  // Told by whoever varies them: said in the capture, and nothing to look for in the traffic.
  for (const std::string& fact : command.facts) {
    const std::size_t equals = fact.find('=');
    if (equals != std::string::npos) recording.environment[fact.substr(0, equals)] = {fact.substr(equals + 1)};
  }
  recording.typed_bytes += 2 * PipedText::most_bytes;  // standard input, in lines and whole, must not push out a prompt
  if (!command.save.empty()) {
    Journal::Options journal;
    journal.path = command.save;
    journal.key = store_key();
    TT_TRY(recording.journal, Journal::open(std::move(journal)));
  }
  recording.also = [&running](const record::Capture& capture) {
    const std::lock_guard lock(running.observer->lock());
    running.report.add(capture);
  };
  return std::make_unique<RunObserver>(std::move(recording), running.report);
}

// The mock never dials, so nothing of a run with it leaves the machine.
net::DialerFactory mock_dialers(const Running& running) {
  MockSink sink;
  if (running.mock_log)
    sink = [log = running.mock_log.get()](const http::Authority& target, std::string_view head, std::string_view body) {
      log->add(target, head, body);
    };
  return [sink](boost::asio::io_context& context) { return make_mock_dialer(context, sink); };
}

Result<void> start(const RunCommand& command, const Variables& inherited, Running& running) {
  running.environment = known_environment(inherited);
  TT_TRY(auto judging, make_judging(command.inspecting));
  judging->environment = running.environment;
  judging->needles = std::make_shared<const inspect::NeedleSet>(needles_of(running.environment));
  TT_TRY(net::ProxyOptions options, proxy_options(command));
  if (!command.baselines.empty()) {
    TT_TRY(inspect::Baselines known, read_baselines(command.baselines, options.limits));
    judging->baselines = [fixed = std::make_shared<const inspect::Baselines>(std::move(known))] { return fixed; };
  }
  if (!command.mock_received.empty()) {
    TT_TRY(running.mock_log, MockLog::open(command.mock_received));
  }
  TT_TRY(running.observer, make_observer(command, running));
  TT_TRY(running.follower, follow_transcripts(command.typed_from, *running.observer));

  TT_TRY(certs::Authority root, certs::Authority::create({}));
  const auto authority = std::make_shared<const certs::Authority>(std::move(root));
  const auto named = inherited.find("SSL_CERT_FILE");
  TT_TRY(TrustFiles trust,
         TrustFiles::create(authority->certificate_pem(), named == inherited.end() ? "" : named->second));
  running.trust.emplace(std::move(trust));
  auto leaves = std::make_shared<certs::LeafCache>(authority, options.limits.leaf_cache);
  running.proxy = std::make_unique<net::Proxy>(std::move(options), std::move(leaves), std::move(judging),
                                               *running.observer, command.mock ? mock_dialers(running) : nullptr);
  return running.proxy->start();
}

Result<RunFacts> run_to_end(const RunCommand& command, const Variables& inherited, const SignalGate& signals,
                            Running& running) {
  ClientSettings settings;
  settings.proxy_url = fmt::format("http://127.0.0.1:{}", running.proxy->port());
  settings.root_file = running.trust->root_file();
  settings.bundle_file = running.trust->bundle_file();
  settings.mock = command.mock;
  settings.program = command.client.front();
  ClientEnvironment environment = client_environment(inherited, settings);

  const std::vector<std::string> arguments(command.client.begin() + 1, command.client.end());
  running.observer->add_typed(typed_arguments(arguments));
  ChildOptions child;
  child.command = command.client;
  child.environment = write_variables(environment.variables);
  child.typed = [&running](std::string text) { running.observer->add_typed({std::move(text)}); };
  TT_TRY(ChildResult ended, run_child(child, signals));

  running.proxy->drain();
  running.proxy.reset();
  running.observer->flush();
  RunFacts facts;
  facts.client = command.client.front();
  facts.status = ended.status;
  facts.start_error = std::move(ended.start_error);
  facts.stand_ins = std::move(environment.stand_ins);
  facts.leftovers = std::move(ended.leftovers);
  facts.typed_truncated = ended.typed_truncated;
  facts.dropped = running.observer->totals().dropped;
  facts.save = command.save;
  return facts;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

// Opened before the client starts: a report that cannot be written is found out at once.
Result<Descriptor> open_output(const RunCommand& command) {
  if (command.output.empty()) return Descriptor();
  Descriptor file(::open(command.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.open()) return file;
  return fail(Errc::file_failed, command.output + ": " + std::strerror(errno));
}

Result<int> run(const RunCommand& command, const SignalGate& signals) {
  const Variables inherited = read_variables(environ);
  TT_TRY(const Descriptor output, open_output(command));
  Running running;
  TT_TRY([[maybe_unused]] const bool started, start(command, inherited, running).map([] { return true; }));
  TT_TRY(const RunFacts facts, run_to_end(command, inherited, signals, running));

  const RunReport& report = running.report;
  write_all(output.open() ? output.get() : STDERR_FILENO,
            command.format == "json" ? report.json(facts) : report.text(facts));
  if (output.open() && !facts.start_error.empty()) write_all(STDERR_FILENO, report.text(facts));
  const bool fires = command.fail_on && report.worst() && *report.worst() >= *command.fail_on;
  return fires ? static_cast<int>(ExitCode::findings) : facts.status;
}

}  // namespace

int run_client(const RunCommand& command) {
  guard_memory();
  const SignalGate signals;  // before the first thread
  const auto status = run(command, signals);
  if (status) return *status;
  write_all(STDERR_FILENO, fmt::format("telltale run: {}: {}\n", name_of(status.error().code), status.error().detail));
  return static_cast<int>(exit_code_of(fault_of(status.error().code)));
}

}  // namespace telltale::app
