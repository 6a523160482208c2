#pragma once
#include <string>
#include <vector>

#include "codec/registry.hpp"

namespace telltale::test {

struct Expected {
  const char* pointer;
  codec::SegmentKind kind;
  codec::Role role;
  std::uint32_t turn;
};

/// A request as one client sends it, shortened, and what its strings are.
struct ClientShape {
  const char* name;
  const char* path;
  const char* api;
  const char* model;
  bool stream;
  std::uint32_t turns;
  std::string body;
  std::vector<Expected> expected;
};

[[nodiscard]] std::vector<ClientShape> client_shapes();

}  // namespace telltale::test
