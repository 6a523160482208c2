// Writes JSON by appending: bodies of a megabyte are common, and a document tree would copy them three times. Source:
// RFC 8259 section 7. Covered by tests/unit/record/json_writer_test.cpp.
#include "record/json_writer.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>

#include "core/utf8.hpp"

namespace telltale::record {
namespace {

constexpr std::uint64_t every(std::uint8_t byte) {
  return 0x0101010101010101ULL * byte;
}

constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - every(0x01)) & ~word & every(0x80);
}

// How many of the eight bytes from `at` can be copied as they are: no control, delete, quote, backslash, nothing past
// ASCII. A borrow may mark bytes behind the first that is special, never one before it.
std::size_t plain_bytes(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  const std::uint64_t control = (word - every(0x20)) & ~word & every(0x80);
  const std::uint64_t special = control | zero_bytes(word ^ every('"')) | zero_bytes(word ^ every('\\')) |
                                zero_bytes(word ^ every(0x7F)) | (word & every(0x80));
  return static_cast<std::size_t>(std::countr_zero(special)) / 8;
}

bool is_plain_byte(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F && c != '"' && c != '\\';
}

std::size_t plain_run(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size()) {
    const std::size_t plain = plain_bytes(text.data() + at);
    at += plain;
    if (plain < 8) return at;
  }
  while (at < text.size() && is_plain_byte(text[at])) ++at;
  return at;
}

void append_unit(std::string& out, std::uint32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

void append_special(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_unit(out, static_cast<unsigned char>(c));
  }
}

void append_code_point(std::string& out, char32_t c) {
  if (c < 0x10000) return append_unit(out, c);
  append_unit(out, 0xD800 + ((c - 0x10000) >> 10U));
  append_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FFU));
}

enum class BadByte : std::uint8_t { escape, stop };

bool append_text(std::string& out, std::string_view text, JsonText mode, BadByte bad) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = plain_run(text, at);
    out.append(text.data() + at, run - at);
    at = run;
    if (at == text.size()) break;
    if (static_cast<unsigned char>(text[at]) < 0x7F) {
      append_special(out, text[at++]);
      continue;
    }
    const utf8::Step step = utf8::decode(text, at);
    if (!step.valid && bad == BadByte::stop) return false;
    if (!step.valid)
      append_unit(out, 0xDC00 + static_cast<std::uint32_t>(step.code_point));
    else if (mode == JsonText::ascii)
      append_code_point(out, step.code_point);
    else
      out.append(text.data() + at, step.length);
    at += step.length;
  }
  return true;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, JsonText mode) {
  static_cast<void>(append_text(out, text, mode, BadByte::escape));
}

bool append_if_utf8(std::string& out, std::string_view text) {
  const std::size_t before = out.size();
  if (append_text(out, text, JsonText::utf8, BadByte::stop)) return true;
  out.resize(before);
  return false;
}

void restore_bytes(std::string& text) {
  // U+DC80..U+DCFF in WTF-8: ED B2 80..BF and ED B3 80..BF.
  std::size_t from = text.find('\xED');
  if (from == std::string::npos) return;
  std::size_t to = from;
  while (from < text.size()) {
    const bool lone = text[from] == '\xED' && from + 2 < text.size() &&
                      (text[from + 1] == '\xB2' || text[from + 1] == '\xB3') &&
                      (static_cast<unsigned char>(text[from + 2]) & 0xC0U) == 0x80U;
    if (!lone) {
      text[to++] = text[from++];
      continue;
    }
    const unsigned high = text[from + 1] == '\xB2' ? 0x80U : 0xC0U;
    text[to++] = static_cast<char>(high | (static_cast<unsigned char>(text[from + 2]) & 0x3FU));
    from += 3;
  }
  text.resize(to);
}

void JsonWriter::separate() {
  if (comma_) out_.push_back(',');
  comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  out_.push_back(bracket);
  comma_ = false;
}

void JsonWriter::close(char bracket) {
  out_.push_back(bracket);
  comma_ = true;
}

void JsonWriter::key(std::string_view name) {
  string(name);
  out_.push_back(':');
  comma_ = false;
}

void JsonWriter::string(std::string_view text) {
  separate();
  out_.push_back('"');
  append_escaped(out_, text, mode_);
  out_.push_back('"');
}

bool JsonWriter::utf8_member(std::string_view name, std::string_view text) {
  const std::size_t before = out_.size();
  const bool comma = comma_;
  key(name);
  separate();
  out_.push_back('"');
  if (append_if_utf8(out_, text)) {
    out_.push_back('"');
    return true;
  }
  out_.resize(before);
  comma_ = comma;
  return false;
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::unsigned_integer(std::uint64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::real(double value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", std::isfinite(value) ? value : 0.0);
}

void JsonWriter::boolean(bool value) {
  raw(value ? "true" : "false");
}

void JsonWriter::null() {
  raw("null");
}

void JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
}

}  // namespace telltale::record
