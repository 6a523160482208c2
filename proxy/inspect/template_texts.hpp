#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/conversation.hpp"

namespace telltale::inspect {

struct Scene;

/// The client's own texts in its earlier requests, each different one once.
class TemplateTexts {
 public:
  struct Known {
    codec::SegmentKind kind = codec::SegmentKind::other;
    std::string text;
    std::uint32_t times = 1;
  };

  void learn(const Scene& scene);
  [[nodiscard]] const std::vector<Known>& texts() const { return texts_; }

 private:
  std::vector<Known> texts_;
};

}  // namespace telltale::inspect
