#pragma once
#include <string>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "inspect/judge.hpp"
#include "record/capture.hpp"

namespace telltale::app {

/// What the engine needs of a captured request besides the capture itself.
struct ReceivedCapture {
  std::string scheme = "https";  ///< of the URL
  std::string host;              ///< of the URL; of one without an authority, the Host field
  http::RequestHead head;
};

/// Errors: as record::head_of.
[[nodiscard]] Result<ReceivedCapture> received_capture(const record::Capture& capture, const Limits& limits);

/// The request as it came, with the references the capture holds. Its views point into both.
[[nodiscard]] inspect::Received received_of(const record::Capture& capture, const ReceivedCapture& received);

}  // namespace telltale::app
