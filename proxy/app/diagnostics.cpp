// What a proxy noticed of its clients and hosts. Covered by tests/unit/app/diagnostics_test.cpp.
#include "app/diagnostics.hpp"

#include <nlohmann/json.hpp>

namespace telltale::app {
namespace {

using nlohmann::json;

constexpr std::size_t longest_text = 200;  // of names a client chose

std::string cut(std::string_view text) {
  return std::string(text.substr(0, longest_text));
}

std::string_view address_of(std::string_view client) {
  return client.substr(0, client.rfind(':'));
}

std::string how_of(const net::Shown& certificate) {
  if (certificate.taken == net::Shown::Taken::alert) return std::string(certificate.reason);
  if (certificate.taken == net::Shown::Taken::left) return "left";
  return certificate.reason.empty() ? "left after the handshake"
                                    : std::string(certificate.reason) + " after the handshake";
}

std::vector<HostCount> list_of(const std::map<std::pair<std::string, std::string>, std::uint64_t>& counts) {
  std::vector<HostCount> out;
  for (const auto& [key, count] : counts) out.push_back({key.first, key.second, count});
  return out;
}

void write_list(record::JsonWriter& out, std::string_view name, const std::vector<HostCount>& list) {
  out.key(name);
  out.begin_array();
  for (const HostCount& one : list) {
    out.begin_object();
    out.member("host", one.host);
    out.member("what", one.what);
    out.key("count");
    out.unsigned_integer(one.count);
    out.end_object();
  }
  out.end_array();
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

const json& array_in(const json& object, const char* name) {
  static const json none = json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : none;
}

std::vector<HostCount> read_list(const json& object, const char* name) {
  std::vector<HostCount> out;
  for (const json& one : array_in(object, name))
    if (one.is_object()) out.push_back({text_in(one, "host"), text_in(one, "what"), number_in(one, "count")});
  return out;
}

}  // namespace

bool Diagnostics::has_room(std::size_t size) {
  if (size < most_) return true;
  ++left_out_;
  return false;
}

void Diagnostics::count(Counts& counts, std::string_view host, std::string_view what) {
  const std::lock_guard lock(lock_);
  const std::pair key{cut(host), std::string(what)};
  const auto found = counts.find(key);
  if (found != counts.end())
    ++found->second;
  else if (has_room(counts.size()))
    counts.emplace(key, 1);
}

void Diagnostics::shown(const net::Shown& certificate) {
  const std::lock_guard lock(lock_);
  const std::tuple key{cut(certificate.host), std::string(address_of(certificate.client)), cut(certificate.agent)};
  auto found = clients_.find(key);
  if (found == clients_.end()) {
    if (!has_room(clients_.size())) return;
    found =
        clients_.emplace(key, ClientTrust{std::get<0>(key), std::get<1>(key), std::get<2>(key), 0, 0, false, ""}).first;
  }
  ClientTrust& one = found->second;
  const bool trusted = certificate.taken == net::Shown::Taken::trusted;
  one.last_trusted = trusted;
  if (trusted) {
    ++one.trusted;
    return;
  }
  ++one.distrusted;
  one.how = how_of(certificate);
  if (certificate.taken == net::Shown::Taken::left_after && one.trusted > 0) --one.trusted;  // told too early
}

Noticed Diagnostics::noticed() const {
  const std::lock_guard lock(lock_);
  Noticed out;
  for (const auto& [key, one] : clients_) out.clients.push_back(one);
  out.tunnelled = list_of(tunnelled_);
  out.refused = list_of(refused_);
  out.endangered = list_of(endangered_);
  out.left_out = left_out_;
  return out;
}

void write_members(record::JsonWriter& out, const Noticed& noticed) {
  out.key("clients");
  out.begin_array();
  for (const ClientTrust& one : noticed.clients) {
    out.begin_object();
    out.member("host", one.host);
    out.member("client", one.client);
    out.member("agent", one.agent);
    out.key("trusted");
    out.unsigned_integer(one.trusted);
    out.key("distrusted");
    out.unsigned_integer(one.distrusted);
    out.key("last_trusted");
    out.boolean(one.last_trusted);
    out.member("how", one.how);
    out.end_object();
  }
  out.end_array();
  write_list(out, "tunnelled", noticed.tunnelled);
  write_list(out, "refused", noticed.refused);
  write_list(out, "danger_used", noticed.endangered);
  out.key("left_out");
  out.unsigned_integer(noticed.left_out);
}

Noticed read_noticed(std::string_view text) {
  Noticed out;
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return out;
  for (const json& one : array_in(document, "clients")) {
    if (!one.is_object()) continue;
    ClientTrust trust{text_in(one, "host"),      text_in(one, "client"),       text_in(one, "agent"),
                      number_in(one, "trusted"), number_in(one, "distrusted"), false,
                      text_in(one, "how")};
    const auto last = one.find("last_trusted");
    trust.last_trusted = last != one.end() && last->is_boolean() && last->get<bool>();
    out.clients.push_back(std::move(trust));
  }
  out.tunnelled = read_list(document, "tunnelled");
  out.refused = read_list(document, "refused");
  out.endangered = read_list(document, "danger_used");
  out.left_out = number_in(document, "left_out");
  return out;
}

}  // namespace telltale::app
