// What is remembered of a client's earlier requests. Covered by tests/unit/inspect/reference_test.cpp.
#include "inspect/baseline.hpp"

namespace telltale::inspect {

void Baseline::learn(const Scene& scene) {
  texts_.learn(scene);
  shape_.learn(scene);
  ++requests_;
}

}  // namespace telltale::inspect
