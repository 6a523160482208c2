// Stripping until nothing is left to strip. Covered by tests/unit/inspect/strip_test.cpp and judge_test.cpp.
#include "inspect/strip.hpp"

#include <algorithm>

#include "inspect/edit.hpp"

namespace telltale::inspect {
namespace {

/// An edit seen from both sides: what it replaces, and where its replacement stands afterwards.
struct Patch {
  ByteRange before;
  ByteRange after;
};

std::vector<Patch> patches_of(const std::vector<Edit>& edits) {
  std::vector<Patch> out;
  std::ptrdiff_t shift = 0;
  for (const Edit& edit : edits) {
    const auto begin = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(edit.range.begin) + shift);
    out.push_back({edit.range, {begin, begin + edit.text.size()}});
    shift += static_cast<std::ptrdiff_t>(edit.text.size()) - static_cast<std::ptrdiff_t>(edit.range.size());
  }
  return out;
}

/// Where `at`, an offset behind `count` patches and inside none, stood before them, or stands after them.
std::size_t unpatched(const std::vector<Patch>& patches, std::size_t count, std::size_t at) {
  return count == 0 ? at : at - patches[count - 1].after.end + patches[count - 1].before.end;
}
std::size_t patched(const std::vector<Patch>& patches, std::size_t count, std::size_t at) {
  return count == 0 ? at : at - patches[count - 1].before.end + patches[count - 1].after.end;
}

/// The received bytes that [range) of the edited text came from.
ByteRange origin_of(const std::vector<Edit>& edits, ByteRange range) {
  const std::vector<Patch> patches = patches_of(edits);
  const auto back = [&patches](std::size_t at, bool is_end) {
    std::size_t count = 0;
    while (count < patches.size() && patches[count].after.end <= at) ++count;
    if (count < patches.size() && patches[count].after.begin < at)
      return is_end ? patches[count].before.end : patches[count].before.begin;
    return unpatched(patches, count, at);
  };
  ByteRange out{back(range.begin, false), back(range.end, true)};
  out.end = std::max(out.begin, out.end);
  return out;
}

struct Round {
  http::RequestHead head;
  std::string content;
};

/// The request with the edits made; nothing if it can no longer be read.
std::optional<Round> edited(const Input& input, const Verdict& verdict, const Limits& limits) {
  Round round;
  auto head = apply_edits(input.head->raw, verdict.head_edits);
  auto content = apply_edits(input.content, verdict.body_edits);
  if (!head || !content) return std::nullopt;
  auto parsed = http::parse_request_head(std::move(*head), limits);
  if (!parsed) return std::nullopt;
  round.head = std::move(*parsed);
  round.content = std::move(*content);
  return round;
}

void add_findings(const Verdict& next, const Verdict& so_far, const Limits& limits, std::vector<Finding>& out) {
  for (const Finding& one : next.findings) {
    if (one.action != Action::strip || !one.raw_span || out.size() >= limits.findings) continue;
    const bool in_head = one.where.rfind("header", 0) == 0;
    Finding told = one;
    told.span.reset();
    told.raw_span = origin_of(in_head ? so_far.head_edits : so_far.body_edits, *one.raw_span);
    told.message += ", seen once other findings were stripped";
    out.push_back(std::move(told));
  }
}

}  // namespace

std::vector<Edit> compose_edits(const std::vector<Edit>& first, const std::vector<Edit>& second,
                                std::string_view result) {
  const std::vector<Patch> one = patches_of(first);
  const std::vector<Patch> two = patches_of(second);
  std::vector<Edit> out;
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < one.size() || k < two.size()) {
    // A run of edits that touch each other, in the text between.
    const bool by_one = k == two.size() || (i < one.size() && one[i].after.begin <= two[k].before.begin);
    ByteRange run = by_one ? one[i].after : two[k].before;
    const std::size_t i_from = i;
    const std::size_t k_from = k;
    for (bool grown = true; grown;) {
      grown = false;
      for (; i < one.size() && one[i].after.begin <= run.end; ++i, grown = true)
        run.end = std::max(run.end, one[i].after.end);
      for (; k < two.size() && two[k].before.begin <= run.end; ++k, grown = true)
        run.end = std::max(run.end, two[k].before.end);
    }
    const ByteRange received{unpatched(one, i_from, run.begin), unpatched(one, i, run.end)};
    const ByteRange final{patched(two, k_from, run.begin), patched(two, k, run.end)};
    out.push_back({received, std::string(result.substr(final.begin, final.size()))});
  }
  return out;
}

void strip_to_the_end(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits,
                      Verdict& verdict) {
  for (int round = 1; round < most_rounds; ++round) {
    if (verdict.body_edits.empty() && verdict.head_edits.empty()) return;
    const std::optional<Round> left = edited(input, verdict, limits);
    if (!left) return;
    Input again = input;
    again.head = &left->head;
    again.content = left->content;
    Verdict next = inspect(again, rules, policy, limits);
    if (next.action == Action::block || (next.body_edits.empty() && next.head_edits.empty())) return;
    const auto body = apply_edits(left->content, next.body_edits);
    const auto head = apply_edits(left->head.raw, next.head_edits);
    if (!body || !head) return;
    add_findings(next, verdict, limits, verdict.findings);
    verdict.body_edits = compose_edits(verdict.body_edits, next.body_edits, *body);
    verdict.head_edits = compose_edits(verdict.head_edits, next.head_edits, *head);
  }
}

}  // namespace telltale::inspect
