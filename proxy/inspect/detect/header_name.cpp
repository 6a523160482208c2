// Which fields a head has, and in which letters their names are written (RFC 9110 section 5.1: any will do). Covered by
// tests/unit/inspect/header_test.cpp.
#include <algorithm>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/header.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

/// Framing, routing and credentials: what they are follows from the message, the hop or the account.
bool is_exempt(std::string_view name) {
  constexpr std::string_view names[] = {"host",       "content-length",   "transfer-encoding", "connection",
                                        "keep-alive", "proxy-connection", "trailer",           "upgrade",
                                        "expect",     "cookie",           "authorization",     "proxy-authorization",
                                        "x-api-key",  "api-key",          "x-goog-api-key"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Fields that client libraries add and leave out as the course of things demands: retries, features under test,
/// tracing, an account's settings.
bool is_of_the_moment(std::string_view name) {
  constexpr std::string_view names[] = {"anthropic-beta",
                                        "openai-beta",
                                        "openai-organization",
                                        "openai-project",
                                        "idempotency-key",
                                        "traceparent",
                                        "tracestate",
                                        "baggage",
                                        "sentry-trace",
                                        "x-request-id",
                                        "x-goog-user-project",
                                        "content-encoding",
                                        "content-type",
                                        "accept",
                                        "if-none-match",
                                        "if-modified-since",
                                        "range",
                                        "x-initiator",
                                        "forwarded"};
  return name.starts_with("x-stainless-") || std::find(std::begin(names), std::end(names), name) != std::end(names);
}

class Judge {
 public:
  Judge(const Scene& scene, const DetectorMatch& match, Marks& marks)
      : scene_(scene), head_(*scene.input.head), match_(match), marks_(marks), shape_(scene.baseline->shape()) {}

  void look() {
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      const std::string name = ascii::lower(head_.name(head_.fields[i]));
      const Shape::Field* const known = shape_.field(name);
      if (known != nullptr)
        look_at_case(i, *known);
      else if (shape_.has_all_fields() && name.size() <= Shape::longest_name && !is_exempt(name))
        mark_added(i, name);
    }
    if (!match_.has_family("missing")) return;
    for (const Shape::Field& field : shape_.fields())
      if (field.requests == shape_.requests() && !is_exempt(field.name) && !head_.find(field.name)) mark_missing(field);
  }

 private:
  [[nodiscard]] Mark begin_mark(bool info) const {
    Mark mark;
    mark.bits = 1;
    mark.reference = Reference::baseline;
    mark.info = info || !scene_.same_version;
    return mark;
  }

  void look_at_case(std::uint32_t i, const Shape::Field& known) {
    const std::string_view name = head_.name(head_.fields[i]);
    const Forms::Form* const usual = known.spellings.usual();
    if (!match_.has_family("case") || usual == nullptr || known.spellings.has(name)) return;
    Mark mark = begin_mark(false);
    mark.field = i;
    mark.note = "its name is written in other letters than before";
    mark.edits.push_back({head_.fields[i].name, usual->text});
    marks_.push_back(std::move(mark));
  }

  void mark_added(std::uint32_t i, std::string_view name) {
    if (!match_.has_family("added")) return;
    Mark mark = begin_mark(is_of_the_moment(name));
    mark.field = i;
    if (!head_.fields[i].value.empty()) mark.raw = head_.fields[i].value;
    mark.note = "no earlier request had this field";
    mark.edits.push_back({head_.fields[i].line, ""});
    marks_.push_back(std::move(mark));
  }

  void mark_missing(const Shape::Field& field) {
    Mark mark = begin_mark(is_of_the_moment(field.name));
    mark.where = "headers";
    mark.note = "a field it always had is missing";
    mark.carries.emplace_back("field", field.name);
    restore(field, mark);
    marks_.push_back(std::move(mark));
  }

  /// Puts the line back behind the one it always followed, if it always said the same.
  void restore(const Shape::Field& field, Mark& mark) const {
    const Forms::Form* const spelling = field.spellings.usual();
    const Forms::Form* const value = field.values.usual();
    if (spelling == nullptr || value == nullptr || shape_.field_order().all.size() != 1) return;
    const std::vector<std::uint64_t>& order = shape_.field_order().all.front().names;
    const auto at = std::find(order.begin(), order.end(), shape_hash(field.name));
    const http::FieldRange* before = nullptr;
    for (const http::FieldRange& one : head_.fields)
      if (std::find(order.begin(), at, shape_hash(ascii::lower(head_.name(one)))) != at) before = &one;
    if (before == nullptr) return;
    mark.edits.push_back({{before->line.end, before->line.end}, spelling->text + ": " + value->text + "\r\n"});
  }

  const Scene& scene_;
  const http::RequestHead& head_;
  const DetectorMatch& match_;
  Marks& marks_;
  const Shape& shape_;
};

}  // namespace

void detect_header_name(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (scene.baseline == nullptr || scene.baseline->shape().requests() < 2) return;
  Judge(scene, match, marks).look();
}

}  // namespace telltale::inspect
