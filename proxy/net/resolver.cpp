// Name look-ups on threads of their own. getaddrinfo(3). Covered by tests/unit/net/shares_test.cpp.
#include "net/resolver.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "net/connect_race.hpp"
#include "net/signal.hpp"

namespace telltale::net {
namespace {

using Answer = Result<Resolver::Addresses>;

constexpr std::size_t most_addresses = 16;
constexpr std::size_t most_looked_at = 1024;  // of one name, to find both families among them
constexpr std::chrono::seconds idle_thread_time{30};

/// One who asked. It is of the thread that owns `context`, and dies there.
struct Asker {
  explicit Asker(boost::asio::io_context& its_context) : context(its_context), done(its_context) {}
  boost::asio::io_context& context;
  Signal done;
  Answer answer = fail(Errc::upstream_unresolvable, "not looked up");
};

Errc code_of(int failure, int system_error) {
  const bool no_descriptor = system_error == EMFILE || system_error == ENFILE;
  const bool can_be_that = failure == EAI_SYSTEM || failure == EAI_AGAIN;
  return no_descriptor && can_be_that ? Errc::descriptors_full : Errc::upstream_unresolvable;
}

Answer look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  errno = 0;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failure != 0) return fail(code_of(failure, errno), fmt::format("name not resolved ({})", gai_strerror(failure)));
  Resolver::Addresses out;
  for (const addrinfo* entry = found; entry != nullptr && out.size() < most_looked_at; entry = entry->ai_next) {
    boost::asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(endpoint.data()));
    out.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  if (out.empty()) return fail(Errc::upstream_unresolvable, "name not resolved (no address)");
  return in_turns(out, most_addresses);
}

}  // namespace

/// Outlives the resolver for as long as a look-up that nobody waits for any more takes.
struct Resolver::State : std::enable_shared_from_this<State> {
  State(std::uint32_t its_threads, std::uint32_t its_waiting) : most_threads(its_threads), most_waiting(its_waiting) {}

  const std::uint32_t most_threads;
  const std::uint32_t most_waiting;
  std::mutex mutex;
  std::condition_variable work;
  std::map<std::string, std::vector<std::shared_ptr<Asker>>, std::less<>> asked;  ///< by name, under way or waiting
  std::deque<std::string> waiting;                                                ///< names no thread has taken
  std::uint32_t threads = 0;
  std::uint32_t idle = 0;
  bool ended = false;

  [[nodiscard]] bool ask(const std::string& host, const std::shared_ptr<Asker>& asker);
  void forget(const std::string& host, const std::shared_ptr<Asker>& asker);
  void start_thread();
  void run();
  void answer(const std::string& host, const Answer& answer);
};

bool Resolver::State::ask(const std::string& host, const std::shared_ptr<Asker>& asker) {
  const std::lock_guard lock(mutex);
  const auto known = asked.find(host);
  if (known != asked.end()) {
    known->second.push_back(asker);
    return true;
  }
  if (waiting.size() >= most_waiting) return false;
  asked.emplace(host, std::vector{asker});
  waiting.push_back(host);
  if (waiting.size() > idle && threads < most_threads) start_thread();
  const bool nobody = threads == 0 && most_threads > 0;
  if (nobody) {
    waiting.pop_back();
    asked.erase(host);
    return false;
  }
  work.notify_one();
  return true;
}

// One who waits no longer; a name that nobody waits for and no thread has taken need not be looked up.
void Resolver::State::forget(const std::string& host, const std::shared_ptr<Asker>& asker) {
  const std::lock_guard lock(mutex);
  const auto entry = asked.find(host);
  if (entry == asked.end()) return;
  std::erase(entry->second, asker);
  const auto place = std::find(waiting.begin(), waiting.end(), host);
  if (!entry->second.empty() || place == waiting.end()) return;
  waiting.erase(place);
  asked.erase(entry);
}

// The system may refuse a thread: the name then waits for one there is, and is refused if there is none.
void Resolver::State::start_thread() {
  try {
    std::thread([self = shared_from_this()] { self->run(); }).detach();
    ++threads;
  } catch (const std::system_error&) {
    return;
  }
}

void Resolver::State::run() {
  std::unique_lock lock(mutex);
  while (!ended) {
    if (waiting.empty()) {
      ++idle;
      work.wait_for(lock, idle_thread_time, [this] { return ended || !waiting.empty(); });
      --idle;
      if (waiting.empty()) break;
    }
    const std::string host = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    const Answer found = look_up(host);
    lock.lock();
    answer(host, found);
  }
  --threads;
}

// Under the lock, so that a context that has left is not used.
void Resolver::State::answer(const std::string& host, const Answer& found) {
  const auto entry = asked.find(host);
  if (entry == asked.end()) return;
  for (std::shared_ptr<Asker>& asker : entry->second) {
    boost::asio::io_context& context = asker->context;
    // Moved, so that its timer dies on the thread that owns it.
    boost::asio::post(context, [asker = std::move(asker), found] {
      asker->answer = found;
      asker->done.fire();
    });
  }
  asked.erase(entry);
}

Resolver::Resolver(std::uint32_t most_threads, std::uint32_t most_waiting)
    : state_(std::make_shared<State>(most_threads, most_waiting)) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->ended = true;
  state_->asked.clear();
  state_->waiting.clear();
  state_->work.notify_all();
}

Task<Result<Resolver::Addresses>> Resolver::resolve(boost::asio::io_context& context, std::string host,
                                                    std::chrono::milliseconds at_most) {
  const auto asker = std::make_shared<Asker>(context);
  if (!state_->ask(host, asker))
    co_return fail(Errc::resolver_busy, "too many names are being looked up, or no thread is to be had for it");
  co_await asker->done.wait(at_most);
  if (!asker->done.fired()) {
    state_->forget(host, asker);
    co_return fail(Errc::upstream_connect_timeout, "name not resolved within the time allowed");
  }
  co_return std::move(asker->answer);
}

void Resolver::leave(boost::asio::io_context& context) {
  const std::lock_guard lock(state_->mutex);
  for (auto& [host, askers] : state_->asked)
    std::erase_if(askers, [&context](const std::shared_ptr<Asker>& asker) { return &asker->context == &context; });
}

std::uint32_t Resolver::threads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->threads;
}

}  // namespace telltale::net
