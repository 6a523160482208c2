// A shape as lines of text and back: a word that says what the line is, then numbers and names. Names and values are
// percent-coded, so that a line holds printable ASCII and its words no blanks. Covered by
// tests/unit/inspect/shape_test.cpp and the fuzz target shape.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/ascii.hpp"
#include "inspect/shape.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

constexpr std::string_view first_line = "shape 1";

std::string coded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c > 0x20 && c < 0x7F && c != '%')
      out.push_back(c);
    else
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return out.empty() ? "%" : out;  // no word is empty
}

std::optional<std::string> decoded(std::string_view word) {
  std::string out;
  if (word == "%") return out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      out.push_back(word[i]);
      continue;
    }
    if (i + 2 >= word.size()) return std::nullopt;
    const int high = ascii::hex_value(word[i + 1]);
    const int low = ascii::hex_value(word[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

void save_forms(std::string& out, std::string_view word, const Forms& forms) {
  for (const Forms::Form& form : forms.all) out += fmt::format("{} {} {}\n", word, form.times, coded(form.text));
  if (forms.beyond != 0) out += fmt::format("{}-beyond {}\n", word, forms.beyond);
}

void save_orders(std::string& out, const Orders& orders) {
  if (orders.times == 0) return;
  out += fmt::format("orders {} {}\n", orders.times, orders.beyond);
  for (const Orders::Order& order : orders.all) {
    out += fmt::format("order {}", order.times);
    for (const std::uint64_t name : order.names) out += fmt::format(" {:x}", name);
    out += '\n';
  }
}

/// The words of one line, one after the other. Sets `failed` where a word is missing or is not what was asked for.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const std::string_view one = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(one.size() + 1, rest_.size()));
    failed = failed || one.empty();
    return one;
  }
  template <typename Number>
  Number number(int base = 10) {
    Number value = 0;
    const std::string_view one = word();
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), value, base);
    failed = failed || error != std::errc() || end != one.data() + one.size();
    return value;
  }
  std::string text() {
    const std::optional<std::string> value = decoded(word());
    failed = failed || !value;
    return value.value_or(std::string());
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool failed = false;

 private:
  std::string_view rest_;
};

}  // namespace

std::string Shape::save() const {
  std::string out = fmt::format("{}\nrequests {} {}\n", first_line, requests_, crowded_ ? 1 : 0);
  save_orders(out, field_order_);
  save_forms(out, "before", before_);
  save_forms(out, "behind", behind_);
  save_forms(out, "spacing", spacing_);
  save_forms(out, "letters", letters_);
  for (const Field& field : fields_) {
    out += fmt::format("field {} {}\n", field.requests, coded(field.name));
    save_forms(out, "spelling", field.spellings);
    save_forms(out, "value", field.values);
  }
  const std::map<std::uint64_t, Node> sorted(nodes_.begin(), nodes_.end());  // the same shape gives the same bytes
  for (const auto& [hash, node] : sorted) {
    out += fmt::format("node {:x} {} {} {}\n", hash, node.times, node.requests, node.crowded ? 1 : 0);
    for (const Member& member : node.members) out += fmt::format("member {} {}\n", member.times, coded(member.name));
    save_orders(out, node.orders);
    save_forms(out, "value", node.values);
  }
  return out;
}

/// Reads the lines `save` writes. What a line belongs to is the field or node line before it.
class ShapeReader {
 public:
  Result<Shape> read(std::string_view text) {
    std::size_t at = 0;
    for (bool first = true; at < text.size(); first = false) {
      const std::string_view line = text.substr(at, text.find('\n', at) - at);
      const bool good = first ? line == first_line : take(line);
      if (!good) return fail(Errc::input_unreadable, at, "not a line of a stored shape");
      at += line.size() + 1;
    }
    if (at == 0) return fail(Errc::input_unreadable, 0, "an empty text is no stored shape");
    return std::move(shape_);
  }

 private:
  bool take(std::string_view line) {
    Words words(line);
    const std::string_view what = words.word();
    const bool known = what == "field" || what == "node" || what == "requests" ? open(what, words) : fill(what, words);
    return known && !words.failed && words.at_end();
  }

  bool open(std::string_view what, Words& words) {
    if (what == "requests") {
      shape_.requests_ = words.number<std::uint32_t>();
      shape_.crowded_ = words.number<unsigned>() != 0;
      return true;
    }
    node_ = nullptr;
    field_ = nullptr;
    if (what == "field") {
      Shape::Field field;
      field.requests = words.number<std::uint32_t>();
      field.name = words.text();
      if (field.name.size() > Shape::longest_name || shape_.fields_.size() >= Shape::most_fields) return false;
      if (!shape_.room_.take(sizeof field + field.name.size())) return false;
      field_ = &shape_.fields_.emplace_back(std::move(field));
      return true;
    }
    const auto hash = words.number<std::uint64_t>(16);
    if (shape_.nodes_.size() >= Shape::most_nodes || !shape_.room_.take(sizeof(Shape::Node))) return false;
    node_ = &shape_.nodes_[hash];
    node_->times = words.number<std::uint32_t>();
    node_->requests = words.number<std::uint32_t>();
    node_->crowded = words.number<unsigned>() != 0;
    return true;
  }

  bool fill(std::string_view what, Words& words) {
    if (what == "member") return node_ != nullptr && add_member(words);
    if (what == "orders" || what == "order") return add_order(what, words);
    constexpr std::string_view suffix = "-beyond";
    const bool beyond = what.ends_with(suffix);
    Forms* const forms = forms_of(beyond ? what.substr(0, what.size() - suffix.size()) : what);
    if (forms == nullptr) return false;
    if (beyond) {
      forms->beyond = words.number<std::uint32_t>();
      return true;
    }
    Forms::Form form;
    form.times = words.number<std::uint32_t>();
    form.text = words.text();
    if (forms->all.size() >= Forms::most || !shape_.room_.take(sizeof form + form.text.size())) return false;
    forms->all.push_back(std::move(form));
    return true;
  }

  /// Null if there is nothing such a line could belong to.
  Forms* forms_of(std::string_view what) {
    if (what == "spelling" && field_ != nullptr) return &field_->spellings;
    if (what == "value" && field_ != nullptr) return &field_->values;
    if (what == "value" && node_ != nullptr) return &node_->values;
    if (what == "before") return &shape_.before_;
    if (what == "behind") return &shape_.behind_;
    if (what == "spacing") return &shape_.spacing_;
    return what == "letters" ? &shape_.letters_ : nullptr;
  }

  bool add_member(Words& words) {
    Shape::Member member;
    member.times = words.number<std::uint32_t>();
    member.name = words.text();
    member.hash = shape_hash(member.name);
    if (node_->members.size() >= Shape::most_members || !shape_.room_.take(sizeof member + member.name.size()))
      return false;
    node_->members.push_back(std::move(member));
    return true;
  }

  bool add_order(std::string_view what, Words& words) {
    Orders& orders = node_ != nullptr ? node_->orders : shape_.field_order_;
    if (field_ != nullptr) return false;
    if (what == "orders") {
      orders.times = words.number<std::uint32_t>();
      orders.beyond = words.number<std::uint32_t>();
      return true;
    }
    Orders::Order order;
    order.times = words.number<std::uint32_t>();
    while (!words.at_end() && !words.failed && order.names.size() <= Orders::most_names)
      order.names.push_back(words.number<std::uint64_t>(16));
    const std::size_t bytes = order.names.size() * sizeof(std::uint64_t);
    if (order.names.size() > Orders::most_names || orders.all.size() >= Orders::most) return false;
    if (!shape_.room_.take(sizeof order + bytes)) return false;
    orders.all.push_back(std::move(order));
    return true;
  }

  Shape shape_;
  Shape::Node* node_ = nullptr;
  Shape::Field* field_ = nullptr;
};

void Shape::forget(const std::function<bool(std::string_view)>& is_unfit) {
  const auto clean = [&](Forms& forms) {
    for (const Forms::Form& form : forms.all)
      if (is_unfit(form.text)) forms.beyond += form.times;
    std::erase_if(forms.all, [&](const Forms::Form& form) { return is_unfit(form.text); });
  };
  for (Forms* const forms : {&before_, &behind_, &spacing_, &letters_}) clean(*forms);
  if (std::erase_if(fields_, [&](const Field& field) { return is_unfit(field.name); }) != 0) crowded_ = true;
  for (Field& field : fields_) {
    clean(field.spellings);
    clean(field.values);
  }
  for (auto& [hash, node] : nodes_) {
    clean(node.values);
    if (std::erase_if(node.members, [&](const Member& member) { return is_unfit(member.name); }) != 0)
      node.crowded = true;
  }
}

Result<Shape> Shape::load(std::string_view text) {
  return ShapeReader().read(text);
}

}  // namespace telltale::inspect
