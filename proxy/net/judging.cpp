// Where inspection runs. Covered by tests/unit/net/exchange_test.cpp.
#include "net/judging.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <exception>
#include <random>

#include "inspect/seen_texts.hpp"
#include "net/signal.hpp"

namespace telltale::net {
namespace {

constexpr std::size_t apart_bytes = 256 * 1024;  // about 0.3 ms of scanning

/// The memory of the calling thread: what it has seen need not be looked at again.
inspect::SeenTexts& seen_here() {
  thread_local inspect::SeenTexts seen(std::random_device{}() * (std::uint64_t{1} << 32U) + std::random_device{}());
  return seen;
}

void add_cause(inspect::Coverage& coverage, std::string_view cause, inspect::Coverage::State at_least) {
  coverage.causes.emplace_back(cause);
  coverage.state = std::max(coverage.state, at_least);
}

/// What an exception says, fit for a line of a log: some libraries quote what they were given.
std::string detail_of(const std::exception& thrown) {
  constexpr std::size_t longest = 200;
  std::string out = std::string(thrown.what()).substr(0, longest);
  for (char& c : out)
    if (c < ' ' || c > '~') c = '.';
  return out;
}

/// What is known of a request that the engine could not finish: nothing, but why.
inspect::Judgement not_looked_at(const inspect::Policy& policy, std::uint64_t bytes, const std::exception& thrown) {
  inspect::Judgement judgement;
  judgement.verdict.mode = policy.mode;
  judgement.verdict.coverage.bytes_total = bytes;
  add_cause(judgement.verdict.coverage, "detector-failed", inspect::Coverage::State::none);
  judgement.verdict.coverage.detail = detail_of(thrown);
  return judgement;
}

// The engine does not throw on input. Should it do so, or run out of memory, that is a request not looked at, and the
// operator's choice what follows.
inspect::Judgement judge_now(const Judging& judging, inspect::Received received, const Limits& limits) {
  try {
    const auto baselines = judging.baselines ? judging.baselines() : nullptr;  // held while it is read
    received.baselines = baselines.get();
    received.seen = &seen_here();
    return inspect::judge(received, *judging.rules, judging.policy, limits);
  } catch (const std::exception& thrown) {
    return not_looked_at(judging.policy, received.body.size(), thrown);
  }
}

/// Adds what is not the request's doing, and refuses it if that, or anything else, is not to be let go unseen.
void settle(const Judging& judging, bool recorded, inspect::Judgement& judgement) {
  using State = inspect::Coverage::State;
  if (judging.stale) add_cause(judgement.verdict.coverage, "rules-stale", State::partial);
  if (!recorded) add_cause(judgement.verdict.coverage, "not-recorded", State::full);
  inspect::refuse_blind(judging.policy, judgement);
}

struct Job {
  Job(boost::asio::io_context& its_context, std::shared_ptr<const Judging> its_judging)
      : context(its_context), judging(std::move(its_judging)), done(its_context) {}
  boost::asio::io_context& context;
  std::shared_ptr<const Judging> judging;
  Signal done;
  inspect::Judgement result;
};

void start(const std::shared_ptr<Job>& job, boost::asio::thread_pool& pool, const inspect::Received& received,
           const Limits& limits) {
  boost::asio::post(pool, [job, received, &limits]() mutable {
    job->result = judge_now(*job->judging, received, limits);
    boost::asio::io_context& context = job->context;
    // Moved, so that the job (its timer is of the owning thread) dies there.
    boost::asio::post(context, [moved = std::move(job)] { moved->done.fire(); });
  });
}

}  // namespace

Task<inspect::Judgement> judge_request(Worker& worker, std::shared_ptr<const Judging> judging,
                                       inspect::Received received) {
  received.environment = &judging->environment;
  received.needles = judging->needles.get();
  const bool recorded = worker.observer.keeps_records();
  if (received.body.size() < apart_bytes) {
    inspect::Judgement judged = judge_now(*judging, received, worker.limits);
    settle(*judging, recorded, judged);
    co_return judged;
  }
  const auto job = std::make_shared<Job>(worker.context, judging);
  start(job, worker.judges, received, worker.limits);
  while (!job->done.fired()) co_await job->done.wait(std::chrono::hours(1));
  settle(*judging, recorded, job->result);
  co_return std::move(job->result);
}

std::string refused_unseen(std::string_view cause, std::string_view exchange_id) {
  const inspect::BlindCause* const known = inspect::find_blind_cause(cause);
  std::string out = fmt::format("not inspected: {}; the policy for {} is to block",
                                known == nullptr ? "not looked at" : known->sentence, cause);
  return exchange_id.empty() ? out : out + fmt::format("; exchange {}", exchange_id);
}

Result<void> may_carry(const Worker& worker, std::string_view cause) {
  const inspect::Policy& policy = worker.judging->policy;
  if (inspect::blocking_cause({std::string(cause)}, policy.mode, policy.uninspected).empty()) return {};
  return fail(Errc::blocked_by_policy, refused_unseen(cause, ""));
}

}  // namespace telltale::net
