// Wiping that the optimiser may not drop. Covered by tests/unit/core/secret_test.cpp.
#include "core/secret.hpp"

namespace telltale {

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  other.wipe();
  return *this;
}

void Secret::wipe() noexcept {
  text_.resize(text_.capacity());  // also the bytes past the end that an earlier, longer text may have left
  volatile char* bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
  text_.clear();
}

}  // namespace telltale
