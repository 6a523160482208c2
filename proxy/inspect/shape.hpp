#pragma once

namespace telltale::inspect {

struct Scene;

/// The structure of a client's earlier requests: header names, their case, order and values, members of objects and
/// their order, spelling of numbers.
class Shape {
 public:
  void learn(const Scene& scene);
};

}  // namespace telltale::inspect
