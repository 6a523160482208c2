#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/scene.hpp"
#include "inspect/shape.hpp"
#include "inspect/template_texts.hpp"

namespace telltale::inspect {

/// What earlier requests of one client said: the reference for text and structure that nobody typed. Bounded, whatever
/// the number of requests it has seen (see the bounds in template_texts.hpp and shape.hpp).
class Baseline {
 public:
  Baseline() = default;
  /// Of what was kept of another (a store read back).
  Baseline(TemplateTexts texts, Shape shape, std::uint32_t requests)
      : texts_(std::move(texts)), shape_(std::move(shape)), requests_(requests) {}

  /// Adds one request. Its scene must be attributed: what is known to be typed is not learned.
  void learn(const Scene& scene);

  [[nodiscard]] const TemplateTexts& texts() const { return texts_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::uint32_t requests() const { return requests_; }

 private:
  TemplateTexts texts_;
  Shape shape_;
  std::uint32_t requests_ = 0;
};

}  // namespace telltale::inspect
