// Who is connected, and how much of what all share each has. RFC 4291 section 2.5.4 (a /64 is one network). Covered by
// tests/unit/net/shares_test.cpp.
#include "net/clients.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace telltale::net {
namespace {

constexpr std::size_t network_bytes = 8;  // of an IPv6 address

std::uint32_t share_of(const Limits& limits) {
  if (limits.client_connections != 0) return limits.client_connections;
  return std::max(1U, limits.connections - limits.connections / 8);
}

}  // namespace

ClientKey client_key(const boost::asio::ip::address& address) {
  ClientKey key{};
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  if (address.is_v6() && !is_mapped) {
    const auto bytes = address.to_v6().to_bytes();
    key[0] = 6;
    std::copy_n(bytes.begin(), network_bytes, key.begin() + 1);
    return key;
  }
  const auto v4 =
      is_mapped ? boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()) : address.to_v4();
  const auto bytes = v4.to_bytes();
  key[0] = 4;
  std::copy(bytes.begin(), bytes.end(), key.begin() + 1);
  return key;
}

ClientTable::ClientTable(const Limits& limits) : most_(limits.connections), most_per_client_(share_of(limits)) {}

Result<ClientTable::Place> ClientTable::admit(const boost::asio::ip::address& address) {
  const ClientKey key = client_key(address);
  const std::lock_guard lock(mutex_);
  const std::uint32_t total = total_.load(std::memory_order_relaxed);
  if (total >= most_)
    return fail(Errc::connections_full, fmt::format("{} client connections are open, and no more can be", total));
  const auto known = clients_.find(key);
  if (known != clients_.end() && known->second->connections_ >= most_per_client_)
    return fail(Errc::client_connections_full,
                fmt::format("{} connections of this client are open, and no more may be", most_per_client_));
  std::shared_ptr<Client> client = known != clients_.end() ? known->second : std::make_shared<Client>(key);
  if (known == clients_.end()) clients_.emplace(key, client);
  ++client->connections_;
  total_.store(total + 1, std::memory_order_relaxed);
  return Place(*this, std::move(client));
}

void ClientTable::leave(Client& client) {
  const std::lock_guard lock(mutex_);
  total_.fetch_sub(1, std::memory_order_relaxed);
  if (--client.connections_ == 0) clients_.erase(client.key_);
}

std::size_t ClientTable::clients() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

RequestPlace::RequestPlace(Client& client, std::uint32_t most)
    : client_(client), granted_(client.requests_.fetch_add(1, std::memory_order_relaxed) < most) {}

}  // namespace telltale::net
