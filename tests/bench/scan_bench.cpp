// Speed of scan_json and decode_conversation on bodies shaped like those of a coding assistant, next to a parse of the
// same body by nlohmann/json: the ratio means more than the MB/s of one machine. CPU time of this process, best of
// several rounds.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "bodies.hpp"
#include "codec/json_scan.hpp"
#include "codec/registry.hpp"

using namespace telltale;
using namespace telltale::codec;
using namespace telltale::bench;

namespace {

void measure(const char* name, std::size_t size) {
  const Limits limits;
  const std::string text = body(size);
  const JsonDocument document = scan_json(text, limits);
  const RequestShape shape{"POST", "/v1/messages"};
  const std::size_t repeat = 20'000'000 / text.size() + 1;
  std::size_t sink = 0;
  const double scan = seconds_of(repeat, [&] { sink += scan_json(text, limits).values.size(); });
  const double both = seconds_of(repeat, [&] {
    const JsonDocument fresh = scan_json(text, limits);
    sink += decode_conversation(shape, fresh).segments.size();
  });
  const double parse = seconds_of(repeat / 10 + 1, [&] { sink += nlohmann::json::parse(text).size(); });
  const double bytes = static_cast<double>(text.size());
  fmt::print("{:>6} {:>8} B {:>6} values | scan {:8.2f} us {:6.0f} MB/s | scan+decode {:8.2f} us {:6.0f} MB/s | ", name,
             text.size(), document.values.size(), scan * 1e6, bytes / scan * 1e-6, both * 1e6, bytes / both * 1e-6);
  fmt::print("nlohmann {:9.2f} us {:5.0f} MB/s | ratio {:5.1f} {:5.1f}{}\n", parse * 1e6, bytes / parse * 1e-6,
             parse / scan, parse / both, sink == 0 ? "!" : "");
}

}  // namespace

int main() {
  measure("2 KB", 2 * 1024);
  measure("60 KB", 60 * 1024);
  measure("1 MB", 1024 * 1024);
}
