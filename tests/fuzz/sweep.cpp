// Bodies cut from the input, sent from two environments: the sweep ends, gives the same report twice, and its spans are
// those of something. The first byte says what lies between the bodies.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "compare/sweep.hpp"

namespace {

std::string report_of(std::string_view text, char between) {
  using namespace telltale;
  compare::Sweep sweep{Limits{}};
  for (std::size_t i = 0; i < 8 && !text.empty(); ++i) {
    const std::size_t end = std::min(text.find(between), text.size());
    record::Capture capture;
    capture.request.method = "POST";
    capture.request.url = "https://api.example.net/v1/messages";
    capture.request.headers = {{"Host", "api.example.net"},
                               {std::string(text.substr(0, 3)), std::string(text.substr(0, end))}};
    capture.request.body.bytes = text.substr(0, end);
    capture.environment["arm"] = {i % 2 == 0 ? "A" : "B"};
    sweep.add(capture, "f");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto report = sweep.analyse({0.5, {}, 1});
  if (!report) return report.error().detail;
  for (const auto& finding : report->findings)
    if (finding.span && finding.span->begin > finding.span->end) std::abort();
  // A rule that is handed out was loaded before, so only its making can fail.
  const compare::SweepRules rules = compare::to_rules(*report);
  const std::string page = compare::to_html(*report);
  if (page.find("<script") != std::string::npos) std::abort();
  return compare::to_json(*report) + compare::to_text(*report, false) + page + rules.pack;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const char between = static_cast<char>(data[0]);
  if (report_of(text, between) != report_of(text, between)) std::abort();
  return 0;
}
