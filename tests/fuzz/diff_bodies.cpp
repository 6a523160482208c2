// Bodies cut from the input, by turns of side A and side B: the comparison ends, is the same twice and for the other
// order of requests, finds nothing between a side and itself, and its reports are printable ASCII. The first byte says
// what lies between the bodies.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "diff/compare_sides.hpp"

namespace {

using namespace telltale;

diff::Statement statement_of(std::string_view text) {
  record::Capture capture;
  capture.id = text.substr(0, 8);
  capture.request.method = "POST";
  capture.request.url = "https://api.example.net/v1/messages";
  capture.request.headers = {{"Host", "api.example.net"}, {std::string(text.substr(0, 3)), std::string(text)}};
  capture.request.body.bytes = text;
  return diff::take_down(capture, {}, Limits{});
}

diff::Profile profile_of(const std::vector<std::string_view>& bodies) {
  diff::Profile out;
  for (const std::string_view body : bodies) out.add(statement_of(body));
  out.settle();
  return out;
}

std::string reports_of(const diff::DiffReport& report) {
  std::string out = to_json(report) + to_text(report, false) + to_html(report);
  const bool printable =
      std::all_of(out.begin(), out.end(), [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); });
  if (!printable) std::abort();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<std::string_view> sides[2];
  for (std::size_t i = 0; i < 8 && !text.empty(); ++i) {
    const std::size_t end = std::min(text.find(static_cast<char>(data[0])), text.size());
    sides[i % 2].push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const diff::Profile a = profile_of(sides[0]);
  const diff::Profile b = profile_of(sides[1]);
  const std::string first = reports_of(compare_sides(a, b, {true}));
  std::reverse(sides[0].begin(), sides[0].end());
  std::reverse(sides[1].begin(), sides[1].end());
  if (first != reports_of(compare_sides(profile_of(sides[0]), profile_of(sides[1]), {true}))) std::abort();
  if (compare_sides(a, a, {true}).differs()) std::abort();
  return 0;
}
