#pragma once
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "core/error.hpp"

namespace telltale {

template <class T>
using Result = tl::expected<T, Error>;

/// The failed side of a Result: `return fail(Errc::head_malformed, at, "bare CR");`
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::size_t at, std::string detail) {
  return tl::unexpected<Error>(Error{code, at, std::move(detail)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return fail(code, 0, std::move(detail));
}

}  // namespace telltale

#define TT_CONCAT_(a, b) a##b
#define TT_CONCAT(a, b) TT_CONCAT_(a, b)
/// `TT_TRY(auto x, f());` declares x as f's value, or returns its error from the enclosing function.
#define TT_TRY(declaration, expression)                                                        \
  auto TT_CONCAT(tt_try_, __LINE__) = (expression);                                            \
  if (!TT_CONCAT(tt_try_, __LINE__))                                                           \
    return tl::unexpected<::telltale::Error>(std::move(TT_CONCAT(tt_try_, __LINE__)).error()); \
  declaration = std::move(*TT_CONCAT(tt_try_, __LINE__))
