#pragma once
#include <any>
#include <typeindex>
#include <unordered_map>

namespace telltale::inspect {

/// What several rules of one request need alike, made when the first of them asks: one value of each type. Values stay
/// where they are until the request is done.
class SharedWork {
 public:
  template <class T, class Make>
  T& get(Make make) {
    std::any& slot = values_[std::type_index(typeid(T))];
    if (!slot.has_value()) slot.emplace<T>(make());
    return *std::any_cast<T>(&slot);
  }

 private:
  std::unordered_map<std::type_index, std::any> values_;  // nodes: an address holds while others are added
};

}  // namespace telltale::inspect
