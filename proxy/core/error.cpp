// Names, faults and statuses of the errors, from the one table in error.hpp. Covered by tests/unit/core/error_test.cpp.
#include "core/error.hpp"

#include <array>

namespace telltale {
namespace {

struct Row {
  std::string_view name;
  Fault fault;
  unsigned status;
};

constexpr auto rows = std::to_array<Row>({
#define TT_ROW(id, name, fault, status) {name, Fault::fault, status},
    TT_ERRORS(TT_ROW)
#undef TT_ROW
});

const Row& row(Errc code) {
  return rows[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view name_of(Errc code) {
  return row(code).name;
}
Fault fault_of(Errc code) {
  return row(code).fault;
}
unsigned status_of(Errc code) {
  return row(code).status;
}

}  // namespace telltale
