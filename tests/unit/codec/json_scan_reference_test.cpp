// The scanner against nlohmann's SAX parser: on valid JSON both must see the same events in the same order.
#include <nlohmann/json.hpp>
#include <random>

#include "codec/json_scan.hpp"
#include "support/catch.hpp"
#include "support/json_check.hpp"

using namespace telltale;
using namespace telltale::codec;

namespace {

class Events : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<std::string> seen;

  bool null() override { return put("l:null"); }
  bool boolean(bool value) override { return put(value ? "l:true" : "l:false"); }
  bool number_integer(number_integer_t value) override { return put("n:" + nlohmann::json(value).dump()); }
  bool number_unsigned(number_unsigned_t value) override { return put("n:" + nlohmann::json(value).dump()); }
  bool number_float(number_float_t value, const string_t&) override { return put("n:" + nlohmann::json(value).dump()); }
  bool string(string_t& value) override { return put("s:" + value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return put("{"); }
  bool key(string_t& value) override { return put("k:" + value); }
  bool end_object() override { return put("}"); }
  bool start_array(std::size_t) override { return put("["); }
  bool end_array() override { return put("]"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool put(std::string event) {
    seen.push_back(std::move(event));
    return true;
  }
};

std::vector<std::string> events_of(const JsonDocument& document) {
  std::vector<std::string> out;
  std::vector<std::uint32_t> open;
  const auto close_until = [&](std::uint32_t i) {
    while (!open.empty() && document[open.back()].after <= i) {
      out.emplace_back(document[open.back()].kind == JsonKind::object ? "}" : "]");
      open.pop_back();
    }
  };
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    close_until(i);
    const JsonValue& value = document[i];
    if (!value.key.empty()) out.push_back("k:" + decode_json_string(document.slice(value.key)));
    switch (value.kind) {
      case JsonKind::object:
        out.emplace_back("{");
        open.push_back(i);
        break;
      case JsonKind::array:
        out.emplace_back("[");
        open.push_back(i);
        break;
      case JsonKind::string:
        out.push_back("s:" + document.string_at(i));
        break;
      case JsonKind::number:
        out.push_back("n:" + nlohmann::json::parse(document.slice(value.raw)).dump());
        break;
      case JsonKind::literal:
        out.push_back("l:" + std::string(document.slice(value.raw)));
        break;
    }
  }
  close_until(static_cast<std::uint32_t>(document.values.size()));
  return out;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string value(unsigned depth) {
    switch (random_() % (depth == 0 ? 4 : 6)) {
      case 0:
        return string();
      case 1:
        return pick({"0", "-1", "12", "3.25", "1e3", "-2.5E-3", "18446744073709551615", "1e-7"});
      case 2:
        return pick({"true", "false", "null"});
      case 3:
        return string();
      case 4:
        return list('[', ']', depth, false);
      default:
        return list('{', '}', depth, true);
    }
  }

 private:
  std::string pick(std::initializer_list<const char*> choices) { return choices.begin()[random_() % choices.size()]; }

  std::string blank() { return pick({"", "", "", " ", "\n  ", "\t", "\r\n"}); }

  std::string string() {
    std::string out = "\"";
    for (std::uint64_t left = random_() % 30; left > 0; --left)
      out += pick({"a",
                   "Z",
                   " ",
                   "\\n",
                   "\\\"",
                   "\\\\",
                   "\\/",
                   "\\u00e9",
                   "\\ud83d\\ude00",
                   "\xC3\xA9",
                   "\xE4\xB8\xAD",
                   "\xF0\x9F\x98\x80",
                   "{",
                   "}",
                   "[",
                   "]",
                   ",",
                   ":",
                   "\x7F",
                   "lorem ipsum dolor"});
    return out + '"';
  }

  std::string list(char open, char close, unsigned depth, bool keys) {
    std::string out(1, open);
    const std::uint64_t count = random_() % 6;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) out += ',' + blank();
      if (keys) out += blank() + string() + blank() + ':';
      out += blank() + value(depth - 1) + blank();
    }
    out += close;
    return out;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("scan_json sees what a reference parser sees", "[codec][json_scan][reference]") {
  const Limits limits;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::string text = Generator(seed).value(6);
    Events wanted;
    INFO(text);
    REQUIRE(nlohmann::json::sax_parse(text, &wanted));
    const JsonDocument document = scan_json(text, limits);
    REQUIRE_FALSE(document.stopped);
    REQUIRE(test::broken_rule(document) == "");
    REQUIRE(events_of(document) == wanted.seen);
  }
}

TEST_CASE("pointers lead a reference parser to the same value", "[codec][json_scan][reference]") {
  const Limits limits;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = Generator(seed).value(5);
    const JsonDocument document = scan_json(text, limits);
    const nlohmann::json wanted = nlohmann::json::parse(text);
    for (std::uint32_t i = 0; i < document.values.size(); ++i) {
      const JsonValue& value = document[i];
      bool shadowed = false;  // the reference keeps the last of several members of one name
      for (std::uint32_t up = i; up != JsonValue::none; up = document[up].parent) {
        if (document[up].key.empty()) continue;
        const std::string name = decode_json_string(document.slice(document[up].key));
        for (std::uint32_t next = document[up].after; next < document[document[up].parent].after;
             next = document[next].after)
          shadowed = shadowed || decode_json_string(document.slice(document[next].key)) == name;
      }
      if (shadowed) continue;
      INFO(document.pointer(i));
      REQUIRE(wanted.at(nlohmann::json::json_pointer(document.pointer(i))) ==
              nlohmann::json::parse(document.slice(value.raw)));
    }
  }
}
