// Exchanges into a lock. Covered by tests/unit/record/lock_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "record/lock_compare.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

using Key = std::pair<std::string, std::string>;

const LockLine* line_in(const LockSection& section, const Key& key) {
  const auto found = section.lines.find(key);
  return found == section.lines.end() ? nullptr : &found->second;
}

bool is_open_behind(const LockSection& section, const Key& key) {
  const LockLine* const line = line_in(section, key);
  return line != nullptr && line->open_behind;
}

}  // namespace

bool LockBuilder::add(const Sent& sent) {
  const auto found = sections_.find(sent.section);
  if (found == sections_.end() && !has_room()) return false;
  Section& section = sections_[sent.section];
  bool whole = add_places(sent, section);
  whole = add_lines(sent, section) && whole;
  for (const auto& [finding, where] : sent.findings) {
    if (section.findings.contains(finding)) continue;
    if (!has_room()) return false;
    section.findings.insert(finding);
  }
  return whole;
}

bool LockBuilder::add_places(const Sent& sent, Section& section) {
  for (const auto& [name, seen] : sent.places) {
    if (!section.places.contains(name) && !has_room()) return false;
    Place& place = section.places[name];
    place.is_personal = place.is_personal || seen.is_personal;
    for (const auto& [value_class, where] : seen.classes) place.seen.classes.insert(value_class);
    for (const auto& [value, where] : seen.values)
      if (place.values.size() <= Lock::most_values || place.values.contains(value)) ++place.values[value];
    for (const auto& [point, where] : seen.alphabet)
      if (place.seen.alphabet.size() < Lock::most_alphabet) place.seen.alphabet.insert(point);
  }
  return true;
}

bool LockBuilder::add_lines(const Sent& sent, Section& section) {
  const auto old = old_.sections.find(sent.section);
  std::set<Key> seen;
  std::set<Key> groups;
  const SentLine* last = nullptr;
  std::string before;    // hash of the last line that was taken
  bool is_open = false;  // the old lock lets any line follow here
  for (const SentLine& line : sent.lines) {
    const Key key{line.place, line.hash};
    const bool begins = last == nullptr || last->where != line.where || last->group != line.group;
    last = &line;
    if (begins) before = start_of_text;
    const auto known_before = old == old_.sections.end() ? nullptr : line_in(old->second, key);
    if (begins) is_open = old != old_.sections.end() && is_open_behind(old->second, {line.place, before});
    if (known_before == nullptr && is_open) continue;
    is_open = known_before != nullptr && known_before->open_behind;
    if (!section.lines.contains(key) && !has_room()) return false;
    Line& known = section.lines[key];
    known.before.insert(before);
    known.groups.insert(line.group);
    before = line.hash;
    if (seen.insert(key).second) {
      known.words = known.exchanges == 0 || !known.words.empty() ? line.words : "";
      ++known.exchanges;
    }
    if (groups.emplace(line.place, line.group).second) ++section.groups[{line.place, line.group}];
  }
  return true;
}

// Once, where its text was there more often: it says something of that exchange, not of the client.
bool LockBuilder::is_passing(const Section& section, const Key& key, const Line& line) {
  return line.exchanges == 1 && std::any_of(line.groups.begin(), line.groups.end(), [&](const std::string& group) {
           return section.groups.at({key.first, group}) > 1;
         });
}

void LockBuilder::finish_lines(const Section& section, LockSection& out) {
  std::vector<Key> opened;
  std::set<Key> visited;
  for (const auto& [key, line] : section.lines) {
    if (out.lines.contains(key) || !is_passing(section, key, line)) {
      LockLine& kept = out.lines[key];
      if (kept.words.empty() && line.exchanges > 1) kept.words = line.words;
      continue;
    }
    opened.push_back(key);
  }
  // From each passing line back to the lasting ones before it.
  while (!opened.empty()) {
    const Key key = std::move(opened.back());
    opened.pop_back();
    if (!visited.insert(key).second) continue;
    for (const std::string& before : section.lines.at(key).before) {
      Key previous{key.first, before};
      const auto found = section.lines.find(previous);
      if (found != section.lines.end() && !out.lines.contains(previous) && is_passing(section, previous, found->second))
        opened.push_back(std::move(previous));
      else
        out.lines[previous].open_behind = true;
    }
  }
}

void LockBuilder::finish_place(const Place& place, LockPlace* old, LockPlace& out) {
  out.classes.insert(place.seen.classes.begin(), place.seen.classes.end());
  out.alphabet.insert(place.seen.alphabet.begin(), place.seen.alphabet.end());
  const auto is_settled = [old](const auto& one) {
    return one.second > 1 || (old != nullptr && old->values.contains(one.first));
  };
  const bool was_open =
      old != nullptr && old->values.empty() && std::any_of(old->classes.begin(), old->classes.end(), &is_listable);
  bool closed = !place.is_personal && !was_open && std::all_of(place.values.begin(), place.values.end(), is_settled);
  if (closed)
    for (const auto& [value, count] : place.values) out.values.insert(value);
  closed = closed && out.values.size() <= Lock::most_values;
  if (!closed) out.values.clear();
  const bool is_spelt_out = !out.values.empty() && std::all_of(out.classes.begin(), out.classes.end(), &is_listable);
  if (is_spelt_out) out.alphabet.clear();
}

Lock LockBuilder::finish() const {
  Lock out = old_;
  for (const auto& [name, section] : sections_) {
    LockSection& to = out.sections[name];
    for (const auto& [place_name, place] : section.places) {
      const auto found = to.places.find(place_name);
      const bool is_new = found == to.places.end();
      LockPlace before = is_new ? LockPlace{} : found->second;
      finish_place(place, is_new ? nullptr : &before, to.places[place_name]);
    }
    finish_lines(section, to);
    to.findings.insert(section.findings.begin(), section.findings.end());
  }
  return out;
}

std::vector<std::string> LockBuilder::gone_from(const Lock& lock) const {
  std::vector<std::string> out;
  for (const auto& [name, section] : lock.sections) {
    const auto found = sections_.find(name);
    if (found == sections_.end()) {
      out.push_back(name);
      continue;
    }
    const Section& seen = found->second;
    for (const auto& [place, unused] : section.places)
      if (!seen.places.contains(place)) out.push_back(fmt::format("{}: {}", name, place));
    for (const auto& [key, line] : section.lines)
      if (!seen.lines.contains(key) && key.second != start_of_text)
        out.push_back(fmt::format("{}: line {} {} {}", name, key.first, key.second, line.words));
    for (const std::string& finding : section.findings)
      if (!seen.findings.contains(finding)) out.push_back(fmt::format("{}: finding {}", name, finding));
  }
  return out;
}

}  // namespace telltale::record
