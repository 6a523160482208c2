// Several addresses, one connection: an address that is silent costs a quarter of a second and not the whole time
// allowed. RFC 8305 (happy eyeballs). Covered by tests/unit/net/connect_race_test.cpp.
#include "net/connect_race.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <optional>

namespace telltale::net {
namespace {

namespace ip = boost::asio::ip;
using Clock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;

// RFC 8305 section 8 recommends it.
constexpr std::chrono::milliseconds attempt_delay{250};

/// Shared by those who try and by the one who waits for them; all run on one thread.
struct Race {
  Race(boost::asio::io_context& its_context, Clock::time_point its_end)
      : context(its_context), end(its_end), news(its_context) {}

  boost::asio::io_context& context;
  const Clock::time_point end;
  Timer news;                         ///< cancelled whenever an attempt ends
  std::size_t running = 0;            ///< attempts, also those that have not got to begin
  std::vector<TcpStream*> under_way;  ///< each lives in the coroutine of its attempt
  std::optional<Socket> won;
  bool told = false;  ///< an attempt has ended since the last look
  bool over = false;  ///< nobody waits any more: a connection that comes now is closed
  Error error{Errc::upstream_unreachable, 0, "no address"};

  void failed(Error with) {
    // Out of descriptors, the dialer makes room and tries again; nothing else an attempt says is worth more.
    if (error.code != Errc::descriptors_full) error = std::move(with);
  }
};

/// An attempt's place in the race, however it ends.
struct Entry {
  Race& race;
  TcpStream* const stream;
  Entry(Race& of, TcpStream& its) : race(of), stream(&its) { race.under_way.push_back(stream); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() {
    std::erase(race.under_way, stream);
    --race.running;
    race.told = true;
    race.news.cancel();
  }
};

Task<void> attempt(std::shared_ptr<Race> race, Tcp::endpoint endpoint) {
  TcpStream stream(Socket(race->context), Side::upstream);
  const Entry entry(*race, stream);
  if (race->over) co_return;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(race->end - Clock::now());
  stream.expires_after(std::max(left, std::chrono::milliseconds(1)));
  auto connected = co_await stream.connect(endpoint);
  if (!connected) race->failed(std::move(connected.error()));
  if (connected && !race->won && !race->over) race->won.emplace(stream.release());
}

void start(const std::shared_ptr<Race>& race, Tcp::endpoint endpoint) {
  ++race->running;
  boost::asio::co_spawn(race->context, attempt(race, endpoint), boost::asio::detached);
}

/// However the waiting ends: attempts that are still under way are given up.
struct End {
  Race& race;
  explicit End(Race& of) : race(of) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() {
    race.over = true;
    for (TcpStream* const stream : race.under_way) stream->close();
  }
};

// The usual case, without a race.
Task<Result<Socket>> connect_only(boost::asio::io_context& context, Tcp::endpoint endpoint,
                                  std::chrono::milliseconds at_most) {
  TcpStream stream(Socket(context), Side::upstream);
  stream.expires_after(at_most);
  auto connected = co_await stream.connect(endpoint);
  if (!connected) co_return tl::unexpected<Error>(std::move(connected.error()));
  co_return stream.release();
}

}  // namespace

std::vector<ip::address> in_turns(const std::vector<ip::address>& addresses, std::size_t most) {
  std::vector<ip::address> out;
  const std::size_t count = addresses.size();
  std::size_t next[2] = {0, 0};  // of the first one's family, and of the other
  const auto find = [&addresses, count](std::size_t from, bool v6) {
    while (from < count && addresses[from].is_v6() != v6) ++from;
    return from;
  };
  for (std::size_t turn = 0; out.size() < std::min(most, count); ++turn) {
    std::size_t& at = next[turn % 2];
    at = find(at, addresses.front().is_v6() == (turn % 2 == 0));
    if (at < count) out.push_back(addresses[at++]);
  }
  return out;
}

Task<Result<Socket>> connect_first(boost::asio::io_context& context, std::vector<Tcp::endpoint> endpoints,
                                   std::chrono::milliseconds at_most) {
  if (endpoints.size() == 1) {
    auto only = co_await connect_only(context, endpoints.front(), at_most);
    co_return only;
  }
  const auto race = std::make_shared<Race>(context, Clock::now() + at_most);
  const End end(*race);
  // Where there is little time, each still gets its turn within it.
  const auto delay = std::min(attempt_delay, at_most / static_cast<int>(endpoints.size() + 1));
  std::size_t next = 0;
  while (!race->won && (next < endpoints.size() || race->running > 0)) {
    const bool full = race->error.code == Errc::descriptors_full;  // more attempts would only fail as well
    if (full && race->running == 0) break;
    const bool starts = !full && next < endpoints.size();
    race->told = false;
    if (starts) start(race, endpoints[next++]);
    if (race->told) continue;  // at once, before anybody waited
    const bool more = !full && next < endpoints.size();
    race->news.expires_after(more ? delay : at_most);
    co_await race->news.async_wait(as_values);
  }
  if (!race->won) co_return tl::unexpected<Error>(std::move(race->error));
  co_return std::move(*race->won);
}

}  // namespace telltale::net
