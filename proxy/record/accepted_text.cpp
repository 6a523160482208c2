// The file of accepted findings: written for review, read strictly, since an entry that is misread hides a finding.
// Covered by tests/unit/record/accepted_findings_test.cpp and tests/fuzz/accepted_findings.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "codec/json_scan.hpp"
#include "core/utf8.hpp"
#include "record/accepted_findings.hpp"
#include "record/json_reader.hpp"
#include "record/json_writer.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;

constexpr std::int64_t newest_version = 1;

class FileParser {
 public:
  FileParser(std::string_view text, const Limits& limits, Digest digest)
      : text_(text), document_(codec::scan_json(text, limits)), json_(document_), digest_(digest) {}

  Result<AcceptedFindings> read() {
    if (document_.stopped) return wrong(document_.stopped->at, "", "not JSON: " + document_.stopped->detail);
    if (document_.values.empty() || !json_.is(0, JsonKind::object) || document_[0].after != document_.values.size())
      return wrong(0, "", "not one JSON object");
    TT_TRY(const Index findings, read_top());
    AcceptedFindings out;
    for (const Index item : json_.items(findings)) {
      TT_TRY(AcceptedFinding entry, read_entry(item));
      std::string fingerprint = fingerprint_of(entry.kind, digest_);
      const Index given = document_.member(item, "fingerprint");
      if (given != JsonReader::none && json_.text(given) != fingerprint)
        return wrong(json_.offset(given), "fingerprint",
                     "not that of the rule, api, where and code_points beside it; leave it out to have it worked out");
      if (out.is_full()) return wrong(json_.offset(item), "", "more findings than a baseline may hold");
      if (!out.put(std::move(fingerprint), std::move(entry)))
        return wrong(json_.offset(item), "", "this finding is there already");
    }
    return out;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t at, std::string_view key, std::string_view what) const {
    at = std::min(at, text_.size());
    const auto line = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    const std::string place = key.empty() ? "" : fmt::format(", key \"{}\"", utf8::escaped(key));
    return fail(Errc::input_unreadable, at, fmt::format("line {}{}: {}", line, place, what));
  }

  Result<Index> read_top() {
    const Index version = document_.member(0, "telltale_findings");
    if (version == JsonReader::none) return wrong(0, "telltale_findings", "missing; not a baseline of findings");
    if (const auto number = json_.integer(version); !number || *number != newest_version)
      return wrong(json_.offset(version), "telltale_findings",
                   fmt::format("not {}, the version this program reads", newest_version));
    const Index findings = document_.member(0, "findings");
    for (const Index member : json_.items(0))
      if (member != version && member != findings) return wrong(at_key(member), json_.key(member), "unknown, or twice");
    if (findings == JsonReader::none) return wrong(0, "findings", "missing");
    if (!json_.is(findings, JsonKind::array)) return wrong(json_.offset(findings), "findings", "not a list");
    return findings;
  }

  Result<AcceptedFinding> read_entry(Index object) {
    if (!json_.is(object, JsonKind::object)) return wrong(json_.offset(object), "findings", "an entry is no object");
    AcceptedFinding out;
    std::set<std::string> seen;
    for (const Index member : json_.items(object)) {
      const std::string key = json_.key(member);
      if (!seen.insert(key).second) return wrong(at_key(member), key, "given twice");
      if (const auto read = read_member(member, key, out); !read) return tl::unexpected<Error>(read.error());
    }
    for (const char* needed : {"rule", "api", "where"})
      if (!seen.contains(needed)) return wrong(json_.offset(object), needed, "missing");
    out.kind.where = folded_place(out.kind.where);
    if (out.kind.rule.empty()) return wrong(json_.offset(object), "rule", "empty");
    return out;
  }

  Result<void> read_member(Index value, std::string_view key, AcceptedFinding& out) {
    if (key == "code_points") return read_points(value, out.kind.code_points);
    std::string unused;
    std::string expires;
    std::string* const to = key == "rule"          ? &out.kind.rule
                            : key == "api"         ? &out.kind.api
                            : key == "where"       ? &out.kind.where
                            : key == "reason"      ? &out.reason
                            : key == "expires"     ? &expires
                            : key == "fingerprint" ? &unused
                                                   : nullptr;
    if (to == nullptr) return wrong(at_key(value), key, "unknown");
    if (!json_.is(value, JsonKind::string)) return wrong(json_.offset(value), key, "not a string");
    *to = json_.text(value);
    if (to->size() > AcceptedFindings::longest_text)
      return wrong(json_.offset(value), key, fmt::format("longer than {} bytes", AcceptedFindings::longest_text));
    if (key != "expires") return {};
    out.expires = parse_day(expires);
    if (!out.expires) return wrong(json_.offset(value), key, "not a day; write it as 2027-01-31");
    return {};
  }

  Result<void> read_points(Index value, std::vector<std::string>& out) {
    if (!json_.is(value, JsonKind::array)) return wrong(json_.offset(value), "code_points", "not a list");
    for (const Index item : json_.items(value)) {
      if (!json_.is(item, JsonKind::string)) return wrong(json_.offset(item), "code_points", "not a string");
      out.push_back(json_.text(item));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return {};
  }

  [[nodiscard]] std::size_t at_key(Index member) const { return document_[member].key.begin; }

  std::string_view text_;
  codec::JsonDocument document_;
  JsonReader json_;
  Digest digest_;
};

std::string line_of(const std::string& fingerprint, const AcceptedFinding& entry) {
  std::string out;
  JsonWriter json(out, JsonText::ascii);
  json.begin_object();
  json.member("rule", entry.kind.rule);
  json.member("api", entry.kind.api);
  json.member("where", entry.kind.where);
  json.key("code_points");
  json.begin_array();
  for (const std::string& point : entry.kind.code_points) json.string(point);
  json.end_array();
  if (!entry.reason.empty()) json.member("reason", entry.reason);
  if (entry.expires) json.member("expires", day_text(*entry.expires));
  json.member("fingerprint", fingerprint);
  json.end_object();
  return out;
}

}  // namespace

std::string save_accepted(const AcceptedFindings& findings) {
  std::vector<std::pair<const std::string*, const AcceptedFinding*>> sorted;
  for (const auto& [fingerprint, entry] : findings.entries()) sorted.emplace_back(&fingerprint, &entry);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second->kind, *a.first) < std::tie(b.second->kind, *b.first);
  });
  std::string out = fmt::format("{{\"telltale_findings\":{},\"findings\":[", newest_version);
  for (const auto& [fingerprint, entry] : sorted)
    out += (entry == sorted.front().second ? "\n" : ",\n") + line_of(*fingerprint, *entry);
  return out + "\n]}\n";
}

Result<AcceptedFindings> load_accepted(std::string_view text, Digest digest) {
  if (text.size() > AcceptedFindings::most_bytes)
    return fail(Errc::input_unreadable, AcceptedFindings::most_bytes,
                fmt::format("longer than {} bytes", AcceptedFindings::most_bytes));
  Limits limits;
  // A full file has some nine values an entry; each takes 32 bytes.
  limits.json_values = 2'000'000;
  return FileParser(text, limits, digest).read();
}

}  // namespace telltale::record
