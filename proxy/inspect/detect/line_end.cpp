// Line ends of the client's text. A file that came whole with CR LF keeps it; single ones among others are a choice.
// Covered by tests/unit/inspect/blank_test.cpp.
#include <algorithm>

#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

enum class End : std::uint8_t { lf, crlf, cr };

struct Line {
  ByteRange range;
  End end = End::lf;
};

std::vector<Line> line_ends(const Stretch& stretch) {
  constexpr std::size_t most = 100'000;
  std::vector<Line> out;
  const std::string_view text = stretch.text.substr(0, stretch.range.end);
  for (std::size_t at = text.find_first_of("\r\n", stretch.range.begin);
       at != std::string_view::npos && out.size() < most; at = text.find_first_of("\r\n", out.back().range.end)) {
    const bool is_cr = text[at] == '\r';
    const bool is_pair = is_cr && at + 1 < text.size() && text[at + 1] == '\n';
    out.push_back({{at, at + (is_pair ? 2 : 1)}, is_pair ? End::crlf : is_cr ? End::cr : End::lf});
  }
  return out;
}

bool has_cr(const Stretch& stretch) {
  return stretch.text.substr(stretch.range.begin, stretch.range.size()).find('\r') != std::string_view::npos;
}

/// So many lines in a row that end with CR LF are a file's, put there whole.
constexpr std::size_t file_lines = 8;

void mark_stretch(const Scene& scene, const Stretch& stretch, Marks& marks) {
  const std::vector<Line> lines = line_ends(stretch);
  const auto count = [&](End end) {
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [&](const Line& l) { return l.end == end; }));
  };
  const std::size_t lf = count(End::lf);
  const std::size_t crlf = count(End::crlf);
  if (lf == 0 && count(End::cr) == 0) return;  // CR LF throughout
  const bool is_crlf_text = crlf > lf * 4;
  std::size_t row = 0;  // of lines that end alike
  for (std::size_t i = 0; i < lines.size(); i += std::max<std::size_t>(row, 1)) {
    row = 1;
    while (i + row < lines.size() && lines[i + row].end == lines[i].end) ++row;
    if (lines[i].end == (is_crlf_text ? End::crlf : End::lf)) continue;
    if (lines[i].end != End::cr && row >= file_lines) continue;
    for (std::size_t k = i; k < i + row; ++k)
      marks.push_back(mark_of(scene, stretch, lines[k].range, is_crlf_text ? "\r\n" : "\n", false));
  }
}

}  // namespace

void detect_line_ends(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  for (const Stretch& stretch : client_stretches(scene))
    if (has_cr(stretch)) mark_stretch(scene, stretch, marks);
}

}  // namespace telltale::inspect
