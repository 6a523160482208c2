// Baselines of the running proxy: learned off the path of requests, kept in a file. Covered by
// tests/unit/app/baseline_keeper_test.cpp and tests/e2e/baseline_test.py.
#include "app/baseline_keeper.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <new>
#include <utility>

#include "app/file_text.hpp"
#include "app/received_capture.hpp"
#include "certs/pem.hpp"
#include "record/baseline_text.hpp"

namespace telltale::app {
namespace {

constexpr std::uint64_t learned_in_full = 16;
constexpr std::uint64_t first_power = 4;  // 2^4 is the last that is learned in full

/// A client that is learned from no more is still in use: every so many requests it is moved behind those that are not.
constexpr std::uint64_t requests_between_touches = 64;

/// Clients whose requests are counted; past it counting starts anew from what was learned.
constexpr std::size_t most_counted = 1024;

bool is_other_json(const record::Capture& capture) {
  return capture.inspection->api.empty() || capture.inspection->api == "json";
}

/// A sign in the client's own text for which another is neutral: learned, it would become the norm, and the neutral
/// sign the departure. What tools and files say is not learned anyway.
bool is_odd_spelling(const inspect::Finding& finding) {
  using inspect::Source;
  constexpr Source not_learned[] = {Source::typed, Source::carried, Source::file, Source::tool_result};
  return !finding.code_points.empty() &&
         std::find(std::begin(not_learned), std::end(not_learned), finding.source) == std::end(not_learned);
}

}  // namespace

bool is_fit_to_learn(const record::Capture& capture) {
  if (!capture.inspection || !capture.error.empty()) return false;
  if (!capture.response || capture.response->status >= 400) return false;
  const inspect::Verdict& verdict = *capture.inspection;
  if (verdict.action == inspect::Action::block || verdict.findings_not_listed != 0) return false;
  return std::none_of(verdict.findings.begin(), verdict.findings.end(), [](const inspect::Finding& finding) {
    const bool departs = finding.reference == inspect::Reference::baseline || is_odd_spelling(finding);
    return departs && finding.severity > inspect::Severity::info;
  });
}

bool is_due(std::uint64_t number) {
  return number != 0 && (number <= learned_in_full || (number & (number - 1)) == 0);
}

std::uint64_t seen_when_learned(std::uint32_t learned) {
  if (learned <= learned_in_full) return learned;
  const std::uint64_t power = std::min<std::uint64_t>(first_power + (learned - learned_in_full), 62);
  return std::uint64_t{1} << power;
}

Result<std::unique_ptr<BaselineKeeper>> BaselineKeeper::open(Options options) {
  std::unique_ptr<BaselineKeeper> keeper(new BaselineKeeper(std::move(options)));
  TT_TRY([[maybe_unused]] const bool loaded, keeper->load().map([] { return true; }));
  const bool writes = keeper->options_.learns && !keeper->options_.file.empty();
  if (writes) keeper->saver_ = std::thread([raw = keeper.get()] { raw->run(); });
  return keeper;
}

BaselineKeeper::BaselineKeeper(Options options) : options_(std::move(options)) {
  publish(std::make_shared<inspect::Baselines>(), false);
}

BaselineKeeper::~BaselineKeeper() {
  {
    const std::lock_guard lock(lock_);
    ending_ = true;
  }
  wake_.notify_all();
  if (saver_.joinable()) saver_.join();
  save();
}

Result<void> BaselineKeeper::load() {
  if (!options_.learns || options_.file.empty()) return {};
  struct stat info {};
  if (::stat(options_.file.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return fail(Errc::file_failed, fmt::format("{}: {}", options_.file, system_reason()));
  }
  if (static_cast<std::uint64_t>(info.st_size) > record::most_baseline_bytes)
    return set_aside({Errc::input_unreadable, 0, fmt::format("longer than {} bytes", record::most_baseline_bytes)});
  const auto text = read();
  if (!text && text.error().code != Errc::file_failed) return set_aside(text.error());
  if (!text) return tl::unexpected<Error>(text.error());
  auto loaded = record::load_baselines(*text, options_.limits);
  if (!loaded) return set_aside(loaded.error());
  publish(std::make_shared<inspect::Baselines>(std::move(*loaded)), false);
  return {};
}

// Another key is no damage: what it opens is not moved out of its way.
Result<std::string> BaselineKeeper::read() const {
  TT_TRY(const std::string bytes, read_file(options_.file, record::most_baseline_bytes));
  if (!bytes.starts_with(record::sealed::magic)) return bytes;
  if (options_.key == nullptr)
    return fail(Errc::file_failed, fmt::format("{}: it is encrypted; give --store-key", options_.file));
  auto text = open_text(*options_.key, bytes);
  if (text || text.error().code != Errc::capture_locked) return text;
  return fail(Errc::file_failed, fmt::format("{}: {}", options_.file, text.error().detail));
}

Result<void> BaselineKeeper::set_aside(const Error& error) {
  const std::string aside = options_.file + ".damaged";
  if (std::rename(options_.file.c_str(), aside.c_str()) != 0)
    return fail(Errc::file_failed, fmt::format("{}: {}", aside, system_reason()));
  say(fmt::format("baselines cannot be read: {}: {}; moved to {}, clients are learned anew\n", options_.file,
                  error.detail, aside));
  return {};
}

std::shared_ptr<const inspect::Baselines> BaselineKeeper::known() const {
  const std::lock_guard lock(lock_);
  return known_;
}

void BaselineKeeper::publish(std::shared_ptr<const inspect::Baselines> learned, bool changed) {
  auto known = learned;
  if (options_.fixed.size() != 0) {
    auto both = std::make_shared<inspect::Baselines>(*learned);
    for (auto& [key, baseline] : options_.fixed.by_age()) both->put(key, std::move(baseline));
    known = std::move(both);
  }
  {
    const std::lock_guard lock(lock_);
    learned_ = std::move(learned);
    known_ = std::move(known);
    changed_ = changed_ || changed;
  }
  if (changed) wake_.notify_all();
}

std::uint64_t BaselineKeeper::count(const inspect::BaselineKey& key) {
  const auto counted = seen_.find(key);
  if (counted != seen_.end()) return ++counted->second;
  if (seen_.size() >= most_counted) seen_.clear();
  const auto learned = learned_->get(key);
  return seen_[key] = (learned ? seen_when_learned(learned->requests()) : 0) + 1;
}

void BaselineKeeper::learn(const record::Capture& capture) {
  if (!options_.learns || !is_fit_to_learn(capture)) return;
  const auto request = received_capture(capture, options_.limits);
  if (!request) return;
  const auto key = inspect::baseline_key(request->head, capture.inspection->api, request->host);
  if (options_.fixed.get(key)) return;
  const std::uint64_t number = count(key);
  // Paths that are asked for once, with an id in them, must not drive out clients that come again.
  if (number == 1 && is_other_json(capture)) return;
  const bool due = is_due(number);
  if (!due && number % requests_between_touches != 0) return;
  auto next = std::make_shared<inspect::Baselines>(*learned_);  // only this thread changes it
  if (due)
    inspect::learn(received_of(capture, *request), options_.limits, *next);
  else if (auto same = next->get(key))
    next->put(key, std::move(same));
  publish(std::move(next), due);
}

Result<void> BaselineKeeper::write(const inspect::Baselines& baselines) const {
  try {
    std::string text = record::save_baselines(baselines, &certs::sha256);
    if (options_.key != nullptr) {
      TT_TRY(text, seal_text(*options_.key, text));
    }
    return replace_file(options_.file, text);
  } catch (const std::bad_alloc&) {  // must not end the process: the traffic goes on
    return fail(Errc::file_failed, fmt::format("{}: not enough memory", options_.file));
  }
}

void BaselineKeeper::save() {
  if (options_.file.empty()) return;
  const std::lock_guard one_at_a_time(saving_);
  std::shared_ptr<const inspect::Baselines> learned;
  {
    const std::lock_guard lock(lock_);
    if (!std::exchange(changed_, false)) return;
    learned = learned_;
  }
  const auto written = write(*learned);
  if (written) {
    if (std::exchange(failing_, false)) say("baselines are being written again\n");
    return;
  }
  {
    const std::lock_guard lock(lock_);
    changed_ = true;
  }
  if (!std::exchange(failing_, true))
    say(fmt::format("baselines cannot be written: {} (they stay in memory; tried again later)\n",
                    written.error().detail));
}

void BaselineKeeper::run() {
  prctl(PR_SET_NAME, "tt-baselines");
  std::unique_lock lock(lock_);
  while (!ending_) {
    wake_.wait(lock, [this] { return ending_ || changed_; });
    wake_.wait_for(lock, options_.save_every, [this] { return ending_; });
    if (ending_) return;  // the destructor writes
    lock.unlock();
    save();
    lock.lock();
  }
}

void BaselineKeeper::say(std::string_view line) const {
  if (options_.say) options_.say(line);
}

}  // namespace telltale::app
