#pragma once
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/limits.hpp"
#include "net/certificate_status.hpp"

namespace telltale::net {

/// What is known of certificates, and which of them somebody is asking about right now, for all threads of a proxy: one
/// certificate is asked about once, however many connections wait for it. Bounded. Thread-safe. Times are seconds since
/// the epoch, since that is what responders speak of; a clock that was set back makes nothing last longer.
class StatusCache {
 public:
  using Rope = std::function<void()>;  ///< called once, from any thread, when the status has been settled

  explicit StatusCache(const Limits& limits);

  enum class Asked : std::uint8_t {
    known,   ///< `out` is filled in
    ours,    ///< nobody is asking: the caller has to, and to settle it; its rope is kept
    theirs,  ///< somebody is; the rope is kept
    full     ///< too many are being asked about
  };
  [[nodiscard]] Asked ask(const std::string& certificate, std::int64_t now, Rope rope, CertificateStatus& out);
  /// Ends what `ask` called ours. What is not known is kept too, for Limits::status_retry_time, so that a responder
  /// that does not answer is not waited for by every connection.
  void settle(const std::string& certificate, CertificateStatus status, std::int64_t now);
  /// Nothing if it has not been settled, or has ended.
  [[nodiscard]] bool known(const std::string& certificate, std::int64_t now, CertificateStatus& out);

  /// A place (a URL, or host:port) that was not reached, or did not answer, is left alone for the same time.
  void note_dead(const std::string& place, std::int64_t now);
  [[nodiscard]] bool is_dead(const std::string& place, std::int64_t now);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string certificate;
    CertificateStatus status;
    std::int64_t from = 0;
    std::int64_t until = 0;
  };
  using Entries = std::list<Entry>;  // most recently used first

  [[nodiscard]] bool find(const std::string& certificate, std::int64_t now, CertificateStatus& out);
  void keep(Entry entry);

  const Limits limits_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_certificate_;
  std::unordered_map<std::string, std::vector<Rope>> asking_;
  std::map<std::string, std::int64_t> dead_;  ///< since when
};

}  // namespace telltale::net
