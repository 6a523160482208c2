// What the live commands say and keep. The I/O threads queue, one thread writes. Covered by
// tests/unit/app/recorder_test.cpp.
#include "app/recorder.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <variant>

#include "app/exchange_capture.hpp"
#include "app/typed_texts.hpp"
#include "certs/pem.hpp"
#include "codec/json_scan.hpp"
#include "record/report.hpp"

namespace telltale::app {
namespace {

struct Line {
  std::string text;
  std::string json;  ///< for those who follow; empty: nothing
};
struct Mark {
  std::uint64_t number = 0;  ///< flush() waits until the writer has passed it
};
struct Reopen {};
/// An exchange whose response waits for its record.
struct Awaited {
  net::Exchange exchange;
  std::function<void()> kept;
};
using Job = std::variant<Line, net::Exchange, Awaited, net::Tunnelled, Mark, Reopen>;

// Exchanges wait this long for company: waking the writer for each would cost more than writing it. Nobody waits for
// them; whatever somebody does wait for, a line above all, is seen to at once.
constexpr std::chrono::milliseconds gathering{5};

std::uint64_t size_of(const net::Exchange& exchange) {
  return exchange.request.raw.size() + exchange.request_body.size() + exchange.response_body.size();
}

std::uint64_t size_of(const Job& job) {
  if (const auto* line = std::get_if<Line>(&job)) return line->text.size() + line->json.size();
  if (const auto* exchange = std::get_if<net::Exchange>(&job)) return size_of(*exchange);
  if (const auto* awaited = std::get_if<Awaited>(&job)) return size_of(awaited->exchange);
  if (const auto* tunnel = std::get_if<net::Tunnelled>(&job)) return sizeof *tunnel + tunnel->host.size();
  return 0;
}

/// Something that is not a finding but must be said.
struct Event {
  std::string_view kind;  ///< "not inspected", "partly inspected", "refused"
  std::string host;
  std::string cause;   ///< stable names
  std::string detail;  ///< for people
};

std::string text_of(const Event& event, std::uint64_t times) {
  std::string kind(event.kind);
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  const std::string often = times > 1 ? fmt::format(" ({} times so far)", times) : "";
  return fmt::format("{}  {}  {}: {}{}\n", kind, event.host, event.cause, event.detail, often);
}

std::string json_of(const Event& event, std::uint64_t times) {
  return fmt::format("{{\"event\":\"{}\",\"host\":\"{}\",\"cause\":\"{}\",\"detail\":\"{}\",\"times\":{}}}\n",
                     event.kind, codec::escape_json(event.host), codec::escape_json(event.cause),
                     codec::escape_json(event.detail), times);
}

// The first finding that was edited out of a body whose signature no longer fits; null if there is none.
const inspect::Finding* edit_of_signed(const inspect::Verdict& verdict) {
  const auto& causes = verdict.coverage.causes;
  const bool is_signed = std::find(causes.begin(), causes.end(), "signed_body") != causes.end();
  if (!is_signed || verdict.body_edits.empty()) return nullptr;
  const auto edited = std::find_if(verdict.findings.begin(), verdict.findings.end(), [](const inspect::Finding& one) {
    return one.action == inspect::Action::strip && !one.where.starts_with("header");
  });
  return edited == verdict.findings.end() ? nullptr : &*edited;
}

}  // namespace

struct Recorder::State {
  explicit State(Options o) : options(std::move(o)), typed(options.typed_texts, options.typed_bytes) {}

  Options options;

  std::mutex queue_lock;
  std::condition_variable work;
  std::condition_variable idle;
  std::deque<Job> queue;
  std::uint64_t queued_bytes = 0;
  std::uint64_t marks_asked = 0;
  std::uint64_t marks_passed = 0;
  bool hurried = false;  ///< what is queued must not wait for more
  bool ending = false;

  TypedTexts typed;
  Diagnostics diagnostics;

  std::mutex said_lock;  ///< guards what follows up to the counters
  std::map<std::string, std::uint64_t, std::less<>> blind;
  std::map<std::string, std::uint64_t, std::less<>> turned_away;
  std::map<std::string, std::uint64_t, std::less<>> unseen;
  std::map<std::string, std::uint64_t, std::less<>> said;  ///< how often each "not inspected" or refusal occurred

  std::array<std::atomic<std::uint64_t>, 5> by_severity{};
  std::atomic<std::uint64_t> exchanges{0}, findings{0}, tunnelled{0}, refused{0}, not_inspected{0}, dropped{0};
  std::atomic<bool> journal_failing{false};
  std::atomic<bool> writing{true};  ///< the writer has not ended
  std::thread writer;

  std::atomic<std::int64_t> busy_since{0};      ///< steady clock, ms: the job in hand; 0: none
  std::vector<std::function<void()>> unsynced;  ///< written, and not yet on the disk
  void acknowledge(std::function<void()> kept);
  void sync();
  [[nodiscard]] bool stalls() const;

  bool push(Job job, bool always = false);
  void say(const Event& event);
  void count(std::map<std::string, std::uint64_t, std::less<>>& by, std::string_view name);
  void print(std::string_view line) {
    if (options.print) options.print(line);
  }
  void run();
  void handle(Job& job);
  void write(net::Exchange&& exchange);
  void keep(record::Capture&& capture);
  void recovered();
  void lost(const Error& error, std::uint64_t records);
};

bool Recorder::State::push(Job job, bool always) {
  const std::uint64_t size = size_of(job);
  bool wakes = false;
  {
    const std::lock_guard lock(queue_lock);
    const bool full = queue.size() >= options.queue || queued_bytes + size > options.queue_bytes;
    if (full && !always) {
      ++dropped;
      return false;
    }
    queued_bytes += size;
    const bool hurries = !std::holds_alternative<net::Exchange>(job) || queue.size() >= options.queue / 2;
    wakes = queue.empty() || (hurries && !hurried);
    hurried = hurried || hurries;
    queue.push_back(std::move(job));
  }
  if (wakes) work.notify_one();
  return true;
}

constexpr std::size_t most_unsynced = 64;

std::int64_t steady_ms() {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// True while the writer hangs on one record: responses that came meanwhile do not wait for it.
bool Recorder::State::stalls() const {
  const std::int64_t since = busy_since;
  return since != 0 && steady_ms() - since > 100;
}

void Recorder::State::acknowledge(std::function<void()> kept) {
  if (options.sync != CaptureSync::full) return kept();
  unsynced.push_back(std::move(kept));
}

// One wait for the disk serves all that were written since the last.
void Recorder::State::sync() {
  if (unsynced.empty()) return;
  if (const auto synced = options.journal->sync(); !synced)
    lost(synced.error(), unsynced.size());
  else
    recovered();
  for (const auto& kept : unsynced) kept();
  unsynced.clear();
}

// Clients that are refused retry dozens of times: the first is said at once, then the 2nd, 4th, 8th ... with the count.
void Recorder::State::say(const Event& event) {
  constexpr std::size_t most_keys = 4096;
  std::uint64_t times = 0;
  {
    const std::lock_guard lock(said_lock);
    std::string key = fmt::format("{} {} {}", event.kind, event.host, event.cause);
    if (said.size() >= most_keys && said.find(key) == said.end()) said.clear();
    times = ++said[std::move(key)];
  }
  if ((times & (times - 1)) != 0) return;
  push(Line{options.format == "json" ? json_of(event, times) : text_of(event, times), {}});
}

void Recorder::State::count(std::map<std::string, std::uint64_t, std::less<>>& by, std::string_view name) {
  constexpr std::size_t most_names = 256;  // names are ours and few; this only bounds a mistake
  const std::lock_guard lock(said_lock);
  const auto known = by.find(name);
  if (known != by.end())
    ++known->second;
  else if (by.size() < most_names)
    by.emplace(name, 1);
}

void Recorder::State::run() {
  prctl(PR_SET_NAME, "tt-recorder");
  auto next_check = std::chrono::steady_clock::now() + options.store_check_time;
  std::unique_lock lock(queue_lock);
  while (true) {
    work.wait_for(lock, options.store_check_time, [this] { return ending || !queue.empty(); });
    if (options.journal && std::chrono::steady_clock::now() >= next_check) {
      lock.unlock();
      busy_since = steady_ms();  // overwriting takes its time, and no response waits for that
      options.journal->retire();
      busy_since = 0;
      lock.lock();
      next_check = std::chrono::steady_clock::now() + options.store_check_time;
    }
    if (queue.empty() && ending) return;
    if (queue.empty()) continue;
    work.wait_for(lock, gathering, [this] { return ending || hurried; });
    while (!queue.empty()) {
      Job job = std::move(queue.front());
      queue.pop_front();
      queued_bytes -= size_of(job);
      const bool is_last = queue.empty();
      lock.unlock();
      busy_since = steady_ms();
      handle(job);
      if (is_last || unsynced.size() >= most_unsynced) sync();
      busy_since = 0;
      lock.lock();
    }
    hurried = false;
    idle.notify_all();
  }
}

void Recorder::State::handle(Job& job) {
  try {
    if (const auto* line = std::get_if<Line>(&job)) {
      print(line->text);
      if (!line->json.empty()) options.publish(line->json);
    }
    if (auto* exchange = std::get_if<net::Exchange>(&job)) write(std::move(*exchange));
    if (auto* awaited = std::get_if<Awaited>(&job)) write(std::move(awaited->exchange));
    if (auto* tunnel = std::get_if<net::Tunnelled>(&job)) keep(capture_of(std::move(*tunnel)));
    if (std::holds_alternative<Reopen>(job) && options.journal) {
      if (auto reopened = options.journal->reopen(); !reopened) print(reopened.error().detail + "\n");
    }
  } catch (const std::exception& error) {  // out of memory on one huge exchange must not end the recorder
    ++dropped;
    print(fmt::format("internal error while recording an exchange: {}\n", error.what()));
  }
  if (auto* awaited = std::get_if<Awaited>(&job)) acknowledge(std::move(awaited->kept));
  if (const auto* mark = std::get_if<Mark>(&job)) {
    const std::lock_guard lock(queue_lock);
    marks_passed = mark->number;
    idle.notify_all();
  }
}

void Recorder::State::write(net::Exchange&& exchange) {
  record::Capture capture = capture_of(std::move(exchange), options.environment);
  if (options.also) options.also(capture);
  keep(std::move(capture));
}

void Recorder::State::keep(record::Capture&& capture) {
  if (!options.journal) return;
  const auto written = options.journal->append(record::to_line(std::move(capture), &certs::sha256));
  // Where it counts only on the disk, sync() says so.
  if (written && options.sync != CaptureSync::full) recovered();
  if (written) return;
  lost(written.error(), 1);
}

void Recorder::State::recovered() {
  if (journal_failing.exchange(false)) print("captures are being written again\n");
}

void Recorder::State::lost(const Error& error, std::uint64_t records) {
  dropped += records;
  if (!journal_failing.exchange(true))
    print(fmt::format("captures are being lost: {} (exchanges go on being inspected; losses are counted)\n",
                      error.detail));
}

Recorder::Recorder(Options options) : state_(std::make_unique<State>(std::move(options))) {
  state_->writer = std::thread([state = state_.get()] {
    state->run();
    state->writing = false;
  });
}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(state_->queue_lock);
    state_->ending = true;
  }
  state_->work.notify_all();
  state_->writer.join();
}

bool Recorder::keeps_records() const {
  return !state_->journal_failing;
}

void Recorder::judged(const net::Exchange& exchange) {
  ++state_->exchanges;
  const inspect::Verdict& verdict = exchange.verdict;
  if (const inspect::Finding* const edited = edit_of_signed(verdict))
    endangered("danger-strip-signed", exchange.host, fmt::format("{} in exchange {}", edited->rule, exchange.id));
  state_->findings += verdict.findings.size() + verdict.findings_not_listed;
  for (const std::string& cause : verdict.coverage.causes) state_->count(state_->blind, cause);
  if (!exchange.refused_for.empty()) state_->count(state_->unseen, exchange.refused_for);
  if (verdict.coverage.state != inspect::Coverage::State::full) {
    ++state_->not_inspected;
    std::string causes;
    for (const std::string& cause : verdict.coverage.causes) causes += (causes.empty() ? "" : ", ") + cause;
    std::string detail =
        fmt::format("{} of {} body bytes inspected", verdict.coverage.bytes_inspected, verdict.coverage.bytes_total);
    if (!verdict.coverage.detail.empty()) detail += "; " + shown_verdict(exchange).coverage.detail;
    state_->say({verdict.coverage.state == inspect::Coverage::State::none ? "not inspected" : "partly inspected",
                 exchange.host, causes, std::move(detail)});
  }
  for (const inspect::Finding& finding : verdict.findings)
    ++state_->by_severity[static_cast<std::size_t>(finding.severity)];
  const auto shown = [this](const inspect::Finding& finding) { return finding.severity >= state_->options.show; };
  if (std::none_of(verdict.findings.begin(), verdict.findings.end(), shown)) return;
  const inspect::Verdict clean = shown_verdict(exchange);
  std::string lines;
  const bool is_followed = state_->options.publish && state_->options.has_followers();
  const bool is_json = state_->options.format == "json";
  std::string json = is_json || is_followed ? record::to_json(clean, exchange.id) : std::string();
  if (is_json) {
    lines = json + "\n";
  } else {
    for (const inspect::Finding& finding : clean.findings)
      if (shown(finding))
        lines += record::to_one_line(finding, clean, exchange.id, exchange.host, {state_->options.colour}) + "\n";
  }
  state_->push(Line{std::move(lines), is_followed ? std::move(json) : std::string()});
}

void Recorder::finished(net::Exchange&& exchange) {
  if (!state_->options.journal && !state_->options.also) return;
  state_->push(std::move(exchange));
}

bool Recorder::acknowledges() const {
  return state_->options.journal && state_->options.sync != CaptureSync::off;
}

void Recorder::keep(net::Exchange&& exchange, std::function<void()> kept) {
  if (!state_->stalls()) {
    if (!state_->push(Awaited{std::move(exchange), kept})) kept();
    return;
  }
  state_->push(std::move(exchange));
  kept();
}

void Recorder::tunnelled(net::Tunnelled&& tunnel) {
  ++state_->tunnelled;
  state_->diagnostics.tunnelled(tunnel.host, tunnel.cause);
  state_->count(state_->blind, tunnel.cause);
  state_->say({"not inspected", tunnel.host, tunnel.cause,
               fmt::format("tunnelled for {}, {} bytes", tunnel.client, tunnel.bytes)});
  if (state_->options.journal) state_->push(std::move(tunnel));
}

void Recorder::refused(std::string_view client, std::string_view host, const Error& error) {
  ++state_->refused;
  state_->diagnostics.refused(host, error.code);
  state_->count(state_->turned_away, name_of(error.code));
  state_->say({"refused", host.empty() ? "-" : std::string(host), std::string(name_of(error.code)),
               fmt::format("{} (client {})", error.detail, client)});
}

void Recorder::shown(const net::Shown& certificate) {
  state_->diagnostics.shown(certificate);
}

void Recorder::endangered(std::string_view option, std::string_view host, std::string_view what) {
  state_->diagnostics.endangered(option, host);
  const Event event{"danger", std::string(host), std::string(option), std::string(what)};
  state_->push(Line{state_->options.format == "json" ? json_of(event, 1) : text_of(event, 1), {}});
}

void Recorder::unverified(std::string_view host, Errc code, std::string_view why) {
  const Event event{"unverified", std::string(host), std::string(name_of(code)),
                    fmt::format("{}; its requests are sent all the same", why)};
  state_->push(Line{state_->options.format == "json" ? json_of(event, 1) : text_of(event, 1), {}});
}

Noticed Recorder::noticed() const {
  return state_->diagnostics.noticed();
}

std::shared_ptr<const inspect::TypedIndex> Recorder::typed() {
  return state_->typed.snapshot();
}

void Recorder::add_typed(std::vector<std::string> texts) {
  state_->typed.add(std::move(texts));
}

void Recorder::flush() {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(state_->queue_lock);
    number = ++state_->marks_asked;
  }
  state_->push(Mark{number}, true);
  std::unique_lock lock(state_->queue_lock);
  state_->idle.wait(lock, [this, number] { return state_->marks_passed >= number; });
}

bool Recorder::alive() const {
  return state_->writing;
}

void Recorder::reopen_journal() {
  state_->push(Reopen{}, true);
}

Recorder::Totals Recorder::totals() const {
  Totals out;
  out.exchanges = state_->exchanges;
  out.findings = state_->findings;
  out.tunnelled = state_->tunnelled;
  out.refused = state_->refused;
  out.not_inspected = state_->not_inspected;
  out.dropped = state_->dropped;
  for (std::size_t i = 0; i < out.by_severity.size(); ++i) out.by_severity[i] = state_->by_severity[i];
  const std::lock_guard lock(state_->said_lock);
  out.blind = state_->blind;
  out.turned_away = state_->turned_away;
  out.unseen = state_->unseen;
  return out;
}

}  // namespace telltale::app
