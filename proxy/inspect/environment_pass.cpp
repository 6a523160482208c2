// Values known of the machine (its host name, its zone, its proxy variables), looked for in the texts and headers of
// the request: as they are, URL-encoded, and in base64 at each of its three alignments. Covered by
// tests/unit/inspect/environment_pass_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t shortest_value = 4;  ///< shorter values occur by chance
constexpr std::size_t longest_value = 512;
constexpr std::size_t most_needles = 320;

/// Values that many machines share: finding one tells nothing.
constexpr std::array<std::string_view, 12> common{"root",  "user",    "admin", "localhost", "linux", "true",
                                                  "false", "C.UTF-8", "POSIX", "/root",     "/home", "none"};

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// The characters of a base64 text that depend on `value` alone, if it begins `shift` bytes after a group of three.
std::string base64_core(std::string_view value, std::size_t shift) {
  const std::string padded = std::string(shift, '\0') + std::string(value);
  const std::string whole = base64::encode(padded);
  const std::size_t begin = shift == 0 ? 0 : shift + 1;
  const std::size_t end = padded.size() * 8 / 6;
  return whole.substr(begin, end - begin);
}

void add_forms(std::vector<Needle>& out, std::uint32_t rule, const EnvironmentMatch& match, const std::string& name,
               const std::string& value) {
  out.push_back({value, rule, name, value, true});
  if (!match.encoded) return;
  if (std::string encoded = url_encoded(value); encoded != value)
    out.push_back({std::move(encoded), rule, name, value, true});
  for (std::size_t shift = 0; shift < 3; ++shift) {
    std::string core = base64_core(value, shift);
    if (core.size() >= 10) out.push_back({std::move(core), rule, name, value, false});
  }
}

bool is_word(char c) {
  return ascii::is_alnum(c) || c == '_';
}

bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
  const bool left = at == 0 || !is_word(text[at - 1]) || !is_word(text[at]);
  const bool right = at + size >= text.size() || !is_word(text[at + size]) || !is_word(text[at + size - 1]);
  return left && right;
}

}  // namespace

void Inspection::prepare_environment() {
  if (input_.environment == nullptr || input_.environment->empty()) return;
  for (const std::uint32_t number : rules_.environment) {
    if (active_[number] == 0) continue;
    const auto& match = std::get<EnvironmentMatch>(rules_.rules[number]->match);
    for (const std::string& name : match.names) {
      const auto values = input_.environment->find(name);
      if (values == input_.environment->end()) continue;
      for (const std::string& value : values->second) {
        const bool is_common = std::find(common.begin(), common.end(), value) != common.end();
        if (is_common || value.size() < shortest_value || value.size() > longest_value) continue;
        if (needles_.size() < most_needles) add_forms(needles_, number, match, name, value);
      }
    }
  }
}

void Inspection::find_needles(std::string_view text, bool escaped, std::vector<LiteralSet::Hit>& hits) const {
  if (needles_.empty()) return;
  const auto base = static_cast<std::uint32_t>(rules_.uses.size());
  std::vector<std::string> literals;
  for (const Needle& needle : needles_) literals.push_back(escaped ? codec::escape_json(needle.text) : needle.text);
  std::vector<LiteralSet::Hit> found;
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    if (literals[i].size() >= LiteralSet::shortest) continue;
    for (std::size_t at = text.find(literals[i]); at != std::string_view::npos; at = text.find(literals[i], at + 1))
      found.push_back({i, at});
  }
  const LiteralSet set(std::move(literals));
  set.find(text, found);
  for (const LiteralSet::Hit& hit : found) {
    const std::size_t size = set.literal(hit.literal).size();
    if (!needles_[hit.literal].plain || stands_alone(text, hit.at, size)) hits.push_back({base + hit.literal, hit.at});
  }
}

void Inspection::try_needle(const Needle& needle, std::size_t at, const Spot& spot, bool in_client_place) {
  const Rule& rule = *rules_.rules[needle.rule];
  const bool user = spot.kind == codec::SegmentKind::user_text;
  if (!spot.in_head && !rule.where.has(spot.kind)) return;
  if (user && rule.where.client_places && !in_client_place) return;
  if (++tried_ > most_candidates) return;
  if (!spot.in_head && !pointer_allowed(rule, spot.value)) return;
  // The raw form may be longer than the text: walk its code points.
  std::size_t end = at;
  for (std::size_t left = needle.text.size(); left > 0 && end < spot.text.range.end;) {
    const RawStep one = step(spot.text, end);
    left -= std::min(left, decoded_length(one));
    end += one.length;
  }
  const ByteRange range{at, end};
  if (user && input_.typed != nullptr && is_typed(spot.text, range, *input_.typed, in_client_place, false)) return;
  add(rule, known_value(rule, needle.name, needle.value, range, spot.text), spot);
}

void Inspection::look_for_needles_in_head() {
  if (needles_.empty()) return;
  for (const http::FieldRange& field : input_.head->fields) {
    const std::string name = ascii::lower(input_.head->name(field));
    // Where the request goes is no statement about the machine, and credentials are not searched.
    if (name == "host" || name == "authorization" || name == "cookie" || name == "proxy-authorization") continue;
    std::vector<LiteralSet::Hit> hits;
    find_needles(input_.head->slice(field.value), false, hits);
    if (hits.empty()) continue;
    Spot spot;
    spot.text = {input_.head->raw, field.value, false, false};
    spot.in_head = true;
    spot.where = "header:" + name;
    for (const LiteralSet::Hit& hit : hits) {
      const Needle& needle = needles_[hit.literal - rules_.uses.size()];
      try_needle(needle, field.value.begin + hit.at, spot, true);
    }
  }
}

}  // namespace telltale::inspect
