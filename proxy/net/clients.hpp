#pragma once
#include <array>
#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <map>
#include <memory>
#include <mutex>

#include "core/limits.hpp"
#include "core/result.hpp"

namespace telltale::net {

/// Who counts as one client: an IPv4 address, or a /64 in IPv6 (one household or host has as many addresses of it as it
/// likes). IPv4 inside IPv6 is IPv4.
using ClientKey = std::array<unsigned char, 9>;
[[nodiscard]] ClientKey client_key(const boost::asio::ip::address& address);

/// What one client has under way; one object however many connections it has.
class Client {
 public:
  explicit Client(const ClientKey& key) : key_(key) {}

 private:
  friend class ClientTable;
  friend class RequestPlace;
  const ClientKey key_;
  std::uint32_t connections_ = 0;  ///< under the table's lock
  std::atomic<std::uint32_t> requests_{0};
};

/// Who is connected, and how often. Knows a client only as long as it is, so that it is bounded by the number of
/// connections. Any thread.
class ClientTable {
 public:
  explicit ClientTable(const Limits& limits);

  /// A connection's place. Gives itself back.
  class Place {
   public:
    Place(ClientTable& table, std::shared_ptr<Client> client) : table_(&table), client_(std::move(client)) {}
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (client_) table_->leave(*client_);
    }
    [[nodiscard]] const std::shared_ptr<Client>& client() const { return client_; }

   private:
    ClientTable* table_;
    std::shared_ptr<Client> client_;
  };

  /// Errors: connections_full, client_connections_full.
  [[nodiscard]] Result<Place> admit(const boost::asio::ip::address& address);
  [[nodiscard]] std::uint32_t connections() const { return total_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t clients() const;
  [[nodiscard]] std::uint32_t most() const { return most_; }

 private:
  void leave(Client& client);

  const std::uint32_t most_;
  const std::uint32_t most_per_client_;
  mutable std::mutex mutex_;
  std::map<ClientKey, std::shared_ptr<Client>> clients_;
  std::atomic<std::uint32_t> total_{0};  ///< changed under the lock
};

/// A request's place among those its client has under way. Gives itself back.
class RequestPlace {
 public:
  /// Taken if the client has less than `most` under way.
  RequestPlace(Client& client, std::uint32_t most);
  ~RequestPlace() { client_.requests_.fetch_sub(1, std::memory_order_relaxed); }
  RequestPlace(const RequestPlace&) = delete;
  RequestPlace& operator=(const RequestPlace&) = delete;
  [[nodiscard]] bool granted() const { return granted_; }

 private:
  Client& client_;
  bool granted_;
};

}  // namespace telltale::net
