// The threads of the proxy and their life: start, drain, stop. Covered by tests/unit/net/proxy_test.cpp.
#include "net/proxy.hpp"

#include <unistd.h>

#include <csignal>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "net/direct_dialer.hpp"
#include "net/listener.hpp"
#include "net/worker.hpp"

namespace telltale::net {
namespace {

// A write to a connection the peer has reset raises SIGPIPE where OpenSSL does the writing. Blocked, it is an error
// code; the process's own disposition stays as it is.
void block_sigpipe() {
  sigset_t pipe_only;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_only, nullptr);
}

/// One thread and all it owns. The context dies first, so that suspended sessions let go of the rest while it is there.
struct Lane {
  Lane(const ProxyOptions& options, Observer& observer, Proxy::Counters& counters,
       const std::shared_ptr<certs::LeafCache>& leaves, boost::asio::thread_pool& judges, Shares& shares)
      : context(std::make_unique<boost::asio::io_context>(1)),
        acceptor(std::make_unique<Acceptor>(*context)),
        worker(std::make_unique<Worker>(*context, options, observer, counters, leaves, judges, shares)) {}

  ~Lane() {
    acceptor.reset();
    worker->on_flow_end = nullptr;
    release_context();
  }

  void run() {
    block_sigpipe();
    const auto guard = boost::asio::make_work_guard(*context);
    while (!context->stopped()) {
      try {
        context->run();
      } catch (const std::exception& caught) {
        const Error error{Errc::internal, 0, std::string("a handler threw: ") + caught.what()};
        worker->observer.refused("", "", error);
      }
    }
  }

  void begin_drain(std::function<void()> on_flow_end) {
    worker->draining = true;
    worker->on_flow_end = std::move(on_flow_end);
    boost::system::error_code ignored;
    acceptor->close(ignored);
    for (Flow* flow : worker->flows) {
      if (flow->stream == nullptr) continue;
      if (flow->phase == Flow::Phase::idle) flow->stream->close();
      if (flow->phase == Flow::Phase::tunnelled) flow->stream->expires_after(std::chrono::milliseconds(1'000));
    }
    worker->on_flow_end();
  }

  void release_context();

  std::unique_ptr<boost::asio::io_context> context;
  std::unique_ptr<Acceptor> acceptor;
  std::unique_ptr<Worker> worker;
  std::thread thread;
};

// The dialer and the pool hold I/O objects of the context, and suspended sessions hold references to the worker: the
// sessions go first (with the context's services), and the objects' own storage after them.
void Lane::release_context() {
  worker->bell->take_down();
  worker->dialer.reset();
  worker->pool.reset();
  worker->watch.end();
  worker->shares.resolver.leave(*context);
  std::unique_ptr<boost::asio::io_context> last = std::move(context);
  last->stop();
  last.reset();
}

}  // namespace

struct Proxy::State {
  State(ProxyOptions its_options, std::shared_ptr<certs::LeafCache> its_leaves,
        std::shared_ptr<const Judging> its_judging, Observer& its_observer, DialerFactory its_dialers)
      : options(std::move(its_options)),
        leaves(std::move(its_leaves)),
        judging(std::move(its_judging)),
        observer(its_observer),
        dialers(std::move(its_dialers)),
        shares(options.limits),
        judges(std::max(1U, options.threads)) {
    // Random and gone with the process, so that it names nobody; 50 bits, so that no two proxies of a chain share it.
    if (options.pseudonym.empty()) options.pseudonym = Ids().next(std::chrono::system_clock::now()).substr(16);
  }

  ProxyOptions options;
  std::shared_ptr<certs::LeafCache> leaves;
  std::shared_ptr<const Judging> judging;
  Observer& observer;
  DialerFactory dialers;
  Counters counters;
  StorePtr trust;  ///< null with a dialer of somebody else's
  std::uint16_t port = 0;
  Shares shares;
  boost::asio::thread_pool judges;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::mutex mutex;
  std::condition_variable drained;
  bool running = false;

  [[nodiscard]] Result<std::shared_ptr<const DialRules>> dial_rules(const boost::asio::ip::tcp::endpoint& own);
  void ask_for_status(DialRules& rules);
  [[nodiscard]] Result<void> open_lanes(const boost::asio::ip::tcp::endpoint& endpoint);
  [[nodiscard]] std::size_t flows_left();
};

void Proxy::State::ask_for_status(DialRules& rules) {
  rules.desk = std::make_shared<StatusDesk>(options.limits);
  rules.desk->on_asked = [this] { counters.status_asked.fetch_add(1, std::memory_order_relaxed); };
  rules.status_required = options.revocation == Revocation::require;
  rules.on_status_unknown = [this](std::string_view host, std::string_view why) {
    counters.status_unknown.fetch_add(1, std::memory_order_relaxed);
    observer.unverified(host, Errc::upstream_certificate_status_unknown, why);
  };
}

Result<std::shared_ptr<const DialRules>> Proxy::State::dial_rules(const boost::asio::ip::tcp::endpoint& own) {
  auto rules = std::make_shared<DialRules>();
  TT_TRY(rules->trust, load_trust(options.upstream_ca_file));
  if (auto lists = load_revocations(rules->trust.get(), options.upstream_crl_files); !lists)
    return tl::unexpected(std::move(lists.error()));
  if (!options.upstream_crl_files.empty()) rules->revocations = Revocations::used;
  if (options.upstream_crl_required) rules->revocations = Revocations::required;
  rules->addresses.allowed = options.allow_upstream;
  rules->addresses.own = {own};
  for (const http::Authority& other : options.own_listeners)
    rules->addresses.own.emplace_back(boost::asio::ip::make_address(other.host), other.port);
  rules->resolve = options.resolve;
  rules->limits = options.limits;
  rules->own = leaves;
  if (options.revocation != Revocation::off) ask_for_status(*rules);
  return std::shared_ptr<const DialRules>(std::move(rules));
}

Result<void> Proxy::State::open_lanes(const boost::asio::ip::tcp::endpoint& endpoint) {
  std::shared_ptr<const DialRules> rules;
  if (!dialers) {
    TT_TRY(rules, dial_rules(endpoint));
    trust = rules->trust;
  }
  const unsigned count = std::max(1U, options.threads);
  for (unsigned i = 0; i < count; ++i) {
    lanes.push_back(std::make_unique<Lane>(options, observer, counters, leaves, judges, shares));
    Lane& lane = *lanes.back();
    lane.worker->judging = judging;
    lane.worker->dialer =
        dialers ? dialers(*lane.context) : std::make_unique<DirectDialer>(*lane.context, rules, shares.resolver);
    const auto listening = options.listen_descriptor >= 0 ? share(*lane.acceptor, options.listen_descriptor)
                                                          : listen(*lane.acceptor, endpoint, count > 1);
    if (!listening) return tl::unexpected(listening.error());
  }
  // The lanes have copies: when the last of them closes its own, nobody listens any more.
  if (options.listen_descriptor >= 0) ::close(std::exchange(options.listen_descriptor, -1));
  return {};
}

Proxy::Proxy(ProxyOptions options, std::shared_ptr<certs::LeafCache> leaves, std::shared_ptr<const Judging> judging,
             Observer& observer, DialerFactory dialers)
    : state_(std::make_unique<State>(std::move(options), std::move(leaves), std::move(judging), observer,
                                     std::move(dialers))) {}

Proxy::~Proxy() {
  stop();
}

Result<void> Proxy::start() {
  const ProxyOptions& options = state_->options;
  TT_TRY(const boost::asio::ip::tcp::endpoint endpoint, options.listen_descriptor >= 0
                                                            ? address_of(options.listen_descriptor)
                                                            : claim(options.listen_host, options.listen_port));
  if (options.listen_descriptor >= 0) state_->options.listen_host = endpoint.address().to_string();
  if (auto opened = state_->open_lanes(endpoint); !opened) {
    state_->lanes.clear();
    return opened;
  }
  state_->port = endpoint.port();
  state_->running = true;
  for (const auto& lane : state_->lanes) {
    boost::asio::co_spawn(*lane->context, accept_clients(*lane->worker, *lane->acceptor), boost::asio::detached);
    lane->thread = std::thread([running = lane.get()] { running->run(); });
  }
  return {};
}

const std::string& Proxy::host() const {
  return state_->options.listen_host;
}

std::uint16_t Proxy::port() const {
  return state_->port;
}

void Proxy::judge_by(std::shared_ptr<const Judging> judging) {
  state_->judging = judging;
  for (const auto& lane : state_->lanes)
    boost::asio::post(*lane->context, [worker = lane->worker.get(), judging] { worker->judging = judging; });
}

Result<void> Proxy::reload_revocations() {
  if (state_->trust == nullptr) return {};
  return load_revocations(state_->trust.get(), state_->options.upstream_crl_files);
}

void Proxy::drain() {
  if (!state_->running) return;
  // Each lane reports when its last flow has ended.
  const auto lanes_left = std::make_shared<std::size_t>(state_->lanes.size());  // a stop meanwhile ends our wait first
  for (const auto& lane : state_->lanes) {
    boost::asio::post(*lane->context, [state = state_.get(), running = lane.get(), lanes_left] {
      const auto on_flow_end = [state, running, lanes_left, told = false]() mutable {
        if (told || !running->worker->flows.empty()) return;
        told = true;
        const std::lock_guard lock(state->mutex);
        --*lanes_left;
        state->drained.notify_all();
      };
      running->begin_drain(on_flow_end);
    });
  }
  std::unique_lock lock(state_->mutex);
  state_->drained.wait_for(lock, state_->options.limits.drain_time,
                           [this, &lanes_left] { return *lanes_left == 0 || !state_->running; });
  lock.unlock();
  stop();
}

bool Proxy::turns(std::chrono::milliseconds within) {
  struct Round {
    std::mutex mutex;
    std::condition_variable turned;
    std::size_t left = 0;
  };
  const auto round = std::make_shared<Round>();  // a loop that turns too late finds it still there
  round->left = state_->lanes.size();
  for (const auto& lane : state_->lanes)
    boost::asio::post(*lane->context, [round] {
      const std::lock_guard lock(round->mutex);
      --round->left;
      round->turned.notify_all();
    });
  std::unique_lock lock(round->mutex);
  return round->turned.wait_for(lock, within, [&round] { return round->left == 0; });
}

void Proxy::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->running) return;
    state_->running = false;
  }
  state_->drained.notify_all();
  for (const auto& lane : state_->lanes) lane->context->stop();
  for (const auto& lane : state_->lanes)
    if (lane->thread.joinable()) lane->thread.join();
  state_->judges.join();  // what they judge lies in sessions that are about to go
  state_->lanes.clear();
}

Proxy::Usage Proxy::usage() const {
  const Shares& shares = state_->shares;
  return {shares.clients.connections(), shares.clients.most(), shares.clients.clients(),
          shares.memory.held(),         shares.memory.limit(), shares.resolver.threads()};
}

const Proxy::Counters& Proxy::counters() const {
  return state_->counters;
}

}  // namespace telltale::net
