#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace telltale::record {

/// How text outside ASCII is written. `utf8` keeps it, for captures. `ascii` escapes it, for reports: what a terminal
/// shows of them is printable whatever the request held.
enum class JsonText : std::uint8_t { utf8, ascii };

/// Appends `text` for the inside of a JSON string. A byte that is no UTF-8 becomes the lone surrogate U+DC80..U+DCFF of
/// its value, escaped ("surrogateescape", as in PEP 383), so that no byte is lost and the line stays valid JSON.
void append_escaped(std::string& out, std::string_view text, JsonText mode);

/// The same for a body, in the one pass that also validates it. False, with `out` as it was, if it is no UTF-8.
[[nodiscard]] bool append_if_utf8(std::string& out, std::string_view text);

/// Turns the lone surrogates of `append_escaped` back into bytes, in text that came out of a JSON string.
void restore_bytes(std::string& text);

/// Writes JSON without white space, member by member, in the order of the calls.
class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonText mode) : out_(out), mode_(mode) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);
  void string(std::string_view text);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void real(double value);  ///< shortest form; what is not finite is written as 0
  void boolean(bool value);
  void null();
  /// A member if the text is UTF-8; false and nothing written if it is not.
  [[nodiscard]] bool utf8_member(std::string_view name, std::string_view text);
  /// JSON that is complete in itself.
  void raw(std::string_view json);

  void member(std::string_view name, std::string_view text) { key(name), string(text); }

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);

  std::string& out_;
  JsonText mode_;
  bool comma_ = false;
};

}  // namespace telltale::record
