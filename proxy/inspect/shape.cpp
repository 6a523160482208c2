// The structure of earlier requests. Covered by tests/unit/inspect/shape_test.cpp.
#include "inspect/shape.hpp"

namespace telltale::inspect {

void Shape::learn(const Scene& /*scene*/) {}

}  // namespace telltale::inspect
