// What is collected of one exchange for a lock. Covered by tests/unit/record/lock_test.cpp.
#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/opened.hpp"
#include "record/lock.hpp"
#include "record/lock_body.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

constexpr unsigned deepest_document = 3;
constexpr std::size_t most_places = 20'000;  ///< of one exchange

// Members and fields whose values are about the user or the machine, whatever they look like.
bool sounds_personal(std::string_view place) {
  constexpr std::string_view words[] = {"user",    "host",  "cwd",    "dir",       "path",    "home",    "email",
                                        "account", "login", "owner",  "repo",      "branch",  "remote",  "machine",
                                        "device",  "name",  "origin", "workspace", "project", "session", "org",
                                        "team",    "lang",  "locale", "zone",      "region"};
  const std::string low = ascii::lower(place.substr(std::min(place.find_last_of("/ ") + 1, place.size())));
  if (low == "user-agent" || low == "hostname-verification") return false;
  return std::any_of(std::begin(words), std::end(words),
                     [&low](std::string_view word) { return low.find(word) != std::string::npos; });
}

}  // namespace

SentPlace* SentFacts::reach(const std::string& place) {
  const auto found = out_.places.find(place);
  if (found != out_.places.end()) return &found->second;
  if (out_.places.size() >= most_places || place.size() > Lock::longest_name) return nullptr;
  SentPlace& fresh = out_.places[place];
  fresh.is_personal = sounds_personal(place);
  return &fresh;
}

void SentFacts::is_about_someone(const inspect::Finding& finding) {
  found_at_.insert(finding.where);
  if (finding.raw_span && finding.where.starts_with("body")) found_raw_.push_back(*finding.raw_span);
}

bool SentFacts::names_someone(ByteRange raw) const {
  return std::any_of(found_raw_.begin(), found_raw_.end(),
                     [raw](ByteRange one) { return one.begin < raw.end && raw.begin < one.end; });
}

void SentFacts::add_class(const std::string& place, std::string_view value_class, const std::string& where) {
  if (SentPlace* const to = reach(place)) to->classes.try_emplace(std::string(value_class), where);
}

void SentFacts::add_value(const std::string& place, std::string_view value_class, std::string_view value,
                          const std::string& where) {
  SentPlace* const to = reach(place);
  if (to == nullptr) return;
  to->classes.try_emplace(std::string(value_class), where);
  if (found_at_.contains(where)) to->is_personal = true;
  if (is_listable(value_class) && to->values.size() <= Lock::most_values)
    to->values.try_emplace(std::string(value), where);
}

void SentFacts::add_text(const std::string& place, std::string_view text, const std::string& where) {
  const std::string pattern = pattern_of(text, known_);
  const std::string value_class = class_of(pattern);
  add_value(place, value_class, utf8::escaped(pattern), where);
  std::set<char32_t> points;
  // The punctuation of other classes is fixed by their form, or chance (paths, prose).
  collect_alphabet(text, is_listable(value_class) || value_class == "id" || value_class == "base64", points);
  add_alphabet(place, points, where);
}

void SentFacts::add_alphabet(const std::string& place, const std::set<char32_t>& points, const std::string& where) {
  SentPlace* const to = reach(place);
  for (const char32_t point : points)
    if (to != nullptr && to->alphabet.size() <= Lock::most_alphabet) to->alphabet.try_emplace(point, where);
}

void SentFacts::add_held(const std::string& place, const std::string& text, const std::string& where, unsigned depth) {
  const auto held = depth < deepest_document ? inspect::held_document(text) : std::nullopt;
  if (!held) return add_text(place, text, where);
  const std::string_view opener = inspect::name_of(held->opener);
  const codec::JsonDocument document = codec::scan_json(held->text, limits_);
  if (document.stopped || document.values.empty()) return add_text(place, text, where);
  add_class(place, opener.substr(1), where);
  add_document(place + std::string(opener), held->text, where + std::string(opener), *this, depth + 1);
}

void add_pairs(const std::string& kind, std::string_view pairs, const std::string& where, SentFacts& facts) {
  for (std::size_t at = 0; at < pairs.size();) {
    const std::size_t end = std::min(pairs.find('&', at), pairs.size());
    const std::string_view pair = pairs.substr(at, end - at);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    if (!pair.empty())
      facts.add_text(kind + lock_word(pattern_of(pair.substr(0, equals), facts.known())), value, where);
    at = end + 1;
  }
}

}  // namespace telltale::record
