#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Typed netstrings, of which mitmproxy's flow files are made. Source: tnetstrings.org; `;` for text is mitmproxy's own.

namespace telltale::record::tnet {

/// One tnetstring: `3:abc,` has the payload `abc` and the type `,`. Type 0 stands for nothing.
struct Value {
  std::string_view payload;
  char type = 0;
};

/// Takes one from the front; nothing if there is none.
[[nodiscard]] std::optional<Value> take(std::string_view& text);

/// The value of that key; nothing if the dictionary has none or is damaged before it.
[[nodiscard]] Value member(Value dictionary, std::string_view name);

// Written.
[[nodiscard]] std::string encoded(std::string_view payload, char type);
[[nodiscard]] inline std::string bytes(std::string_view payload) {
  return encoded(payload, ',');
}
/// Bytes that are no UTF-8 become `?`: readers of text refuse the file otherwise.
[[nodiscard]] std::string text(std::string_view payload);
[[nodiscard]] std::string integer(long long value);
[[nodiscard]] std::string seconds(long long milliseconds);
[[nodiscard]] std::string boolean(bool value);
[[nodiscard]] inline std::string null() {
  return "0:~";
}
[[nodiscard]] inline std::string list(std::string_view items) {
  return encoded(items, ']');
}
/// Values are encoded already.
[[nodiscard]] std::string dictionary(std::initializer_list<std::pair<std::string_view, std::string>> members);

}  // namespace telltale::record::tnet
