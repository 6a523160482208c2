// Where inspection runs. Covered by tests/unit/net/exchange_test.cpp.
#include "net/judging.hpp"

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

Result<inspect::Judgement> judge_now(const Judging& judging, inspect::Received received, const Limits& limits) {
  try {
    const auto baselines = judging.baselines ? judging.baselines() : nullptr;  // held while it is read
    received.baselines = baselines.get();
    received.seen = &seen_here();
    return inspect::judge(received, *judging.rules, judging.policy, limits);
  } catch (const std::exception& caught) {
    return fail(Errc::internal, std::string("inspection failed: ") + caught.what());
  }
}

struct Job {
  Job(boost::asio::io_context& its_context, std::shared_ptr<const Judging> its_judging)
      : context(its_context), judging(std::move(its_judging)), done(its_context) {}
  boost::asio::io_context& context;
  std::shared_ptr<const Judging> judging;
  Signal done;
  Result<inspect::Judgement> result = fail(Errc::internal, "not judged");
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

Task<Result<inspect::Judgement>> judge_request(Worker& worker, std::shared_ptr<const Judging> judging,
                                               inspect::Received received) {
  received.environment = &judging->environment;
  received.needles = judging->needles.get();
  if (received.body.size() < apart_bytes) {
    auto judged = judge_now(*judging, received, worker.limits);
    co_return judged;
  }
  const auto job = std::make_shared<Job>(worker.context, std::move(judging));
  start(job, worker.judges, received, worker.limits);
  while (!job->done.fired()) co_await job->done.wait(std::chrono::hours(1));
  co_return std::move(job->result);
}

}  // namespace telltale::net
