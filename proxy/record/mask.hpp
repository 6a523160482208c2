#pragma once
#include <string>
#include <string_view>

#include "record/capture.hpp"

// Masks for what is shown while an exchange goes on. What is written is masked by `to_line`.

namespace telltale::record {

/// Where credentials can stand in a request, as views.
struct Spoken {
  std::string_view url;
  const Fields* headers = nullptr;
  std::string_view body;    ///< still coded if `coding` says so
  std::string_view coding;  ///< as CapturedBody::coding
};

/// The verdict with masks in every text of its findings: no credential of that request, and no piece of one. Spans stay
/// those of the request as it came. Findings alone cost anything: a pass over the body, opened once more.
[[nodiscard]] inspect::Verdict masked_verdict(inspect::Verdict verdict, const Spoken& spoken, Digest digest);
[[nodiscard]] inspect::Verdict masked_verdict(inspect::Verdict verdict, const CapturedRequest& request, Digest digest);

/// A URL as it may be shown, by names of parameters and shapes.
[[nodiscard]] std::string masked_url(std::string_view url, Digest digest);

}  // namespace telltale::record
