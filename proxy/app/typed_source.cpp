// Key strokes to text. Control sequences by ECMA-48, keys as xterm sends them, "CSI u" as the kitty keyboard protocol
// describes it. Covered by tests/unit/app/typed_source_test.cpp.
#include "app/typed_source.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::app {
namespace {

constexpr char escape = '\x1b';
constexpr std::string_view paste_end = "\x1b[201~";
constexpr std::size_t most_parameters = 64;         // bytes of one control sequence; longer ones are no key
constexpr std::size_t most_kept = 64 * 1024;        // bytes of a text that only bare LFs have ended so far
constexpr std::size_t most_text = 4 * 1024 * 1024;  // bytes of one submission; more is not kept

constexpr char control(char letter) {
  return static_cast<char>(letter & 0x1f);
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

unsigned following_bytes(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0xf0) return 3;
  if (byte >= 0xe0) return 2;
  return byte >= 0xc0 ? 1 : 0;
}

bool is_word(char c) {
  return ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

// "13;2" -> 13 and 2; what is missing or no number is `otherwise`.
unsigned parameter(std::string_view parameters, unsigned index, unsigned otherwise) {
  for (; index > 0; --index) {
    const std::size_t next = parameters.find(';');
    if (next == std::string_view::npos) return otherwise;
    parameters.remove_prefix(next + 1);
  }
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < parameters.size() && digits < 7 && ascii::is_digit(parameters[digits]))
    value = value * 10 + static_cast<unsigned>(parameters[digits++] - '0');
  return digits == 0 ? otherwise : value;
}

}  // namespace

std::vector<std::string> LineEditor::push(std::string_view keys) {
  std::vector<std::string> out;
  for (const char c : keys) {
    switch (state_) {
      case State::text:
        take_text(c, out);
        break;
      case State::escape:
        take_escape(c);
        break;
      case State::csi:
        take_csi(c, out);
        break;
      case State::ss3:
        state_ = State::text;
        parameters_.clear();
        finish_csi(c, out);
        break;
      case State::report:
        if (c == '\a') state_ = State::text;
        if (c == escape) state_ = State::report_end;
        break;
      case State::report_end:
        state_ = c == '\\' ? State::text : State::report;
        break;
      case State::mouse:
        if (--skip_ == 0) state_ = State::text;
        break;
      case State::paste:
        take_paste(c);
        break;
    }
  }
  return out;
}

void LineEditor::take_text(char c, std::vector<std::string>& out) {
  if (pending_bytes_ > 0 && is_continuation(c)) {
    --pending_bytes_;
    insert(std::string_view(&c, 1));
    return;
  }
  pending_bytes_ = 0;
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
    take_control(c, out);
    return;
  }
  pending_bytes_ = following_bytes(c);
  insert(std::string_view(&c, 1));
}

void LineEditor::take_control(char c, std::vector<std::string>& out) {
  switch (c) {
    case escape:
      state_ = State::escape;
      break;
    case '\r':
      submit(out, false);
      break;
    case '\n':
      submit(out, true);
      break;
    case 0x7f:
    case '\b':
      erase(before(), cursor_);
      break;
    case control('A'):
      cursor_ = line_begin();
      break;
    case control('B'):
      cursor_ = before();
      break;
    case control('C'):
      erase(0, text_.size());
      break;
    case control('D'):
      erase(cursor_, after());
      break;
    case control('E'):
      cursor_ = line_end();
      break;
    case control('F'):
      cursor_ = after();
      break;
    case control('K'):
      cut(cursor_, line_end());
      break;
    case control('U'):
      cut(line_begin(), cursor_);
      break;
    case control('W'):
      cut(word_before(true), cursor_);
      break;
    case control('Y'):
      insert(killed_);
      break;
    default:
      break;  // completion, redraw, suspend: nothing that changes the text in a way we could know
  }
}

void LineEditor::take_escape(char c) {
  state_ = State::text;
  parameters_.clear();
  switch (c) {
    case '[':
      state_ = State::csi;
      break;
    case 'O':
      state_ = State::ss3;
      break;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      state_ = State::report;
      break;
    case escape:
      state_ = State::escape;
      break;
    case '\r':
    case '\n':
      insert("\n");
      break;
    case 'b':
      cursor_ = word_before(false);
      break;
    case 'f':
      cursor_ = word_after();
      break;
    case 'd':
      cut(cursor_, word_after());
      break;
    case 0x7f:
    case '\b':
      cut(word_before(false), cursor_);
      break;
    default:
      break;
  }
}

void LineEditor::take_csi(char c, std::vector<std::string>& out) {
  if (c >= 0x20 && c <= 0x3f) {
    if (parameters_.size() < most_parameters) parameters_ += c;
    return;
  }
  state_ = State::text;
  if (c < 0x40 || c > 0x7e) return;  // no final byte: the sequence was broken off
  finish_csi(c, out);
}

void LineEditor::finish_csi(char final, std::vector<std::string>& out) {
  const bool by_word = parameter(parameters_, 1, 1) > 1;  // any modifier
  const unsigned key = parameter(parameters_, 0, 0);
  switch (final) {
    case 'C':
      cursor_ = by_word ? word_after() : after();
      break;
    case 'D':
      cursor_ = by_word ? word_before(false) : before();
      break;
    case 'H':
      cursor_ = line_begin();
      break;
    case 'F':
      cursor_ = line_end();
      break;
    case 'M':
      if (!parameters_.empty()) break;  // the newer mouse report carries all in its parameters
      state_ = State::mouse;
      skip_ = 3;
      break;
    case 'u':
      take_csi_u(key, parameter(parameters_, 1, 1), out);
      break;
    case '~':
      if (key == 1 || key == 7) cursor_ = line_begin();
      if (key == 4 || key == 8) cursor_ = line_end();
      if (key == 3) erase(cursor_, after());
      if (key == 200) state_ = State::paste;
      if (key == 27 && parameter(parameters_, 2, 0) == 13) insert("\n");  // xterm's form of a modified enter
      parameters_.clear();
      break;
    default:
      break;
  }
}

// Modifiers are 1 + (1 shift, 2 alt, 4 control, ...). A key reported as text without control is that text.
void LineEditor::take_csi_u(unsigned key, unsigned modifiers, std::vector<std::string>& out) {
  constexpr unsigned alt = 2;
  constexpr unsigned ctrl = 4;
  const unsigned held = modifiers == 0 ? 0 : modifiers - 1;
  if (key == 13 && held != 0) {
    insert("\n");
    return;
  }
  if (key < 0x80 && ascii::is_alpha(static_cast<char>(key)) && (held & ctrl) != 0) {
    take_control(control(static_cast<char>(key)), out);
    return;
  }
  if (key < 0x20 || key == 0x7f) {
    if (key != static_cast<unsigned char>(escape)) take_control(static_cast<char>(key), out);
    return;
  }
  const bool private_use = key >= 0xe000 && key <= 0xf8ff;  // keys without a character: F13, media, ...
  if ((held & (alt | ctrl)) != 0 || private_use || key > 0x10ffff) return;
  std::string character;
  utf8::append(character, key);
  insert(character);
}

// Everything is text until the closing sequence; a CR is how a terminal sends a line end of the clipboard.
void LineEditor::take_paste(char c) {
  parameters_ += c;
  if (paste_end.starts_with(parameters_)) {
    if (parameters_ != paste_end) return;
    state_ = State::text;
    parameters_.clear();
    return;
  }
  std::string held;
  held.swap(parameters_);
  if (held.size() > 1 && c == escape) {  // it broke off where the true end may begin
    held.pop_back();
    parameters_ = c;
  }
  std::replace(held.begin(), held.end(), '\r', '\n');
  insert(held);
}

void LineEditor::insert(std::string_view bytes) {
  if (text_.size() + bytes.size() > most_text) return;
  text_.insert(cursor_, bytes);
  cursor_ += bytes.size();
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
  reported_ = std::min(reported_, from);
}

void LineEditor::cut(std::size_t from, std::size_t to) {
  if (from == to) return;
  killed_ = text_.substr(from, to - from);
  erase(from, to);
}

void LineEditor::submit(std::vector<std::string>& out, bool keep) {
  std::string whole = text_;
  std::string fresh = text_.substr(std::min(reported_, text_.size()));
  if (!fresh.empty() && fresh != whole) out.push_back(fresh);
  if (!whole.empty() && !(keep && fresh != whole)) out.push_back(std::move(whole));
  if (keep) {
    cursor_ = text_.size();
    insert("\n");
    reported_ = text_.size();
    if (text_.size() < most_kept) return;
  }
  text_.clear();
  cursor_ = 0;
  reported_ = 0;
}

std::size_t LineEditor::before() const {
  std::size_t at = cursor_;
  while (at > 0 && is_continuation(text_[at - 1])) --at;
  return at == 0 ? 0 : at - 1;
}

std::size_t LineEditor::after() const {
  std::size_t at = std::min(cursor_ + 1, text_.size());
  while (at < text_.size() && is_continuation(text_[at])) ++at;
  return at;
}

std::size_t LineEditor::word_before(bool blanks_only) const {
  const auto inside = [blanks_only](char c) { return blanks_only ? c != ' ' && c != '\n' : is_word(c); };
  std::size_t at = cursor_;
  while (at > 0 && !inside(text_[at - 1])) --at;
  while (at > 0 && inside(text_[at - 1])) --at;
  return at;
}

std::size_t LineEditor::word_after() const {
  std::size_t at = cursor_;
  while (at < text_.size() && !is_word(text_[at])) ++at;
  while (at < text_.size() && is_word(text_[at])) ++at;
  return at;
}

std::size_t LineEditor::line_begin() const {
  if (cursor_ == 0) return 0;
  const std::size_t end = text_.rfind('\n', cursor_ - 1);
  return end == std::string::npos ? 0 : end + 1;
}

std::size_t LineEditor::line_end() const {
  const std::size_t end = text_.find('\n', cursor_);
  return end == std::string::npos ? text_.size() : end;
}

std::vector<std::string> PipedText::push(std::string_view bytes) {
  if (whole_.size() + bytes.size() > most_bytes) {
    truncated_ = true;
    return {};
  }
  whole_.append(bytes);
  const std::size_t end = whole_.rfind('\n');
  if (end == std::string::npos || end < reported_) return {};
  std::string fresh = whole_.substr(reported_, end - reported_);
  reported_ = end + 1;
  if (fresh.empty()) return {};
  ++pieces_;
  return {std::move(fresh)};
}

std::vector<std::string> PipedText::finish() {
  std::vector<std::string> out;
  std::string rest = whole_.substr(std::min(reported_, whole_.size()));
  if (!rest.empty()) ++pieces_;
  if (pieces_ > 1 && rest.size() != whole_.size()) {
    while (whole_.ends_with('\n')) whole_.pop_back();
    out.push_back(whole_);
  }
  if (!rest.empty()) out.push_back(std::move(rest));
  whole_.clear();
  reported_ = 0;
  return out;
}

}  // namespace telltale::app
