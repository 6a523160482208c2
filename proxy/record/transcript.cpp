// Files of typed text: their forms and their lines; what the records mean is in transcript_record.cpp. Covered by
// tests/unit/record/transcript_test.cpp.
#include "record/transcript.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

/// The next line of `text` with its end; all of it if there is none.
std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool is_one_value(const codec::JsonDocument& document, JsonKind kind) {
  return !document.stopped && !document.values.empty() && document[0].kind == kind &&
         document[0].after == document.values.size();
}

// "# 2026-11-21 10:00:00.123" and, below it, "+the text".
bool is_history(std::string_view text) {
  const std::string_view time = first_line(text);
  return time.size() > 2 && time.starts_with("# ") && ascii::is_digit(time[2]) &&
         text.substr(time.size()).starts_with('+');
}

/// The first bytes of a character, and nothing else.
bool is_cut_off(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest[0]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || rest.size() >= length) return false;
  const auto follows = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return std::all_of(rest.begin() + 1, rest.end(), follows);
}

void take_line(std::string_view line, Transcript& out) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (is_blank(line)) return;
  out.typed.emplace_back(line);
  out.known = true;
}

/// True if the line is a whole record, of whatever shape.
bool take_json_line(std::string_view line, const Limits& limits, Transcript& out) {
  if (is_blank(line)) return false;
  const codec::JsonDocument document = codec::scan_json(line, limits);
  if (!is_one_value(document, JsonKind::object)) return false;
  if (take_record(JsonReader(document), 0, out.typed)) out.known = true;
  return true;
}

Transcript read_document(std::string_view text, const Limits& limits) {
  Transcript out;
  out.consumed = text.size();
  const codec::JsonDocument document = codec::scan_json(text, limits);
  if (document.values.empty()) return out;
  const JsonReader json(document);
  if (document[0].kind == JsonKind::object) out.known = take_record(json, 0, out.typed);
  if (document[0].kind != JsonKind::array) return out;
  for (const JsonReader::Index item : json.items(0)) {
    if (json.is(item, JsonKind::string)) out.typed.push_back(json.text(item));
    if (json.is(item, JsonKind::string) || take_record(json, item, out.typed)) out.known = true;
  }
  return out;
}

// An entry is written in one piece, so that one at the end of the file is complete.
Transcript read_history(std::string_view text, bool whole) {
  Transcript out;
  std::string entry;
  const auto finish = [&out, &entry] {
    if (!entry.empty()) out.typed.push_back(entry);
    entry.clear();
  };
  while (out.consumed < text.size()) {
    std::string_view line = first_line(text.substr(out.consumed));
    if (!line.ends_with('\n') && !whole) break;
    out.consumed += line.size();
    out.known = true;
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (!line.starts_with('+')) {
      finish();
      continue;
    }
    if (!entry.empty()) entry += '\n';
    entry += line.substr(1);
  }
  finish();
  return out;
}

Transcript read_lines(std::string_view text, TranscriptForm form, bool whole, const Limits& limits) {
  Transcript out;
  while (out.consumed < text.size()) {
    const std::string_view line = first_line(text.substr(out.consumed));
    const bool is_record = form == TranscriptForm::records;
    // Without its end, a record is taken if it is whole, as half of one never is.
    const bool taken = is_record && take_json_line(line, limits, out);
    if (!line.ends_with('\n') && !whole && !taken) break;
    if (!is_record) take_line(line, out);
    out.consumed += line.size();
  }
  return out;
}

}  // namespace

bool is_text(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const utf8::Step step = utf8::decode(bytes, at);
    if (!step.valid) return is_cut_off(bytes.substr(at));
    if (bytes[at] == '\0') return false;
    at += step.length;
  }
  return true;
}

std::optional<TranscriptForm> transcript_form(std::string_view begin) {
  if (begin.starts_with("\xEF\xBB\xBF")) begin.remove_prefix(3);
  const std::size_t start = begin.find_first_not_of(blanks);
  if (start == std::string_view::npos || !is_text(begin)) return std::nullopt;
  begin.remove_prefix(start);
  if (is_history(begin)) return TranscriptForm::history;
  const std::size_t second = begin.find_first_not_of(blanks, 1);
  const char next = second == std::string_view::npos ? '\0' : begin[second];
  // A typed line may begin with a bracket too.
  if (begin[0] == '[' && (next == '{' || next == '"' || next == ']')) return TranscriptForm::document;
  if (begin[0] != '{' || next != '"') return TranscriptForm::lines;
  // Written over several lines it is one value; a first line that is cut off here is a long record.
  const std::string_view line = first_line(begin);
  const bool whole = is_one_value(codec::scan_json(line, Limits{}), JsonKind::object);
  return whole || line.size() == begin.size() ? TranscriptForm::records : TranscriptForm::document;
}

Transcript read_transcript(std::string_view text, TranscriptForm form, bool whole, const Limits& limits) {
  switch (form) {
    case TranscriptForm::document:
      return read_document(text, limits);
    case TranscriptForm::history:
      return read_history(text, whole);
    case TranscriptForm::records:
    case TranscriptForm::lines:
      break;
  }
  return read_lines(text, form, whole, limits);
}

Result<std::vector<std::string>> posted_texts(std::string_view content_type, std::string_view body,
                                              const Limits& limits) {
  std::vector<std::string> out;
  const std::string_view type = ascii::trim(content_type.substr(0, content_type.find(';')));
  if (ascii::equals_ignoring_case(type, "text/plain")) {
    while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
    if (!is_blank(body)) out.emplace_back(body);
    return out;
  }
  const codec::JsonDocument document = codec::scan_json(body, limits);
  if (!is_one_value(document, JsonKind::object))
    return fail(Errc::json_malformed, "give one JSON object, or text/plain");
  const JsonReader json(document);
  bool found = false;
  for (const std::string_view name : {"prompt", "typed", "input-messages"}) {
    const JsonReader::Index value = json.member(0, name);
    found = found || json.is(value, JsonKind::string) || json.is(value, JsonKind::array);
    for (std::string& text : json.texts(value))
      if (!is_blank(text)) out.push_back(std::move(text));
  }
  if (!found) return fail(Errc::json_malformed, "give prompt or typed, a string or an array of strings");
  return out;
}

}  // namespace telltale::record
