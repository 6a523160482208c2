// Reads JSON text into a flat list of values with byte ranges: one pass, no recursion, no stack beside the list itself.
// RFC 8259 for the grammar, loosened where real clients are loose (json_scan.hpp says where).
// Covered by tests/unit/codec/json_scan_test.cpp, json_scan_reference_test.cpp and the fuzz target json_scan.
#include "codec/json_scan.hpp"

#include <algorithm>
#include <limits>

#include "codec/string_end.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::codec {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Requests measured hold a value per 15 to 300 bytes. Untouched capacity costs nothing; growing moves every value.
constexpr std::size_t bytes_per_value = 24;
constexpr std::size_t most_reserved = 65'536;

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// What may stand inside a number or a bare word.
constexpr bool is_bare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.';
}

// Any run of number characters that begins with a digit, after at most one sign and point: its spelling is the sender's
// business. No looser than that, or the `--boundary` of a multipart form would pass for JSON.
bool is_number(std::string_view word) {
  if (word.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    if (word.starts_with('-')) word.remove_prefix(1);
    return word == "NaN" || word == "Infinity";
  }
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  if (word.starts_with('.')) word.remove_prefix(1);
  return !word.empty() && ascii::is_digit(word.front());
}

enum class Expect : std::uint8_t { top, element_or_end, element, key_or_end, key, comma_or_end };

class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), limits_(&limits) {
    document_.text = text;
  }

  JsonDocument scan() {
    document_.values.reserve(std::min(document_.text.size() / bytes_per_value + 8, most_reserved));
    if (document_.text.starts_with(byte_order_mark)) at_ += byte_order_mark.size();
    while (step()) {
    }
    close_what_is_open();
    return std::move(document_);
  }

 private:
  // Takes one value, key, comma or closing bracket. False at the end of the text or where it stops being JSON.
  bool step() {
    skip_blanks();
    if (at_ == end_) return open_ == JsonValue::none ? false : stop(Errc::json_malformed, "text ends inside a value");
    const char c = *at_;
    switch (expect_) {
      case Expect::top:
      case Expect::element:
        return take_value(c);
      case Expect::element_or_end:
        return c == ']' ? close(JsonKind::array) : take_value(c);
      case Expect::key_or_end:
        return c == '}' ? close(JsonKind::object) : take_key(c);
      case Expect::key:
        return take_key(c);
      case Expect::comma_or_end:
        break;
    }
    if (c == '}') return close(JsonKind::object);
    if (c == ']') return close(JsonKind::array);
    if (c != ',') return stop(Errc::json_malformed, "no comma between two values");
    ++at_;
    expect_ = document_.values[open_].kind == JsonKind::object ? Expect::key : Expect::element;
    return true;
  }

  bool take_value(char c) {
    switch (c) {
      case '"':
        return take_string();
      case '{':
        return open(JsonKind::object);
      case '[':
        return open(JsonKind::array);
      default:
        return take_bare();
    }
  }

  bool take_string() {
    const StringEnd found = string_end(at_ + 1, end_);
    if (found.quote == nullptr) return stop(Errc::json_malformed, "string without an end");
    JsonValue* value = add(JsonKind::string, found.quote + 1);
    if (value == nullptr) return false;
    value->escaped = found.escaped;
    value->ascii = found.ascii;
    return after_value(found.quote + 1);
  }

  bool take_bare() {
    const char* stop_at = at_;
    while (stop_at != end_ && is_bare(*stop_at)) ++stop_at;
    const std::string_view word(at_, static_cast<std::size_t>(stop_at - at_));
    const bool literal = word == "true" || word == "false" || word == "null";
    const bool number = is_number(word);
    if (!literal && !number) return stop(Errc::json_malformed, "neither a value nor a bracket");
    if (add(literal ? JsonKind::literal : JsonKind::number, stop_at) == nullptr) return false;
    return after_value(stop_at);
  }

  bool take_key(char c) {
    if (c != '"') return stop(Errc::json_malformed, "a member without a quoted name");
    const StringEnd found = string_end(at_ + 1, end_);
    if (found.quote == nullptr) return stop(Errc::json_malformed, "member name without an end");
    const char* const start = at_;
    at_ = found.quote + 1;
    skip_blanks();
    if (at_ == end_ || *at_ != ':') return stop(Errc::json_malformed, "no colon after a member name");
    ++at_;
    key_ = {offset(start), offset(found.quote + 1)};
    key_escaped_ = found.escaped;
    expect_ = Expect::element;
    return true;
  }

  bool open(JsonKind kind) {
    if (depth_ >= limits_->json_depth) return stop(Errc::json_too_deep, "JSON nested too deep");
    if (add(kind, at_ + 1) == nullptr) return false;
    open_ = static_cast<std::uint32_t>(document_.values.size() - 1);
    ++depth_;
    ++at_;
    expect_ = kind == JsonKind::object ? Expect::key_or_end : Expect::element_or_end;
    return true;
  }

  bool close(JsonKind kind) {
    JsonValue& value = document_.values[open_];
    if (value.kind != kind) return stop(Errc::json_malformed, "closing bracket of the other kind");
    --depth_;
    return leave(value, at_ + 1);
  }

  bool leave(JsonValue& container, const char* past) {
    container.raw.end = offset(past);
    container.after = static_cast<std::uint32_t>(document_.values.size());
    open_ = container.parent;
    return after_value(past);
  }

  bool after_value(const char* past) {
    at_ = past;
    expect_ = open_ == JsonValue::none ? Expect::top : Expect::comma_or_end;
    return true;
  }

  // While a container is open, its `after` counts the children met so far.
  JsonValue* add(JsonKind kind, const char* past) {
    std::vector<JsonValue>& values = document_.values;
    if (values.size() >= limits_->json_values) {
      stop(Errc::json_too_many_values, "more JSON values than allowed");
      return nullptr;
    }
    const bool container = kind == JsonKind::object || kind == JsonKind::array;
    std::uint32_t& siblings = open_ == JsonValue::none ? top_level_ : values[open_].after;
    const std::uint32_t index = siblings++;
    JsonValue& value = values.emplace_back();
    value.raw = {offset(at_), offset(past)};
    value.key = key_;
    value.parent = open_;
    value.index = index;
    value.after = container ? 0 : static_cast<std::uint32_t>(values.size());
    value.kind = kind;
    value.key_escaped = key_escaped_;
    key_ = {};
    key_escaped_ = false;
    return &value;
  }

  void close_what_is_open() {
    while (open_ != JsonValue::none) leave(document_.values[open_], at_);
  }

  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }

  bool stop(Errc code, const char* why) {
    document_.stopped = Error{code, static_cast<std::size_t>(at_ - begin_), why};
    return false;
  }

  [[nodiscard]] std::uint32_t offset(const char* p) const { return static_cast<std::uint32_t>(p - begin_); }

  JsonDocument document_;
  const char* begin_;
  const char* at_;
  const char* end_;
  const Limits* limits_;
  ShortRange key_;
  std::uint32_t open_ = JsonValue::none;
  std::uint32_t depth_ = 0;
  std::uint32_t top_level_ = 0;
  bool key_escaped_ = false;
  Expect expect_ = Expect::top;
};

// What pointers show of names, and how long they get.
constexpr std::size_t shown_of_name = 256;
constexpr std::size_t longest_pointer = 4096;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

bool token_equals(std::string_view raw, bool escaped, std::string_view text) {
  constexpr std::size_t longest_escape = 6;  // that writes one byte
  if (!escaped) return raw.substr(1, raw.size() - 2) == text;
  if (raw.size() > longest_escape * text.size() + 2) return false;
  return decode_json_string(raw) == text;
}

std::string shown_name(std::string_view raw) {
  std::string name = decode_json_start(raw, shown_of_name + 1);
  const std::size_t end = utf8::offset_of(name, shown_of_name);
  if (end < name.size()) name.replace(end, std::string::npos, ellipsis);
  return name;
}

void append_reference_token(std::string& out, std::string_view key) {
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out.push_back(c);
  }
}

}  // namespace

JsonDocument scan_json(std::string_view text, const Limits& limits) {
  if (text.size() < std::numeric_limits<std::uint32_t>::max()) return Scanner(text, limits).scan();
  JsonDocument unread;
  unread.text = text;
  unread.stopped = Error{Errc::content_too_long, 0, "JSON text of 4 GiB or more"};
  return unread;
}

bool JsonDocument::is_named(std::uint32_t i, std::string_view name) const {
  return !values[i].key.empty() && token_equals(slice(values[i].key), values[i].key_escaped, name);
}

std::uint32_t JsonDocument::member(std::uint32_t object, std::string_view name) const {
  if (values[object].kind != JsonKind::object) return JsonValue::none;
  for (std::uint32_t i = object + 1; i < values[object].after; i = values[i].after)
    if (is_named(i, name)) return i;
  return JsonValue::none;
}

std::string JsonDocument::string_at(std::uint32_t i) const {
  const JsonValue& value = values[i];
  if (value.kind != JsonKind::string) return {};
  const std::string_view raw = slice(value.raw);
  return value.escaped ? decode_json_string(raw) : std::string(raw.substr(1, raw.size() - 2));
}

bool JsonDocument::string_equals(std::uint32_t i, std::string_view wanted) const {
  return values[i].kind == JsonKind::string && token_equals(slice(values[i].raw), values[i].escaped, wanted);
}

std::vector<std::uint32_t> JsonDocument::children(std::uint32_t container) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = container + 1; i < values[container].after; i = values[i].after) found.push_back(i);
  return found;
}

std::string JsonDocument::pointer(std::uint32_t i) const {
  std::vector<std::uint32_t> path;
  for (; i != JsonValue::none; i = values[i].parent) path.push_back(i);
  const bool several = values.front().after != values.size();
  std::string out;
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    const JsonValue& value = values[*step];
    if (value.parent == JsonValue::none && !several) continue;
    out.push_back('/');
    if (value.key.empty())
      out += std::to_string(value.index);
    else
      append_reference_token(out, shown_name(slice(value.key)));
    if (out.size() <= longest_pointer || step + 1 == path.rend()) continue;
    out += '/';
    out += ellipsis;
    break;
  }
  return out;
}

}  // namespace telltale::codec
