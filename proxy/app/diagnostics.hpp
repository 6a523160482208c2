#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/error.hpp"
#include "net/observer.hpp"
#include "record/json_writer.hpp"

namespace telltale::app {

/// How one client took our certificate for one host.
struct ClientTrust {
  std::string host;
  std::string client;  ///< its address, without the port
  std::string agent;   ///< the User-Agent of its CONNECT; mostly empty
  std::uint64_t trusted = 0;
  std::uint64_t distrusted = 0;
  bool last_trusted = false;
  std::string how;  ///< of the last refusal: the alert's name, "left", or "left after the handshake"
};

/// Something that happened with one host, and how often.
struct HostCount {
  std::string host;
  std::string what;  ///< cause of a tunnel, code of a refusal, name of a danger option
  std::uint64_t count = 0;
};

/// What a proxy has seen happen, as `telltale doctor` looks at it.
struct Noticed {
  std::vector<ClientTrust> clients;
  std::vector<HostCount> tunnelled, refused, endangered;
  std::uint64_t left_out = 0;  ///< past what is counted apart (512 of each)
};

/// Counts handshakes by host and client, tunnels, refusals and uses of danger options by host. Thread-safe, bounded.
class Diagnostics {
 public:
  explicit Diagnostics(std::size_t most = 512) : most_(most) {}
  void shown(const net::Shown& certificate);
  void tunnelled(std::string_view host, std::string_view cause) { count(tunnelled_, host, cause); }
  void refused(std::string_view host, Errc code) { count(refused_, host, name_of(code)); }
  void endangered(std::string_view option, std::string_view host) { count(endangered_, host, option); }
  [[nodiscard]] Noticed noticed() const;

 private:
  using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  void count(Counts& counts, std::string_view host, std::string_view what);
  [[nodiscard]] bool has_room(std::size_t size);

  std::size_t most_;
  mutable std::mutex lock_;
  std::map<std::tuple<std::string, std::string, std::string>, ClientTrust> clients_;
  Counts tunnelled_, refused_, endangered_;
  std::uint64_t left_out_ = 0;
};

/// As members of the object that is being written.
void write_members(record::JsonWriter& json, const Noticed& noticed);
/// From the text of a whole object; what is no such member is left out, as `doctor` and proxy may be of two versions.
[[nodiscard]] Noticed read_noticed(std::string_view json);

}  // namespace telltale::app
