#pragma once
#include "net/clients.hpp"
#include "net/memory_budget.hpp"
#include "net/resolver.hpp"

namespace telltale::net {

/// What all threads of a proxy share and must not use up.
struct Shares {
  explicit Shares(const Limits& limits)
      : clients(limits), memory(limits.held_bytes), resolver(limits.resolver_threads, limits.resolver_queue) {}
  ClientTable clients;
  MemoryBudget memory;
  Resolver resolver;
};

}  // namespace telltale::net
