// Files of typed text and of environment values. Covered by tests/unit/app/references_test.cpp.
#include "app/references.hpp"

#include <fmt/format.h>

#include "app/file_text.hpp"
#include "app/transcripts.hpp"
#include "app/typed_texts.hpp"
#include "codec/json_scan.hpp"
#include "record/json_reader.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest = std::size_t{64} * 1024 * 1024;

using codec::JsonKind;
using record::JsonReader;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

tl::unexpected<Error> wrong(const std::string& path, std::string_view what) {
  return fail(Errc::input_unreadable, fmt::format("{}: {}", path, what));
}

bool are_strings(const codec::JsonDocument& document, std::uint32_t value) {
  if (document[value].kind == JsonKind::string) return true;
  if (document[value].kind != JsonKind::array) return false;
  for (const std::uint32_t item : document.children(value))
    if (document[item].kind != JsonKind::string) return false;
  return true;
}

bool is_one(const codec::JsonDocument& document, JsonKind kind) {
  return !document.stopped && !document.values.empty() && document[0].kind == kind &&
         document[0].after == document.values.size();
}

}  // namespace

Result<std::vector<std::string>> read_typed(const std::string& path) {
  TT_TRY(const std::string text, read_file(path, longest));
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos || text[start] != '[') return lines_of(text);
  const codec::JsonDocument document = codec::scan_json(text, Limits{});
  // A typed line may begin with a bracket too.
  if (!is_one(document, JsonKind::array)) return lines_of(text);
  if (!are_strings(document, 0)) return wrong(path, "give an array of strings, or lines");
  return JsonReader(document).texts(0);
}

Result<std::shared_ptr<const inspect::TypedIndex>> read_transcripts(const std::vector<std::string>& paths,
                                                                    std::vector<std::string> more) {
  const Limits limits;
  TypedTexts texts(limits.typed_texts, limits.typed_bytes);
  for (const std::string& path : paths) {
    TT_TRY(Transcripts transcripts, Transcripts::open({path}, limits));
    texts.add(transcripts.look());
    if (transcripts.count() == 0) return wrong(path, "no transcript of a known client there");
  }
  texts.add(std::move(more));
  auto out = texts.snapshot();
  if (out == nullptr) out = std::make_shared<const inspect::TypedIndex>(std::vector<inspect::TypedIndex::Text>());
  return out;
}

Result<inspect::Environment> read_environment(const std::string& path) {
  TT_TRY(const std::string text, read_file(path, longest));
  const codec::JsonDocument document = codec::scan_json(text, Limits{});
  if (!is_one(document, JsonKind::object)) return wrong(path, "give one JSON object");
  const JsonReader json(document);
  inspect::Environment out;
  for (const std::uint32_t item : document.children(0)) {
    if (!are_strings(document, item))
      return wrong(path, fmt::format("/{}: give a string or an array of strings", json.key(item)));
    out[json.key(item)] = json.texts(item);
  }
  return out;
}

}  // namespace telltale::app
