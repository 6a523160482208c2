// The status of certificates, least recently used out first, and who waits for one. Covered by
// tests/unit/net/status_cache_test.cpp.
#include "net/status_cache.hpp"

#include <algorithm>

namespace telltale::net {
namespace {

constexpr std::size_t most_dead = 256;

std::int64_t seconds(std::chrono::milliseconds time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

}  // namespace

StatusCache::StatusCache(const Limits& limits) : limits_(limits) {}

bool StatusCache::find(const std::string& certificate, std::int64_t now, CertificateStatus& out) {
  const auto found = by_certificate_.find(certificate);
  if (found == by_certificate_.end()) return false;
  const Entry& entry = *found->second;
  if (now < entry.from || now >= entry.until) return false;
  entries_.splice(entries_.begin(), entries_, found->second);
  out = entry.status;
  return true;
}

StatusCache::Asked StatusCache::ask(const std::string& certificate, std::int64_t now, Rope rope,
                                    CertificateStatus& out) {
  const std::lock_guard lock(mutex_);
  if (find(certificate, now, out)) return Asked::known;
  if (const auto others = asking_.find(certificate); others != asking_.end()) {
    others->second.push_back(std::move(rope));
    return Asked::theirs;
  }
  if (asking_.size() >= limits_.status_fetches) return Asked::full;
  asking_[certificate].push_back(std::move(rope));
  return Asked::ours;
}

void StatusCache::keep(Entry entry) {
  if (const auto old = by_certificate_.find(entry.certificate); old != by_certificate_.end()) {
    entries_.erase(old->second);
    by_certificate_.erase(old);
  }
  if (entries_.size() >= std::max<std::size_t>(limits_.status_cache, 1)) {
    by_certificate_.erase(entries_.back().certificate);
    entries_.pop_back();
  }
  entries_.push_front(std::move(entry));
  by_certificate_.emplace(entries_.front().certificate, entries_.begin());
}

void StatusCache::settle(const std::string& certificate, CertificateStatus status, std::int64_t now) {
  std::vector<Rope> ropes;
  {
    const std::lock_guard lock(mutex_);
    // One that ends at once, or has within the clocks' tolerance, is used so long all the same.
    std::int64_t until = now + seconds(limits_.status_retry_time);
    if (status.state != CertificateStatus::State::unknown)
      until = std::max(until, std::min(status.until, now + seconds(limits_.status_keep_time)));
    keep({certificate, std::move(status), now, until});
    if (const auto waiting = asking_.find(certificate); waiting != asking_.end()) {
      ropes = std::move(waiting->second);
      asking_.erase(waiting);
    }
  }
  for (const Rope& rope : ropes) rope();
}

bool StatusCache::known(const std::string& certificate, std::int64_t now, CertificateStatus& out) {
  const std::lock_guard lock(mutex_);
  return find(certificate, now, out);
}

void StatusCache::note_dead(const std::string& place, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  const std::int64_t over = now - seconds(limits_.status_retry_time);
  if (dead_.size() >= most_dead)
    std::erase_if(dead_, [over, now](const auto& one) { return one.second <= over || one.second > now; });
  if (dead_.size() < most_dead) dead_[place] = now;
}

bool StatusCache::is_dead(const std::string& place, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  const auto found = dead_.find(place);
  return found != dead_.end() && now >= found->second && now < found->second + seconds(limits_.status_retry_time);
}

std::size_t StatusCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace telltale::net
