// Any bytes as a transcript, whatever form they seem to have and whatever form a caller says: reading ends, never goes
// past its input, gives no empty text, and gives the same in two parts as in one where lines are whole.
#include <cstddef>
#include <cstdint>

#include "core/assert.hpp"
#include "record/transcript.hpp"

using namespace telltale;
using record::TranscriptForm;

namespace {

void check_parts(std::string_view text, TranscriptForm form) {
  const std::size_t cut = text.find('\n', text.size() / 2);
  if (cut == std::string_view::npos) return;
  const auto first = record::read_transcript(text.substr(0, cut + 1), form, false, Limits{});
  TT_ASSERT(first.consumed == cut + 1);
  auto joined = first.typed;
  const auto second = record::read_transcript(text.substr(cut + 1), form, true, Limits{});
  joined.insert(joined.end(), second.typed.begin(), second.typed.end());
  TT_ASSERT(joined == record::read_transcript(text, form, true, Limits{}).typed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(record::transcript_form(text));
  for (const TranscriptForm form :
       {TranscriptForm::records, TranscriptForm::document, TranscriptForm::history, TranscriptForm::lines}) {
    for (const bool whole : {true, false}) {
      const record::Transcript got = record::read_transcript(text, form, whole, Limits{});
      TT_ASSERT(got.consumed <= size);
      if (whole) TT_ASSERT(got.consumed == size);
    }
  }
  if (const auto posted = record::posted_texts("application/json", text, Limits{}))
    for (const std::string& one : *posted) TT_ASSERT(!one.empty());
  check_parts(text, TranscriptForm::records);
  check_parts(text, TranscriptForm::lines);
  return 0;
}
