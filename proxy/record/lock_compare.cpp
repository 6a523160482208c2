// An exchange against a lock. Covered by tests/unit/record/lock_test.cpp.
#include "record/lock_compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

constexpr std::pair<std::string_view, std::string_view> rules[] = {
    {"lock.endpoint", "a client, method, host and path that the lock does not have"},
    {"lock.header", "a header field that the lock does not have"},
    {"lock.query", "a member of the query that the lock does not have"},
    {"lock.member", "a member of the body that the lock does not have"},
    {"lock.class", "a value of another class than the lock has"},
    {"lock.value", "a value beside those that the lock lists"},
    {"lock.alphabet", "a character that the lock does not have at this place"},
    {"lock.line", "a line of the client's own text that the lock does not have"},
    {"lock.finding", "a finding that the lock does not have"},
};

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

class News {
 public:
  News(const LockSection& lock, const Sent& sent) : lock_(lock), sent_(sent) {}

  std::vector<inspect::Finding> all() {
    for (const auto& [name, seen] : sent_.places) look_at(name, seen);
    look_at_lines();
    for (const auto& [finding, where] : sent_.findings)
      if (!lock_.findings.contains(finding)) tell("lock.finding", where, "not in the lock: finding " + finding);
    return std::move(out_);
  }

 private:
  void tell(std::string_view rule, const std::string& where, std::string message,
            std::vector<std::string> points = {}) {
    if (out_.size() >= most_news) return;
    inspect::Finding finding;
    finding.rule = rule;
    finding.severity = inspect::Severity::high;
    finding.where = where;
    finding.source = inspect::Source::metadata;
    finding.reference = inspect::Reference::baseline;
    finding.code_points = std::move(points);
    finding.message = utf8::escaped(message);
    out_.push_back(std::move(finding));
  }

  void look_at(const std::string& name, const SentPlace& seen) {
    const auto found = lock_.places.find(name);
    if (found == lock_.places.end()) return tell_place(name, seen);
    const LockPlace& place = found->second;
    // Values that are listed are compared one by one below.
    const auto is_covered = [&place](const std::string& one) {
      return place.classes.contains(one) || (!place.values.empty() && is_listable(one));
    };
    for (const auto& [value_class, where] : seen.classes)
      if (!is_covered(value_class))
        tell("lock.class", where, fmt::format("{} is {}; the lock has {}", name, value_class, joined(place.classes)));
    const auto is_listed = [](const std::string& one) { return is_listable(one); };
    if (!place.values.empty()) {
      for (const auto& [value, where] : seen.values)
        if (!place.values.contains(value))
          tell("lock.value", where, fmt::format("{} is \"{}\"; the lock has {}", name, value, joined(place.values)));
      if (std::all_of(place.classes.begin(), place.classes.end(), is_listed)) return;
    }
    std::vector<std::string> points;
    std::string where;
    for (const auto& [point, at] : seen.alphabet) {
      if (place.alphabet.contains(point)) continue;
      points.push_back(utf8::name_of(point));
      if (where.empty()) where = at;
    }
    if (points.empty()) return;
    std::string message = fmt::format("{} is spelt with {}", name, points.front());
    if (points.size() > 1) message += fmt::format(" and {} more", points.size() - 1);
    tell("lock.alphabet", where, message + ", which the lock does not have there", std::move(points));
  }

  void tell_place(const std::string& name, const SentPlace& seen) {
    const std::string_view kind = std::string_view(name).substr(0, name.find(' '));
    const std::string_view rule = kind == "header" ? "lock.header" : kind == "query" ? "lock.query" : "lock.member";
    const auto& [value_class, where] = *seen.classes.begin();
    tell(rule, where, fmt::format("not in the lock: {} ({})", name, value_class));
  }

  // One finding for lines that follow each other.
  void look_at_lines() {
    const SentLine* before = nullptr;
    std::string known = std::string(start_of_text);  // the last line of this text that the lock has
    const SentLine* first = nullptr;
    std::size_t count = 0;
    const auto end_run = [&] {
      if (first != nullptr) tell_lines(*first, count);
      first = nullptr;
      count = 0;
    };
    for (const SentLine& line : sent_.lines) {
      const bool begins = before == nullptr || before->where != line.where || before->group != line.group;
      before = &line;
      if (begins) {
        end_run();
        known = start_of_text;
      }
      if (lock_.lines.contains({line.place, line.hash})) {
        end_run();
        known = line.hash;
        continue;
      }
      const auto behind = lock_.lines.find({line.place, known});
      if (behind != lock_.lines.end() && behind->second.open_behind) continue;
      if (first == nullptr) first = &line;
      ++count;
    }
    end_run();
  }

  void tell_lines(const SentLine& first, std::size_t count) {
    std::string message = fmt::format("not in the lock: line {} {}", first.place, first.hash);
    if (!first.words.empty()) message += fmt::format(" \"{}\"", first.words);
    if (count > 1) message += fmt::format(" and {} more behind it", count - 1);
    tell("lock.line", first.where, std::move(message));
  }

  const LockSection& lock_;
  const Sent& sent_;
  std::vector<inspect::Finding> out_;
};

}  // namespace

std::vector<inspect::Finding> news_of(const Lock& lock, const Sent& sent) {
  const auto found = lock.sections.find(sent.section);
  if (found != lock.sections.end()) return News(found->second, sent).all();
  inspect::Finding finding;
  finding.rule = "lock.endpoint";
  finding.severity = inspect::Severity::high;
  finding.where = "headers";
  finding.source = inspect::Source::metadata;
  finding.reference = inspect::Reference::baseline;
  finding.message = "not in the lock: " + sent.section;
  return {finding};
}

std::string_view summary_of_lock_rule(std::string_view rule) {
  for (const auto& [id, summary] : rules)
    if (id == rule) return summary;
  return {};
}

}  // namespace telltale::record
