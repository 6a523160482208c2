// Earlier requests by client, version and endpoint. Covered by tests/unit/inspect/reference_test.cpp.
#include "inspect/baselines.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace telltale::inspect {

BaselineKey baseline_key(const http::RequestHead& head, std::string_view api, std::string_view host) {
  BaselineKey key;
  const std::string_view agent = head.find("user-agent").value_or("");
  const std::size_t name_end = std::min(agent.find_first_of("/ ("), agent.size());
  key.product = ascii::lower(agent.substr(0, name_end));
  if (name_end < agent.size() && agent[name_end] == '/') {
    const std::string_view rest = agent.substr(name_end + 1);
    key.version = std::string(rest.substr(0, std::min(rest.find_first_of(" ;("), rest.size())));
  }
  const std::string_view target = head.target_text();
  key.endpoint = api.empty() || api == "json" ? std::string(host) + std::string(target.substr(0, target.find('?')))
                                              : std::string(api);
  return key;
}

Baselines::Found Baselines::find(const BaselineKey& key) const {
  const auto own = entries_.find(key);
  if (own != entries_.end()) return {own->second.baseline.get(), true};
  const Entry* newest = nullptr;
  for (auto one = entries_.lower_bound({key.product, "", ""}); one != entries_.end(); ++one) {
    if (one->first.product != key.product) break;
    if (one->first.endpoint != key.endpoint) continue;
    if (newest == nullptr || one->second.changed > newest->changed) newest = &one->second;
  }
  if (newest == nullptr) return {};
  return {newest->baseline.get(), false};
}

std::shared_ptr<const Baseline> Baselines::get(const BaselineKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.baseline;
}

std::vector<std::pair<BaselineKey, std::shared_ptr<const Baseline>>> Baselines::by_age() const {
  std::vector<std::map<BaselineKey, Entry>::const_iterator> order;
  for (auto one = entries_.begin(); one != entries_.end(); ++one) order.push_back(one);
  std::sort(order.begin(), order.end(), [](auto a, auto b) { return a->second.changed < b->second.changed; });
  std::vector<std::pair<BaselineKey, std::shared_ptr<const Baseline>>> out;
  for (const auto& one : order) out.emplace_back(one->first, one->second.baseline);
  return out;
}

void Baselines::put(const BaselineKey& key, std::shared_ptr<const Baseline> baseline) {
  entries_[key] = {std::move(baseline), ++puts_};
  if (entries_.size() <= most_clients) return;
  const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return a.second.changed < b.second.changed;
  });
  entries_.erase(oldest);
}

}  // namespace telltale::inspect
